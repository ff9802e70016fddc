// Choice of the least weights; see Prune.h.
#include "passes/Compress/Prune.h"

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace llvm;
using namespace edgecc::compress;

FailureOr<Granularity> Granularity::parse(StringRef text) {
  Granularity result;
  if (text == "element")
    return result;
  bool isGroup = text.contains(':');
  auto [first, second] = text.split(isGroup ? ':' : 'x');
  int64_t &a = isGroup ? result.kept : result.rows, &b = isGroup ? result.group : result.columns;
  if (first.getAsInteger(10, a) || second.getAsInteger(10, b) || a < 1 || b < (isGroup ? a + 1 : 1))
    return failure();
  return result;
}

/// Calls `visit` with the number of each element's block, row by row.
template <typename Visit>
static void forEachElement(const WeightMatrix &matrix, const Granularity &granularity, Visit visit) {
  int64_t across = divideCeil(matrix.columns, granularity.columns);
  for (int64_t row = 0, at = 0; row < matrix.rows; ++row)
    for (int64_t column = 0; column < matrix.columns; ++column, ++at)
      visit(row / granularity.rows * across + column / granularity.columns, matrix.values[at]);
}

static int64_t numBlocks(const WeightMatrix &matrix, const Granularity &granularity) {
  return divideCeil(matrix.rows, granularity.rows) * divideCeil(matrix.columns, granularity.columns);
}

std::vector<float> edgecc::compress::blockScores(const WeightMatrix &matrix, const Granularity &granularity) {
  int64_t blocks = numBlocks(matrix, granularity);
  std::vector<float> scores(blocks);
  std::vector<int64_t> counts(blocks);
  forEachElement(matrix, granularity, [&](int64_t block, float &value) {
    scores[block] += value * value;
    ++counts[block];
  });
  for (auto [score, count] : zip_equal(scores, counts))
    score /= count;
  return scores;
}

void edgecc::compress::dropBlocks(const WeightMatrix &matrix, const Granularity &granularity,
                                  const std::vector<bool> &drop) {
  forEachElement(matrix, granularity, [&](int64_t block, float &value) {
    if (drop[block])
      value = 0;
  });
}

std::vector<bool> edgecc::compress::lowest(ArrayRef<float> scores, double share) {
  size_t count = std::llround(std::clamp(share, 0.0, 1.0) * scores.size());
  std::vector<size_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0);
  auto isLess = [&](size_t a, size_t b) { return scores[a] != scores[b] ? scores[a] < scores[b] : a < b; };
  std::nth_element(order.begin(), order.begin() + count, order.end(), isLess);
  std::vector<bool> marks(scores.size());
  for (size_t at : ArrayRef<size_t>(order).take_front(count))
    marks[at] = true;
  return marks;
}

void edgecc::compress::keepLargest(const WeightMatrix &matrix, const Granularity &granularity) {
  SmallVector<int64_t> group;
  auto isLarger = [&](int64_t a, int64_t b) {
    float x = std::abs(matrix.values[a]), y = std::abs(matrix.values[b]);
    return x != y ? x > y : a < b;
  };
  for (int64_t column = 0; column < matrix.columns; ++column)
    for (int64_t row = 0; row < matrix.rows; row += granularity.group) {
      group.clear();
      for (int64_t i = row; i < std::min(row + granularity.group, matrix.rows); ++i)
        group.push_back(i * matrix.columns + column);
      sort(group, isLarger);
      for (int64_t at : ArrayRef<int64_t>(group).drop_front(std::min<int64_t>(granularity.kept, group.size())))
        matrix.values[at] = 0;
    }
}

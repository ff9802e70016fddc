#include "compiler/Data/Metrics.h"

#include "compiler/Data/Failure.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cmath>
#include <limits>
#include <numeric>

using namespace llvm;

namespace edgecc::data {

void Distortion::add(const Tensor &result, const Tensor &reference) {
  for (int64_t i = 0, e = reference.numElements(); i < e; ++i) {
    double wanted = reference.get(i), difference = result.get(i) - wanted;
    signal += wanted * wanted;
    noise += difference * difference;
    absolute += std::fabs(difference);
    ++count;
  }
}

double Distortion::sqnr() const {
  return noise > 0 ? 10 * std::log10(signal / noise) : std::numeric_limits<double>::infinity();
}

std::vector<int64_t> largestElements(const Tensor &tensor, size_t count) {
  std::vector<int64_t> order(tensor.numElements());
  std::iota(order.begin(), order.end(), 0);
  count = std::min(count, order.size());
  std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) { return tensor.get(a) > tensor.get(b); });
  order.resize(count);
  return order;
}

namespace {

Expected<std::vector<int64_t>> readBytes(StringRef path, StringRef text, uint64_t offset, uint64_t stride) {
  std::vector<int64_t> labels;
  for (uint64_t at = offset; at < text.size(); at += stride)
    labels.push_back(static_cast<unsigned char>(text[at]));
  if (labels.empty())
    return failure(path, "has no label at byte " + Twine(offset));
  return labels;
}

Expected<std::vector<int64_t>> readText(StringRef path, StringRef text) {
  std::vector<int64_t> labels;
  size_t column = 0;
  size_t number = 0;
  for (StringRef line : split(text.rtrim(), '\n')) {
    ++number;
    SmallVector<StringRef> fields;
    line.rtrim('\r').split(fields, ',');
    auto heading = find(fields, "class");
    if (number == 1 && heading != fields.end()) {
      column = heading - fields.begin();
      continue;
    }
    if (column >= fields.size() || fields[column].trim().getAsInteger(10, labels.emplace_back()))
      return failure(path, "line " + Twine(number) + " has no label; expected a number");
  }
  return labels;
}

} // namespace

Expected<std::vector<int64_t>> readLabels(StringRef source) {
  auto [path, place] = source.split(':');
  auto file = MemoryBuffer::getFile(path);
  if (!file)
    return failure(path, file.getError().message());
  StringRef text = (*file)->getBuffer();
  if (place.empty())
    return all_of(text, [](char c) { return isPrint(c) || isSpace(c); }) && !text.empty() ? readText(path, text)
                                                                                          : readBytes(path, text, 0, 1);
  auto [offset, stride] = place.split(':');
  uint64_t first = 0, step = 1;
  if (offset.getAsInteger(10, first) || (!stride.empty() && stride.getAsInteger(10, step)) || step == 0)
    return failure(source, "expected FILE:OFFSET:STRIDE");
  return readBytes(path, text, first, step);
}

} // namespace edgecc::data

// Lloyd's iteration on sorted values: clusters are ranges, and sums over ranges come from prefix sums.
#include "passes/Compress/Cluster.h"

#include <algorithm>

using namespace llvm;

namespace {

class Lloyd {
public:
  Lloyd(ArrayRef<float> values, size_t count)
      : sorted(values.begin(), values.end()), sums(values.size() + 1), squares(values.size() + 1) {
    std::sort(sorted.begin(), sorted.end());
    for (size_t i = 0; i < sorted.size(); ++i) {
      sums[i + 1] = sums[i] + sorted[i];
      squares[i + 1] = squares[i] + double(sorted[i]) * sorted[i];
    }
    double low = sorted.front(), high = sorted.back();
    for (size_t i = 0; i < count; ++i)
      centroids.push_back(count == 1 ? (low + high) / 2 : low + (high - low) * i / (count - 1));
  }

  /// One iteration; false if nothing moved.
  bool step() {
    std::vector<size_t> bounds = split();
    std::vector<double> moved;
    size_t empty = 0;
    for (size_t i = 0; i < centroids.size(); ++i) {
      size_t begin = bounds[i], end = bounds[i + 1];
      if (begin == end)
        ++empty;
      else
        moved.push_back((sums[end] - sums[begin]) / (end - begin));
    }
    for (; empty > 0; --empty)
      splitWorst(moved);
    std::sort(moved.begin(), moved.end());
    if (moved == centroids)
      return false;
    centroids = std::move(moved);
    return true;
  }

  std::vector<double> centroids; ///< Ascending.

private:
  /// Where the range of each centroid begins: halfway to the one before.
  std::vector<size_t> split() const {
    std::vector<size_t> bounds(1, 0);
    for (size_t i = 1; i < centroids.size(); ++i) {
      double middle = (centroids[i - 1] + centroids[i]) / 2;
      bounds.push_back(std::upper_bound(sorted.begin() + bounds.back(), sorted.end(), middle,
                                        [](double at, float value) { return at < value; }) -
                       sorted.begin());
    }
    bounds.push_back(sorted.size());
    return bounds;
  }

  /// Adds a centroid at the far end of the cluster with the largest squared error.
  void splitWorst(std::vector<double> &moved) {
    std::sort(moved.begin(), moved.end());
    std::swap(moved, centroids);
    std::vector<size_t> bounds = split();
    std::swap(moved, centroids);
    double worst = -1, added = 0;
    for (size_t i = 0; i < moved.size(); ++i) {
      size_t begin = bounds[i], end = bounds[i + 1];
      if (begin == end)
        continue;
      double sum = sums[end] - sums[begin];
      double error = squares[end] - squares[begin] - sum * sum / (end - begin);
      if (error > worst) {
        worst = error;
        bool isLow = moved[i] - sorted[begin] > sorted[end - 1] - moved[i];
        added = isLow ? sorted[begin] : sorted[end - 1];
      }
    }
    moved.push_back(added);
  }

  std::vector<float> sorted;
  std::vector<double> sums, squares; ///< Of all values before each place.
};

} // namespace

std::vector<float> edgecc::compress::cluster(ArrayRef<float> values, size_t count, int64_t iterations) {
  std::vector<float> distinct(values.begin(), values.end());
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  if (distinct.size() <= count)
    return distinct;
  Lloyd lloyd(values, count);
  for (int64_t i = 0; i < iterations && lloyd.step(); ++i)
    ;
  std::vector<float> result(lloyd.centroids.begin(), lloyd.centroids.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

float edgecc::compress::nearest(ArrayRef<float> centroids, float value) {
  auto above = std::lower_bound(centroids.begin(), centroids.end(), value);
  if (above == centroids.begin())
    return *above;
  if (above == centroids.end() || value - above[-1] <= *above - value)
    return above[-1];
  return *above;
}

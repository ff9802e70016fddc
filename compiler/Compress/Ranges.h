// Which range of its values a tensor's integers should cover.
#ifndef EDGECC_COMPILER_COMPRESS_RANGES_H
#define EDGECC_COMPILER_COMPRESS_RANGES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace edgecc::compress {

/// How many values of a tensor were seen in each part of its range.
class Histogram {
public:
  static constexpr size_t bins = 2048;

  /// Of values from `lowest` to `highest`.
  Histogram(double lowest, double highest) : lowest(lowest), highest(highest), counts(bins) {}
  void add(llvm::ArrayRef<float> values);

  double width() const { return (highest - lowest) / bins; }
  double center(size_t bin) const { return lowest + (bin + 0.5) * width(); }

  double lowest, highest;
  std::vector<uint64_t> counts;
};

enum class RangeMethod {
  MinMax,      ///< All that was seen.
  Percentile,  ///< All but the outermost 0.01 percent at each end.
  Entropy,     ///< The least Kullback-Leibler divergence of the integers' distribution from the values'.
  LeastSquares ///< The least mean squared error.
};

/// "min-max", "percentile", "entropy" or "l2".
std::optional<RangeMethod> parseRangeMethod(llvm::StringRef text);

/// The range, with 0 in it, that `levels` integers should cover. Entropy follows S. Migacz, "8-bit Inference with
/// TensorRT", 2017, with both ends of the range scaled together.
std::pair<double, double> chooseRange(const Histogram &histogram, RangeMethod method, unsigned levels);

} // namespace edgecc::compress

#endif

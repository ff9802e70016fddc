// Sums of scaled integers by integer arithmetic alone.
#ifndef EDGECC_PASSES_COMPRESS_FIXEDPOINT_H
#define EDGECC_PASSES_COMPRESS_FIXEDPOINT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace edgecc::compress {

/// Integers of so many bits, sign included, times real factors: one for each channel, or one for all.
struct ScaledIntegers {
  unsigned bits = 32;
  std::vector<double> factors;
};

/// sum_t x_t * factors_t + offset, rounded to the nearest integer, as
///
///     (sum_t x_t * multipliers_t + offset) >> shift
///
/// in 64 bits, which never overflow. B. Jacob et al., "Quantization and Training of Neural Networks for Efficient
/// Integer-Arithmetic-Only Inference", 2018, section 2.2, with three differences: one shift for all channels; the
/// bias is added behind the multiplication, where it needs no rounding of its own; halves round up.
struct FixedPoint {
  unsigned shift = 0;
  llvm::SmallVector<std::vector<int64_t>> multipliers; ///< For each term; below 2^31 in size.
  std::vector<int64_t> offset;
};

/// The form whose shift gives every term a largest multiplier of at least 2^(bits - 1), where 2^31 bounds it. With one
/// shift, channels of small factors have fewer bits. Their integers are as large as those of other channels, so that no
/// product is off by more than 2^-bits of the largest. Nothing where factors are too far apart, or too large, for a
/// form with 6 bits for each term.
std::optional<FixedPoint> toFixedPoint(llvm::ArrayRef<ScaledIntegers> terms, llvm::ArrayRef<double> offset,
                                       unsigned bits);

} // namespace edgecc::compress

#endif

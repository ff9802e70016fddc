// Number formats of few bits that weights are stored in: posits and fixed point.
#ifndef EDGECC_PASSES_COMPRESS_NUMBERFORMAT_H
#define EDGECC_PASSES_COMPRESS_NUMBERFORMAT_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace edgecc::compress {

/// The value of a posit of `bits` bits, 2 to 16, with exponents of `es` bits, 4 at most. `code` is its bits as a two's
/// complement integer of that many bits, not that of NaR (not a real). J. L. Gustafson and I. T. Yonemoto, "Beating
/// Floating Point at its Own Game: Posit Arithmetic", 2017.
double decodePosit(int64_t code, unsigned bits, unsigned es);

/// Real numbers by codes, both ascending: the codes from -(2^(bits - 1) - 1) to 2^(bits - 1) - 1, of which 0 is zero.
struct NumberFormat {
  std::vector<double> values;
  std::vector<double> bounds; ///< Where rounding changes from a value to the next; ties go to the even code.

  /// Rounds; what is beyond the greatest value becomes that value.
  double round(double real) const;
  double least() const { return values[values.size() / 2 + 1]; } ///< Of those greater than zero.
  double greatest() const { return values.back(); }
};

/// Rounding is that of the Standard for Posit Arithmetic (2022): between neighbours of codes U and U + 1
/// it changes at the posit of one bit more whose code is that of U and a 1, which is no arithmetic mean where that bit
/// is one of the exponent; what is not zero becomes neither zero nor NaR. The standard has es = 2 alone.
NumberFormat positFormat(unsigned bits, unsigned es);

/// Integers without -2^(bits - 1), rounded to the nearest.
NumberFormat fixedFormat(unsigned bits);

/// The scale of least squared error sum (x - scale round(x / scale))^2 for finite `numbers` that are not all zero:
/// powers of 2^(1 / steps), of the largest the format can make use of first. None makes a number larger than `limit`,
/// unless all do.
double leastSquaresScale(const NumberFormat &format, llvm::ArrayRef<float> numbers, unsigned steps, double limit);

} // namespace edgecc::compress

#endif

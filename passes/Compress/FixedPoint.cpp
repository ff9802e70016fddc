// Choice of multipliers and shift; see FixedPoint.h.
#include "passes/Compress/FixedPoint.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>

using namespace edgecc::compress;

namespace {

constexpr int leastBits = 6, mostBits = 31, mostShift = 62;

double largest(llvm::ArrayRef<double> numbers) {
  double most = 0;
  for (double number : numbers)
    most = std::max(most, std::fabs(number));
  return most;
}

/// The largest shift under which `factor` rounds to a multiplier of `bits` bits.
int shiftFor(double factor, int bits) {
  int exponent;
  std::frexp(factor, &exponent); // factor < 2^exponent
  int shift = bits - exponent;
  return std::nearbyint(std::ldexp(factor, shift)) < std::ldexp(1.0, bits) ? shift : shift - 1;
}

/// Whether any integers keep the sum within 63 bits and a sign.
bool fits(llvm::ArrayRef<ScaledIntegers> terms, double offset, int shift) {
  double sum = std::ldexp(offset + 0.5, shift) + 1;
  for (const ScaledIntegers &term : terms)
    sum += std::ldexp(1.0, term.bits - 1) * (std::ldexp(largest(term.factors), shift) + 0.5);
  return sum < std::ldexp(1.0, 63);
}

std::vector<int64_t> scaled(llvm::ArrayRef<double> numbers, int shift, double added = 0) {
  std::vector<int64_t> result;
  for (double number : numbers)
    result.push_back(static_cast<int64_t>(std::nearbyint(std::ldexp(number + added, shift))));
  return result;
}

} // namespace

std::optional<FixedPoint> edgecc::compress::toFixedPoint(llvm::ArrayRef<ScaledIntegers> terms,
                                                         llvm::ArrayRef<double> offset, unsigned bits) {
  int wanted = 0, most = mostShift;
  for (const ScaledIntegers &term : terms) {
    double factor = largest(term.factors);
    if (!(factor > 0) || !std::isfinite(factor))
      return std::nullopt;
    wanted = std::max(wanted, shiftFor(factor, bits));
    most = std::min(most, shiftFor(factor, mostBits));
  }
  double farthest = largest(offset);
  if (!std::isfinite(farthest))
    return std::nullopt;
  int shift = std::min(wanted, most);
  while (shift > 0 && !fits(terms, farthest, shift))
    --shift;
  if (shift <= 0 || llvm::any_of(terms, [&](const ScaledIntegers &term) {
        return std::ldexp(largest(term.factors), shift) < std::ldexp(1.0, leastBits - 1);
      }))
    return std::nullopt;
  FixedPoint form;
  form.shift = shift;
  for (const ScaledIntegers &term : terms)
    form.multipliers.push_back(scaled(term.factors, shift));
  form.offset = scaled(offset, shift, 0.5);
  return form;
}

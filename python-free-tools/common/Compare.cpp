#include "Compare.h"

#include "llvm/Support/FormatVariadic.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace llvm;

namespace edgecc::tools {

namespace {

// float16 has 10 bits behind the point and bfloat16 has 7; layers in between round too, so allow 8 units.
Tolerance toleranceFor(edgecc_dtype dtype, Tolerance tolerance) {
  if (dtype != EDGECC_FLOAT16 && dtype != EDGECC_BFLOAT16)
    return tolerance;
  double unit = dtype == EDGECC_FLOAT16 ? 0x1p-10 : 0x1p-7;
  tolerance.relative = std::max(tolerance.relative, 8 * unit);
  tolerance.scaled = std::max(tolerance.scaled, 2 * unit);
  return tolerance;
}

double largestFinite(const Tensor &tensor) {
  double largest = 0;
  for (int64_t i = 0, e = tensor.numElements(); i < e; ++i)
    if (double value = std::fabs(tensor.get(i)); std::isfinite(value))
      largest = std::max(largest, value);
  return largest;
}

// The error as a part of what is allowed; infinite where a NaN or an infinity does not match.
double errorRatio(double value, double expected, double allowed) {
  if (value == expected || (std::isnan(value) && std::isnan(expected)))
    return 0;
  if (!std::isfinite(value) || !std::isfinite(expected))
    return std::numeric_limits<double>::infinity();
  return std::fabs(value - expected) / allowed;
}

void compareElements(const Tensor &result, const Tensor &reference, const Tolerance &tolerance,
                     Comparison &comparison) {
  bool isExact = !isFloat(reference.dtype);
  int64_t width = elementBytes(reference.dtype);
  double offset = isExact ? 0 : tolerance.scaled * largestFinite(reference) + tolerance.absolute;
  for (int64_t i = 0, e = reference.numElements(); i < e; ++i) {
    // Equal bits are equal, and 64-bit integers need the bits.
    if (std::equal(&result.bytes[i * width], &result.bytes[i * width] + width, &reference.bytes[i * width]))
      continue;
    double value = result.get(i), expected = reference.get(i);
    double ratio = isExact ? std::numeric_limits<double>::infinity()
                           : errorRatio(value, expected, tolerance.relative * std::fabs(expected) + offset);
    if (std::isfinite(value) && std::isfinite(expected))
      comparison.maxAbsError = std::max(comparison.maxAbsError, std::fabs(value - expected));
    if (comparison.worstIndex >= 0 && ratio <= comparison.worstRatio)
      continue;
    comparison.worstRatio = ratio;
    comparison.worstIndex = i;
  }
}

} // namespace

Comparison compare(const Tensor &result, const Tensor &reference, const Tolerance &tolerance) {
  Comparison comparison;
  if (result.dtype != reference.dtype || result.shape != reference.shape) {
    comparison.equal = false;
    comparison.problem = formatv("is {0}, expected {1}", typeText(result), typeText(reference)).str();
    return comparison;
  }
  compareElements(result, reference, toleranceFor(reference.dtype, tolerance), comparison);
  comparison.equal = comparison.worstRatio <= 1;
  if (!comparison.equal)
    comparison.problem =
        formatv("element {0} is {1}, expected {2}", comparison.worstIndex,
                numberText(result.get(comparison.worstIndex)), numberText(reference.get(comparison.worstIndex)))
            .str();
  return comparison;
}

} // namespace edgecc::tools

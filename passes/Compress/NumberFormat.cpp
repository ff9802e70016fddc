// Posits and fixed point; see NumberFormat.h.
#include "passes/Compress/NumberFormat.h"

#include "llvm/ADT/STLExtras.h"

#include <cassert>
#include <cmath>
#include <limits>

using namespace llvm;
using namespace edgecc::compress;

double edgecc::compress::decodePosit(int64_t code, unsigned bits, unsigned es) {
  if (code == 0)
    return 0;
  if (code < 0)
    return -decodePosit(-code, bits, es);
  assert(code < int64_t(1) << (bits - 1) && "the code has more bits, or is NaR");
  int place = static_cast<int>(bits) - 2;
  auto bitAt = [&](int at) { return at >= 0 ? (code >> at) & 1 : 0; }; // Places that are cut off hold zeros.
  const int64_t first = bitAt(place);
  int run = 0;
  for (; place >= 0 && bitAt(place) == first; --place)
    ++run;
  --place; // The bit that ends the run.
  int64_t exponent = first ? run - 1 : -run;
  for (unsigned i = 0; i < es; ++i)
    exponent = 2 * exponent + bitAt(place--);
  const int fractionBits = std::max(place + 1, 0);
  const int64_t fraction = code & ((int64_t(1) << fractionBits) - 1);
  return std::ldexp(1 + std::ldexp(static_cast<double>(fraction), -fractionBits), static_cast<int>(exponent));
}

/// Whether the value with this index has an even code: code 0 is in the middle.
static bool isEven(const NumberFormat &format, size_t index) { return (index - format.values.size() / 2) % 2 == 0; }

double NumberFormat::round(double real) const {
  size_t index = llvm::lower_bound(bounds, real) - bounds.begin();
  // Both bounds next to zero may be zero, where a code that is not even lies between the first of them and zero.
  if (index < bounds.size() && bounds[index] == real && !isEven(*this, index))
    ++index;
  return values[index];
}

NumberFormat edgecc::compress::positFormat(unsigned bits, unsigned es) {
  NumberFormat format;
  const int64_t last = (int64_t(1) << (bits - 1)) - 1;
  for (int64_t code = -last; code <= last; ++code) {
    format.values.push_back(decodePosit(code, bits, es));
    if (code < last) // Nothing rounds to zero.
      format.bounds.push_back(code == -1 || code == 0 ? 0 : decodePosit(2 * code + 1, bits + 1, es));
  }
  return format;
}

NumberFormat edgecc::compress::fixedFormat(unsigned bits) {
  NumberFormat format;
  const int64_t last = (int64_t(1) << (bits - 1)) - 1;
  for (int64_t code = -last; code <= last; ++code) {
    format.values.push_back(code);
    if (code < last)
      format.bounds.push_back(code + 0.5);
  }
  return format;
}

namespace {

/// Sorted numbers and the sums of all before each, so that the error of a scale takes a search for each value only.
class Sums {
public:
  explicit Sums(ArrayRef<float> numbers) : sorted(numbers.begin(), numbers.end()), sums(1), squares(1) {
    llvm::sort(sorted);
    for (double number : sorted) {
      sums.push_back(sums.back() + number);
      squares.push_back(squares.back() + number * number);
    }
  }

  double largest() const { return std::max(std::abs(sorted.front()), std::abs(sorted.back())); }

  double squaredError(const NumberFormat &format, double scale) const {
    double error = 0;
    size_t begin = 0;
    for (size_t i = 0; i < format.values.size(); ++i) {
      const size_t end = i + 1 < format.values.size() ? endOf(format, i, scale) : sorted.size();
      const double value = format.values[i] * scale, count = static_cast<double>(end - begin);
      error += squares[end] - squares[begin] - 2 * value * (sums[end] - sums[begin]) + value * value * count;
      begin = end;
    }
    return error;
  }

private:
  size_t endOf(const NumberFormat &format, size_t index, double scale) const {
    const double bound = format.bounds[index] * scale;
    auto end = isEven(format, index) ? llvm::upper_bound(sorted, bound) : llvm::lower_bound(sorted, bound);
    return end - sorted.begin();
  }

  std::vector<double> sorted, sums, squares;
};

} // namespace

double edgecc::compress::leastSquaresScale(const NumberFormat &format, ArrayRef<float> numbers, unsigned steps,
                                           double limit) {
  const Sums sums(numbers);
  const double largest = sums.largest();
  auto stepOf = [&](double scale) { return static_cast<int>(std::floor(std::log2(scale) * steps)); };
  // The largest number becomes the least value, at one end, and four times the greatest, at the other.
  const int first = stepOf(largest / format.least()) + 1, last = stepOf(largest / format.greatest() / 4);
  double best = std::exp2(double(last) / steps), bestError = std::numeric_limits<double>::infinity();
  for (int step = first; step >= last; --step) {
    const double scale = std::exp2(double(step) / steps);
    if (format.round(largest / scale) * scale > limit)
      continue;
    if (double error = sums.squaredError(format, scale); error < bestError) {
      best = scale;
      bestError = error;
    }
  }
  return best;
}

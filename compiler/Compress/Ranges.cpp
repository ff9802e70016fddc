// Choice of ranges; see Ranges.h.
#include "compiler/Compress/Ranges.h"

#include "llvm/ADT/StringSwitch.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace edgecc::compress;

namespace {

using Interval = std::pair<double, double>;

constexpr double outermost = 0.0001; ///< Part of the values that a percentile leaves out at each end.

Interval withZero(double lowest, double highest) { return {std::min(lowest, 0.0), std::max(highest, 0.0)}; }

Interval percentileRange(const Histogram &histogram) {
  uint64_t total = std::accumulate(histogram.counts.begin(), histogram.counts.end(), uint64_t(0));
  double outside = outermost * static_cast<double>(total);
  size_t first = 0, last = Histogram::bins - 1;
  for (double seen = 0; first < last && (seen += histogram.counts[first]) <= outside;)
    ++first;
  for (double seen = 0; last > first && (seen += histogram.counts[last]) <= outside;)
    --last;
  return withZero(histogram.lowest + first * histogram.width(), histogram.lowest + (last + 1) * histogram.width());
}

/// The integer that stands for `value`.
size_t levelOf(double value, const Interval &range, unsigned levels) {
  double step = (range.second - range.first) / (levels - 1);
  return static_cast<size_t>(std::clamp(std::nearbyint((value - range.first) / step), 0.0, levels - 1.0));
}

double squaredError(const Histogram &histogram, const Interval &range, unsigned levels) {
  double step = (range.second - range.first) / (levels - 1), sum = 0;
  for (size_t bin = 0; bin < Histogram::bins; ++bin) {
    if (!histogram.counts[bin])
      continue;
    double value = histogram.center(bin), held = range.first + levelOf(value, range, levels) * step;
    // Inside the range, values of a bin spread over a step and more: the error of a uniform distribution.
    double error = value < range.first || value > range.second ? (value - held) * (value - held) : step * step / 12;
    sum += error * static_cast<double>(histogram.counts[bin]);
  }
  return sum;
}

/// Divergence of the distribution after clipping from the same distribution on `levels` integers.
double divergence(const Histogram &histogram, const Interval &range, unsigned levels) {
  std::vector<double> clipped(Histogram::bins), sums(levels);
  std::vector<unsigned> occupied(levels);
  auto binOf = [&](double value) {
    return static_cast<size_t>(std::clamp((value - histogram.lowest) / histogram.width(), 0.0, Histogram::bins - 1.0));
  };
  size_t first = binOf(range.first), last = binOf(range.second - histogram.width() / 2);
  for (size_t bin = 0; bin < Histogram::bins; ++bin)
    clipped[std::clamp(bin, first, last)] += static_cast<double>(histogram.counts[bin]);
  for (size_t bin = first; bin <= last; ++bin)
    if (histogram.counts[bin]) {
      size_t level = levelOf(histogram.center(bin), range, levels);
      sums[level] += static_cast<double>(histogram.counts[bin]);
      ++occupied[level];
    }
  double total = std::accumulate(clipped.begin(), clipped.end(), 0.0);
  double inside = std::accumulate(sums.begin(), sums.end(), 0.0), result = 0;
  if (!(total > 0) || !(inside > 0))
    return 0;
  for (size_t bin = first; bin <= last; ++bin) {
    double p = clipped[bin] / total;
    if (p == 0)
      continue;
    size_t level = levelOf(histogram.center(bin), range, levels);
    double q = histogram.counts[bin] ? sums[level] / occupied[level] / inside : 1e-12;
    result += p * std::log(p / q);
  }
  return result;
}

template <typename Cost> Interval leastCost(const Interval &widest, Cost cost) {
  constexpr int steps = 64;
  Interval best = widest;
  double least = cost(widest);
  for (int step = 1; step < steps; ++step) {
    double part = 1.0 - 0.9 * step / steps;
    Interval range(widest.first * part, widest.second * part);
    if (double value = cost(range); value < least) {
      least = value;
      best = range;
    }
  }
  return best;
}

} // namespace

void Histogram::add(llvm::ArrayRef<float> values) {
  double scale = highest > lowest ? bins / (highest - lowest) : 0;
  for (float value : values) {
    double bin = std::clamp((value - lowest) * scale, 0.0, bins - 1.0);
    ++counts[std::isnan(bin) ? 0 : static_cast<size_t>(bin)];
  }
}

std::optional<RangeMethod> edgecc::compress::parseRangeMethod(llvm::StringRef text) {
  return llvm::StringSwitch<std::optional<RangeMethod>>(text)
      .Case("min-max", RangeMethod::MinMax)
      .Case("percentile", RangeMethod::Percentile)
      .Case("entropy", RangeMethod::Entropy)
      .Case("l2", RangeMethod::LeastSquares)
      .Default(std::nullopt);
}

Interval edgecc::compress::chooseRange(const Histogram &histogram, RangeMethod method, unsigned levels) {
  Interval widest = withZero(histogram.lowest, histogram.highest);
  if (!(widest.second > widest.first))
    return widest;
  switch (method) {
  case RangeMethod::MinMax:
    return widest;
  case RangeMethod::Percentile:
    return percentileRange(histogram);
  case RangeMethod::Entropy:
    return leastCost(widest, [&](const Interval &range) { return divergence(histogram, range, levels); });
  case RangeMethod::LeastSquares:
    return leastCost(widest, [&](const Interval &range) { return squaredError(histogram, range, levels); });
  }
  return widest;
}

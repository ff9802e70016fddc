// Quantisation of weights; see WeightQuantization.h.
#include "passes/Compress/WeightQuantization.h"

#include <algorithm>
#include <cmath>

using namespace edgecc::compress;

namespace {

/// One output channel of a (depth, channels) matrix.
struct Channel {
  llvm::ArrayRef<float> weights;
  int64_t channels, channel;

  int64_t depth() const { return static_cast<int64_t>(weights.size()) / channels; }
  float operator[](int64_t k) const { return weights[k * channels + channel]; }
};

float largest(const Channel &channel) {
  float most = 0;
  for (int64_t k = 0; k < channel.depth(); ++k)
    most = std::max(most, std::fabs(channel[k]));
  return most;
}

/// The largest sum of two neighbours of one sign, or of one weight alone.
float largestPair(const Channel &channel) {
  float most = largest(channel);
  for (int64_t k = 0; k + 1 < channel.depth(); ++k)
    if ((channel[k] > 0) == (channel[k + 1] > 0))
      most = std::max(most, std::fabs(channel[k] + channel[k + 1]));
  return most;
}

float rounded(float weight, float scale, float limit) {
  return std::clamp(std::nearbyint(weight / scale), -limit, limit);
}

double sumOfSizes(const Channel &channel) {
  double sum = 0;
  for (int64_t k = 0; k < channel.depth(); ++k)
    sum += std::fabs(channel[k]);
  return sum;
}

/// The least scale from `scale` on under which the integers of a channel have sizes of a sum of `most` at most.
float scaleWithin(const Channel &channel, float scale, float limit, int64_t most) {
  scale = std::max(scale, static_cast<float>(sumOfSizes(channel) / static_cast<double>(most)));
  for (;; scale *= 1.001f) { // Rounding may go beyond.
    double sum = 0;
    for (int64_t k = 0; k < channel.depth(); ++k)
      sum += std::fabs(rounded(channel[k], scale, limit));
    if (sum <= static_cast<double>(most))
      return scale;
  }
}

double squaredError(const Channel &channel, float scale, float limit) {
  double sum = 0;
  for (int64_t k = 0; k < channel.depth(); ++k) {
    double error = rounded(channel[k], scale, limit) * scale - channel[k];
    sum += error * error;
  }
  return sum;
}

/// The best of scales that clip up to half of the range.
float leastSquaresScale(const Channel &channel, float widest, float limit) {
  constexpr int steps = 24;
  float best = widest;
  double leastError = squaredError(channel, widest, limit);
  for (int step = 1; step <= steps; ++step) {
    float scale = widest * (1.0f - 0.5f * step / steps);
    if (double error = squaredError(channel, scale, limit); error < leastError) {
      leastError = error;
      best = scale;
    }
  }
  return best;
}

/// Rounding may take a pair one past its limit: the second then gives way, which helps the pair behind it too.
void limitPair(int16_t first, int16_t &second) {
  if ((first > 0) != (second > 0))
    return;
  while (std::abs(first) + std::abs(second) > 128)
    second = static_cast<int16_t>(second > 0 ? second - 1 : second + 1);
}

} // namespace

QuantizedWeights edgecc::compress::quantizeWeights(llvm::ArrayRef<float> weights, int64_t channels,
                                                   const WeightFormat &format) {
  QuantizedWeights result;
  result.integers.resize(weights.size());
  result.scales.resize(channels);
  result.sums.resize(channels);
  float limit = static_cast<float>((1 << (format.bits - 1)) - 1);
  bool limitsPairs = format.limitPairs && limit > 64;
  for (int64_t c = 0; c < channels; ++c) {
    Channel channel{weights, channels, c};
    float scale = largest(channel) / limit;
    if (format.leastSquares && scale > 0)
      scale = leastSquaresScale(channel, scale, limit);
    if (limitsPairs)
      scale = std::max(scale, largestPair(channel) / 128);
    if (!(scale > 0) || !std::isfinite(scale))
      scale = 1;
    else if (format.mostSum > 0)
      scale = scaleWithin(channel, scale, limit, format.mostSum);
    result.scales[c] = scale;
    auto at = [&](int64_t k) -> int16_t & { return result.integers[k * channels + c]; };
    for (int64_t k = 0; k < channel.depth(); ++k)
      at(k) = static_cast<int16_t>(rounded(channel[k], scale, limit));
    for (int64_t k = 0; limitsPairs && k + 1 < channel.depth(); ++k)
      limitPair(at(k), at(k + 1));
    for (int64_t k = 0; k < channel.depth(); ++k)
      result.sums[c] += at(k);
  }
  return result;
}

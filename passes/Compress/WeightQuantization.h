// Symmetric integers for the weights of a product, with one scale for each output channel.
#ifndef EDGECC_PASSES_COMPRESS_WEIGHTQUANTIZATION_H
#define EDGECC_PASSES_COMPRESS_WEIGHTQUANTIZATION_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace edgecc::compress {

struct WeightFormat {
  unsigned bits = 8; ///< 2 to 16; the integers are -(2^(bits-1) - 1) to 2^(bits-1) - 1, so that 0 is in the middle.
  /// Choose each scale by the least squared error, not by the largest weight.
  bool leastSquares = false;
  /// Keep the positive weights of any two neighbours of an output channel at a sum of 128 at most, and the negative
  /// ones, so that their products with two bytes sum to 16 bits: AVX2's product of bytes, vpmaddubsw, saturates beyond.
  bool limitPairs = false;
  /// Keep the sizes of the weights of an output channel at this sum at most, so that its sums of products fit i32; 0:
  /// no bound. The channel's scale grows for it.
  int64_t mostSum = 0;
};

struct QuantizedWeights {
  std::vector<int16_t> integers; ///< In the order of the weights.
  std::vector<float> scales;     ///< One for each channel; never 0.
  std::vector<int64_t> sums;     ///< Of the integers of each channel.
};

/// Quantises weights of shape (depth, channels), row-major: w ~ integer * scale of its channel. Rounds to nearest,
/// halves to even. Scales by the largest weight, or by least squares as in S. Anwar, K. Hwang, W. Sung, "Fixed
/// Point Optimization of Deep Convolutional Neural Networks for Object Recognition", 2015.
QuantizedWeights quantizeWeights(llvm::ArrayRef<float> weights, int64_t channels, const WeightFormat &format);

} // namespace edgecc::compress

#endif

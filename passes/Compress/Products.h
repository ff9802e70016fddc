// Products by constant weights: convolutions and matrix products, seen alike by the passes that compress them.
#ifndef EDGECC_PASSES_COMPRESS_PRODUCTS_H
#define EDGECC_PASSES_COMPRESS_PRODUCTS_H

#include "dialects/Edge/ConstantData.h"
#include "dialects/Edge/EdgeOps.h"

#include <optional>

namespace edgecc::compress {

/// `input` times constant weights whose last dimension is that of the output channels, in f32: an `edge.conv`, or an
/// `edge.matmul` with a matrix on the right.
struct WeightedProduct {
  mlir::Operation *op = nullptr;
  mlir::Value input;
  mlir::OpOperand *weights = nullptr;
  edge::ConstantData values;

  int64_t channels() const { return values.shape().back(); }
  /// Weights of one output channel.
  int64_t depth() const { return values.size() / channels(); }
  int64_t group() const;
  /// Whether it sums channels that lie side by side in memory: it is no depthwise convolution, and its input is not
  /// every nth channel of another value.
  bool sumsNeighbours() const;
  /// The input channel that weight `k` of output channel `channel` multiplies, 0 <= k < depth().
  int64_t inputChannel(int64_t k, int64_t channel) const;
};

/// Describes `op`, or nothing if it is no such product.
std::optional<WeightedProduct> matchWeightedProduct(mlir::Operation *op);

} // namespace edgecc::compress

#endif

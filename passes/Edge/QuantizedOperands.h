// Recognising quantised operands of products: bytes behind casts, zero points and scales, and weights that are
// integers.
#ifndef EDGECC_PASSES_EDGE_QUANTIZEDOPERANDS_H
#define EDGECC_PASSES_EDGE_QUANTIZEDOPERANDS_H

#include "dialects/Edge/ConstantData.h"
#include "dialects/Edge/EdgeOps.h"

#include <optional>

namespace edgecc::edge {

/// A tensor that is (value - zero) * scale with narrow integers as `value`.
struct QuantizedValue {
  mlir::Value value;
  /// The zero point where it is known; where it is not, `zero` holds it, one element of the type of `value`.
  int64_t knownZero = 0;
  mlir::Value zero;
  /// 1 where absent.
  std::optional<float> scale;
  /// Transposes and reshapes between `value` and the tensor, the last one first.
  llvm::SmallVector<mlir::Operation *> reorderings;
};

/// How `value`, of i32 or f32, is made of narrow integers, if it is: by a cast, then a subtraction of one zero point,
/// then (f32 only) a multiplication by one constant, with transposes and reshapes anywhere between.
std::optional<QuantizedValue> matchQuantized(mlir::Value value);

/// Follows transposes and reshapes upward to the operation that computes, and adds them to `quantized.reorderings`.
mlir::Value skipReorderings(mlir::Value value, QuantizedValue &quantized);

/// Redoes the reorderings on the narrow integers.
void reorderNarrow(mlir::OpBuilder &builder, QuantizedValue &quantized);

/// Weights as integers times a scale for each output channel, their last dimension.
struct IntegerWeights {
  std::vector<int64_t> values; ///< In the order of the constant.
  std::vector<float> scales;   ///< One for each channel; empty for weights that are integers themselves.
  std::vector<int64_t> sums;   ///< Of the values of a channel.
  std::vector<int64_t> sizes;  ///< Sums of absolute values.
  /// 8 or 16: the signed integers that hold all values.
  unsigned bits = 8;
};

/// The weights behind a constant of i32 or f32, if 16 bits hold them. Those of f32 are taken for integers times a scale
/// where for each channel there is an f32 that gives every weight exactly: what dequantisation has left.
std::optional<IntegerWeights> integerWeights(mlir::Value weights);

} // namespace edgecc::edge

#endif

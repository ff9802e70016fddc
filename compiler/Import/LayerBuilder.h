// What the importers of layers (products, windows, normalisation, recurrence, quantisation) share.
#ifndef EDGECC_COMPILER_IMPORT_LAYERBUILDER_H
#define EDGECC_COMPILER_IMPORT_LAYERBUILDER_H

#include "compiler/Import/NodeImporter.h"

namespace edgecc::import {

/// Formulas over the values of one node. As in NodeImporter, a null operand gives a null result, so that a formula
/// reads as such and is checked once, at its end.
class LayerBuilder {
public:
  explicit LayerBuilder(NodeImporter &node) : node(node) {}

  mlir::Value add(mlir::Value a, mlir::Value b) { return node.create<edge::AddOp>(a, b); }
  mlir::Value sub(mlir::Value a, mlir::Value b) { return node.create<edge::SubOp>(a, b); }
  mlir::Value mul(mlir::Value a, mlir::Value b) { return node.create<edge::MulOp>(a, b); }
  mlir::Value div(mlir::Value a, mlir::Value b) { return node.create<edge::DivOp>(a, b); }
  mlir::Value max(mlir::Value a, mlir::Value b) { return node.create<edge::MaxOp>(a, b); }
  mlir::Value min(mlir::Value a, mlir::Value b) { return node.create<edge::MinOp>(a, b); }
  mlir::Value sqrt(mlir::Value a) { return node.create<edge::SqrtOp>(a); }
  mlir::Value abs(mlir::Value a) { return node.create<edge::AbsOp>(a); }
  mlir::Value round(mlir::Value a) { return node.create<edge::RoundOp>(a); }

  /// The same with a number, which takes the element type of the value.
  mlir::Value add(mlir::Value a, double b) { return add(a, scalarLike(a, b)); }
  mlir::Value sub(mlir::Value a, double b) { return sub(a, scalarLike(a, b)); }
  mlir::Value mul(mlir::Value a, double b) { return mul(a, scalarLike(a, b)); }
  mlir::Value max(mlir::Value a, double b) { return max(a, scalarLike(a, b)); }
  mlir::Value min(mlir::Value a, double b) { return min(a, scalarLike(a, b)); }
  /// `a` to the power of `b`; nothing, a product or a square root where one of them will do.
  mlir::Value pow(mlir::Value a, double b);

  /// `a` with its last two dimensions exchanged.
  mlir::Value transposeMatrix(mlir::Value a);
  /// Combines along `axes` (ascending), which stay with size 1.
  mlir::Value reduce(edge::ReduceKind kind, mlir::Value a, llvm::ArrayRef<int64_t> axes);
  /// `size` elements along `axis` from `start` on.
  mlir::Value slice(mlir::Value a, int64_t axis, int64_t start, int64_t size);
  /// Adds `low` and `high` elements of value `filler` around each dimension.
  mlir::Value pad(mlir::Value a, llvm::ArrayRef<int64_t> low, llvm::ArrayRef<int64_t> high, double filler);
  mlir::Value concat(llvm::ArrayRef<mlir::Value> parts, int64_t axis);
  /// numpy.matmul: an operand of rank 1 is a row (left) or a column (right), whose dimension of size 1 vanishes again.
  mlir::Value matmul(mlir::Value a, mlir::Value b);
  /// A vector with one value per element of dimension `axis` of a tensor of rank `rank`, shaped so that it broadcasts.
  mlir::Value along(mlir::Value vector, int64_t axis, int64_t rank);

  /// A scalar with the element type of `a`.
  mlir::Value scalarLike(mlir::Value a, double value) { return a ? node.scalar(value, elementOf(a)) : a; }
  /// A tensor of one value.
  mlir::Value filled(llvm::ArrayRef<int64_t> shape, double value, mlir::Type element) {
    return node.broadcastTo(node.scalar(value, element), shape);
  }

  /// Sets the outputs that the graph wants; fails where one of them is null.
  mlir::LogicalResult outputs(llvm::ArrayRef<mlir::Value> values);

private:
  NodeImporter &node;
};

/// Largest size, stride, pad and the like that a model may state: products of two of them fit in 64 bits.
constexpr int64_t largestSize = int64_t(1) << 31;

/// Fails, with a reason, unless `value`, called `what`, lies between `least` and largestSize.
mlir::LogicalResult checkSize(NodeImporter &node, llvm::StringRef what, int64_t value, int64_t least);

/// 0, 1, ... count - 1, plus `first`.
llvm::SmallVector<int64_t> iota(int64_t count, int64_t first = 0);

/// The window of a convolution or pooling: what `auto_pad` and `ceil_mode` mean is worked out into `pads`.
struct Window {
  llvm::SmallVector<int64_t> kernel, strides, dilations;
  /// All begins, then all ends.
  llvm::SmallVector<int64_t> pads;
  /// The part of each end pad that is there for ceil_mode only.
  llvm::SmallVector<int64_t> ceilPads;

  bool isPadded() const {
    return llvm::any_of(pads, [](int64_t pad) { return pad != 0; });
  }
};

/// Reads kernel_shape's companions strides, dilations, pads, auto_pad and ceil_mode for an input with spatial `sizes`.
mlir::FailureOr<Window> readWindow(NodeImporter &node, llvm::ArrayRef<int64_t> sizes, llvm::ArrayRef<int64_t> kernel);

/// The attribute `name`, `count` integers of at least `least`, or all `fallback` where it is missing.
mlir::FailureOr<llvm::SmallVector<int64_t>> spatialIntegers(NodeImporter &node, llvm::StringRef name, size_t count,
                                                            int64_t fallback, int64_t least);

/// ONNX Conv of an ONNX input (n, c, spatial...) and filter (oc, ic / group, kernel...) with the node's attributes; the
/// result is channels last. Null on failure.
mlir::Value convolve(NodeImporter &node, mlir::Value input, mlir::Value filter);

/// ONNX AveragePool of an ONNX input with the node's attributes; the result is channels first. Null on failure.
mlir::Value averagePool(NodeImporter &node, mlir::Value input);

} // namespace edgecc::import

#endif

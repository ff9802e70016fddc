// Transposes and reshapes of values; see Transposes.h.
#include "passes/Edge/Transposes.h"
#include "dialects/Edge/EdgeOps.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace edgecc::edge;

RankedTensorType edgecc::edge::permutedType(RankedTensorType type, ArrayRef<int64_t> permutation) {
  return type.clone(permuted(type.getShape(), permutation));
}

/// The single element that `value` repeats, or null.
static Value repeatedElement(Value value) {
  auto broadcast = value.getDefiningOp<BroadcastToOp>();
  return broadcast && broadcast.getInput().getType().getNumElements() == 1 ? Value(broadcast.getInput()) : Value();
}

bool edgecc::edge::reordersForFree(Value value) { return matchPattern(value, m_Constant()) || repeatedElement(value); }

std::optional<TransposedValue> edgecc::edge::transposedFrom(Value value) {
  if (auto transpose = value.getDefiningOp<TransposeOp>())
    return TransposedValue{transpose, transpose.getInput(), Permutation(transpose.getPermutation())};
  auto reshape = value.getDefiningOp<ReshapeOp>();
  if (!reshape || reshape.getInput().getType().getRank() != reshape.getType().getRank())
    return std::nullopt;
  // Dimensions of size 1 and others are matched in their order.
  ArrayRef<int64_t> from = reshape.getInput().getType().getShape();
  SmallVector<int64_t> ones, others;
  for (auto [dim, size] : llvm::enumerate(from))
    (size == 1 ? ones : others).push_back(dim);
  std::reverse(ones.begin(), ones.end());
  std::reverse(others.begin(), others.end());
  Permutation permutation;
  for (int64_t size : reshape.getType().getShape()) {
    SmallVector<int64_t> &dims = size == 1 ? ones : others;
    if (dims.empty() || from[dims.back()] != size)
      return std::nullopt;
    permutation.push_back(dims.pop_back_val());
  }
  return TransposedValue{reshape, reshape.getInput(), permutation};
}

Value edgecc::edge::createReshape(OpBuilder &builder, Location loc, Value value, ArrayRef<int64_t> shape) {
  auto type = cast<RankedTensorType>(value.getType());
  if (type.getShape() == shape)
    return value;
  if (auto inner = value.getDefiningOp<ReshapeOp>())
    return createReshape(builder, loc, inner.getInput(), shape);
  if (Value element = repeatedElement(value))
    return BroadcastToOp::create(builder, loc, type.clone(shape), createReshape(builder, loc, element, {}));
  return builder.createOrFold<ReshapeOp>(loc, type.clone(shape), value);
}

Value edgecc::edge::createTranspose(OpBuilder &builder, Location loc, Value value, ArrayRef<int64_t> permutation) {
  auto type = cast<RankedTensorType>(value.getType());
  if (auto inner = value.getDefiningOp<TransposeOp>())
    return createTranspose(builder, loc, inner.getInput(), composePermutations(inner.getPermutation(), permutation));
  if (keepsElementOrder(permutation, type.getShape()) || repeatedElement(value))
    return createReshape(builder, loc, value, permuted(type.getShape(), permutation));
  return builder.createOrFold<TransposeOp>(loc, value, permutation);
}

int64_t edgecc::edge::tensorBytes(RankedTensorType type) {
  return type.getNumElements() * ((type.getElementTypeBitWidth() + 7) / 8);
}

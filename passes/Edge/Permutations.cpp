// Permutations of dimensions.
#include "passes/Edge/Permutations.h"
#include "dialects/Edge/EdgeOps.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace edgecc::edge;

Permutation edgecc::edge::inversePermutation(ArrayRef<int64_t> permutation) {
  Permutation inverse(permutation.size());
  for (auto [index, dim] : llvm::enumerate(permutation))
    inverse[dim] = index;
  return inverse;
}

Permutation edgecc::edge::composePermutations(ArrayRef<int64_t> first, ArrayRef<int64_t> second) {
  return permuted(first, second);
}

Permutation edgecc::edge::extendPermutation(ArrayRef<int64_t> permutation, size_t rank) {
  int64_t front = rank - permutation.size();
  Permutation extended = llvm::to_vector(llvm::seq<int64_t>(0, front));
  for (int64_t dim : permutation)
    extended.push_back(dim + front);
  return extended;
}

bool edgecc::edge::keepsElementOrder(ArrayRef<int64_t> permutation, ArrayRef<int64_t> shape) {
  int64_t last = -1;
  for (int64_t dim : permutation) {
    if (shape[dim] == 1)
      continue;
    if (dim < last)
      return false;
    last = dim;
  }
  return true;
}

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

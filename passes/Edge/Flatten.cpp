// Moving transposes before a flatten into the weights of the matmul behind it: a dot product does not mind the order of
// its terms. Only dimensions that the flatten joins into the last one may change places.
#include "passes/Edge/Flatten.h"
#include "dialects/Edge/ConstantData.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace edgecc::edge;

/// The number of leading dimensions that a reshape keeps while it joins the others into one; nothing if it does more.
static std::optional<int64_t> dimsBeforeJoined(ReshapeOp reshape) {
  ArrayRef<int64_t> from = reshape.getInput().getType().getShape(), to = reshape.getType().getShape();
  if (to.empty() || to.size() > from.size() || to.drop_back() != from.take_front(to.size() - 1))
    return std::nullopt;
  return to.size() - 1;
}

MatMulOp edgecc::edge::matmulThatAbsorbs(ReshapeOp flatten, ArrayRef<int64_t> permutation) {
  std::optional<int64_t> kept = dimsBeforeJoined(flatten);
  if (!kept || !flatten->hasOneUse())
    return {};
  for (int64_t dim = 0; dim < *kept; ++dim)
    if (permutation[dim] != dim)
      return {};
  auto matmul = dyn_cast<MatMulOp>(*flatten->user_begin());
  if (!matmul || matmul.getLhs() != flatten.getOutput() || matmul.getRhs().getType().getRank() != 2 ||
      matmul.getRhs().getType().getNumElements() > maxFoldedElements || !matchPattern(matmul.getRhs(), m_Constant()))
    return {};
  return matmul;
}

bool edgecc::edge::absorbTranspose(OpBuilder &builder, MatMulOp matmul) {
  auto flatten = matmul.getLhs().getDefiningOp<ReshapeOp>();
  auto transpose = flatten ? flatten.getInput().getDefiningOp<TransposeOp>() : TransposeOp();
  if (!transpose || matmulThatAbsorbs(flatten, transpose.getPermutation()) != matmul)
    return false;
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(matmul);
  // The rows of the weights as the joined dimensions, so that the transpose can be undone on them.
  int64_t kept = *dimsBeforeJoined(flatten);
  SmallVector<int64_t> shape(transpose.getType().getShape().drop_front(kept));
  Permutation joined;
  for (int64_t dim : transpose.getPermutation().drop_front(kept))
    joined.push_back(dim - kept);
  Permutation undone = inversePermutation(joined);
  undone.push_back(joined.size()); // The columns stay last.
  shape.push_back(matmul.getRhs().getType().getDimSize(1));

  Location loc = matmul.getLoc();
  Value weights = createTranspose(builder, loc, createReshape(builder, loc, matmul.getRhs(), shape), undone);
  weights = createReshape(builder, loc, weights, matmul.getRhs().getType().getShape());
  Value input = createReshape(builder, flatten.getLoc(), transpose.getInput(), flatten.getType().getShape());
  matmul.getLhsMutable().assign(input);
  matmul.getRhsMutable().assign(weights);
  return true;
}

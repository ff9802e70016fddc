// Builders of loops and slices; see LoopBuilders.h.
#include "passes/Conversion/EdgeToLinalg/LoopBuilders.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace edgecc::edge_to_linalg {

Value indexConstant(OpBuilder &builder, Location loc, int64_t value) {
  return arith::ConstantIndexOp::create(builder, loc, value);
}

Value loop(OpBuilder &builder, Location loc, Value lower, Value upper, Value init, LoopBody body) {
  Value one = indexConstant(builder, loc, 1);
  auto writeBody = [&](OpBuilder &nested, Location nestedLoc, Value index, ValueRange carried) {
    scf::YieldOp::create(nested, nestedLoc, body(nested, nestedLoc, index, carried[0]));
  };
  return scf::ForOp::create(builder, loc, lower, upper, one, init, writeBody).getResult(0);
}

static Value nestLoops(OpBuilder &builder, Location loc, ArrayRef<int64_t> sizes, Value init, LoopBody body,
                       SmallVector<Value> &indices) {
  if (indices.size() == sizes.size())
    return body(builder, loc, indices, init);
  Value zero = indexConstant(builder, loc, 0), size = indexConstant(builder, loc, sizes[indices.size()]);
  return loop(builder, loc, zero, size, init,
              [&](OpBuilder &nested, Location nestedLoc, ValueRange index, Value carried) {
                indices.push_back(index[0]);
                Value result = nestLoops(nested, nestedLoc, sizes, carried, body, indices);
                indices.pop_back();
                return result;
              });
}

Value loopNest(OpBuilder &builder, Location loc, ArrayRef<int64_t> sizes, Value init, LoopBody body) {
  SmallVector<Value> indices;
  return nestLoops(builder, loc, sizes, init, body, indices);
}

Value extractSlice(OpBuilder &builder, Location loc, Value source, ArrayRef<OpFoldResult> offsets,
                   ArrayRef<int64_t> sizes, ArrayRef<int64_t> shape) {
  auto type = RankedTensorType::get(shape, cast<RankedTensorType>(source.getType()).getElementType());
  SmallVector<OpFoldResult> strides(sizes.size(), builder.getIndexAttr(1));
  return tensor::ExtractSliceOp::create(builder, loc, type, source, offsets,
                                        getAsIndexOpFoldResult(builder.getContext(), sizes), strides);
}

Value insertSlice(OpBuilder &builder, Location loc, Value source, Value target, ArrayRef<OpFoldResult> offsets,
                  ArrayRef<int64_t> sizes) {
  SmallVector<OpFoldResult> strides(sizes.size(), builder.getIndexAttr(1));
  return tensor::InsertSliceOp::create(builder, loc, source, target, offsets,
                                       getAsIndexOpFoldResult(builder.getContext(), sizes), strides);
}

} // namespace edgecc::edge_to_linalg

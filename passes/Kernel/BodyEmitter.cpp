// Scalar bodies of linalg ops turned into bodies on vectors; see BodyEmitter.h.
#include "passes/Kernel/BodyEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace edgecc::kernel;

Value BodyEmitter::materialize(LaneValue value) {
  if (lanes == 1 || value.kind == LaneValue::Varying)
    return value.value;
  auto type = VectorType::get({lanes}, value.value.getType());
  if (value.kind == LaneValue::Uniform)
    return vector::BroadcastOp::create(builder, loc, type, value.value);
  SmallVector<int64_t> steps(lanes);
  for (int64_t lane = 0; lane < lanes; ++lane)
    steps[lane] = lane;
  Value step = arith::ConstantOp::create(builder, loc, DenseIntElementsAttr::get(type, steps));
  Value base = vector::BroadcastOp::create(builder, loc, type, value.value);
  return arith::AddIOp::create(builder, loc, base, step);
}

LaneValue BodyEmitter::cloneOp(Operation &op, ArrayRef<LaneValue> operands) {
  bool uniform = llvm::all_of(operands, [](LaneValue value) { return value.kind == LaneValue::Uniform; });
  OperationState state(loc, op.getName());
  for (LaneValue operand : operands)
    state.addOperands(uniform ? operand.value : materialize(operand));
  Type resultType = op.getResult(0).getType();
  state.addTypes(uniform ? resultType : VectorType::get({lanes}, resultType));
  state.addAttributes(llvm::to_vector(op.getDiscardableAttrs()));
  state.propertiesAttr = op.getPropertiesAsAttribute();
  Operation *clone = builder.create(state);
  // In a reduction, a product may be fused with the sum: one rounding less, and what every FMA unit does. Elsewhere it
  // would gain little, and quantised networks amplify the last bits of what they round.
  if (reduces && isa<arith::MulFOp, arith::AddFOp, arith::SubFOp>(clone))
    clone->setAttr("fastmath", arith::FastMathFlagsAttr::get(builder.getContext(), arith::FastMathFlags::contract));
  return {clone->getResult(0), uniform ? LaneValue::Uniform : LaneValue::Varying};
}

SmallVector<LaneValue> BodyEmitter::emit(linalg::GenericOp op, ArrayRef<LaneValue> arguments, IndexFunction index,
                                         ExtractFunction extract) {
  reduces = op.getNumReductionLoops() > 0;
  llvm::DenseMap<Value, LaneValue> values;
  for (auto [argument, value] : llvm::zip_equal(op.getBody()->getArguments(), arguments))
    values[argument] = value;
  auto valueOf = [&](Value value) -> LaneValue {
    auto known = values.find(value);
    if (known != values.end())
      return known->second;
    // Captured from the kernel's body: a constant, cloned where it is used.
    return {builder.clone(*value.getDefiningOp())->getResult(0), LaneValue::Uniform};
  };
  for (Operation &inner : op.getBody()->without_terminator()) {
    if (auto indexOp = dyn_cast<linalg::IndexOp>(inner)) {
      values[inner.getResult(0)] = index(indexOp.getDim());
      continue;
    }
    SmallVector<LaneValue> operands;
    if (auto extractOp = dyn_cast<tensor::ExtractOp>(inner)) {
      for (Value position : extractOp.getIndices())
        operands.push_back(valueOf(position));
      values[inner.getResult(0)] = extract(extractOp, operands);
      continue;
    }
    for (Value operand : inner.getOperands())
      operands.push_back(valueOf(operand));
    bool isWide = isa<arith::ExtFOp>(inner) && getElementTypeOrSelf(operands[0].value.getType()) ==
                                                   getElementTypeOrSelf(inner.getResult(0).getType());
    values[inner.getResult(0)] = isWide ? operands[0] : cloneOp(inner, operands);
  }
  SmallVector<LaneValue> results;
  for (Value value : op.getBody()->getTerminator()->getOperands())
    results.push_back(valueOf(value));
  return results;
}

// Grouping of values that share a scale; see QuantizedGroups.h.
#include "passes/Compress/QuantizedGroups.h"

#include "dialects/Edge/ConstantData.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace edgecc::compress;
using namespace edgecc::edge;

namespace {

bool isFloatTensor(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.getElementType().isF32();
}

bool isZeroPad(PadOp pad) {
  if (pad.getMode() != PadMode::constant)
    return true;
  Attribute value;
  return matchPattern(pad.getValue(), m_Constant(&value)) && isConstantOf(value, 0.0);
}

/// The operands of an operation that keeps the scale whose elements it moves.
SmallVector<Value> movedOperands(Operation *op) {
  if (auto concat = dyn_cast<ConcatOp>(op))
    return SmallVector<Value>(concat.getInputs());
  return {op->getOperand(0)};
}

} // namespace

bool edgecc::compress::keepsScale(Operation *op) {
  if (auto pad = dyn_cast<PadOp>(op))
    return isFloatTensor(pad.getOutput()) && isZeroPad(pad);
  if (auto resize = dyn_cast<ResizeOp>(op))
    return isFloatTensor(resize.getOutput()) && resize.getMode() == ResizeMode::nearest;
  return isa<ReshapeOp, TransposeOp, SliceOp, ConcatOp, MaxPoolOp, BroadcastToOp>(op) &&
         isFloatTensor(op->getResult(0));
}

DictionaryAttr edgecc::compress::observationOf(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    auto function = dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp());
    return function ? function.getArgAttrOfType<DictionaryAttr>(argument.getArgNumber(), observedAttribute)
                    : DictionaryAttr();
  }
  auto result = cast<OpResult>(value);
  auto all = result.getOwner()->getAttrOfType<ArrayAttr>(observedAttribute);
  return all && result.getResultNumber() < all.size() ? dyn_cast<DictionaryAttr>(all[result.getResultNumber()])
                                                      : DictionaryAttr();
}

void edgecc::compress::setObservation(Value value, DictionaryAttr observation) {
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    cast<func::FuncOp>(argument.getOwner()->getParentOp())
        .setArgAttr(argument.getArgNumber(), observedAttribute, observation);
    return;
  }
  auto result = cast<OpResult>(value);
  Operation *op = result.getOwner();
  SmallVector<Attribute> all(op->getNumResults(), UnitAttr::get(op->getContext()));
  if (auto old = op->getAttrOfType<ArrayAttr>(observedAttribute))
    llvm::copy(old, all.begin());
  all[result.getResultNumber()] = observation;
  op->setAttr(observedAttribute, ArrayAttr::get(op->getContext(), all));
}

QuantizedGroups::QuantizedGroups(func::FuncOp function, ArrayRef<Value> sinks) {
  Block &body = function.getBody().front();
  SmallVector<Value> values;
  for (BlockArgument argument : body.getArguments())
    if (isFloatTensor(argument))
      values.push_back(argument);
  for (Operation &op : body)
    for (Value result : op.getResults())
      if (isFloatTensor(result))
        values.push_back(result);
  for (Value value : values)
    classes.insert(value.getAsOpaquePointer());
  for (Operation &op : body)
    if (op.getNumResults() == 1 && keepsScale(&op))
      for (Value operand : movedOperands(&op))
        if (!matchPattern(operand, m_Constant()))
          classes.unionSets(operand.getAsOpaquePointer(), op.getResult(0).getAsOpaquePointer());

  for (Value sink : sinks)
    ranges.try_emplace(classes.getLeaderValue(sink.getAsOpaquePointer()));
  for (Value value : values) {
    auto range = ranges.find(classes.getLeaderValue(value.getAsOpaquePointer()));
    if (range == ranges.end())
      continue;
    ordered.push_back(value);
    DictionaryAttr observed = observationOf(value);
    auto lowest = observed ? observed.getAs<FloatAttr>("min") : FloatAttr();
    auto highest = observed ? observed.getAs<FloatAttr>("max") : FloatAttr();
    if (!lowest || !highest)
      continue;
    if (!range->second)
      range->second.emplace();
    range->second->include({lowest.getValueAsDouble(), highest.getValueAsDouble()});
  }
}

bool QuantizedGroups::contains(Value value) const {
  auto member = classes.findLeader(value.getAsOpaquePointer());
  return member != classes.member_end() && ranges.contains(*member);
}

std::optional<Interval> QuantizedGroups::rangeOf(Value value) const {
  return ranges.lookup(classes.getLeaderValue(value.getAsOpaquePointer()));
}

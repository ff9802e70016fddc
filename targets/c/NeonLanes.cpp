// What has no intrinsic, lane by lane: helper functions around the scalar language; see NeonLanguage.h.
#include "targets/c/NeonLanguage.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace edgecc::c;
using edgecc::source::Expression;
using edgecc::source::within;

//===-- Parts of helpers ------------------------------------------------------------------------------------------===//

Expression NeonLanguage::helper(std::string name, StringRef resultType, StringRef parameters, StringRef body,
                                ArrayRef<Expression> operands) {
  std::string stem = name;
  for (unsigned number = 2;; ++number) {
    std::string text = ("static inline " + resultType + " " + name + "(" + parameters + ") {\n" + body + "}\n").str();
    auto known = llvm::find_if(functions, [&](const auto &function) { return function.first == name; });
    bool isNew = known == functions.end();
    if (!isNew && known->second != text) {
      name = stem + "_" + std::to_string(number); // Another operation has this name.
      continue;
    }
    if (isNew)
      functions.emplace_back(name, text);
    return call(name, operands);
  }
}

/// The text of lane i of a parameter of `type`; adds to `unpacking` what makes an array of it.
std::string NeonLanguage::laneOf(Type type, StringRef parameter, StringRef array, std::string &unpacking) {
  std::optional<Register> held = registerOf(type);
  if (!isa<VectorType>(type))
    return parameter.str();
  if (!held)
    return (parameter + ".lane[i]").str();
  unpacking += "  " + held->element() + " " + array.str() + "[" + std::to_string(held->lanes) + "];\n  " +
               held->intrinsic("vst1") + "(" + array.str() + ", " + parameter.str() + ");\n";
  return (array + (getElementTypeOrSelf(type).isInteger(1) ? "[i] != 0" : "[i]")).str();
}

std::string NeonLanguage::declareResult(VectorType type) const {
  std::optional<Register> held = registerOf(type);
  if (!held)
    return "  edgecc_" + shortName(type) + " r;\n";
  bool isPartial = held->lanes != type.getNumElements();
  return "  " + held->element() + " r[" + std::to_string(held->lanes) + "]" + (isPartial ? " = {0};\n" : ";\n");
}

std::string NeonLanguage::assignLane(VectorType type, const Expression &value) const {
  std::optional<Register> held = registerOf(type);
  if (!held)
    return "r.lane[i] = " + value.text + ";\n";
  if (!type.getElementType().isInteger(1))
    return "r[i] = " + value.text + ";\n";
  return "r[i] = " + within(value, Expression::Unary) + " ? UINT" + std::to_string(held->bits) + "_MAX : 0;\n";
}

std::string NeonLanguage::returnResult(VectorType type) const {
  std::optional<Register> held = registerOf(type);
  return held ? "  return " + held->intrinsic("vld1") + "(r);\n" : "  return r;\n";
}

//===-- Operations ------------------------------------------------------------------------------------------------===//

/// "cmpf_one": the operation's name, with what else tells it from others.
static std::string nameOf(Operation *op) {
  std::string name = op->getName().stripDialect().str();
  if (auto integers = dyn_cast<arith::CmpIOp>(op))
    name += "_" + arith::stringifyCmpIPredicate(integers.getPredicate()).str();
  if (auto floats = dyn_cast<arith::CmpFOp>(op))
    name += "_" + arith::stringifyCmpFPredicate(floats.getPredicate()).str();
  return name;
}

FailureOr<Expression> NeonLanguage::printByLanes(Operation *op, ArrayRef<Expression> operands) {
  auto type = dyn_cast<VectorType>(op->getResult(0).getType());
  if (!type || !op->hasTrait<OpTrait::Elementwise>())
    return op->emitOpError() << "on vectors has no form in C with NEON; compile this model with --target=cpu";
  // The same operation on scalars, for the language of scalars to print.
  Block block;
  OperationState state(op->getLoc(), op->getName());
  std::string parameters, body;
  SmallVector<Expression> lanes;
  for (auto [place, operand] : llvm::enumerate(op->getOperands())) {
    state.addOperands(block.addArgument(getElementTypeOrSelf(operand.getType()), op->getLoc()));
    std::string letter(1, static_cast<char>('a' + place)), array(1, static_cast<char>('x' + place));
    parameters += (place ? ", " : "") + valueType(operand.getType()) + " " + letter;
    std::string lane = laneOf(operand.getType(), letter, array, body);
    lanes.push_back({lane, lane.back() == '0' ? Expression::Loose : Expression::Primary});
  }
  state.addTypes(type.getElementType());
  state.propertiesAttr = op->getPropertiesAsAttribute();
  OpBuilder builder(op->getContext());
  builder.setInsertionPointToEnd(&block);
  Operation *scalar = builder.create(state);
  FailureOr<Expression> value = Language::print(scalar, lanes);
  if (failed(value))
    return failure();
  body += declareResult(type) + "  for (int i = 0; i < " + std::to_string(type.getNumElements()) + "; ++i)\n    " +
          assignLane(type, *value) + returnResult(type);
  return helper("edgecc_" + nameOf(op) + "_" + shortName(type), valueType(type), parameters, body, operands);
}

FailureOr<Expression> NeonLanguage::reduceByLanes(Operation *op, const Expression &value) {
  auto reduction = cast<vector::ReductionOp>(op);
  VectorType type = reduction.getSourceVectorType();
  Type element = type.getElementType();
  if (reduction.getAcc())
    return op->emitOpError("with a start value has no form in C with NEON; compile this model with --target=cpu");
  Block block;
  Value sum = block.addArgument(element, op->getLoc()), next = block.addArgument(element, op->getLoc());
  OpBuilder builder(op->getContext());
  builder.setInsertionPointToEnd(&block);
  Value combined = vector::makeArithReduction(builder, op->getLoc(), reduction.getKind(), sum, next);
  std::string body, lane = laneOf(type, "a", "x", body), first = lane;
  first.replace(first.find("[i]"), 3, "[0]");
  FailureOr<Expression> text = Language::print(
      combined.getDefiningOp(), {{"r"}, {lane, lane.back() == '0' ? Expression::Loose : Expression::Primary}});
  if (failed(text))
    return failure();
  body += "  " + valueType(element) + " r = " + first + ";\n  for (int i = 1; i < " +
          std::to_string(type.getNumElements()) + "; ++i)\n    r = " + text->text + ";\n  return r;\n";
  std::string kind = vector::stringifyCombiningKind(reduction.getKind()).str();
  return helper("edgecc_" + kind + "_across_" + shortName(type), valueType(element), valueType(type) + " a", body,
                value);
}

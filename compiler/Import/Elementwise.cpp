// ONNX operators that work element by element: arithmetic, comparisons, logic, conversions, functions of one number.
#include "compiler/Import/OperatorRegistry.h"
#include "compiler/Import/Tensors.h"

#include <onnx/onnx_pb.h>

using namespace mlir;
using namespace edgecc;
using namespace edgecc::import;

//===-- Two operands ---------------------------------------------------------------------------------------------===//

/// The second operand so that it broadcasts as in NumPy. Before opset 7 it had to be a part of the first one's shape,
/// starting at attribute `axis`.
static Value broadcastOperand(NodeImporter &node) {
  Value rhs = node.input(1);
  int64_t rank = rankOf(node.input(0));
  if (node.opset() >= 7 || !node.hasAttribute("axis") || node.integer("broadcast", 0) == 0)
    return rhs;
  FailureOr<int64_t> axis = node.axisOf(node.integer("axis", 0), rank);
  if (failed(axis))
    return {};
  SmallVector<int64_t> shape(shapeOf(rhs));
  while (*axis + static_cast<int64_t>(shape.size()) < rank)
    shape.push_back(1);
  return node.reshape(rhs, shape);
}

template <typename OpTy> static LogicalResult importBinary(NodeImporter &node) {
  return node.done(node.create<OpTy>(node.input(0), broadcastOperand(node)));
}

template <typename OpTy> static LogicalResult importSwapped(NodeImporter &node) {
  return node.done(node.create<OpTy>(broadcastOperand(node), node.input(0)));
}

static LogicalResult importMod(NodeImporter &node) {
  if (node.integer("fmod", 0) != 0)
    return importBinary<edge::RemOp>(node);
  if (isa<FloatType>(node.inputType(0).getElementType()))
    return node.unsupported("floats need the attribute fmod=1");
  return importBinary<edge::ModOp>(node);
}

/// Small constant exponents are cheaper as products.
static Value powByConstant(NodeImporter &node, Value base, double exponent) {
  if (!isa<FloatType>(elementOf(base)))
    return {};
  if (exponent == 1)
    return base;
  if (exponent == 2)
    return node.create<edge::MulOp>(base, base);
  if (exponent == 3)
    return node.create<edge::MulOp>(node.create<edge::MulOp>(base, base), base);
  if (exponent == 0.5)
    return node.create<edge::SqrtOp>(base);
  return {};
}

static LogicalResult importPow(NodeImporter &node) {
  Value base = node.input(0), exponent = broadcastOperand(node);
  if (!exponent)
    return failure();
  ElementsAttr constant = node.constantInput(1);
  if (constant && constant.getNumElements() == 1 && constant.getShapedType().getRank() <= rankOf(base)) {
    FailureOr<SmallVector<double>> value = numbersOf(constant);
    if (Value cheap = succeeded(value) ? powByConstant(node, base, value->front()) : Value())
      return node.done(cheap);
  }
  // The result has the type of the base; an integer to the power of a float is computed as a float.
  Type type = elementOf(base);
  if (!isa<FloatType>(type) && isa<FloatType>(elementOf(exponent)))
    base = node.cast(base, elementOf(exponent));
  else
    exponent = node.cast(exponent, type);
  return node.done(node.cast(node.create<edge::PowOp>(base, exponent), type));
}

static LogicalResult importBitShift(NodeImporter &node) {
  std::string direction = node.string("direction", "");
  if (direction == "LEFT")
    return importBinary<edge::ShiftLeftOp>(node);
  if (direction == "RIGHT")
    return importBinary<edge::ShiftRightOp>(node);
  return node.unsupported("direction is '" + direction + "', expected LEFT or RIGHT");
}

//===-- Any number of operands -----------------------------------------------------------------------------------===//

template <typename OpTy> static Value combineInputs(NodeImporter &node) {
  SmallVector<Value> inputs = node.inputs();
  Value result = inputs.front();
  for (Value operand : ArrayRef<Value>(inputs).drop_front())
    result = node.create<OpTy>(result, operand);
  return result;
}

template <typename OpTy> static LogicalResult importVariadic(NodeImporter &node) {
  if (node.inputs().empty())
    return node.unsupported("it needs at least one input");
  return node.done(combineInputs<OpTy>(node));
}

static LogicalResult importMean(NodeImporter &node) {
  if (node.inputs().empty())
    return node.unsupported("it needs at least one input");
  Value sum = combineInputs<edge::AddOp>(node);
  if (!sum || node.inputs().size() == 1)
    return node.done(sum);
  return node.done(node.create<edge::DivOp>(sum, node.scalar(node.inputs().size(), elementOf(sum))));
}

static LogicalResult importWhere(NodeImporter &node) {
  return node.done(node.create<edge::SelectOp>(node.input(0), node.input(1), node.input(2)));
}

/// A bound of Clip: an input of one element, in whatever shape.
static Value clipBound(NodeImporter &node, size_t index) {
  Value bound = node.input(index);
  return tensorType(bound).getNumElements() == 1 ? node.reshape(bound, {}) : bound;
}

static LogicalResult importClip(NodeImporter &node) {
  Value value = node.input(0), low, high;
  Type type = elementOf(value);
  if (node.opset() < 11) {
    low = node.hasAttribute("min") ? node.scalar(node.number("min", 0), type) : Value();
    high = node.hasAttribute("max") ? node.scalar(node.number("max", 0), type) : Value();
  } else {
    low = node.hasInput(1) ? clipBound(node, 1) : Value();
    high = node.hasInput(2) ? clipBound(node, 2) : Value();
  }
  auto constant = low ? low.getDefiningOp<edge::ConstantOp>() : nullptr;
  bool isRelu = constant && isa<FloatType>(type) && constant.getValue().getNumElements() == 1 &&
                numbersOf(constant.getValue())->front() == 0;
  if (isRelu)
    value = node.create<edge::ReluOp>(value);
  else if (low)
    value = node.create<edge::MaxOp>(value, low);
  if (high)
    value = node.create<edge::MinOp>(value, high);
  return node.done(value);
}

//===-- One operand ----------------------------------------------------------------------------------------------===//

template <typename OpTy> static LogicalResult importUnary(NodeImporter &node) {
  return node.done(node.create<OpTy>(node.input(0)));
}

static LogicalResult importAbs(NodeImporter &node) {
  if (node.inputType(0).getElementType().isUnsignedInteger())
    return node.done(node.input(0));
  return importUnary<edge::AbsOp>(node);
}

static LogicalResult importReciprocal(NodeImporter &node) {
  Value value = node.input(0);
  return node.done(node.create<edge::DivOp>(node.scalar(1, elementOf(value)), value));
}

static LogicalResult importIsInf(NodeImporter &node) {
  bool negative = node.integer("detect_negative", 1) != 0, positive = node.integer("detect_positive", 1) != 0;
  Value value = node.input(0);
  Value isInf = node.create<edge::IsInfOp>(value);
  if (negative && positive)
    return node.done(isInf);
  if (!negative && !positive)
    return node.done(node.broadcastTo(node.scalar(0, node.builder().getI1Type()), shapeOf(value)));
  Value zero = node.scalar(0, elementOf(value));
  Value sign = positive ? node.create<edge::LessOp>(zero, value) : node.create<edge::LessOp>(value, zero);
  return node.done(node.create<edge::AndOp>(isInf, sign));
}

//===-- Conversions ----------------------------------------------------------------------------------------------===//

static LogicalResult importCast(NodeImporter &node) {
  Type type;
  if (node.opset() < 6) { // The type was a name.
    onnx::TensorProto::DataType number;
    std::string name = node.string("to", "");
    if (onnx::TensorProto::DataType_Parse(name, &number))
      type = elementTypeOf(number, node.context());
    if (!type)
      return node.unsupported("attribute 'to' asks for '" + name + "', which edgecc does not have");
  } else {
    type = node.dataType("to", 0);
  }
  return type ? node.done(node.cast(node.input(0), type)) : failure();
}

static LogicalResult importCastLike(NodeImporter &node) {
  return node.done(node.cast(node.input(0), node.inputType(1).getElementType()));
}

//===-- Registration ---------------------------------------------------------------------------------------------===//

static void registerUnary(OperatorRegistry &registry) {
  registry.add("Abs", importAbs);
  registry.add("Neg", importUnary<edge::NegOp>);
  registry.add("Exp", importUnary<edge::ExpOp>);
  registry.add("Log", importUnary<edge::LogOp>);
  registry.add("Sqrt", importUnary<edge::SqrtOp>);
  registry.add("Reciprocal", importReciprocal);
  registry.add("Floor", importUnary<edge::FloorOp>);
  registry.add("Ceil", importUnary<edge::CeilOp>);
  registry.add("Round", importUnary<edge::RoundOp>);
  registry.add("Sign", importUnary<edge::SignOp>);
  registry.add("Sin", importUnary<edge::SinOp>);
  registry.add("Cos", importUnary<edge::CosOp>);
  registry.add("Tan", importUnary<edge::TanOp>);
  registry.add("Asin", importUnary<edge::AsinOp>);
  registry.add("Acos", importUnary<edge::AcosOp>);
  registry.add("Atan", importUnary<edge::AtanOp>);
  registry.add("Sinh", importUnary<edge::SinhOp>);
  registry.add("Cosh", importUnary<edge::CoshOp>);
  registry.add("Tanh", importUnary<edge::TanhOp>);
  registry.add("Asinh", importUnary<edge::AsinhOp>);
  registry.add("Acosh", importUnary<edge::AcoshOp>);
  registry.add("Atanh", importUnary<edge::AtanhOp>);
  registry.add("Erf", importUnary<edge::ErfOp>);
  registry.add("IsNaN", importUnary<edge::IsNanOp>);
  registry.add("IsInf", importIsInf);
  registry.add("Not", importUnary<edge::NotOp>);
  registry.add("BitwiseNot", importUnary<edge::NotOp>);
}

static void registerBinary(OperatorRegistry &registry) {
  registry.add("Add", importBinary<edge::AddOp>);
  registry.add("Sub", importBinary<edge::SubOp>);
  registry.add("Mul", importBinary<edge::MulOp>);
  registry.add("Div", importBinary<edge::DivOp>);
  registry.add("Pow", importPow);
  registry.add("Mod", importMod);
  registry.add("And", importBinary<edge::AndOp>);
  registry.add("Or", importBinary<edge::OrOp>);
  registry.add("Xor", importBinary<edge::XorOp>);
  registry.add("BitwiseAnd", importBinary<edge::AndOp>);
  registry.add("BitwiseOr", importBinary<edge::OrOp>);
  registry.add("BitwiseXor", importBinary<edge::XorOp>);
  registry.add("BitShift", importBitShift);
  registry.add("Equal", importBinary<edge::EqualOp>);
  registry.add("Less", importBinary<edge::LessOp>);
  registry.add("LessOrEqual", importBinary<edge::LessOrEqualOp>);
  registry.add("Greater", importSwapped<edge::LessOp>);
  registry.add("GreaterOrEqual", importSwapped<edge::LessOrEqualOp>);
}

void edgecc::import::registerElementwise(OperatorRegistry &registry) {
  registerUnary(registry);
  registerBinary(registry);
  registry.add("Max", importVariadic<edge::MaxOp>);
  registry.add("Min", importVariadic<edge::MinOp>);
  registry.add("Sum", importVariadic<edge::AddOp>);
  registry.add("Mean", importMean);
  registry.add("Where", importWhere);
  registry.add("Clip", importClip);
  registry.add("Cast", importCast);
  registry.add("CastLike", importCastLike);
}

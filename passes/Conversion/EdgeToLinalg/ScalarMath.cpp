// Scalar arithmetic by edge element type; see ScalarMath.h.
#include "passes/Conversion/EdgeToLinalg/ScalarMath.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "passes/Conversion/EdgeToLinalg/LinalgBuilders.h"

using namespace mlir;

namespace edgecc::edge_to_linalg {

/// Half-width floats are computed in f32, where the CPU has instructions and rounding happens once per op.
static Type computeType(Type edgeElement) {
  if (edgeElement.isF16() || edgeElement.isBF16())
    return Float32Type::get(edgeElement.getContext());
  return storageType(edgeElement);
}

Type accumulatorType(Type edgeElement) {
  Type type = computeType(edgeElement);
  if (type.isInteger() && type.getIntOrFloatBitWidth() < 32)
    return IntegerType::get(type.getContext(), 32);
  return type;
}

static bool isUnsignedElement(Type edgeElement) { return edgeElement.isInteger(1) || edgeElement.isUnsignedInteger(); }

ScalarMath::ScalarMath(OpBuilder &builder, Location loc, Type edgeElement)
    : builder(builder), loc(loc), storage(storageType(edgeElement)), type(computeType(edgeElement)),
      isUnsignedInteger(isUnsignedElement(edgeElement)), isBoolean(edgeElement.isInteger(1)) {}

ScalarMath ScalarMath::accumulating(OpBuilder &builder, Location loc, Type edgeElement) {
  ScalarMath math(builder, loc, edgeElement);
  math.type = accumulatorType(edgeElement);
  return math;
}

Value ScalarMath::load(Value stored) {
  if (storage == type)
    return stored;
  if (isFloat())
    return arith::ExtFOp::create(builder, loc, type, stored);
  if (isUnsigned())
    return arith::ExtUIOp::create(builder, loc, type, stored);
  return arith::ExtSIOp::create(builder, loc, type, stored);
}

Value ScalarMath::store(Value computed) {
  if (storage == type)
    return computed;
  if (isFloat())
    return arith::TruncFOp::create(builder, loc, storage, computed);
  return arith::TruncIOp::create(builder, loc, storage, computed);
}

TypedAttr scalarAttr(Type type, double value) {
  if (auto floatType = dyn_cast<FloatType>(type))
    return FloatAttr::get(floatType, value);
  return IntegerAttr::get(type, static_cast<int64_t>(value));
}

Value ScalarMath::constant(double value) { return arith::ConstantOp::create(builder, loc, scalarAttr(type, value)); }

Value ScalarMath::lowest() {
  if (isFloat())
    return constant(-std::numeric_limits<double>::infinity());
  unsigned width = type.getIntOrFloatBitWidth();
  APInt value = isUnsigned() ? APInt::getMinValue(width) : APInt::getSignedMinValue(width);
  return arith::ConstantOp::create(builder, loc, IntegerAttr::get(type, value));
}

Value ScalarMath::highest() {
  if (isFloat())
    return constant(std::numeric_limits<double>::infinity());
  unsigned width = type.getIntOrFloatBitWidth();
  APInt value = isBool() ? APInt(width, 1) : isUnsigned() ? APInt::getMaxValue(width) : APInt::getSignedMaxValue(width);
  return arith::ConstantOp::create(builder, loc, IntegerAttr::get(type, value));
}

//===-- Arithmetic ------------------------------------------------------------------------------------------------===//

Value ScalarMath::add(Value a, Value b) {
  if (isFloat())
    return arith::AddFOp::create(builder, loc, a, b);
  return arith::AddIOp::create(builder, loc, a, b);
}

Value ScalarMath::sub(Value a, Value b) {
  if (isFloat())
    return arith::SubFOp::create(builder, loc, a, b);
  return arith::SubIOp::create(builder, loc, a, b);
}

Value ScalarMath::mul(Value a, Value b) {
  if (isFloat())
    return arith::MulFOp::create(builder, loc, a, b);
  return arith::MulIOp::create(builder, loc, a, b);
}

Value ScalarMath::div(Value a, Value b) {
  if (isFloat())
    return arith::DivFOp::create(builder, loc, a, b);
  if (isUnsigned())
    return arith::DivUIOp::create(builder, loc, a, b);
  return arith::DivSIOp::create(builder, loc, a, b);
}

Value ScalarMath::rem(Value a, Value b) {
  if (isFloat())
    return arith::RemFOp::create(builder, loc, a, b);
  if (isUnsigned())
    return arith::RemUIOp::create(builder, loc, a, b);
  return arith::RemSIOp::create(builder, loc, a, b);
}

Value ScalarMath::max(Value a, Value b) {
  if (isFloat())
    return arith::MaximumFOp::create(builder, loc, a, b);
  if (isUnsigned())
    return arith::MaxUIOp::create(builder, loc, a, b);
  return arith::MaxSIOp::create(builder, loc, a, b);
}

Value ScalarMath::min(Value a, Value b) {
  if (isFloat())
    return arith::MinimumFOp::create(builder, loc, a, b);
  if (isUnsigned())
    return arith::MinUIOp::create(builder, loc, a, b);
  return arith::MinSIOp::create(builder, loc, a, b);
}

Value ScalarMath::neg(Value a) {
  if (isFloat())
    return arith::NegFOp::create(builder, loc, a);
  return arith::SubIOp::create(builder, loc, constant(0), a);
}

//===-- Comparison ------------------------------------------------------------------------------------------------===//

Value ScalarMath::equal(Value a, Value b) {
  if (isFloat())
    return arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OEQ, a, b);
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, a, b);
}

Value ScalarMath::less(Value a, Value b) {
  if (isFloat())
    return arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OLT, a, b);
  return arith::CmpIOp::create(builder, loc, isUnsigned() ? arith::CmpIPredicate::ult : arith::CmpIPredicate::slt, a,
                               b);
}

Value ScalarMath::lessOrEqual(Value a, Value b) {
  if (isFloat())
    return arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OLE, a, b);
  return arith::CmpIOp::create(builder, loc, isUnsigned() ? arith::CmpIPredicate::ule : arith::CmpIPredicate::sle, a,
                               b);
}

Value ScalarMath::isNan(Value a) {
  if (isFloat())
    return arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::UNO, a, a);
  return arith::ConstantOp::create(builder, loc, builder.getBoolAttr(false));
}

Value ScalarMath::select(Value condition, Value a, Value b) {
  return arith::SelectOp::create(builder, loc, condition, a, b);
}

//===-- Functions -------------------------------------------------------------------------------------------------===//

Value ScalarMath::exp(Value a) { return math::ExpOp::create(builder, loc, a); }
Value ScalarMath::tanh(Value a) { return math::TanhOp::create(builder, loc, a); }

// exp(-x) overflows to inf at worst, whose reciprocal is the 0 that is wanted.
Value ScalarMath::sigmoid(Value a) {
  Value one = constant(1);
  return div(one, add(one, exp(neg(a))));
}

//===-- Casts -----------------------------------------------------------------------------------------------------===//

static Value castIntegerToInteger(OpBuilder &builder, Location loc, Value value, bool isUnsigned, Type to) {
  unsigned fromWidth = value.getType().getIntOrFloatBitWidth(), toWidth = to.getIntOrFloatBitWidth();
  if (fromWidth == toWidth)
    return value;
  if (fromWidth > toWidth)
    return arith::TruncIOp::create(builder, loc, to, value);
  if (isUnsigned)
    return arith::ExtUIOp::create(builder, loc, to, value);
  return arith::ExtSIOp::create(builder, loc, to, value);
}

static Value castFloatToFloat(OpBuilder &builder, Location loc, Value value, Type to) {
  Type from = value.getType();
  unsigned fromWidth = from.getIntOrFloatBitWidth(), toWidth = to.getIntOrFloatBitWidth();
  if (from == to)
    return value;
  if (fromWidth == toWidth) // f16 and bf16: neither holds the other
    value = arith::ExtFOp::create(builder, loc, Float32Type::get(to.getContext()), value);
  if (fromWidth < toWidth)
    return arith::ExtFOp::create(builder, loc, to, value);
  return arith::TruncFOp::create(builder, loc, to, value);
}

/// Clamps before the conversion, which is poison out of range. The largest integer may not be a float; then values from
/// the next power of two on are selected by a comparison.
static Value castFloatToInteger(OpBuilder &builder, Location loc, Value value, IntegerType to, bool isUnsigned) {
  ScalarMath math(builder, loc, value.getType());
  auto floatType = cast<FloatType>(math.getType());
  unsigned width = to.getWidth();
  APInt lowest = isUnsigned ? APInt::getMinValue(width) : APInt::getSignedMinValue(width);
  APInt highest = isUnsigned ? APInt::getMaxValue(width) : APInt::getSignedMaxValue(width);
  APFloat low(floatType.getFloatSemantics()), high(floatType.getFloatSemantics());
  low.convertFromAPInt(lowest, !isUnsigned, APFloat::rmTowardZero);
  bool exact = high.convertFromAPInt(highest, !isUnsigned, APFloat::rmTowardZero) == APFloat::opOK;

  auto constant = [&](Attribute attr) { return arith::ConstantOp::create(builder, loc, cast<TypedAttr>(attr)); };
  Value x = math.load(value), highConstant = constant(FloatAttr::get(floatType, high));
  Value lowConstant = constant(FloatAttr::get(floatType, low)), clamped;
  if (isUnsigned) { // A comparison with NaN fails, so that these select the lowest value for it, which is 0.
    clamped = math.select(math.less(lowConstant, x), x, lowConstant);
    clamped = math.select(math.less(clamped, highConstant), clamped, highConstant);
  } else {
    clamped = math.select(math.isNan(x), math.constant(0), x);
    clamped = math.min(math.max(clamped, lowConstant), highConstant);
  }
  Value result = isUnsigned ? arith::FPToUIOp::create(builder, loc, to, clamped).getResult()
                            : arith::FPToSIOp::create(builder, loc, to, clamped).getResult();
  if (exact)
    return result;
  return math.select(math.less(highConstant, x), constant(IntegerAttr::get(to, highest)), result);
}

static Value castToBool(OpBuilder &builder, Location loc, Value value, Type to) {
  Type from = value.getType();
  Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(from));
  Value holds = isa<FloatType>(from)
                    ? arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::UNE, value, zero).getResult()
                    : arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne, value, zero).getResult();
  return arith::ExtUIOp::create(builder, loc, to, holds);
}

Value castScalar(OpBuilder &builder, Location loc, Value value, Type from, Type to) {
  Type target = storageType(to);
  if (from == to)
    return value;
  if (to.isInteger(1)) {
    ScalarMath math(builder, loc, from);
    return castToBool(builder, loc, math.load(value), target);
  }
  bool fromUnsigned = isUnsignedElement(from);
  if (isa<FloatType>(from))
    return isa<FloatType>(to)
               ? castFloatToFloat(builder, loc, value, to)
               : castFloatToInteger(builder, loc, value, cast<IntegerType>(target), isUnsignedElement(to));
  if (!isa<FloatType>(to))
    return castIntegerToInteger(builder, loc, value, fromUnsigned, target);
  ScalarMath math(builder, loc, to);
  Value result = fromUnsigned ? arith::UIToFPOp::create(builder, loc, math.getType(), value).getResult()
                              : arith::SIToFPOp::create(builder, loc, math.getType(), value).getResult();
  return math.store(result);
}

Value multiplyAdd(OpBuilder &builder, Location loc, Type lhs, Type rhs, Type element, ValueRange arguments) {
  ScalarMath math = ScalarMath::accumulating(builder, loc, element);
  auto widened = [&](Value value, Type type) {
    return type == element ? math.load(value) : castScalar(builder, loc, value, type, element);
  };
  return math.add(arguments[2], math.mul(widened(arguments[0], lhs), widened(arguments[1], rhs)));
}

} // namespace edgecc::edge_to_linalg

// Lowering of elementwise ops: one generic each, which reads broadcast operands through its maps.
#include "dialects/Edge/EdgeOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "passes/Conversion/EdgeToLinalg/EdgeToLinalg.h"
#include "passes/Conversion/EdgeToLinalg/LinalgBuilders.h"
#include "passes/Conversion/EdgeToLinalg/ScalarMath.h"

using namespace mlir;
using namespace edgecc::edge;

namespace edgecc::edge_to_linalg {
namespace {

/// A generic over `type` whose body sees one stored element of each operand; uniform constants are written in the body.
Value elementwise(OpBuilder &builder, Location loc, RankedTensorType type, ValueRange operands, BodyBuilder body) {
  SmallVector<Value> inputs;
  SmallVector<std::optional<TypedAttr>> constants;
  for (Value operand : operands) {
    constants.push_back(uniformConstant(operand));
    if (!constants.back())
      inputs.push_back(operand);
  }
  return broadcastingGeneric(builder, loc, type, inputs,
                             [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
                               SmallVector<Value> elements;
                               for (const std::optional<TypedAttr> &constant : constants) {
                                 if (constant) {
                                   elements.push_back(arith::ConstantOp::create(nested, nestedLoc, *constant));
                                   continue;
                                 }
                                 elements.push_back(arguments.front());
                                 arguments = arguments.drop_front();
                               }
                               return body(nested, nestedLoc, elements);
                             });
}

/// One element out of the operands' elements, in the compute type; an i1 for ops with a boolean result.
using ScalarFunction = Value (*)(ScalarMath &math, ValueRange elements);

enum class Accepts { anyElement, floats };

template <typename EdgeOp> struct ConvertElementwise : OpConversionPattern<EdgeOp> {
  ConvertElementwise(const TypeConverter &types, MLIRContext *context, ScalarFunction function,
                     Accepts accepts = Accepts::anyElement)
      : OpConversionPattern<EdgeOp>(types, context), function(function), accepts(accepts) {}

  LogicalResult matchAndRewrite(EdgeOp op, typename EdgeOp::Adaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Type element = getElementTypeOrSelf(op->getOperand(0).getType());
    if (accepts == Accepts::floats && !isa<FloatType>(element))
      return op.emitOpError("needs a float element type, got ") << element;
    auto type = storageType(cast<RankedTensorType>(op->getResult(0).getType()));
    auto body = [&](OpBuilder &builder, Location loc, ValueRange stored) -> Value {
      ScalarMath math(builder, loc, element);
      SmallVector<Value> loaded;
      for (Value value : stored)
        loaded.push_back(math.load(value));
      Value result = function(math, loaded);
      if (result.getType().isInteger(1))
        return arith::ExtUIOp::create(builder, loc, type.getElementType(), result);
      return math.store(result);
    };
    rewriter.replaceOp(op, elementwise(rewriter, op.getLoc(), type, adaptor.getOperands(), body));
    return success();
  }

  ScalarFunction function;
  Accepts accepts;
};

//===-- Scalar functions ------------------------------------------------------------------------------------------===//

template <typename MathOp> Value applyMath(ScalarMath &math, ValueRange x) {
  return MathOp::create(math.getBuilder(), math.getLoc(), x[0]);
}

template <typename ArithOp> Value applyBitwise(ScalarMath &math, ValueRange x) {
  return ArithOp::create(math.getBuilder(), math.getLoc(), x[0], x[1]);
}

template <Value (ScalarMath::*method)(Value)> Value apply(ScalarMath &math, ValueRange x) {
  return (math.*method)(x[0]);
}

template <Value (ScalarMath::*method)(Value, Value)> Value apply(ScalarMath &math, ValueRange x) {
  return (math.*method)(x[0], x[1]);
}

Value absolute(ScalarMath &math, ValueRange x) {
  if (math.isFloat())
    return math::AbsFOp::create(math.getBuilder(), math.getLoc(), x[0]);
  if (math.isUnsigned())
    return x[0];
  return math::AbsIOp::create(math.getBuilder(), math.getLoc(), x[0]);
}

/// NaN stays NaN and -0 stays -0, as both comparisons fail.
Value sign(ScalarMath &math, ValueRange x) {
  Value zero = math.constant(0);
  Value result = math.select(math.less(zero, x[0]), math.constant(1), x[0]);
  return math.isUnsigned() ? result : math.select(math.less(x[0], zero), math.constant(-1), result);
}

Value relu(ScalarMath &math, ValueRange x) { return math.max(x[0], math.constant(0)); }

Value complement(ScalarMath &math, ValueRange x) {
  Value ones = math.constant(math.isBool() ? 1 : -1);
  return arith::XOrIOp::create(math.getBuilder(), math.getLoc(), x[0], ones);
}

Value isInfinite(ScalarMath &math, ValueRange x) { return math.equal(absolute(math, x), math.highest()); }

/// The remainder with the dividend's sign, moved by one divisor where the signs differ.
Value floorMod(ScalarMath &math, ValueRange x) {
  OpBuilder &builder = math.getBuilder();
  Location loc = math.getLoc();
  Value remainder = math.rem(x[0], x[1]);
  if (math.isUnsigned())
    return remainder;
  Value zero = math.constant(0);
  Value signsDiffer = arith::XOrIOp::create(builder, loc, math.less(remainder, zero), math.less(x[1], zero));
  Value isZero = math.equal(remainder, zero);
  Value moved = math.select(signsDiffer, math.add(remainder, x[1]), remainder);
  return math.select(isZero, remainder, moved);
}

Value shiftRight(ScalarMath &math, ValueRange x) {
  return math.isUnsigned() ? applyBitwise<arith::ShRUIOp>(math, x) : applyBitwise<arith::ShRSIOp>(math, x);
}

//===-- Ops whose operands differ in type -------------------------------------------------------------------------===//

struct ConvertSelect : OpConversionPattern<SelectOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(SelectOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    auto body = [](OpBuilder &builder, Location loc, ValueRange x) -> Value {
      Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(x[0].getType()));
      Value holds = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne, x[0], zero);
      return arith::SelectOp::create(builder, loc, holds, x[1], x[2]);
    };
    RankedTensorType type = storageType(op.getType());
    rewriter.replaceOp(op, elementwise(rewriter, op.getLoc(), type, adaptor.getOperands(), body));
    return success();
  }
};

struct ConvertCast : OpConversionPattern<CastOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(CastOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Type from = op.getInput().getType().getElementType(), to = op.getType().getElementType();
    bool keepsBits = from == to || (!to.isInteger(1) && !isa<FloatType>(from) && storageType(from) == storageType(to));
    if (keepsBits) {
      rewriter.replaceOp(op, adaptor.getInput());
      return success();
    }
    auto body = [&](OpBuilder &builder, Location loc, ValueRange x) {
      return castScalar(builder, loc, x[0], from, to);
    };
    RankedTensorType type = storageType(op.getType());
    rewriter.replaceOp(op, elementwise(rewriter, op.getLoc(), type, adaptor.getInput(), body));
    return success();
  }
};

struct ConvertRescale : OpConversionPattern<RescaleOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(RescaleOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Type to = op.getType().getElementType();
    auto body = [&](OpBuilder &builder, Location loc, ValueRange x) {
      ScalarMath wide(builder, loc, builder.getI64Type());
      auto widened = [&](unsigned operand) {
        return castScalar(builder, loc, x[operand], getElementTypeOrSelf(op->getOperand(operand)), wide.getType());
      };
      Value sum = x.back();
      for (unsigned i = 0, count = op.getInputs().size(); i < count; ++i)
        sum = wide.add(wide.mul(widened(i), widened(count + i)), sum);
      Value shifted = applyBitwise<arith::ShRSIOp>(wide, {sum, wide.constant(op.getShift())});
      return castScalar(builder, loc, saturated(wide, shifted, to), wide.getType(), to);
    };
    RankedTensorType type = storageType(op.getType());
    rewriter.replaceOp(op, elementwise(rewriter, op.getLoc(), type, adaptor.getOperands(), body));
    return success();
  }

private:
  /// The nearest integer that `to` holds.
  static Value saturated(ScalarMath &wide, Value value, Type to) {
    unsigned width = to.getIntOrFloatBitWidth();
    bool isUnsigned = to.isUnsignedInteger();
    APInt lowest = isUnsigned ? APInt::getMinValue(width) : APInt::getSignedMinValue(width);
    APInt highest = isUnsigned ? APInt::getMaxValue(width) : APInt::getSignedMaxValue(width);
    auto number = [&](const APInt &bits) -> int64_t { return isUnsigned ? bits.getZExtValue() : bits.getSExtValue(); };
    return wide.min(wide.max(value, wide.constant(number(lowest))), wide.constant(number(highest)));
  }
};

//===-- Power -----------------------------------------------------------------------------------------------------===//

/// x to the power of a constant `exponent` >= 0 by repeated squaring.
Value powerByProducts(ScalarMath &math, Value x, int64_t exponent) {
  Value result, square = x;
  for (; exponent > 0; exponent /= 2) {
    if (exponent % 2)
      result = result ? math.mul(result, square) : square;
    if (exponent > 1)
      square = math.mul(square, square);
  }
  return result ? result : math.constant(1);
}

/// As pow defines it, pow(-0, 0.5) is +0 and pow(-inf, 0.5) is +inf, where a square root differs.
Value powerOfHalf(ScalarMath &math, Value x) {
  Value root = math::SqrtOp::create(math.getBuilder(), math.getLoc(), math.add(x, math.constant(0)));
  return math.select(math.equal(x, math.lowest()), math.highest(), root);
}

Value floatPower(ScalarMath &math, Value x, Value y, std::optional<double> exponent) {
  if (exponent == 0.5)
    return powerOfHalf(math, x);
  // Few enough products to stay as exact as the library's pow.
  if (exponent && std::abs(*exponent) <= 4 && *exponent == std::trunc(*exponent)) {
    Value power = powerByProducts(math, x, std::abs(static_cast<int64_t>(*exponent)));
    return *exponent < 0 ? math.div(math.constant(1), power) : power;
  }
  return math::PowFOp::create(math.getBuilder(), math.getLoc(), x, y);
}

/// Products wrap as integers do. Without a small constant exponent the way is through f64, exact up to 53 bits.
Value integerPower(ScalarMath &math, Type element, Value x, Value y, std::optional<double> exponent) {
  if (exponent && *exponent >= 0 && *exponent <= 64)
    return powerByProducts(math, x, static_cast<int64_t>(*exponent));
  OpBuilder &builder = math.getBuilder();
  Type wide = builder.getF64Type();
  Value base = castScalar(builder, math.getLoc(), x, element, wide);
  Value power = castScalar(builder, math.getLoc(), y, element, wide);
  Value result = math::PowFOp::create(builder, math.getLoc(), base, power);
  return castScalar(builder, math.getLoc(), result, wide, element);
}

std::optional<double> uniformNumber(Value tensor, Type element) {
  std::optional<TypedAttr> attr = uniformConstant(tensor);
  if (!attr)
    return std::nullopt;
  if (auto number = dyn_cast<FloatAttr>(*attr))
    return number.getValueAsDouble();
  APInt value = cast<IntegerAttr>(*attr).getValue();
  return value.roundToDouble(!element.isUnsignedInteger());
}

struct ConvertPow : OpConversionPattern<PowOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(PowOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Type element = op.getType().getElementType();
    if (element.isInteger(1))
      return op.emitOpError("has no meaning for booleans; cast them to an integer first");
    std::optional<double> exponent = uniformNumber(adaptor.getRhs(), element);
    auto body = [&](OpBuilder &builder, Location loc, ValueRange stored) -> Value {
      ScalarMath math(builder, loc, element);
      Value x = math.load(stored[0]), y = math.load(stored[1]);
      return math.store(math.isFloat() ? floatPower(math, x, y, exponent)
                                       : integerPower(math, element, x, y, exponent));
    };
    RankedTensorType type = storageType(op.getType());
    rewriter.replaceOp(op, elementwise(rewriter, op.getLoc(), type, adaptor.getOperands(), body));
    return success();
  }
};

//===-- The table -------------------------------------------------------------------------------------------------===//

struct Table {
  template <typename EdgeOp> void add(ScalarFunction function, Accepts accepts = Accepts::anyElement) {
    patterns.add<ConvertElementwise<EdgeOp>>(types, patterns.getContext(), function, accepts);
  }
  template <typename EdgeOp, typename MathOp> void addMath() { add<EdgeOp>(applyMath<MathOp>, Accepts::floats); }

  const TypeConverter &types;
  RewritePatternSet &patterns;
};

void addFunctions(Table &table) {
  table.addMath<ExpOp, math::ExpOp>();
  table.addMath<LogOp, math::LogOp>();
  table.addMath<Log1pOp, math::Log1pOp>();
  table.addMath<SqrtOp, math::SqrtOp>();
  table.addMath<FloorOp, math::FloorOp>();
  table.addMath<CeilOp, math::CeilOp>();
  table.addMath<RoundOp, math::RoundEvenOp>();
  table.addMath<SinOp, math::SinOp>();
  table.addMath<CosOp, math::CosOp>();
  table.addMath<TanOp, math::TanOp>();
  table.addMath<AsinOp, math::AsinOp>();
  table.addMath<AcosOp, math::AcosOp>();
  table.addMath<AtanOp, math::AtanOp>();
  table.addMath<SinhOp, math::SinhOp>();
  table.addMath<CoshOp, math::CoshOp>();
  table.addMath<TanhOp, math::TanhOp>();
  table.addMath<AsinhOp, math::AsinhOp>();
  table.addMath<AcoshOp, math::AcoshOp>();
  table.addMath<AtanhOp, math::AtanhOp>();
  table.addMath<ErfOp, math::ErfOp>();
  table.add<SigmoidOp>(apply<&ScalarMath::sigmoid>, Accepts::floats);
  table.add<IsNanOp>(apply<&ScalarMath::isNan>, Accepts::floats);
  table.add<IsInfOp>(isInfinite, Accepts::floats);
}

void addArithmetic(Table &table) {
  table.add<AbsOp>(absolute);
  table.add<NegOp>(apply<&ScalarMath::neg>);
  table.add<SignOp>(sign);
  table.add<ReluOp>(relu);
  table.add<AddOp>(apply<&ScalarMath::add>);
  table.add<SubOp>(apply<&ScalarMath::sub>);
  table.add<MulOp>(apply<&ScalarMath::mul>);
  table.add<DivOp>(apply<&ScalarMath::div>);
  table.add<RemOp>(apply<&ScalarMath::rem>);
  table.add<ModOp>(floorMod);
  table.add<MaxOp>(apply<&ScalarMath::max>);
  table.add<MinOp>(apply<&ScalarMath::min>);
  table.add<EqualOp>(apply<&ScalarMath::equal>);
  table.add<LessOp>(apply<&ScalarMath::less>);
  table.add<LessOrEqualOp>(apply<&ScalarMath::lessOrEqual>);
}

void addBitwise(Table &table) {
  table.add<NotOp>(complement);
  table.add<AndOp>(applyBitwise<arith::AndIOp>);
  table.add<OrOp>(applyBitwise<arith::OrIOp>);
  table.add<XorOp>(applyBitwise<arith::XOrIOp>);
  table.add<ShiftLeftOp>(applyBitwise<arith::ShLIOp>);
  table.add<ShiftRightOp>(shiftRight);
}

} // namespace

void populateElementwise(const TypeConverter &types, RewritePatternSet &patterns) {
  Table table{types, patterns};
  addFunctions(table);
  addArithmetic(table);
  addBitwise(table);
  patterns.add<ConvertSelect, ConvertCast, ConvertRescale, ConvertPow>(types, patterns.getContext());
}

} // namespace edgecc::edge_to_linalg

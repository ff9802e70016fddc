// OpenCL C; see OpenclLanguage.h.
#include "targets/opencl/OpenclLanguage.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace edgecc::opencl;
using edgecc::source::Expression;
using edgecc::source::within;

static constexpr llvm::StringLiteral macros = R"(/* A NaN wins. Vectors choose by masks. */
#define EDGECC_MAX(a, b) ((a) > (b) || isnan(a) ? (a) : (b))
#define EDGECC_MIN(a, b) ((a) < (b) || isnan(a) ? (a) : (b))
#define EDGECC_MAXV(a, b) select((b), (a), isgreater((a), (b)) | isnan(a))
#define EDGECC_MINV(a, b) select((b), (a), isless((a), (b)) | isnan(a))

/* The multiply-add that is fast here. */
#ifdef FP_FAST_FMAF
#define EDGECC_FMA(a, b, c) fma((a), (b), (c))
#else
#define EDGECC_FMA(a, b, c) mad((a), (b), (c))
#endif

/* Only EDGECC_FMA rounds once: what the model computes in two operations stays two. */
#pragma OPENCL FP_CONTRACT OFF

/* Halves of 16 bits with the range of a float (bfloat16), rounded to the nearest, ties to even. */
#define EDGECC_FROM_BF16(n, a) as_float##n(convert_uint##n(a) << 16)
#define EDGECC_ROUND_BF16(n, a) convert_ushort##n((as_uint##n(a) + 0x7FFF + ((as_uint##n(a) >> 16) & 1)) >> 16)
#define EDGECC_TO_BF16(n, a) EDGECC_ROUND_BF16(n, select((a), (float##n)(as_float(0x7FC00000)), isnan(a)))
)";

std::string OpenclLanguage::prelude() const {
  std::string text = macros.str();
  for (auto &[name, definition] : functions)
    text += "\n" + definition;
  return text;
}

/// "4" for a vector of four, "" for a scalar.
static std::string lanesOf(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return vector ? std::to_string(vector.getNumElements()) : "";
}

static bool isBool(Type type) { return getElementTypeOrSelf(type).isInteger(1); }

//===-- Types, literals, memory -----------------------------------------------------------------------------------===//

std::string OpenclLanguage::valueType(Type type) {
  std::string lanes = lanesOf(type);
  type = getElementTypeOrSelf(type);
  if (type.isIndex() || type.isInteger(1) || type.isInteger(32))
    return "int" + lanes;
  if (type.isInteger(8))
    return "char" + lanes;
  if (type.isInteger(16))
    return "short" + lanes;
  if (type.isInteger(64))
    return "long" + lanes;
  if (type.isBF16())
    return "ushort" + lanes; // The bits.
  return (type.isF64() ? "double" : "float") + lanes;
}

std::string OpenclLanguage::elementType(Type type) {
  return type.isF16() ? "half" : type.isInteger(1) ? "char" : valueType(type);
}

std::string OpenclLanguage::literal(TypedAttr value) {
  if (auto dense = dyn_cast<DenseElementsAttr>(value)) {
    bool isMask = dense.getElementType().isInteger(1);
    auto element = [&](Attribute attribute) {
      std::string text = literal(cast<TypedAttr>(attribute));
      return isMask && text == "1" ? std::string("-1") : text;
    };
    std::string text = "(" + valueType(dense.getType()) + ")(";
    if (dense.isSplat())
      return text + element(dense.getSplatValue<Attribute>()) + ")";
    text += llvm::join(llvm::map_range(dense.getValues<Attribute>(), element), ", ");
    return text + ")";
  }
  if (auto number = dyn_cast<FloatAttr>(value); number && number.getType().isF16()) {
    APFloat converted = number.getValue();
    bool losesInfo;
    converted.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven, &losesInfo);
    return Language::literal(FloatAttr::get(Float32Type::get(value.getContext()), converted));
  }
  auto integer = dyn_cast<IntegerAttr>(value);
  if (!integer)
    return Language::literal(value);
  const APInt &bits = integer.getValue();
  if (integer.getType().isInteger(1))
    return bits.isZero() ? "0" : "1";
  if (integer.getType().isInteger(64))
    return bits.isMinSignedValue() ? "LONG_MIN" : std::to_string(bits.getSExtValue()) + "L";
  if (integer.getType().isInteger(32) && bits.isMinSignedValue())
    return "INT_MIN";
  return std::to_string(bits.getSExtValue());
}

Expression OpenclLanguage::load(StringRef buffer, const Expression &index, Type type) {
  std::string lanes = lanesOf(type), sum = within(index, Expression::Sum);
  if (getElementTypeOrSelf(type).isF16())
    return {"vload_half" + lanes + "(0, " + buffer.str() + " + " + sum + ")", Expression::Primary};
  if (!lanes.empty())
    return {"vload" + lanes + "(0, " + buffer.str() + " + " + sum + ")", Expression::Primary};
  return Language::load(buffer, index, type);
}

std::string OpenclLanguage::store(StringRef buffer, const Expression &index, const Expression &value, Type type) {
  std::string lanes = lanesOf(type), place = "0, " + buffer.str() + " + " + within(index, Expression::Sum);
  if (getElementTypeOrSelf(type).isF16())
    return "vstore_half" + lanes + "_rte(" + value.text + ", " + place + ")";
  if (!lanes.empty())
    return "vstore" + lanes + "(" + value.text + ", " + place + ")";
  return Language::store(buffer, index, value, type);
}

//===-- Operations ------------------------------------------------------------------------------------------------===//

Expression OpenclLanguage::asType(const Expression &value, Type type) {
  return {"as_" + valueType(type) + "(" + value.text + ")", Expression::Primary};
}

Expression OpenclLanguage::asUnsigned(const Expression &value, Type type) {
  if (isBool(type))
    return value;
  return {"as_u" + valueType(type) + "(" + value.text + ")", Expression::Primary};
}

FailureOr<Expression> OpenclLanguage::printVector(Operation *op, ArrayRef<Expression> operands) {
  Type type = op->getResult(0).getType();
  auto literalOf = [&] { return "(" + valueType(type) + ")("; };
  return llvm::TypeSwitch<Operation *, FailureOr<Expression>>(op)
      .Case<vector::BroadcastOp>([&](auto broadcast) -> FailureOr<Expression> {
        if (isa<VectorType>(broadcast.getSourceType()))
          return failure();
        std::string text = isBool(type) ? "-" + within(operands[0], Expression::Primary) : operands[0].text;
        return Expression{literalOf() + text + ")", Expression::Primary};
      })
      .Case<vector::FromElementsOp>([&](auto) {
        std::string text = literalOf();
        llvm::interleave(operands, [&](const Expression &operand) { text += operand.text; }, [&] { text += ", "; });
        return Expression{text + ")", Expression::Primary};
      })
      .Case<vector::ExtractOp>([&](auto extract) -> FailureOr<Expression> {
        if (extract.hasDynamicPosition() || extract.getStaticPosition().size() != 1)
          return failure();
        Expression element{within(operands[0], Expression::Primary) + ".s" +
                           std::string(1, "0123456789abcdef"[extract.getStaticPosition()[0]])};
        return isBool(type) ? Expression{"-" + element.text, Expression::Unary} : element;
      })
      .Case<vector::ReductionOp>([&](auto reduction) { return reduce(reduction, operands[0]); })
      .Default([](Operation *) { return failure(); });
}

/// `a` combined with `b`; empty where the language has no words for it.
static std::string combine(vector::CombiningKind kind, const std::string &a, const std::string &b, bool areVectors) {
  using Kind = vector::CombiningKind;
  switch (kind) {
  case Kind::ADD:
    return a + " + " + b;
  case Kind::MUL:
    return a + " * " + b;
  case Kind::AND:
    return a + " & " + b;
  case Kind::OR:
    return a + " | " + b;
  case Kind::XOR:
    return a + " ^ " + b;
  case Kind::MAXIMUMF:
    return std::string(areVectors ? "EDGECC_MAXV(" : "EDGECC_MAX(") + a + ", " + b + ")";
  case Kind::MINIMUMF:
    return std::string(areVectors ? "EDGECC_MINV(" : "EDGECC_MIN(") + a + ", " + b + ")";
  case Kind::MAXSI:
    return "max(" + a + ", " + b + ")";
  case Kind::MINSI:
    return "min(" + a + ", " + b + ")";
  default:
    return "";
  }
}

FailureOr<Expression> OpenclLanguage::reduce(Operation *op, const Expression &value) {
  auto reduction = cast<vector::ReductionOp>(op);
  auto type = cast<VectorType>(reduction.getSourceVectorType());
  bool isPlain = llvm::isPowerOf2_64(type.getNumElements()) && type.getNumElements() > 1 && !isBool(type);
  if (reduction.getAcc() || !isPlain || combine(reduction.getKind(), "a", "b", false).empty())
    return failure();
  std::string name = ("edgecc_" + vector::stringifyCombiningKind(reduction.getKind()) + "_" + valueType(type)).str();
  std::string element = valueType(type.getElementType()),
              text = "static " + element + " " + name + "(" + valueType(type) + " v) {\n", last = "v";
  // Half of the vector with the other half, down to one element: few instructions on every device.
  for (int64_t lanes = type.getNumElements() / 2; lanes > 1; lanes /= 2) {
    std::string half = "v" + std::to_string(lanes);
    text += "  const " + element + std::to_string(lanes) + " " + half + " = " +
            combine(reduction.getKind(), last + ".lo", last + ".hi", true) + ";\n";
    last = half;
  }
  functions[name] = text + "  return " + combine(reduction.getKind(), last + ".x", last + ".y", false) + ";\n}\n";
  return call(name, value);
}

Expression OpenclLanguage::roundToHalf(const Expression &value, Type type) {
  std::string lanes = lanesOf(type), name = "edgecc_round_half" + lanes;
  functions[name] = "static float" + lanes + " " + name + "(float" + lanes + " v) {\n  ushort" + lanes +
                    " bits;\n  vstore_half" + lanes + "_rte(v, 0, (half *)&bits);\n  return vload_half" + lanes +
                    "(0, (const half *)&bits);\n}\n";
  return call(name, value);
}

FailureOr<Expression> OpenclLanguage::printInteger(Operation *op, ArrayRef<Expression> operands) {
  using Level = Expression::Level;
  Type type = op->getResult(0).getType(), element = getElementTypeOrSelf(type);
  auto plain = [&](StringRef symbol, Level level) { return binary(operands[0], symbol, operands[1], level); };
  // Vectors wrap around, scalars must not overflow; indices are small enough not to.
  auto wrapping = [&](StringRef symbol, Level level) {
    if (isa<VectorType>(type) || element.isIndex())
      return plain(symbol, level);
    if (element.getIntOrFloatBitWidth() < 32)
      return castTo(valueType(type), plain(symbol, level));
    return asType(binary(asUnsigned(operands[0], type), symbol, asUnsigned(operands[1], type), level), type);
  };
  auto onUnsigned = [&](StringRef symbol, Level level) {
    return asType(castTo("u" + valueType(type),
                         binary(asUnsigned(operands[0], type), symbol, asUnsigned(operands[1], type), level)),
                  type);
  };
  auto unsignedCall = [&](StringRef name) {
    return asType(call(name, {asUnsigned(operands[0], type), asUnsigned(operands[1], type)}), type);
  };
  return llvm::TypeSwitch<Operation *, FailureOr<Expression>>(op)
      .Case<arith::AddIOp>([&](auto) { return wrapping("+", Level::Sum); })
      .Case<arith::SubIOp>([&](auto) { return wrapping("-", Level::Sum); })
      .Case<arith::MulIOp>([&](auto) { return wrapping("*", Level::Product); })
      .Case<arith::DivUIOp>([&](auto) { return onUnsigned("/", Level::Product); })
      .Case<arith::RemUIOp>([&](auto) { return onUnsigned("%", Level::Product); })
      .Case<arith::ShRUIOp>([&](auto) { return onUnsigned(">>", Level::Loose); })
      .Case<arith::ShLIOp>([&](auto) { return onUnsigned("<<", Level::Loose); })
      .Case<arith::MaxSIOp>([&](auto) { return call("max", operands); })
      .Case<arith::MinSIOp>([&](auto) { return call("min", operands); })
      .Case<arith::MaxUIOp>([&](auto) { return unsignedCall("max"); })
      .Case<arith::MinUIOp>([&](auto) { return unsignedCall("min"); })
      .Case<math::AbsIOp>([&](auto) { return asType(call("abs", operands), type); })
      .Default([](Operation *) { return failure(); });
}

FailureOr<Expression> OpenclLanguage::printChoice(Operation *op, ArrayRef<Expression> operands) {
  // A comparison of vectors gives integers of the elements' width; ours are ints.
  if (isa<arith::CmpIOp, arith::CmpFOp>(op)) {
    Type compared = op->getOperand(0).getType();
    FailureOr<Expression> mask = failure();
    auto integers = dyn_cast<arith::CmpIOp>(op);
    if (integers && integers.getPredicate() >= arith::CmpIPredicate::ult) {
      StringRef symbols[] = {"<", "<=", ">", ">="};
      size_t number = static_cast<size_t>(integers.getPredicate()) - static_cast<size_t>(arith::CmpIPredicate::ult);
      mask = binary(asUnsigned(operands[0], compared), symbols[number], asUnsigned(operands[1], compared),
                    Expression::Loose);
    } else {
      mask = Language::print(op, operands);
    }
    Type element = getElementTypeOrSelf(compared);
    bool isInt = element.isIndex() || element.isF16() || element.isInteger(1) || element.getIntOrFloatBitWidth() == 32;
    if (failed(mask) || !isa<VectorType>(compared) || isInt)
      return mask;
    return call("convert_" + valueType(op->getResult(0).getType()), *mask);
  }
  auto select = dyn_cast<arith::SelectOp>(op);
  if (!select || !isa<VectorType>(select.getCondition().getType()))
    return failure();
  Type element = getElementTypeOrSelf(select.getType());
  Expression mask = operands[0];
  std::string lanes = lanesOf(select.getType());
  if (!element.isIndex() && !element.isInteger(1) && !element.isF16())
    switch (element.getIntOrFloatBitWidth()) {
    case 8:
      mask = call("convert_char" + lanes, mask);
      break;
    case 16:
      mask = call("convert_short" + lanes, mask);
      break;
    case 64:
      mask = call("convert_long" + lanes, mask);
      break;
    }
  return call("select", {operands[2], operands[1], mask});
}

FailureOr<Expression> OpenclLanguage::printCast(Operation *op, ArrayRef<Expression> operands) {
  if (!isa<CastOpInterface>(op))
    return failure();
  Type from = op->getOperand(0).getType(), to = op->getResult(0).getType();
  Type fromElement = getElementTypeOrSelf(from), toElement = getElementTypeOrSelf(to);
  bool isVector = isa<VectorType>(to);
  auto converted = [&](const Expression &value) {
    return isVector ? call("convert_" + valueType(to), value) : castTo(valueType(to), value);
  };
  return llvm::TypeSwitch<Operation *, FailureOr<Expression>>(op)
      .Case<arith::ExtFOp>([&](auto) -> FailureOr<Expression> {
        if (fromElement.isBF16())
          return call("EDGECC_FROM_BF16", {Expression{lanesOf(to)}, operands[0]});
        return fromElement.isF16() && toElement.isF32() ? operands[0] : converted(operands[0]);
      })
      .Case<arith::TruncFOp>([&](arith::TruncFOp truncate) -> FailureOr<Expression> {
        if (toElement.isBF16() && fromElement.isF32())
          return call("EDGECC_TO_BF16", {Expression{lanesOf(to)}, operands[0]});
        // The store rounds; what reads the rounded value in between would miss that.
        bool isStored = llvm::all_of(truncate->getUsers(),
                                     [](Operation *user) { return isa<memref::StoreOp, vector::StoreOp>(user); });
        if (toElement.isF16() && !fromElement.isF32())
          return failure();
        if (toElement.isF16())
          return isStored ? operands[0] : roundToHalf(operands[0], to);
        return converted(operands[0]);
      })
      .Case<arith::ExtUIOp, arith::UIToFPOp, arith::IndexCastUIOp>([&](Operation *) {
        if (isBool(from)) // 1 or -1 for true.
          return converted(isVector ? binary(operands[0], "&", Expression{"1"}, Expression::Loose) : operands[0]);
        return converted(asUnsigned(operands[0], from));
      })
      .Case<arith::ExtSIOp, arith::SIToFPOp>([&](Operation *) {
        bool negate = isBool(from) && !isVector;
        return converted(negate ? Expression{"-" + within(operands[0], Expression::Primary), Expression::Unary}
                                : operands[0]);
      })
      .Case<arith::TruncIOp>([&](auto) -> FailureOr<Expression> {
        if (!isBool(to))
          return converted(operands[0]);
        Expression bit = binary(operands[0], "&", Expression{"1"}, Expression::Loose);
        return isVector ? call("convert_" + valueType(to), binary(bit, "!=", Expression{"0"}, Expression::Loose)) : bit;
      })
      .Case<arith::FPToUIOp>([&](auto) {
        std::string type = "u" + valueType(to);
        return asType(isVector ? call("convert_" + type, operands[0]) : castTo(type, operands[0]), to);
      })
      .Case<arith::FPToSIOp, arith::IndexCastOp>([&](Operation *) { return converted(operands[0]); })
      .Case<arith::BitcastOp>([&](auto) { return asType(operands[0], to); })
      .Default([](Operation *) { return failure(); });
}

FailureOr<Expression> OpenclLanguage::print(Operation *op, ArrayRef<Expression> operands) {
  if (auto constant = dyn_cast<arith::ConstantOp>(op); constant && isa<DenseElementsAttr>(constant.getValue()))
    return Expression{literal(cast<TypedAttr>(constant.getValue())), Expression::Primary};
  for (auto printer : {&OpenclLanguage::printVector, &OpenclLanguage::printInteger, &OpenclLanguage::printChoice,
                       &OpenclLanguage::printCast})
    if (FailureOr<Expression> printed = (this->*printer)(op, operands); succeeded(printed))
      return printed;
  if (isa<CastOpInterface>(op))
    return op->emitOpError() << "to " << op->getResult(0).getType() << " has no form in OpenCL C";
  bool isVector = isa<VectorType>(op->getResult(0).getType());
  if (isa<arith::MaximumFOp>(op))
    return call(isVector ? "EDGECC_MAXV" : "EDGECC_MAX", operands);
  if (isa<arith::MinimumFOp>(op))
    return call(isVector ? "EDGECC_MINV" : "EDGECC_MIN", operands);
  if (isa<math::FmaOp>(op))
    return call("EDGECC_FMA", operands);
  return Language::print(op, operands);
}

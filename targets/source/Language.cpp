// C99, and what the other languages share with it; see Language.h.
#include "targets/source/Language.h"
#include "targets/source/Helpers.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/TypeSwitch.h"

#include <charconv>

using namespace mlir;
using namespace edgecc::source;

std::string edgecc::source::within(const Expression &expression, Expression::Level loosest) {
  return expression.level <= loosest ? expression.text : "(" + expression.text + ")";
}

//===-- Building text ---------------------------------------------------------------------------------------------===//

Expression Language::call(StringRef name, ArrayRef<Expression> arguments) {
  std::string text = (name + "(").str();
  llvm::interleave(arguments, [&](const Expression &argument) { text += argument.text; }, [&] { text += ", "; });
  return {text + ")", Expression::Primary};
}

Expression Language::callHelper(StringRef name, ArrayRef<Expression> arguments) {
  const Helper *helper = llvm::find_if(helperFunctions(), [&](const Helper &row) { return row.name == name; });
  assert(helper != helperFunctions().end() && "the helper is in the table");
  helpers.insert(helper->name);
  return call(name, arguments);
}

std::string Language::helperDefinitions() const {
  std::string text;
  for (const Helper &helper : helperFunctions())
    if (helpers.contains(helper.name))
      text += helper.definition;
  return text;
}

Expression Language::castTo(StringRef type, const Expression &value) {
  return {("(" + type + ")").str() + within(value, Expression::Unary), Expression::Unary};
}

/// The right operand of an operator needs parentheses where it is one of the same rank: a - (b - c).
Expression Language::binary(const Expression &left, StringRef symbol, const Expression &right,
                            Expression::Level level) {
  auto tighter = static_cast<Expression::Level>(level - 1);
  Expression::Level leftLevel = level == Expression::Loose ? Expression::Unary : level;
  Expression::Level rightLevel = level == Expression::Loose ? Expression::Unary : tighter;
  return {within(left, leftLevel) + " " + symbol.str() + " " + within(right, rightLevel), level};
}

//===-- Types and literals ----------------------------------------------------------------------------------------===//

std::string Language::valueType(Type type) {
  if (type.isIndex())
    return "int";
  if (type.isInteger(1))
    return "bool";
  if (type.isF64())
    return "double";
  if (type.isF16() || type.isBF16())
    return "uint16_t"; // The bits: all arithmetic on halves is in float.
  if (auto integer = dyn_cast<IntegerType>(type))
    return "int" + std::to_string(integer.getWidth()) + "_t";
  return "float";
}

std::string Language::elementType(Type type) { return type.isInteger(1) ? "uint8_t" : valueType(type); }

/// The shortest text that reads back as the same number, in the form that printf's %g gives it.
template <typename T> static std::string shortestText(T value) {
  char buffer[64];
  char *end = std::to_chars(buffer, std::end(buffer), value, std::chars_format::scientific).ptr;
  StringRef text(buffer, end - buffer);
  auto [mantissa, exponentText] = text.split('e');
  int exponent = 0, digits = static_cast<int>(llvm::count_if(mantissa, llvm::isDigit));
  exponentText.consume_front("+");
  (void)exponentText.getAsInteger(10, exponent);
  if (exponent >= -4 && exponent < digits)
    end = std::to_chars(buffer, std::end(buffer), value, std::chars_format::fixed).ptr;
  return std::string(buffer, end);
}

static std::string floatText(const APFloat &value, bool isDouble) {
  if (value.isNaN())
    return "NAN";
  if (value.isInfinity())
    return value.isNegative() ? "-INFINITY" : "INFINITY";
  std::string text = isDouble ? shortestText(value.convertToDouble()) : shortestText(value.convertToFloat());
  if (StringRef(text).find_first_of(".e") == StringRef::npos)
    text += ".0";
  return isDouble ? text : text + "f";
}

std::string Language::literal(TypedAttr value) {
  if (auto number = dyn_cast<FloatAttr>(value))
    return literal(number.getType(), number.getValue().bitcastToAPInt());
  auto integer = cast<IntegerAttr>(value);
  return literal(integer.getType(), integer.getValue());
}

std::string Language::literal(Type type, const APInt &bits) {
  if (type.isF16() || type.isBF16())
    return std::to_string(bits.getZExtValue());
  if (auto real = dyn_cast<FloatType>(type))
    return floatText(APFloat(real.getFloatSemantics(), bits), type.isF64());
  if (type.isInteger(1))
    return bits.isZero() ? "false" : "true";
  if (type.isInteger(64))
    return bits.isMinSignedValue() ? "INT64_MIN" : "INT64_C(" + std::to_string(bits.getSExtValue()) + ")";
  if (type.isInteger(32) && bits.isMinSignedValue())
    return "INT32_MIN";
  return std::to_string(bits.getSExtValue());
}

/// A negative number is a minus sign before another.
static Expression literalExpression(std::string text) {
  Expression::Level level = text.front() == '-' ? Expression::Unary : Expression::Primary;
  return {std::move(text), level};
}

Expression Language::load(StringRef buffer, const Expression &index, Type) {
  return {(buffer + "[" + index.text + "]").str(), Expression::Primary};
}

std::string Language::store(StringRef buffer, const Expression &index, const Expression &value, Type) {
  return (buffer + "[" + index.text + "] = " + value.text).str();
}

//===-- Operations ------------------------------------------------------------------------------------------------===//

/// "i32", "f64", "int": how the names of helpers end.
static std::string suffixOf(Type type) {
  if (type.isIndex())
    return "int";
  return (isa<FloatType>(type) ? "f" : "i") + std::to_string(type.getIntOrFloatBitWidth());
}

Expression Language::asUnsigned(const Expression &value, Type type) {
  if (type.isInteger(1))
    return value;
  return castTo(type.isIndex() ? "unsigned" : "uint" + std::to_string(type.getIntOrFloatBitWidth()) + "_t", value);
}

/// A sum, difference or product of integers, which wraps around. Indices are small enough not to.
Expression Language::wrapped(StringRef symbol, Expression::Level level, ArrayRef<Expression> operands, Type type) {
  Expression plain = binary(operands[0], symbol, operands[1], level);
  if (type.isIndex())
    return plain;
  unsigned bits = type.getIntOrFloatBitWidth();
  if (bits < 32) // Computed as int.
    return castTo(valueType(type), plain);
  StringRef name = llvm::StringSwitch<StringRef>(symbol).Case("+", "add").Case("-", "sub").Default("mul");
  return callHelper(("edgecc_" + name + "_" + suffixOf(type)).str(), operands);
}

FailureOr<Expression> Language::printArithmetic(Operation *op, ArrayRef<Expression> operands) {
  using Level = Expression::Level;
  Type type = op->getResult(0).getType();
  auto plain = [&](StringRef symbol, Level level) { return binary(operands[0], symbol, operands[1], level); };
  auto helper = [&](StringRef name) { return callHelper(("edgecc_" + name + "_" + suffixOf(type)).str(), operands); };
  auto unsignedHelper = [&](StringRef name) {
    return callHelper(("edgecc_" + name + "_u" + std::to_string(type.getIntOrFloatBitWidth())).str(), operands);
  };
  auto asUnsignedValues = [&](StringRef symbol, Level level) {
    return castTo(valueType(type), binary(asUnsigned(operands[0], type), symbol, asUnsigned(operands[1], type), level));
  };
  return llvm::TypeSwitch<Operation *, FailureOr<Expression>>(op)
      .Case<arith::AddFOp>([&](auto) { return plain("+", Level::Sum); })
      .Case<arith::SubFOp>([&](auto) { return plain("-", Level::Sum); })
      .Case<arith::MulFOp>([&](auto) { return plain("*", Level::Product); })
      .Case<arith::DivFOp>([&](auto) { return plain("/", Level::Product); })
      .Case<arith::RemFOp>([&](auto) { return call(mathName("fmod", type), operands); })
      .Case<arith::NegFOp>([&](auto) { return Expression{"-" + within(operands[0], Level::Primary), Level::Unary}; })
      .Case<arith::MaximumFOp>([&](auto) { return helper("max"); })
      .Case<arith::MinimumFOp>([&](auto) { return helper("min"); })
      .Case<arith::MaxNumFOp>([&](auto) { return call(mathName("fmax", type), operands); })
      .Case<arith::MinNumFOp>([&](auto) { return call(mathName("fmin", type), operands); })
      .Case<arith::AddIOp>([&](auto) { return wrapped("+", Level::Sum, operands, type); })
      .Case<arith::SubIOp>([&](auto) { return wrapped("-", Level::Sum, operands, type); })
      .Case<arith::MulIOp>([&](auto) { return wrapped("*", Level::Product, operands, type); })
      .Case<arith::DivSIOp>([&](auto) { return plain("/", Level::Product); })
      .Case<arith::RemSIOp>([&](auto) { return plain("%", Level::Product); })
      .Case<arith::DivUIOp>([&](auto) { return asUnsignedValues("/", Level::Product); })
      .Case<arith::RemUIOp>([&](auto) { return asUnsignedValues("%", Level::Product); })
      .Case<arith::AndIOp>([&](auto) { return plain("&", Level::Loose); })
      .Case<arith::OrIOp>([&](auto) { return plain("|", Level::Loose); })
      .Case<arith::XOrIOp>([&](auto) { return plain("^", Level::Loose); })
      .Case<arith::ShLIOp>([&](auto) {
        if (type.isIndex() || type.getIntOrFloatBitWidth() < 32)
          return castTo(valueType(type), binary(asUnsigned(operands[0], type), "<<", operands[1], Level::Loose));
        return helper("shl");
      })
      .Case<arith::ShRSIOp>([&](auto) { return plain(">>", Level::Loose); })
      .Case<arith::ShRUIOp>([&](auto) { return asUnsignedValues(">>", Level::Loose); })
      .Case<arith::MaxSIOp>([&](auto) { return helper("max"); })
      .Case<arith::MinSIOp>([&](auto) { return helper("min"); })
      .Case<arith::MaxUIOp>([&](auto) { return unsignedHelper("max"); })
      .Case<arith::MinUIOp>([&](auto) { return unsignedHelper("min"); })
      .Case<arith::SelectOp>([&](auto) {
        return Expression{within(operands[0], Level::Unary) + " ? " + within(operands[1], Level::Sum) + " : " +
                              within(operands[2], Level::Sum),
                          Level::Loose};
      })
      .Default([](Operation *) { return failure(); });
}

FailureOr<Expression> Language::printComparison(Operation *op, ArrayRef<Expression> operands) {
  using Level = Expression::Level;
  auto compare = [&](StringRef symbol) { return binary(operands[0], symbol, operands[1], Level::Loose); };
  if (auto integers = dyn_cast<arith::CmpIOp>(op)) {
    Type type = integers.getLhs().getType();
    auto compareUnsigned = [&](StringRef symbol) {
      return binary(asUnsigned(operands[0], type), symbol, asUnsigned(operands[1], type), Level::Loose);
    };
    using Predicate = arith::CmpIPredicate;
    switch (integers.getPredicate()) {
    case Predicate::eq:
      return compare("==");
    case Predicate::ne:
      return compare("!=");
    case Predicate::slt:
      return compare("<");
    case Predicate::sle:
      return compare("<=");
    case Predicate::sgt:
      return compare(">");
    case Predicate::sge:
      return compare(">=");
    case Predicate::ult:
      return compareUnsigned("<");
    case Predicate::ule:
      return compareUnsigned("<=");
    case Predicate::ugt:
      return compareUnsigned(">");
    case Predicate::uge:
      return compareUnsigned(">=");
    }
  }
  auto floats = dyn_cast<arith::CmpFOp>(op);
  if (!floats)
    return failure();
  auto negated = [&](StringRef symbol) { return Expression{"!(" + compare(symbol).text + ")", Level::Unary}; };
  auto negatedCall = [&](StringRef name) { return Expression{"!" + call(name, operands).text, Level::Unary}; };
  using Predicate = arith::CmpFPredicate;
  switch (floats.getPredicate()) {
  case Predicate::AlwaysFalse:
    return Expression{"false"};
  case Predicate::AlwaysTrue:
    return Expression{"true"};
  case Predicate::OEQ:
    return compare("==");
  case Predicate::OGT:
    return compare(">");
  case Predicate::OGE:
    return compare(">=");
  case Predicate::OLT:
    return compare("<");
  case Predicate::OLE:
    return compare("<=");
  case Predicate::ONE:
    return call("islessgreater", operands);
  case Predicate::ORD:
    return negatedCall("isunordered");
  case Predicate::UEQ:
    return negatedCall("islessgreater");
  case Predicate::UGT:
    return negated("<=");
  case Predicate::UGE:
    return negated("<");
  case Predicate::ULT:
    return negated(">=");
  case Predicate::ULE:
    return negated(">");
  case Predicate::UNE:
    return compare("!=");
  case Predicate::UNO:
    return call("isunordered", operands);
  }
  return failure();
}

FailureOr<Expression> Language::printConversion(Operation *op, ArrayRef<Expression> operands) {
  if (op->getNumOperands() != 1)
    return failure();
  Type from = op->getOperand(0).getType(), to = op->getResult(0).getType();
  auto half = [](Type type) { return type.isF16() ? "f16" : "bf16"; };
  auto isHalf = [](Type type) { return type.isF16() || type.isBF16(); };
  auto plain = [&] { return castTo(valueType(to), operands[0]); };
  return llvm::TypeSwitch<Operation *, FailureOr<Expression>>(op)
      .Case<arith::ExtFOp>([&](auto) {
        if (!isHalf(from))
          return plain();
        Expression widened = callHelper(std::string("edgecc_from_") + half(from), operands);
        return to.isF64() ? castTo("double", widened) : widened;
      })
      .Case<arith::TruncFOp>([&](auto) {
        if (!isHalf(to))
          return plain();
        // Rounding twice is rounding once where the first time rounds to odd.
        Expression single = from.isF64() ? callHelper("edgecc_odd_f32", operands) : operands[0];
        return callHelper(std::string("edgecc_to_") + half(to), single);
      })
      .Case<arith::SIToFPOp, arith::FPToSIOp, arith::ExtSIOp, arith::IndexCastOp>([&](Operation *) {
        if (from.isInteger(1)) // Its one bit is the sign.
          return castTo(valueType(to), Expression{"-" + within(operands[0], Expression::Primary), Expression::Unary});
        return plain();
      })
      .Case<arith::UIToFPOp, arith::ExtUIOp, arith::IndexCastUIOp>(
          [&](Operation *) { return castTo(valueType(to), asUnsigned(operands[0], from)); })
      .Case<arith::FPToUIOp>([&](auto) { return castTo(valueType(to), asUnsigned(operands[0], to)); })
      .Case<arith::TruncIOp>([&](auto) {
        if (to.isInteger(1))
          return binary(operands[0], "&", Expression{"1"}, Expression::Loose);
        return plain();
      })
      .Case<arith::BitcastOp>(
          [&](auto) { return callHelper("edgecc_bits_" + suffixOf(from) + "_" + suffixOf(to), operands); })
      .Default([](Operation *) { return failure(); });
}

std::string Language::mathName(StringRef name, Type type) { return type.isF64() ? name.str() : (name + "f").str(); }

FailureOr<Expression> Language::printMath(Operation *op, ArrayRef<Expression> operands) {
  Type type = op->getResult(0).getType();
  if (isa<math::AbsIOp>(op))
    return callHelper("edgecc_abs_" + suffixOf(type), operands);
  if (isa<math::RsqrtOp>(op))
    return binary(Expression{getElementTypeOrSelf(type).isF64() ? "1.0" : "1.0f"}, "/",
                  call(mathName("sqrt", type), operands), Expression::Product);
  if (isa<math::IsNaNOp>(op))
    return call("isnan", operands);
  if (isa<math::IsInfOp>(op))
    return call("isinf", operands);
  // Names of math.h, where the dialect's own is another. rint rounds to even unless a program changes the rounding
  // mode.
  StringRef name = llvm::StringSwitch<StringRef>(op->getName().stripDialect())
                       .Case("absf", "fabs")
                       .Case("powf", "pow")
                       .Case("roundeven", "rint")
                       .Cases({"acos",  "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt",  "ceil", "copysign",
                               "cos",   "cosh",  "erf",  "erfc",  "exp",  "exp2",  "expm1", "floor", "fma",  "log",
                               "log10", "log1p", "log2", "round", "sin",  "sinh",  "sqrt",  "tan",   "tanh", "trunc"},
                              op->getName().stripDialect())
                       .Default("");
  Type element = getElementTypeOrSelf(type);
  if (name.empty() || (!element.isF32() && !element.isF64()))
    return failure();
  return call(mathName(name, type), operands);
}

FailureOr<Expression> Language::print(Operation *op, ArrayRef<Expression> operands) {
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    if (isa<FloatAttr, IntegerAttr>(constant.getValue()))
      return literalExpression(literal(constant.getValue()));
  FailureOr<Expression> result = failure();
  if (isa_and_nonnull<math::MathDialect>(op->getDialect()))
    result = printMath(op, operands);
  else if (isa<arith::CmpIOp, arith::CmpFOp>(op))
    result = printComparison(op, operands);
  else if (isa<CastOpInterface>(op))
    result = printConversion(op, operands);
  else
    result = printArithmetic(op, operands);
  if (failed(result))
    return op->emitOpError() << "of type " << op->getResult(0).getType()
                             << " cannot be written in this target's language; compile this model with --target=cpu";
  return result;
}

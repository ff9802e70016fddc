// Types, memory and the vector dialect in NEON; see NeonLanguage.h.
#include "targets/c/NeonLanguage.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace edgecc::c;
using edgecc::source::Expression;
using edgecc::source::within;

//===-- Types and memory ------------------------------------------------------------------------------------------===//

std::optional<Register> NeonLanguage::registerOf(Type type) const {
  auto vector = dyn_cast<VectorType>(type);
  return vector ? registerFor(vector, isAArch64) : std::nullopt;
}

std::string NeonLanguage::shortName(Type type) const {
  Type element = getElementTypeOrSelf(type);
  std::string name = element.isIndex()  ? "int"
                     : element.isBF16() ? "bf16"
                     : element.isInteger(1)
                         ? "bool"
                         : (isa<FloatType>(element) ? "f" : "i") + std::to_string(element.getIntOrFloatBitWidth());
  auto vector = dyn_cast<VectorType>(type);
  return vector ? name + "x" + std::to_string(vector.getNumElements()) : name;
}

std::string NeonLanguage::valueType(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  if (!vector)
    return Language::valueType(type);
  if (std::optional<Register> held = registerOf(type))
    return held->type();
  std::string name = "edgecc_" + shortName(type);
  structures[name] = "typedef struct {\n  " + valueType(vector.getElementType()) + " lane[" +
                     std::to_string(vector.getNumElements()) + "];\n} " + name + ";\n";
  return name;
}

/// A pointer to an element.
static Expression addressOf(StringRef buffer, const Expression &index) {
  if (index.text == "0")
    return {buffer.str()};
  return {buffer.str() + " + " + within(index, Expression::Sum), Expression::Sum};
}

static constexpr llvm::StringLiteral loadHalfRegister = R"(  int32_t bits;
  memcpy(&bits, from, sizeof bits);
  return vreinterpret_s8_s32(vdup_n_s32(bits));
)";

static constexpr llvm::StringLiteral storeHalfRegister =
    R"(  int32_t bits = vget_lane_s32(vreinterpret_s32_s8(value), 0);
  memcpy(to, &bits, sizeof bits);
)";

Expression NeonLanguage::load(StringRef buffer, const Expression &index, Type type) {
  auto vector = dyn_cast<VectorType>(type);
  if (!vector)
    return Language::load(buffer, index, type);
  Expression address = addressOf(buffer, index);
  std::optional<Register> held = registerOf(type);
  int64_t count = vector.getNumElements();
  Type element = vector.getElementType();
  if (held && held->bits == 8 && count == 4)
    return helper("edgecc_load_i8x4", "int8x8_t", "const int8_t *from", loadHalfRegister, address);
  if (held && element.isInteger(1) && count >= 8) { // Bytes of 0 and 1.
    Register bytes{'u', 8, count};
    Expression mask = callOn(bytes, "vcgt", {callOn(bytes, "vld1", address), splat(bytes, {"0"})});
    return resizeMask(mask, bytes, *held, count);
  }
  if (held && !element.isInteger(1))
    return callOn(*held, "vld1", address);
  return helper("edgecc_load_" + shortName(type), valueType(type), "const " + elementType(element) + " *from",
                declareResult(vector) + "  for (int i = 0; i < " + std::to_string(count) + "; ++i)\n    " +
                    assignLane(vector, {"from[i]"}) + returnResult(vector),
                address);
}

std::string NeonLanguage::store(StringRef buffer, const Expression &index, const Expression &value, Type type) {
  auto vector = dyn_cast<VectorType>(type);
  if (!vector)
    return Language::store(buffer, index, value, type);
  Expression address = addressOf(buffer, index);
  std::optional<Register> held = registerOf(type);
  int64_t count = vector.getNumElements();
  Type element = vector.getElementType();
  if (held && held->bits == 8 && count == 4)
    return helper("edgecc_store_i8x4", "void", "int8_t *to, int8x8_t value", storeHalfRegister, {address, value}).text;
  if (held && element.isInteger(1) && count >= 8) {
    Register bytes{'u', 8, count};
    Expression bits = callOn(bytes, "vshr", {resizeMask(value, *held, bytes, count), {"7"}}, "_n");
    return callOn(bytes, "vst1", {address, bits}).text;
  }
  if (held && !element.isInteger(1))
    return callOn(*held, "vst1", {address, value}).text;
  std::string unpacking, lane = laneOf(type, "value", "x", unpacking);
  return helper("edgecc_store_" + shortName(type), "void", elementType(element) + " *to, " + valueType(type) + " value",
                unpacking + "  for (int i = 0; i < " + std::to_string(count) + "; ++i)\n    to[i] = " + lane + ";\n",
                {address, value})
      .text;
}

//===-- Vectors of scalars ----------------------------------------------------------------------------------------===//

Expression NeonLanguage::reinterpret(const Expression &value, const Register &from, const Register &to) {
  if (from == to)
    return value;
  return call("vreinterpret" + std::string(to.isQuad() ? "q_" : "_") + to.suffix() + "_" + from.suffix(), value);
}

Expression NeonLanguage::splat(const Register &type, const Expression &scalar) {
  return callOn(type, "vdup", scalar, "_n");
}

Expression NeonLanguage::fromElements(VectorType type, ArrayRef<Expression> elements) {
  std::string parameters, body = declareResult(type), element = valueType(type.getElementType());
  for (int64_t i = 0; i < type.getNumElements(); ++i) {
    std::string name = "x" + std::to_string(i), assignment = assignLane(type, {name});
    parameters += (i ? ", " : "") + element + " " + name;
    size_t index = assignment.find("[i]");
    body += "  " + assignment.replace(index, 3, "[" + std::to_string(i) + "]");
  }
  return helper("edgecc_" + shortName(type) + "_of", valueType(type), parameters, body + returnResult(type), elements);
}

Expression NeonLanguage::splatStructure(VectorType type, const Expression &scalar) {
  return helper("edgecc_" + shortName(type) + "_all", valueType(type), valueType(type.getElementType()) + " x",
                declareResult(type) + "  for (int i = 0; i < " + std::to_string(type.getNumElements()) +
                    "; ++i)\n    " + assignLane(type, {"x"}) + returnResult(type),
                scalar);
}

NeonLanguage::Printed NeonLanguage::printConstant(arith::ConstantOp constant) {
  auto dense = dyn_cast<DenseElementsAttr>(constant.getValue());
  if (!dense)
    return std::nullopt;
  auto type = cast<VectorType>(dense.getType());
  auto textOf = [&](Attribute attribute) {
    std::string text = literal(cast<TypedAttr>(attribute));
    return Expression{text, text.front() == '-' ? Expression::Unary : Expression::Primary};
  };
  std::optional<Register> held = registerOf(type);
  if (!dense.isSplat())
    return fromElements(type, llvm::map_to_vector(dense.getValues<Attribute>(), textOf));
  if (!held)
    return splatStructure(type, textOf(dense.getSplatValue<Attribute>()));
  Expression scalar = textOf(dense.getSplatValue<Attribute>());
  if (type.getElementType().isInteger(1))
    return splat(*held, {scalar.text == "true" ? "UINT" + std::to_string(held->bits) + "_MAX" : "0"});
  Expression text = splat(*held, scalar);
  splats[constant] = {text.text, scalar, std::nullopt};
  return text;
}

NeonLanguage::Printed NeonLanguage::broadcast(Operation *op, const Expression &scalar) {
  auto type = cast<VectorType>(op->getResult(0).getType());
  if (isa<VectorType>(op->getOperand(0).getType()))
    return std::nullopt;
  std::optional<Register> held = registerOf(type);
  if (!held)
    return splatStructure(type, scalar);
  if (type.getElementType().isInteger(1))
    return splat(*held, {within(scalar, Expression::Unary) + " ? UINT" + std::to_string(held->bits) + "_MAX : 0",
                         Expression::Loose});
  auto lane = lanes.find(op->getOperand(0));
  if (lane == lanes.end() || lane->second.text != scalar.text || held->suffix() != "f32") {
    Expression text = splat(*held, scalar);
    splats[op->getResult(0)] = {text.text, scalar, std::nullopt};
    return text;
  }
  const auto &[ignored, vector, number] = lane->second;
  Expression half = call(number < 2 ? "vget_low_f32" : "vget_high_f32", vector);
  Expression text = isAArch64 ? callOn(*held, "vdup", {vector, {std::to_string(number)}}, "_laneq")
                              : callOn(*held, "vdup", {half, {std::to_string(number % 2)}}, "_lane");
  splats[op->getResult(0)] = {text.text, scalar, std::pair(vector, number)};
  return text;
}

NeonLanguage::Printed NeonLanguage::extract(Operation *op, const Expression &vector) {
  auto extract = cast<vector::ExtractOp>(op);
  if (extract.hasDynamicPosition() || extract.getStaticPosition().size() != 1)
    return std::nullopt;
  int64_t number = extract.getStaticPosition()[0];
  std::optional<Register> held = registerOf(extract.getSource().getType());
  if (!held)
    return Expression{within(vector, Expression::Primary) + ".lane[" + std::to_string(number) + "]"};
  Expression text = callOn(*held, "vget", {vector, {std::to_string(number)}}, "_lane");
  if (extract.getType().isInteger(1))
    return Expression{text.text + " != 0", Expression::Loose};
  if (held->type() == "float32x4_t")
    lanes[op->getResult(0)] = {text.text, vector, number};
  return text;
}

NeonLanguage::Printed NeonLanguage::printVector(Operation *op, ArrayRef<Expression> operands) {
  return llvm::TypeSwitch<Operation *, Printed>(op)
      .Case<vector::BroadcastOp>([&](auto) { return broadcast(op, operands[0]); })
      .Case<vector::ExtractOp>([&](auto) { return extract(op, operands[0]); })
      .Case<vector::FromElementsOp>(
          [&](auto fromElementsOp) { return fromElements(fromElementsOp.getType(), operands); })
      .Case<vector::ReductionOp>([&](auto) { return reduce(op, operands[0]); })
      .Default([](Operation *) { return std::nullopt; });
}

/// A lane is as cheap to name where it is used as a variable would be, and multiplications take it as it is.
bool NeonLanguage::isFree(Operation *op) {
  if (auto broadcast = dyn_cast<vector::BroadcastOp>(op)) {
    Operation *source = broadcast.getSource().getDefiningOp();
    return source && isa<vector::ExtractOp>(source) && isFree(source);
  }
  auto extract = dyn_cast<vector::ExtractOp>(op);
  return extract && !extract.hasDynamicPosition() && !extract.getType().isInteger(1) &&
         registerOf(extract.getSource().getType());
}

//===-- Everything ------------------------------------------------------------------------------------------------===//

FailureOr<Expression> NeonLanguage::print(Operation *op, ArrayRef<Expression> operands) {
  auto isVector = [](Type type) { return isa<VectorType>(type); };
  if (llvm::none_of(op->getOperandTypes(), isVector) && !isVector(op->getResult(0).getType()))
    return Language::print(op, operands);
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    if (Printed text = printConstant(constant))
      return *text;
  if (auto select = dyn_cast<arith::SelectOp>(op); select && !isVector(select.getCondition().getType()))
    return Language::print(op, operands);
  for (auto printer : {&NeonLanguage::printVector, &NeonLanguage::printArithmetic, &NeonLanguage::printComparison,
                       &NeonLanguage::printConversion})
    if (Printed text = (this->*printer)(op, operands))
      return *text;
  if (isa<vector::ReductionOp>(op))
    return reduceByLanes(op, operands[0]);
  return printByLanes(op, operands);
}

std::string NeonLanguage::helperDefinitions() const {
  std::string text = Language::helperDefinitions();
  for (auto &[name, definition] : structures)
    text += definition;
  for (auto &[name, definition] : functions)
    text += definition;
  return text;
}

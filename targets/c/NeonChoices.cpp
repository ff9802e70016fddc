// Comparisons, choices by masks and reductions in NEON; see NeonLanguage.h.
#include "targets/c/NeonLanguage.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace edgecc::c;
using edgecc::source::Expression;

//===-- Masks -----------------------------------------------------------------------------------------------------===//

Expression NeonLanguage::resizeMask(const Expression &value, const Register &from, const Register &to, int64_t lanes) {
  if (from.bits >= to.bits)
    return resize(value, from, to, lanes);
  // All bits are the sign.
  Expression wide = resize(reinterpret(value, from, from.as('s')), from.as('s'), to.as('s'), lanes);
  return reinterpret(wide, to.as('s'), to);
}

Expression NeonLanguage::negateMask(const Expression &mask, const Register &type) {
  if (type.bits < 64)
    return callOn(type, "vmvn", mask);
  return callOn(type, "veor", {mask, callOn(type, "vdup", Expression{"UINT64_MAX"}, "_n")});
}

//===-- Comparisons -----------------------------------------------------------------------------------------------===//

namespace {

/// A comparison as intrinsics have it.
struct Comparison {
  StringRef name;
  bool isNegated = false;
  bool isUnsigned = false;
};

} // namespace

static Comparison comparisonOf(arith::CmpIPredicate predicate) {
  using Predicate = arith::CmpIPredicate;
  switch (predicate) {
  case Predicate::eq:
    return {"vceq"};
  case Predicate::ne:
    return {"vceq", true};
  case Predicate::slt:
    return {"vclt"};
  case Predicate::sle:
    return {"vcle"};
  case Predicate::sgt:
    return {"vcgt"};
  case Predicate::sge:
    return {"vcge"};
  case Predicate::ult:
    return {"vclt", false, true};
  case Predicate::ule:
    return {"vcle", false, true};
  case Predicate::ugt:
    return {"vcgt", false, true};
  case Predicate::uge:
    return {"vcge", false, true};
  }
  llvm_unreachable("all predicates are above");
}

/// Where an operand that is no number matters, the negation of the opposite says so. No name: it takes two comparisons.
static Comparison comparisonOf(arith::CmpFPredicate predicate) {
  using Predicate = arith::CmpFPredicate;
  switch (predicate) {
  case Predicate::OEQ:
    return {"vceq"};
  case Predicate::UNE:
    return {"vceq", true};
  case Predicate::OGT:
    return {"vcgt"};
  case Predicate::ULE:
    return {"vcgt", true};
  case Predicate::OGE:
    return {"vcge"};
  case Predicate::ULT:
    return {"vcge", true};
  case Predicate::OLT:
    return {"vclt"};
  case Predicate::UGE:
    return {"vclt", true};
  case Predicate::OLE:
    return {"vcle"};
  case Predicate::UGT:
    return {"vcle", true};
  default:
    return {""};
  }
}

NeonLanguage::Printed NeonLanguage::printComparison(Operation *op, ArrayRef<Expression> operands) {
  if (auto select = dyn_cast<arith::SelectOp>(op))
    return printSelect(select, operands);
  auto integers = dyn_cast<arith::CmpIOp>(op);
  auto floats = dyn_cast<arith::CmpFOp>(op);
  bool isNanTest = isa<math::IsNaNOp>(op);
  if (!integers && !floats && !isNanTest)
    return std::nullopt;
  auto compared = cast<VectorType>(op->getOperand(0).getType());
  std::optional<Register> type = registerOf(compared), result = registerOf(op->getResult(0).getType());
  bool isMissing = type && ((type->kind != 'f' && !integers) || (type->bits == 64 && !isAArch64));
  if (!type || !result || isMissing)
    return std::nullopt;
  Register mask = type->as('u');
  auto resized = [&](const Expression &value) { return resizeMask(value, mask, *result, compared.getNumElements()); };
  using Predicate = arith::CmpFPredicate;
  bool areOrdered = floats && floats.getPredicate() == Predicate::ORD;
  if (isNanTest || areOrdered || (floats && floats.getPredicate() == Predicate::UNO)) {
    // What is no number differs from itself.
    Expression ordered =
        helper("edgecc_are_numbers_" + shortName(compared), mask.type(), type->type() + " a, " + type->type() + " b",
               "  return " + mask.intrinsic("vand") + "(" + type->intrinsic("vceq") + "(a, a), " +
                   type->intrinsic("vceq") + "(b, b));\n",
               {operands[0], operands[isNanTest ? 0 : 1]});
    return resized(areOrdered ? ordered : negateMask(ordered, mask));
  }
  Comparison comparison = integers ? comparisonOf(integers.getPredicate()) : comparisonOf(floats.getPredicate());
  if (comparison.name.empty())
    return std::nullopt;
  Register as = comparison.isUnsigned ? mask : *type;
  Expression text =
      callOn(as, comparison.name, {reinterpret(operands[0], *type, as), reinterpret(operands[1], *type, as)});
  return resized(comparison.isNegated ? negateMask(text, mask) : text);
}

NeonLanguage::Printed NeonLanguage::printSelect(arith::SelectOp select, ArrayRef<Expression> operands) {
  auto vector = cast<VectorType>(select.getType());
  std::optional<Register> type = registerOf(vector), mask = registerOf(select.getCondition().getType());
  if (!type || !mask)
    return std::nullopt;
  Expression bits = resizeMask(operands[0], *mask, type->as('u'), vector.getNumElements());
  return callOn(*type, "vbsl", {bits, operands[1], operands[2]});
}

//===-- Reductions ------------------------------------------------------------------------------------------------===//

/// "add" of vaddv and vpadd; empty where there is none.
static StringRef combination(vector::CombiningKind kind) {
  using Kind = vector::CombiningKind;
  switch (kind) {
  case Kind::ADD:
    return "add";
  case Kind::MAXIMUMF:
  case Kind::MAXSI:
    return "max";
  case Kind::MINIMUMF:
  case Kind::MINSI:
    return "min";
  default:
    return "";
  }
}

NeonLanguage::Printed NeonLanguage::reduce(Operation *op, const Expression &value) {
  auto reduction = cast<vector::ReductionOp>(op);
  std::optional<Register> type = registerOf(reduction.getSourceVectorType());
  StringRef name = combination(reduction.getKind());
  bool isPlain = type && type->kind != 'u' && type->lanes == reduction.getSourceVectorType().getNumElements();
  bool isMissing = type && type->kind == 's' && type->bits == 64 && (name != "add" || !isAArch64);
  if (!isPlain || isMissing || name.empty() || reduction.getAcc())
    return std::nullopt;
  if (isAArch64)
    return callOn(*type, ("v" + name + "v").str(), value);
  // Half of the lanes with the other half, down to one.
  Register half{type->kind, type->bits, 64 / static_cast<int64_t>(type->bits)};
  std::string body = "  " + half.type() + " half = x;\n";
  if (type->isQuad())
    body = "  " + half.type() + " half = " + half.intrinsic(("v" + name).str()) + "(" +
           ("vget_low_" + type->suffix() + "(x), vget_high_" + type->suffix() + "(x));\n");
  for (int64_t lanes = half.lanes; lanes > 1; lanes /= 2)
    body += "  half = " + half.intrinsic(("vp" + name).str()) + "(half, half);\n";
  body += "  return " + half.intrinsic("vget", "_lane") + "(half, 0);\n";
  return helper("edgecc_" + name.str() + "_across_" + shortName(reduction.getSourceVectorType()), type->element(),
                type->type() + " x", body, value);
}

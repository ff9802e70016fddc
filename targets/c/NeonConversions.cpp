// Conversions between types of lanes in NEON; see NeonLanguage.h.
#include "targets/c/NeonLanguage.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace edgecc::c;
using edgecc::source::Expression;

Expression NeonLanguage::resize(Expression value, Register from, const Register &to, int64_t lanes) {
  if (from.bits + to.bits == 40 && lanes == 4) { // Between 8 and 32 bits; the bytes fill half of a register.
    bool isWider = to.bits == 32;
    Register result{from.kind, to.bits, isWider ? 4 : 8};
    std::string kind(1, from.kind),
        body = "  return vmovl_" + kind + "16(vget_low_" + kind + "16(vmovl_" + kind + "8(x)));\n";
    if (!isWider)
      body = "  const " + Register{from.kind, 16, 4}.type() + " half = vmovn_" + kind + "32(x);\n  return vmovn_" +
             kind + "16(vcombine_" + kind + "16(half, half));\n";
    std::string name = isWider ? "edgecc_widen_" + kind + "8x4" : "edgecc_narrow_" + kind + "32x4";
    return helper(name, result.type(), from.type() + " x", body, value);
  }
  while (from.bits < to.bits) {
    value = call("vmovl_" + from.suffix(), value);
    from = {from.kind, from.bits * 2, from.lanes};
    if (from.bits * lanes <= 64) { // The other half is not in use.
      value = call("vget_low_" + from.suffix(), value);
      from.lanes /= 2;
    }
  }
  while (from.bits > to.bits) {
    if (!from.isQuad())
      value = call("vcombine_" + from.suffix(), {value, callOn(from, "vdup", Expression{"0"}, "_n")});
    value = call("vmovn_" + from.suffix(), value);
    from = {from.kind, from.bits / 2, 64 / (from.bits / 2)};
  }
  return value;
}

NeonLanguage::Printed NeonLanguage::printConversion(Operation *op, ArrayRef<Expression> operands) {
  if (!isa<CastOpInterface>(op))
    return std::nullopt;
  auto vector = cast<VectorType>(op->getResult(0).getType());
  std::optional<Register> fromType = registerOf(op->getOperand(0).getType()), toType = registerOf(vector);
  if (!fromType || !toType)
    return std::nullopt;
  Register from = *fromType, to = *toType;
  int64_t lanes = vector.getNumElements();
  const Expression &value = operands[0];
  Type fromElement = getElementTypeOrSelf(op->getOperand(0).getType()), toElement = vector.getElementType();
  bool fromMask = fromElement.isInteger(1), toMask = toElement.isInteger(1);
  bool fromFloat = isa<FloatType>(fromElement), toFloat = isa<FloatType>(toElement);
  /// The integers in lanes as wide as those of the result, with or without sign.
  auto widened = [&](char kind) {
    if (!fromMask)
      return resize(reinterpret(value, from, from.as(kind)), from.as(kind), {kind, to.bits, to.lanes}, lanes);
    Register mask = to.as('u');
    Expression bits = resizeMask(value, from, mask, lanes);
    if (kind == 'u') // 1 for true.
      bits = callOn(mask, "vshr", {bits, {std::to_string(to.bits - 1)}}, "_n");
    return reinterpret(bits, mask, to.as(kind));
  };
  // vcvtq_f32_s32; those that change the width have a D register on one side.
  auto converted = [&](const Expression &number, const Register &source, const Register &target) {
    bool isQuad = source.isQuad() && target.isQuad();
    return call((isQuad ? "vcvtq_" : "vcvt_") + target.suffix() + "_" + source.suffix(), number);
  };
  bool hasLongConversions = isAArch64 || to.bits != 64;
  return llvm::TypeSwitch<Operation *, Printed>(op)
      .Case<arith::ExtSIOp, arith::IndexCastOp>([&](Operation *) -> Printed {
        if (from.bits > to.bits && !fromMask)
          return resize(value, from, to, lanes);
        return widened('s');
      })
      .Case<arith::ExtUIOp, arith::IndexCastUIOp>([&](Operation *) -> Printed {
        if (from.bits > to.bits && !fromMask)
          return resize(value, from, to, lanes);
        return reinterpret(widened('u'), to.as('u'), to);
      })
      .Case<arith::TruncIOp>([&](auto) -> Printed {
        if (!toMask)
          return resize(value, from, to, lanes);
        if (from.bits == 64)
          return std::nullopt;
        Expression odd = callOn(from, "vtst", {value, callOn(from, "vdup", Expression{"1"}, "_n")});
        return resizeMask(odd, from.as('u'), to, lanes);
      })
      .Case<arith::SIToFPOp>([&](auto) -> Printed {
        if (!toFloat || to.kind != 'f' || from.bits > to.bits || !hasLongConversions)
          return std::nullopt;
        return converted(widened('s'), to.as('s'), to);
      })
      .Case<arith::UIToFPOp>([&](auto) -> Printed {
        if (!toFloat || to.kind != 'f' || from.bits > to.bits || !hasLongConversions)
          return std::nullopt;
        return converted(widened('u'), to.as('u'), to);
      })
      .Case<arith::FPToSIOp>([&](auto) -> Printed {
        if (from.kind != 'f' || from.bits < to.bits || toMask)
          return std::nullopt;
        return resize(converted(value, from, from.as('s')), from.as('s'), to, lanes);
      })
      .Case<arith::FPToUIOp>([&](auto) -> Printed {
        if (from.kind != 'f' || from.bits < to.bits || toMask)
          return std::nullopt;
        Register number = from.as('u');
        return reinterpret(resize(converted(value, from, number), number, to.as('u'), lanes), to.as('u'), to);
      })
      .Case<arith::ExtFOp>([&](auto) -> Printed {
        if (fromElement.isBF16() && toElement.isF32() && lanes == 4)
          return Expression{"vreinterpretq_f32_u32(vshll_n_u16(" + value.text + ", 16))"};
        if (fromElement.isF16() && toElement.isF32() && lanes == 4 && isAArch64)
          return Expression{"vcvt_f32_f16(vreinterpret_f16_u16(" + value.text + "))"};
        if (from.kind != 'f')
          return std::nullopt;
        return converted(value, from, to);
      })
      .Case<arith::TruncFOp>([&](auto) -> Printed {
        if (fromElement.isF32() && toElement.isF16() && lanes == 4 && isAArch64)
          return Expression{"vreinterpret_u16_f16(vcvt_f16_f32(" + value.text + "))"};
        if (to.kind != 'f')
          return std::nullopt;
        return converted(value, from, to);
      })
      .Case<arith::BitcastOp>([&](auto) -> Printed {
        if (fromMask || toMask || fromFloat == toFloat)
          return std::nullopt;
        return reinterpret(value, from, to);
      })
      .Default([](Operation *) { return std::nullopt; });
}

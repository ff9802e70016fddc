// Arithmetic in NEON; see NeonLanguage.h.
#include "targets/c/NeonLanguage.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace edgecc::c;
using edgecc::source::Expression;

namespace {

/// An operation with one intrinsic for all its lanes.
struct Plain {
  StringRef name;
  bool onAArch64Only = false;
  bool isUnsigned = false; ///< On lanes without a sign.
  unsigned widest = 64;    ///< Bits of a lane at most.
};

} // namespace

static std::optional<Plain> plainIntrinsic(Operation *op) {
  return llvm::TypeSwitch<Operation *, std::optional<Plain>>(op)
      .Case<arith::AddFOp, arith::AddIOp>([](Operation *) { return Plain{"vadd"}; })
      .Case<arith::SubFOp, arith::SubIOp>([](Operation *) { return Plain{"vsub"}; })
      .Case<arith::MulFOp>([](auto) { return Plain{"vmul"}; })
      .Case<arith::MulIOp>([](auto) { return Plain{"vmul", false, false, 32}; })
      .Case<arith::DivFOp>([](auto) { return Plain{"vdiv", true}; })
      .Case<arith::NegFOp>([](auto) { return Plain{"vneg"}; })
      .Case<math::AbsFOp>([](auto) { return Plain{"vabs"}; })
      .Case<math::AbsIOp>([](auto) { return Plain{"vabs", false, false, 32}; })
      // A NaN wins, as in the scalar code.
      .Case<arith::MaximumFOp>([](auto) { return Plain{"vmax"}; })
      .Case<arith::MinimumFOp>([](auto) { return Plain{"vmin"}; })
      .Case<arith::MaxNumFOp>([](auto) { return Plain{"vmaxnm", true}; })
      .Case<arith::MinNumFOp>([](auto) { return Plain{"vminnm", true}; })
      .Case<arith::MaxSIOp>([](auto) { return Plain{"vmax", false, false, 32}; })
      .Case<arith::MinSIOp>([](auto) { return Plain{"vmin", false, false, 32}; })
      .Case<arith::MaxUIOp>([](auto) { return Plain{"vmax", false, true, 32}; })
      .Case<arith::MinUIOp>([](auto) { return Plain{"vmin", false, true, 32}; })
      .Case<arith::AndIOp>([](auto) { return Plain{"vand"}; })
      .Case<arith::OrIOp>([](auto) { return Plain{"vorr"}; })
      .Case<arith::XOrIOp>([](auto) { return Plain{"veor"}; })
      .Case<math::SqrtOp>([](auto) { return Plain{"vsqrt", true}; })
      .Default([](Operation *) { return std::nullopt; });
}

NeonLanguage::Printed NeonLanguage::printArithmetic(Operation *op, ArrayRef<Expression> operands) {
  std::optional<Register> type = registerOf(op->getResult(0).getType());
  if (!type)
    return std::nullopt;
  for (Printed text : {printSum(op, operands), printShift(op, operands)})
    if (text)
      return text;
  if (op->getNumOperands() == 1)
    if (Printed text = printRounding(op, operands[0]))
      return text;
  bool isFloat = type->kind == 'f';
  if (isa<math::CopySignOp>(op) && isFloat && type->bits == 32)
    return callOn(*type, "vbsl", {splat(type->as('u'), {"0x80000000u"}), operands[1], operands[0]});
  if (isa<math::RsqrtOp>(op) && isAArch64 && isFloat)
    return callOn(*type, "vdiv", {splat(*type, {type->bits == 64 ? "1.0" : "1.0f"}), callOn(*type, "vsqrt", operands)});
  std::optional<Plain> plain = plainIntrinsic(op);
  bool isHalf = !isFloat && isa<FloatType>(getElementTypeOrSelf(op->getResult(0).getType()));
  if (!plain || isHalf || (plain->onAArch64Only && !isAArch64) || type->bits > plain->widest)
    return std::nullopt;
  bool isMask = getElementTypeOrSelf(op->getResult(0).getType()).isInteger(1);
  if (isMask && !isa<arith::AndIOp, arith::OrIOp, arith::XOrIOp>(op))
    return std::nullopt;
  if (!plain->isUnsigned)
    return callOn(*type, plain->name, operands);
  Register bits = type->as('u');
  auto asBits = [&](const Expression &value) { return reinterpret(value, *type, bits); };
  return reinterpret(callOn(bits, plain->name, llvm::map_to_vector(operands, asBits)), bits, *type);
}

//===-- Products and sums -----------------------------------------------------------------------------------------===//

static bool mayContract(Operation *op) {
  auto flags = dyn_cast<arith::ArithFastMathInterface>(op);
  return flags && bitEnumContainsAll(flags.getFastMathFlagsAttr().getValue(), arith::FastMathFlags::contract);
}

/// The product of two vectors, added to `sum` where that is given. A factor that is the same in all lanes is taken as
/// the scalar or the lane of a register that it is.
Expression NeonLanguage::product(const Register &type, ArrayRef<Value> factors, ArrayRef<Expression> texts,
                                 const Expression *sum) {
  bool isFloat = type.kind == 'f', takesScalars = type.bits == 32 || type.bits == 16 || (isFloat && isAArch64);
  StringRef name = !sum ? "vmul" : isFloat && isAArch64 ? "vfma" : "vmla";
  auto print = [&](SmallVector<Expression> operands, StringRef form) {
    if (sum)
      operands.insert(operands.begin(), *sum);
    return callOn(type, name, operands, form);
  };
  for (size_t place : {0, 1}) {
    auto splat = splats.find(factors[place]);
    if (splat == splats.end() || splat->second.text != texts[place].text)
      continue;
    const Expression &other = texts[1 - place];
    if (splat->second.lane && isFloat && type.bits == 32) {
      const auto &[vector, number] = *splat->second.lane;
      if (isAArch64)
        return print({other, vector, {std::to_string(number)}}, "_laneq");
      Expression half = call(number < 2 ? "vget_low_f32" : "vget_high_f32", vector);
      return print({other, half, {std::to_string(number % 2)}}, "_lane");
    }
    if (takesScalars)
      return print({other, splat->second.scalar}, "_n");
  }
  return print({texts[0], texts[1]}, "");
}

/// A sum that may be contracted is one of a reduction; one of integers may be.
bool NeonLanguage::isSumStep(Operation *op) {
  if (op->getNumResults() != 1 || !isa<VectorType>(op->getResult(0).getType()))
    return false;
  return isa<arith::AddIOp>(op) || (isa<arith::AddFOp>(op) && mayContract(op));
}

/// Products and sums of products. A multiply-add that rounds once is allowed where both operations allow to contract
/// them; on Armv7, vmla rounds twice, and nothing needs to be allowed.
NeonLanguage::Printed NeonLanguage::printSum(Operation *op, ArrayRef<Expression> operands) {
  Value result = op->getResult(0);
  Register type = *registerOf(result.getType());
  bool isFloat = isa<FloatType>(getElementTypeOrSelf(result.getType()));
  if (isFloat != (type.kind == 'f') || (!isFloat && type.bits > 32) || type.kind == 'u')
    return std::nullopt;
  if (isa<math::FmaOp>(op))
    return product(type, {op->getOperand(0), op->getOperand(1)}, operands.take_front(2), &operands[2]);
  if (isa<arith::MulFOp, arith::MulIOp>(op)) {
    Expression text = product(type, {op->getOperand(0), op->getOperand(1)}, operands, nullptr);
    products[result] = {text.text, llvm::to_vector(operands)};
    return text;
  }
  if (!isa<arith::AddFOp, arith::AddIOp>(op))
    return std::nullopt;
  for (size_t place : {0, 1}) {
    Operation *factor = op->getOperand(place).getDefiningOp();
    auto known = products.find(op->getOperand(place));
    if (known == products.end() || known->second.text != operands[place].text)
      continue;
    if (isFloat && isAArch64 && !(mayContract(op) && mayContract(factor)))
      continue;
    return product(type, {factor->getOperand(0), factor->getOperand(1)}, known->second.factors, &operands[1 - place]);
  }
  return std::nullopt;
}

//===-- Shifts ----------------------------------------------------------------------------------------------------===//

NeonLanguage::Printed NeonLanguage::printShift(Operation *op, ArrayRef<Expression> operands) {
  if (!isa<arith::ShLIOp, arith::ShRSIOp, arith::ShRUIOp>(op))
    return std::nullopt;
  Register type = *registerOf(op->getResult(0).getType());
  bool isLeft = isa<arith::ShLIOp>(op);
  Register shifted = isa<arith::ShRUIOp>(op) ? type.as('u') : type;
  Expression value = reinterpret(operands[0], type, shifted);
  APInt count;
  if (matchPattern(op->getOperand(1), m_ConstantInt(&count)) && count.ult(type.bits) && !count.isZero())
    return reinterpret(callOn(shifted, isLeft ? "vshl" : "vshr", {value, {std::to_string(count.getZExtValue())}}, "_n"),
                       shifted, type);
  // A shift to the right is one to the left by a negative number.
  if (!isLeft && type.bits == 64 && !isAArch64)
    return std::nullopt;
  Expression left = isLeft ? operands[1] : callOn(type, "vneg", operands[1]);
  return reinterpret(callOn(shifted, "vshl", {value, left}), shifted, type);
}

//===-- Rounding --------------------------------------------------------------------------------------------------===//

// Armv7 has no instruction that rounds to integers. From 2^23 on, all floats are integers.
static constexpr llvm::StringLiteral roundToEven =
    R"(  const float32x4_t absolute = vabsq_f32(x), limit = vdupq_n_f32(8388608.0f);
  /* The sum has no digits behind the point. */
  const float32x4_t rounded = vsubq_f32(vaddq_f32(absolute, limit), limit);
  const uint32x4_t keeps_sign = vandq_u32(vcltq_f32(absolute, limit), vdupq_n_u32(0x7FFFFFFFu));
  return vbslq_f32(keeps_sign, rounded, x);
)";
static constexpr llvm::StringLiteral truncate = R"(  const float32x4_t whole = vcvtq_f32_s32(vcvtq_s32_f32(x));
  const uint32x4_t is_small = vcltq_f32(vabsq_f32(x), vdupq_n_f32(8388608.0f));
  return vbslq_f32(vandq_u32(is_small, vdupq_n_u32(0x7FFFFFFFu)), whole, x);
)";
static constexpr llvm::StringLiteral roundDown = R"(  const float32x4_t whole = edgecc_trunc_f32x4(x);
  return vbslq_f32(vcgtq_f32(whole, x), vsubq_f32(whole, vdupq_n_f32(1.0f)), whole);
)";
static constexpr llvm::StringLiteral roundUp = R"(  const float32x4_t whole = edgecc_trunc_f32x4(x);
  return vbslq_f32(vcltq_f32(whole, x), vaddq_f32(whole, vdupq_n_f32(1.0f)), whole);
)";

NeonLanguage::Printed NeonLanguage::printRounding(Operation *op, const Expression &value) {
  Register type = *registerOf(op->getResult(0).getType());
  if (type.kind != 'f')
    return std::nullopt;
  if (isAArch64) {
    StringRef name = llvm::TypeSwitch<Operation *, StringRef>(op)
                         .Case<math::RoundEvenOp>([](auto) { return "vrndn"; })
                         .Case<math::FloorOp>([](auto) { return "vrndm"; })
                         .Case<math::CeilOp>([](auto) { return "vrndp"; })
                         .Case<math::TruncOp>([](auto) { return "vrnd"; })
                         .Case<math::RoundOp>([](auto) { return "vrnda"; })
                         .Default([](Operation *) { return ""; });
    return name.empty() ? Printed() : Printed(callOn(type, name, value));
  }
  if (type.lanes != 4)
    return std::nullopt;
  auto define = [&](StringRef name, StringRef body) {
    return helper(("edgecc_" + name + "_f32x4").str(), "float32x4_t", "float32x4_t x", body, value);
  };
  return llvm::TypeSwitch<Operation *, Printed>(op)
      .Case<math::RoundEvenOp>([&](auto) { return define("roundeven", roundToEven); })
      .Case<math::TruncOp>([&](auto) { return define("trunc", truncate); })
      .Case<math::FloorOp>([&](auto) {
        define("trunc", truncate);
        return define("floor", roundDown);
      })
      .Case<math::CeilOp>([&](auto) {
        define("trunc", truncate);
        return define("ceil", roundUp);
      })
      .Default([](Operation *) { return std::nullopt; });
}

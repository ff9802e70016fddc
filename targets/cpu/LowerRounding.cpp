// Rounding to narrow integers by x86's own conversion.
//
// A value becomes an integer of 8 or 16 bits in three steps: round to nearest, clamp, convert. cvtps2dq rounds to
// nearest by itself, and the packing of 32 bits into 8 saturates, so that on vectors one comparison is left: with the
// upper bound, for cvtps2dq gives the smallest integer for everything that it cannot represent, NaN included.
#include "targets/cpu/CpuTarget.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Pass/Pass.h"

using namespace mlir;
using namespace edgecc;

namespace {

/// A number that all lanes have.
std::optional<double> splatOf(Value value) {
  DenseFPElementsAttr elements;
  if (!matchPattern(value, m_Constant(&elements)) || !elements.isSplat())
    return std::nullopt;
  return elements.getSplatValue<APFloat>().convertToDouble();
}

/// x where `value` is `less(bound, x) ? x : bound`, or, with `isUpper`, `less(x, bound) ? x : bound`.
Value unclamp(Value value, double bound, bool isUpper) {
  auto select = value.getDefiningOp<arith::SelectOp>();
  auto compare = select ? select.getCondition().getDefiningOp<arith::CmpFOp>() : arith::CmpFOp();
  if (!compare || compare.getPredicate() != arith::CmpFPredicate::OLT)
    return {};
  Value x = select.getTrueValue(), limit = select.getFalseValue();
  bool compares =
      isUpper ? compare.getLhs() == x && compare.getRhs() == limit : compare.getLhs() == limit && compare.getRhs() == x;
  return compares && splatOf(limit) == bound ? x : Value();
}

/// What `op` rounds, if it rounds to nearest, clamps to its type's numbers (NaN to 0) and converts.
Value roundedBy(arith::FPToUIOp op) {
  double highest = std::ldexp(1.0, cast<VectorType>(op.getType()).getElementTypeBitWidth()) - 1;
  Value low = unclamp(op.getIn(), highest, /*isUpper=*/true);
  Value rounded = low ? unclamp(low, 0, /*isUpper=*/false) : Value();
  auto round = rounded ? rounded.getDefiningOp<math::RoundEvenOp>() : math::RoundEvenOp();
  return round ? round.getOperand() : Value();
}

struct LowerRoundingPass : public PassWrapper<LowerRoundingPass, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LowerRoundingPass)
  explicit LowerRoundingPass(unsigned vectorBits) : vectorBits(vectorBits) {}
  StringRef getArgument() const override { return "cpu-lower-rounding"; }
  StringRef getDescription() const override { return "Round to narrow integers with the processor's conversion"; }
  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<LLVM::LLVMDialect>(); }

  void runOnOperation() override {
    getOperation().walk([&](arith::FPToUIOp op) {
      auto type = dyn_cast<VectorType>(op.getType());
      if (!type || type.getElementTypeBitWidth() > 16 ||
          !cast<VectorType>(op.getIn().getType()).getElementType().isF32())
        return;
      StringRef conversion = conversionOf(type.getNumElements() * 32);
      if (Value value = conversion.empty() ? Value() : roundedBy(op)) {
        op.replaceAllUsesWith(convert(op, value, conversion));
        op.erase();
      }
    });
  }

private:
  StringRef conversionOf(unsigned bits) const {
    if (bits == 128)
      return "llvm.x86.sse2.cvtps2dq";
    return bits == 256 && vectorBits >= 256 ? "llvm.x86.avx.cvt.ps2dq.256" : "";
  }

  static Value convert(arith::FPToUIOp op, Value value, StringRef conversion) {
    OpBuilder builder(op);
    Location loc = op.getLoc();
    auto wide = cast<VectorType>(op.getType()).clone(builder.getI32Type());
    auto splat = [&](int64_t number) -> Value {
      return arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(wide, builder.getI32IntegerAttr(number)));
    };
    int64_t highest = (int64_t(1) << cast<VectorType>(op.getType()).getElementTypeBitWidth()) - 1;
    auto floats = cast<VectorType>(value.getType());
    Value limit = arith::ConstantOp::create(
        builder, loc, DenseElementsAttr::get(floats, builder.getF32FloatAttr(static_cast<float>(highest))));
    Value above = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OLT, limit, value);
    Value below = arith::SelectOp::create(builder, loc, above, limit, value);
    Value integers =
        LLVM::CallIntrinsicOp::create(builder, loc, wide, builder.getStringAttr(conversion), below).getResult(0);
    integers = arith::MaxSIOp::create(builder, loc, integers, splat(0));
    integers = arith::MinSIOp::create(builder, loc, integers, splat(highest));
    return arith::TruncIOp::create(builder, loc, op.getType(), integers);
  }

  unsigned vectorBits;
};

} // namespace

std::unique_ptr<Pass> edgecc::cpu::createLowerRoundingPass(unsigned vectorBits) {
  return std::make_unique<LowerRoundingPass>(vectorBits);
}

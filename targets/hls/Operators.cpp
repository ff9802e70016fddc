// The table of operators; docs/targets/hls.md shows it and says where the numbers are from.
#include "targets/hls/Operators.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace edgecc::hls;

namespace {

/// Bits that `op` computes with: those of its widest operand or result.
int64_t bitsOf(Operation *op) {
  int64_t bits = 1;
  auto note = [&](Type type) {
    bits = std::max<int64_t>(bits, type.isIndex() ? 32 : type.isIntOrFloat() ? type.getIntOrFloatBitWidth() : 0);
  };
  llvm::for_each(op->getOperandTypes(), note);
  llvm::for_each(op->getResultTypes(), note);
  return bits;
}

/// Bits that hold every value that `value` can have: those before it was widened, and one more for each sum.
int64_t significantBits(Value value, int depth = 4) {
  int64_t bits = value.getType().isIndex() ? 32 : value.getType().getIntOrFloatBitWidth();
  Operation *op = value.getDefiningOp();
  if (!op || depth == 0)
    return bits;
  auto of = [&](unsigned operand) { return significantBits(op->getOperand(operand), depth - 1); };
  return std::min(bits, llvm::TypeSwitch<Operation *, int64_t>(op)
                            .Case<arith::ExtSIOp>([&](auto) { return of(0); })
                            .Case<arith::ExtUIOp>([&](auto) { return of(0) + 1; }) // The sign.
                            .Case<arith::AddIOp, arith::SubIOp>([&](auto) { return std::max(of(0), of(1)) + 1; })
                            .Case<arith::ConstantOp>([&](arith::ConstantOp constant) -> int64_t {
                              auto number = dyn_cast<IntegerAttr>(constant.getValue());
                              return number ? number.getValue().getSignificantBits() : bits;
                            })
                            .Default([&](auto) { return bits; }));
}

/// Products of integers: a DSP48 multiplies 25 by 18 bits, two of them 42 by 18 or 35 by 25. A product with a constant
/// index is adders.
Operator integerProduct(Operation *op) {
  if (op->getResult(0).getType().isIndex())
    return {0, 64, 64, 1, true};
  int64_t a = significantBits(op->getOperand(0)), b = significantBits(op->getOperand(1));
  int64_t narrow = std::min(a, b), wide = std::max(a, b);
  bool isOne = narrow <= 18 && wide <= 25, isTwo = (narrow <= 18 && wide <= 42) || (narrow <= 25 && wide <= 35);
  return {isOne ? 1 : isTwo ? 2 : wide <= 32 ? 3 : 10, 20, 40, isOne ? 1 : 3, true};
}

Operator arithmetic(Operation *op, bool isDouble, int64_t bits) {
  auto pick = [&](Operator single, Operator wide) { return isDouble ? wide : single; };
  return llvm::TypeSwitch<Operation *, Operator>(op)
      .Case<arith::AddFOp, arith::SubFOp>([&](auto) { return pick({2, 220, 290, 4}, {3, 700, 800, 5}); })
      .Case<arith::MulFOp>([&](auto) { return pick({3, 110, 140, 3, true}, {11, 250, 350, 6, true}); })
      .Case<arith::DivFOp>([&](auto) { return pick({0, 780, 900, 15}, {0, 3200, 3300, 30}); })
      .Case<arith::RemFOp>([&](auto) { return pick({0, 4000, 4000, 40}, {0, 8000, 8000, 60}); })
      .Case<arith::CmpFOp>([&](auto) { return pick({0, 50, 20, 1}, {0, 90, 40, 1}); })
      .Case<arith::MaximumFOp, arith::MinimumFOp, arith::MaxNumFOp, arith::MinNumFOp>(
          [&](auto) { return pick({0, 100, 50, 1}, {0, 190, 90, 1}); })
      .Case<arith::SIToFPOp, arith::UIToFPOp>([&](auto) { return pick({0, 190, 230, 4}, {0, 400, 450, 5}); })
      .Case<arith::FPToSIOp, arith::FPToUIOp>([&](auto) { return pick({0, 220, 250, 3}, {0, 450, 500, 4}); })
      .Case<arith::ExtFOp, arith::TruncFOp>([&](auto) { return Operator{0, 120, 100, 2}; })
      .Case<arith::MulIOp>([&](auto) { return integerProduct(op); })
      .Case<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp, arith::FloorDivSIOp, arith::CeilDivSIOp>(
          [&](auto) { return Operator{0, bits * bits / 4, bits * bits / 3, bits + 3}; })
      .Case<arith::SelectOp>([&](auto) { return Operator{0, bits, 0, 0}; })
      .Case<arith::ExtSIOp, arith::ExtUIOp, arith::TruncIOp, arith::IndexCastOp, arith::IndexCastUIOp, arith::BitcastOp,
            arith::NegFOp>([&](auto) { return Operator(); })
      .Case<arith::ShLIOp, arith::ShRSIOp, arith::ShRUIOp>([&](Operation *shift) {
        return matchPattern(shift->getOperand(1), m_Constant()) ? Operator() : Operator{0, 3 * bits, bits, 1};
      })
      // Sums, comparisons, bits.
      .Default([&](auto) { return Operator{0, bits, bits, 1}; });
}

Operator function(Operation *op, bool isDouble) {
  Operator cost = llvm::TypeSwitch<Operation *, Operator>(op)
                      .Case<math::AbsFOp, math::CopySignOp, math::IsNaNOp, math::IsInfOp>(
                          [](auto) { return Operator{0, 32, 0, 0}; })
                      .Case<math::AbsIOp>([](auto) { return Operator{0, 64, 32, 1}; })
                      .Case<math::FmaOp>([](auto) { return Operator{5, 330, 430, 7, true}; })
                      .Case<math::SqrtOp>([](auto) { return Operator{0, 460, 600, 11}; })
                      .Case<math::RsqrtOp>([](auto) { return Operator{0, 1240, 1500, 26}; })
                      .Case<math::ExpOp, math::Exp2Op>([](auto) { return Operator{7, 700, 500, 8}; })
                      .Case<math::LogOp, math::Log2Op, math::Log10Op>([](auto) { return Operator{13, 1300, 500, 12}; })
                      .Case<math::RoundEvenOp, math::RoundOp, math::FloorOp, math::CeilOp, math::TruncOp>(
                          [](auto) { return Operator{0, 150, 100, 2}; })
                      // Nothing is known of the others but that they are large.
                      .Default([](auto) { return Operator{20, 4000, 3000, 40}; });
  if (isDouble)
    cost = {cost.dsp * 3, cost.lut * 3, cost.ff * 3, cost.latency * 2, cost.multiplies};
  return cost;
}

} // namespace

Operator edgecc::hls::operatorOf(Operation &op, const Clock &clock) {
  if (op.getNumResults() == 0 || isa<arith::ConstantOp, linalg::IndexOp>(op))
    return {};
  if (isa<tensor::ExtractOp>(op)) // An address and a load.
    return {0, 64, 64, 2};
  bool isDouble = bitsOf(&op) == 64;
  Operator cost = isa_and_nonnull<math::MathDialect>(op.getDialect())
                      ? function(&op, isDouble)
                      : arithmetic(&op, isDouble && !op.getOperandTypes().empty(), bitsOf(&op));
  cost.latency = static_cast<int64_t>(std::ceil(cost.latency * clock.delay * clock.megahertz / 100.0));
  return cost;
}

Body edgecc::hls::bodyOf(linalg::GenericOp op, const Clock &clock) {
  Body body;
  // Cycles until a value is there, and until it is there after the accumulators are (-1: does not depend on them).
  llvm::DenseMap<Value, int64_t> ready, behind;
  for (BlockArgument argument : op.getBody()->getArguments())
    behind[argument] = llvm::is_contained(op.getRegionOutputArgs(), argument) ? 0 : -1;
  for (Operation &inner : op.getBody()->without_terminator()) {
    Operator cost = operatorOf(inner, clock);
    body.resources += {cost.dsp, 0, cost.lut, cost.ff};
    body.operators += cost.lut > 0;
    body.multipliers += cost.multiplies;
    body.multiplierDsp += cost.multiplies ? cost.dsp : 0;
    int64_t start = 0, since = -1;
    for (Value operand : inner.getOperands()) {
      start = std::max(start, ready.lookup(operand));
      auto known = behind.find(operand);
      since = std::max<int64_t>(since, known == behind.end() ? -1 : known->second);
    }
    for (Value result : inner.getResults()) {
      ready[result] = start + cost.latency;
      behind[result] = since < 0 ? -1 : since + cost.latency;
      body.depth = std::max(body.depth, ready[result]);
      body.recurrence = std::max(body.recurrence, behind[result]);
    }
  }
  return body;
}

// Associative combinations; see Combining.h.
#include "passes/Kernel/Combining.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace edgecc::kernel;

std::optional<vector::CombiningKind> edgecc::kernel::combiningKind(linalg::GenericOp op) {
  if (op.getNumDpsInits() != 1)
    return std::nullopt;
  Operation *yield = op.getBody()->getTerminator();
  Operation *combine = yield->getOperand(0).getDefiningOp();
  if (!combine || combine->getNumOperands() != 2 ||
      !llvm::is_contained(combine->getOperands(), op.getRegionOutputArgs()[0]))
    return std::nullopt;
  using Kind = vector::CombiningKind;
  return llvm::TypeSwitch<Operation *, std::optional<Kind>>(combine)
      .Case<arith::AddFOp, arith::AddIOp>([](auto) { return Kind::ADD; })
      .Case<arith::MulFOp, arith::MulIOp>([](auto) { return Kind::MUL; })
      .Case<arith::MaximumFOp>([](auto) { return Kind::MAXIMUMF; })
      .Case<arith::MinimumFOp>([](auto) { return Kind::MINIMUMF; })
      .Case<arith::MaxSIOp>([](auto) { return Kind::MAXSI; })
      .Case<arith::MinSIOp>([](auto) { return Kind::MINSI; })
      .Case<arith::MaxUIOp>([](auto) { return Kind::MAXUI; })
      .Case<arith::MinUIOp>([](auto) { return Kind::MINUI; })
      .Case<arith::AndIOp>([](auto) { return Kind::AND; })
      .Case<arith::OrIOp>([](auto) { return Kind::OR; })
      .Default([](auto) { return std::nullopt; });
}

Value edgecc::kernel::neutralValue(OpBuilder &builder, Location loc, vector::CombiningKind kind, Type element) {
  using Kind = vector::CombiningKind;
  arith::AtomicRMWKind rmw;
  bool isFloat = isa<FloatType>(element);
  switch (kind) {
  case Kind::ADD:
    rmw = isFloat ? arith::AtomicRMWKind::addf : arith::AtomicRMWKind::addi;
    break;
  case Kind::MUL:
    rmw = isFloat ? arith::AtomicRMWKind::mulf : arith::AtomicRMWKind::muli;
    break;
  case Kind::MAXIMUMF:
    rmw = arith::AtomicRMWKind::maximumf;
    break;
  case Kind::MINIMUMF:
    rmw = arith::AtomicRMWKind::minimumf;
    break;
  case Kind::MAXSI:
    rmw = arith::AtomicRMWKind::maxs;
    break;
  case Kind::MINSI:
    rmw = arith::AtomicRMWKind::mins;
    break;
  case Kind::MAXUI:
    rmw = arith::AtomicRMWKind::maxu;
    break;
  case Kind::MINUI:
    rmw = arith::AtomicRMWKind::minu;
    break;
  case Kind::AND:
    rmw = arith::AtomicRMWKind::andi;
    break;
  default:
    rmw = arith::AtomicRMWKind::ori;
    break;
  }
  return arith::getIdentityValue(rmw, element, builder, loc);
}

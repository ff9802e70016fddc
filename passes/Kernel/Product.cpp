// Recognition of sums of products; see Product.h.
#include "passes/Kernel/Product.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace edgecc::kernel;

static std::optional<Factor> matchFactor(Value value) {
  Operation *extension = value.getDefiningOp();
  if (extension && !isa<arith::ExtSIOp, arith::ExtUIOp, arith::ExtFOp>(extension))
    return std::nullopt;
  auto argument = dyn_cast<BlockArgument>(extension ? extension->getOperand(0) : value);
  if (!argument)
    return std::nullopt;
  return Factor{argument.getArgNumber(), argument.getType(), extension};
}

std::optional<std::array<Factor, 2>> edgecc::kernel::matchProduct(linalg::GenericOp main) {
  if (main.getNumDpsInits() != 1 || main.getNumDpsInputs() != 2)
    return std::nullopt;
  Operation *sum = main.getBody()->getTerminator()->getOperand(0).getDefiningOp();
  if (!isa_and_nonnull<arith::AddFOp, arith::AddIOp>(sum))
    return std::nullopt;
  Value accumulator = main.getRegionOutputArgs()[0];
  Value term = sum->getOperand(0) == accumulator ? sum->getOperand(1) : sum->getOperand(0);
  Operation *product = term.getDefiningOp();
  if (!isa_and_nonnull<arith::MulFOp, arith::MulIOp>(product) || !llvm::is_contained(sum->getOperands(), accumulator))
    return std::nullopt;
  std::optional<Factor> a = matchFactor(product->getOperand(0)), b = matchFactor(product->getOperand(1));
  if (!a || !b || a->input == b->input || a->input > 1 || b->input > 1)
    return std::nullopt;
  return std::array<Factor, 2>{*a, *b};
}

// Elementwise fusion by upstream's patterns under our own cost rule.
#include "passes/Tensor/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace edgecc::tensor {
#define GEN_PASS_DEF_FUSEELEMENTWISE
#include "passes/Tensor/Passes.h.inc"
} // namespace edgecc::tensor

using namespace mlir;

namespace {

int64_t iterations(linalg::GenericOp op) {
  int64_t product = 1;
  for (int64_t size : op.getStaticLoopRanges())
    product *= size;
  return product;
}

/// Operations whose repetition costs less than storing and loading a value.
bool isCheap(linalg::GenericOp op) {
  unsigned operations = 0;
  for (Operation &inner : op.getBody()->without_terminator()) {
    if (isa<arith::DivFOp, arith::RemFOp>(inner) || inner.getDialect()->getNamespace() == "math" ||
        isa<mlir::tensor::ExtractOp>(inner))
      return false;
    ++operations;
  }
  return operations <= 1;
}

/// Whether `op` makes wide values of narrow ones, as dequantisation does: reading the narrow ones again costs less than
/// storing the wide ones.
bool widens(linalg::GenericOp op) {
  if (op.getNumReductionLoops() > 0 || op.getNumResults() != 1)
    return false;
  unsigned width = 0, operations = 0;
  for (Value input : op.getDpsInputs())
    if (auto type = dyn_cast<ShapedType>(input.getType()); type && type.getNumElements() > 1)
      width += type.getElementTypeBitWidth();
  for (Operation &inner : op.getBody()->without_terminator()) {
    if (!isa<arith::SIToFPOp, arith::UIToFPOp, arith::ExtSIOp, arith::ExtUIOp, arith::ExtFOp, arith::SubFOp,
             arith::AddFOp, arith::MulFOp>(inner))
      return false;
    ++operations;
  }
  return width > 0 && operations <= 3 && 2 * width <= cast<ShapedType>(op.getResultTypes()[0]).getElementTypeBitWidth();
}

/// Whether the consumer multiplies and adds: its operands are then read once per output, many times in all.
bool readsOften(linalg::GenericOp consumer, OpOperand *operand) {
  int64_t elements = cast<ShapedType>(operand->get().getType()).getNumElements();
  return iterations(consumer) > elements;
}

/// Whether `op` follows a reduction, into whose kernel it can go as the epilogue.
bool canBeEpilogue(linalg::GenericOp op) {
  return llvm::any_of(op.getDpsInputs(), [](Value input) {
    auto producer = input.getDefiningOp<linalg::GenericOp>();
    return producer && producer.getNumReductionLoops() > 0;
  });
}

bool shouldFuse(OpOperand *operand) {
  auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
  auto consumer = dyn_cast<linalg::GenericOp>(operand->getOwner());
  if (!producer || !consumer || producer->getBlock() != consumer->getBlock())
    return false;
  bool onlyUser = llvm::all_of(producer->getUsers(), [&](Operation *user) { return user == consumer; });
  bool reduces = consumer.getNumReductionLoops() > 0;
  if (readsOften(consumer, operand))
    return !reduces && onlyUser && isCheap(producer);
  return (onlyUser || widens(producer)) && !(reduces && canBeEpilogue(producer));
}

struct FuseElementwisePass : public edgecc::tensor::impl::FuseElementwiseBase<FuseElementwisePass> {
  void runOnOperation() override {
    MLIRContext *context = &getContext();
    RewritePatternSet patterns(context);
    linalg::populateElementwiseOpsFusionPatterns(patterns, shouldFuse);
    linalg::populateFoldReshapeOpsByExpansionPatterns(patterns, [](OpOperand *operand) {
      // Reshapes between elementwise operations only: a contraction keeps its own loops.
      auto producer = operand->get().getDefiningOp();
      return producer && producer->hasOneUse();
    });
    linalg::populateEraseUnusedOperandsAndResultsPatterns(patterns);
    linalg::GenericOp::getCanonicalizationPatterns(patterns, context);
    linalg::populateConstantFoldLinalgOperations(patterns, [](OpOperand *) { return false; });
    GreedyRewriteConfig config;
    config.setUseTopDownTraversal();
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns), config)))
      signalPassFailure();
  }
};

} // namespace

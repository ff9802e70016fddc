// Padding and concatenation as fills and insertions, which kernels can write into.
#include "passes/Tensor/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace edgecc::tensor {
#define GEN_PASS_DEF_DECOMPOSEMOVEMENT
#include "passes/Tensor/Passes.h.inc"
} // namespace edgecc::tensor

using namespace mlir;

namespace {

struct DecomposeMovementPass : public edgecc::tensor::impl::DecomposeMovementBase<DecomposeMovementPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    linalg::populateDecomposePadPatterns(patterns);
    mlir::tensor::populateDecomposeTensorConcatPatterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

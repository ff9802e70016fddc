// Mathematical functions without libm in hot loops: polynomials on vectors of f32.
#include "targets/cpu/CpuTarget.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace {

/// f32 and smaller functions have polynomials; f64 keeps libm's accuracy.
bool isApproximated(StringRef name) {
  return llvm::StringSwitch<bool>(name)
      .Cases({"math.exp", "math.expm1", "math.log", "math.log2", "math.log1p", "math.tanh", "math.sin", "math.cos"},
             true)
      .Cases({"math.erf", "math.erfc", "math.atan", "math.atan2", "math.asin", "math.acos", "math.cbrt"}, true)
      .Default(false);
}

struct ApproximateMathPass : public PassWrapper<ApproximateMathPass, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ApproximateMathPass)
  StringRef getArgument() const override { return "cpu-approximate-math"; }
  StringRef getDescription() const override { return "Replace transcendental functions on f32 by polynomials"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<math::MathDialect, arith::ArithDialect, vector::VectorDialect>();
  }

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateMathF32ExpansionPatterns(patterns, isApproximated);
    populateMathPolynomialApproximationPatterns(patterns, isApproximated);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> edgecc::cpu::createApproximateMathPass() { return std::make_unique<ApproximateMathPass>(); }

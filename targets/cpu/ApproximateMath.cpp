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

/// A multiply-add that the machine cannot fuse: libm's would be a call for each lane.
struct SplitFma : OpRewritePattern<math::FmaOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(math::FmaOp op, PatternRewriter &rewriter) const override {
    Value product = arith::MulFOp::create(rewriter, op.getLoc(), op.getA(), op.getB());
    rewriter.replaceOpWithNewOp<arith::AddFOp>(op, product, op.getC());
    return success();
  }
};

struct ApproximateMathPass : public PassWrapper<ApproximateMathPass, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ApproximateMathPass)
  explicit ApproximateMathPass(bool fuses) : fuses(fuses) {}
  StringRef getArgument() const override { return "cpu-approximate-math"; }
  StringRef getDescription() const override { return "Replace transcendental functions on f32 by polynomials"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<math::MathDialect, arith::ArithDialect, vector::VectorDialect>();
  }

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateMathF32ExpansionPatterns(patterns, isApproximated);
    populateMathPolynomialApproximationPatterns(patterns, isApproximated);
    if (!fuses)
      patterns.add<SplitFma>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }

  bool fuses;
};

} // namespace

std::unique_ptr<Pass> edgecc::cpu::createApproximateMathPass(bool fuses) {
  return std::make_unique<ApproximateMathPass>(fuses);
}

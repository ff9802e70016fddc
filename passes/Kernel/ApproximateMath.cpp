// Mathematical functions without libm in hot loops: polynomials on vectors of f32.
#include "passes/Kernel/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace edgecc::kernel {
#define GEN_PASS_DEF_APPROXIMATEMATH
#include "passes/Kernel/Passes.h.inc"
} // namespace edgecc::kernel

using namespace mlir;

namespace {

/// f32 and smaller functions have polynomials; f64 keeps libm's accuracy. So do atan, atan2, cbrt and erfc: upstream's
/// polynomials for these are 40 ulp off and more, and networks do not spend their time there.
bool isApproximated(StringRef name) {
  return llvm::StringSwitch<bool>(name)
      .Cases({"math.exp", "math.expm1", "math.log", "math.log2", "math.log1p", "math.tanh", "math.sin", "math.cos"},
             true)
      .Cases({"math.erf", "math.asin", "math.acos"}, true)
      .Default(false);
}

/// Brings the argument of a sine or cosine into [-pi, pi], for upstream's polynomials lose a digit for each digit
/// before the point, and leave [-1, 1] altogether for large arguments. In f64 the period is exact enough up to 1e9.
void reducePeriod(Operation *op) {
  ImplicitLocOpBuilder builder(op->getLoc(), op);
  Type type = op->getOperand(0).getType();
  auto like = [&](Type element) -> Type {
    auto vector = dyn_cast<VectorType>(type);
    return vector ? Type(vector.clone(element)) : element;
  };
  Type wide = like(builder.getF64Type()), narrow = like(builder.getF32Type());
  auto constant = [&](Type ofType, double value) -> Value {
    TypedAttr number = builder.getFloatAttr(getElementTypeOrSelf(ofType), value);
    if (auto vector = dyn_cast<VectorType>(ofType))
      number = DenseElementsAttr::get(vector, Attribute(number));
    return arith::ConstantOp::create(builder, number);
  };
  constexpr double pi = 3.14159265358979323846;
  // The sum with 1.5 * 2^52 has no digits behind the point: rounding without a call where the machine has none.
  Value roundsToInteger = constant(wide, 6755399441055744.0);
  Value x = arith::ExtFOp::create(builder, wide, op->getOperand(0));
  Value periods = arith::MulFOp::create(builder, x, constant(wide, 1 / (2 * pi)));
  periods = arith::AddFOp::create(builder, periods, roundsToInteger);
  periods = arith::SubFOp::create(builder, periods, roundsToInteger);
  Value rest = arith::MulFOp::create(builder, periods, constant(wide, 2 * pi));
  rest = arith::TruncFOp::create(builder, narrow, arith::SubFOp::create(builder, x, rest));
  rest = arith::MaximumFOp::create(builder, rest, constant(narrow, -pi));
  rest = arith::MinimumFOp::create(builder, rest, constant(narrow, pi));
  Value result;
  if (isa<math::SinOp>(op))
    result = math::SinOp::create(builder, rest);
  else
    result = math::CosOp::create(builder, rest);
  if (narrow != type)
    result = arith::TruncFOp::create(builder, type, result);
  op->getResult(0).replaceAllUsesWith(result);
  op->erase();
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

struct ApproximateMathPass : public edgecc::kernel::impl::ApproximateMathBase<ApproximateMathPass> {
  using ApproximateMathBase::ApproximateMathBase;

  void runOnOperation() override {
    SmallVector<Operation *> periodic;
    getOperation().walk([&](Operation *op) {
      if (isa<math::SinOp, math::CosOp>(op) && getElementTypeOrSelf(op->getResult(0)).getIntOrFloatBitWidth() <= 32)
        periodic.push_back(op);
    });
    llvm::for_each(periodic, reducePeriod);
    RewritePatternSet patterns(&getContext());
    populateMathF32ExpansionPatterns(patterns, isApproximated);
    populateMathPolynomialApproximationPatterns(patterns, isApproximated);
    if (!fuses)
      patterns.add<SplitFma>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

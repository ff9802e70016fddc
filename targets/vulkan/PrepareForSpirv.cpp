// Kernel IR to the part of it that SPIR-V has words for; see SpirvKernel.h.
#include "targets/vulkan/SpirvKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace {

/// index + constant
Value movedBy(OpBuilder &builder, Location loc, Value index, int64_t lanes) {
  if (lanes == 0)
    return index;
  return arith::AddIOp::create(builder, loc, index, arith::ConstantIndexOp::create(builder, loc, lanes));
}

struct ScalarizeLoad : OpRewritePattern<vector::LoadOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(vector::LoadOp op, PatternRewriter &rewriter) const override {
    SmallVector<Value> elements;
    for (int64_t lane = 0; lane < op.getVectorType().getNumElements(); ++lane)
      elements.push_back(memref::LoadOp::create(rewriter, op.getLoc(), op.getBase(),
                                                movedBy(rewriter, op.getLoc(), op.getIndices().front(), lane)));
    rewriter.replaceOpWithNewOp<vector::FromElementsOp>(op, op.getVectorType(), elements);
    return success();
  }
};

struct ScalarizeStore : OpRewritePattern<vector::StoreOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(vector::StoreOp op, PatternRewriter &rewriter) const override {
    for (int64_t lane = 0; lane < op.getVectorType().getNumElements(); ++lane) {
      Value element = vector::ExtractOp::create(rewriter, op.getLoc(), op.getValueToStore(), lane);
      memref::StoreOp::create(rewriter, op.getLoc(), element, op.getBase(),
                              movedBy(rewriter, op.getLoc(), op.getIndices().front(), lane));
    }
    rewriter.eraseOp(op);
    return success();
  }
};

struct ScalarizeReduction : OpRewritePattern<vector::ReductionOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(vector::ReductionOp op, PatternRewriter &rewriter) const override {
    Value result = op.getAcc();
    for (int64_t lane = 0; lane < op.getSourceVectorType().getNumElements(); ++lane) {
      Value element = vector::ExtractOp::create(rewriter, op.getLoc(), op.getVector(), lane);
      result = result ? vector::makeArithReduction(rewriter, op.getLoc(), op.getKind(), result, element) : element;
    }
    rewriter.replaceOp(op, result);
    return success();
  }
};

/// GLSL has no trunc of ours: towards zero is floor of the absolute value, with the sign back.
struct ExpandTrunc : OpRewritePattern<math::TruncOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::TruncOp op, PatternRewriter &rewriter) const override {
    Value size = math::AbsFOp::create(rewriter, op.getLoc(), op.getOperand());
    Value down = math::FloorOp::create(rewriter, op.getLoc(), size);
    rewriter.replaceOpWithNewOp<math::CopySignOp>(op, down, op.getOperand());
    return success();
  }
};

/// The device's remainder has the sign of its own choice: a - trunc(a / b) * b has that of a.
struct ExpandRemainder : OpRewritePattern<arith::RemFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::RemFOp op, PatternRewriter &rewriter) const override {
    Value quotient = arith::DivFOp::create(rewriter, op.getLoc(), op.getLhs(), op.getRhs());
    Value whole = math::TruncOp::create(rewriter, op.getLoc(), quotient);
    Value product = arith::MulFOp::create(rewriter, op.getLoc(), whole, op.getRhs());
    rewriter.replaceOpWithNewOp<arith::SubFOp>(op, op.getLhs(), product);
    return success();
  }
};

/// GLSL's pow knows no negative base, and upstream makes something of it for whole exponents alone: others have no
/// root.
void completePowers(func::FuncOp kernel) {
  kernel.walk([](math::PowFOp op) {
    OpBuilder builder(op);
    builder.setInsertionPointAfter(op);
    Location loc = op.getLoc();
    auto constant = [&](double value) {
      return arith::ConstantOp::create(builder, loc, builder.getFloatAttr(getElementTypeOrSelf(op.getType()), value))
          .getResult();
    };
    auto all = [&](Value scalar) {
      auto type = dyn_cast<VectorType>(op.getType());
      return type ? vector::BroadcastOp::create(builder, loc, type, scalar).getResult() : scalar;
    };
    Value whole = math::FloorOp::create(builder, loc, op.getRhs());
    Value isRoot = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::ONE, whole, op.getRhs());
    Value isNegative = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OLT, op.getLhs(), all(constant(0)));
    Value none = arith::AndIOp::create(builder, loc, isRoot, isNegative);
    Value nan = all(constant(std::numeric_limits<double>::quiet_NaN()));
    auto result = arith::SelectOp::create(builder, loc, none, nan, op.getResult());
    op.getResult().replaceAllUsesExcept(result, result);
  });
}

} // namespace

void edgecc::vulkan::prepareForSpirv(func::FuncOp kernel) {
  completePowers(kernel);
  RewritePatternSet patterns(kernel.getContext());
  populateUpliftToFMAPatterns(patterns);
  populatePolynomialApproximateErfPattern(patterns);
  patterns.add<ScalarizeLoad, ScalarizeStore, ScalarizeReduction, ExpandTrunc, ExpandRemainder>(kernel.getContext());
  (void)applyPatternsGreedily(kernel, std::move(patterns));
}

// Canonical forms of `edge` operations that need new operations to be made; the others are folds.
#include "dialects/Edge/ConstantData.h"
#include "dialects/Edge/EdgeOps.h"

#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace edgecc::edge;

namespace {

/// transpose that moves only dimensions of size 1 -> reshape
struct TransposeToReshape : OpRewritePattern<TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(TransposeOp op, PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> shape = op.getInput().getType().getShape();
    int64_t last = -1;
    for (int64_t dim : op.getPermutation()) {
      if (shape[dim] == 1)
        continue;
      if (dim < last)
        return rewriter.notifyMatchFailure(op, "the order of elements changes");
      last = dim;
    }
    rewriter.replaceOpWithNewOp<ReshapeOp>(op, op.getType(), op.getInput());
    return success();
  }
};

} // namespace

void EdgeDialect::getCanonicalizationPatterns(RewritePatternSet &patterns) const {
  patterns.add<TransposeToReshape>(getContext());
}

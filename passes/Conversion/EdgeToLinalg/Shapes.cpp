// Lowering of reshape, broadcast_to and transpose.
#include "dialects/Edge/EdgeOps.h"
#include "dialects/Edge/Permutations.h"
#include "passes/Conversion/EdgeToLinalg/EdgeToLinalg.h"
#include "passes/Conversion/EdgeToLinalg/LinalgBuilders.h"

using namespace mlir;
using namespace edgecc::edge;

namespace edgecc::edge_to_linalg {
namespace {

Value copyElement(OpBuilder &, Location, ValueRange arguments) { return arguments[0]; }

struct ConvertReshape : OpConversionPattern<ReshapeOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ReshapeOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, reshape(rewriter, op.getLoc(), adaptor.getInput(), op.getType().getShape()));
    return success();
  }
};

struct ConvertBroadcastTo : OpConversionPattern<BroadcastToOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(BroadcastToOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Value input = adaptor.getInput();
    if (op.getInput().getType().getNumElements() == op.getType().getNumElements())
      rewriter.replaceOp(op, reshape(rewriter, op.getLoc(), input, op.getType().getShape()));
    else
      rewriter.replaceOp(op, broadcastingGeneric(rewriter, op.getLoc(), storageType(op.getType()), input, copyElement));
    return success();
  }
};

struct ConvertTranspose : OpConversionPattern<TransposeOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(TransposeOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Value input = adaptor.getInput();
    if (keepsElementOrder(op.getPermutation(), op.getInput().getType().getShape())) {
      rewriter.replaceOp(op, reshape(rewriter, op.getLoc(), input, op.getType().getShape()));
      return success();
    }
    // Output dimension i is input dimension permutation[i], so the input is read at the inverse permutation.
    AffineMap map = AffineMap::getPermutationMap(inversePermutation(op.getPermutation()), rewriter.getContext());
    rewriter.replaceOp(op, parallelGeneric(rewriter, op.getLoc(), storageType(op.getType()), input, map, copyElement));
    return success();
  }
};

} // namespace

void populateShapes(const TypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<ConvertReshape, ConvertBroadcastTo, ConvertTranspose>(types, patterns.getContext());
}

} // namespace edgecc::edge_to_linalg

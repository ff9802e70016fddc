// Lowering of reshape, broadcast_to and transpose.
#include "dialects/Edge/EdgeOps.h"
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

/// Whether the dimensions that have more than one element keep their order, so that no element moves in memory.
bool keepsOrder(ArrayRef<int64_t> shape, ArrayRef<int64_t> permutation) {
  int64_t last = -1;
  for (int64_t dim : permutation) {
    if (shape[dim] == 1)
      continue;
    if (dim < last)
      return false;
    last = dim;
  }
  return true;
}

struct ConvertTranspose : OpConversionPattern<TransposeOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(TransposeOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Value input = adaptor.getInput();
    if (keepsOrder(op.getInput().getType().getShape(), op.getPermutation())) {
      rewriter.replaceOp(op, reshape(rewriter, op.getLoc(), input, op.getType().getShape()));
      return success();
    }
    // Output dimension i is input dimension permutation[i], so the input is read at the inverse permutation.
    SmallVector<int64_t> inverse(op.getPermutation().size());
    for (auto [index, dim] : llvm::enumerate(op.getPermutation()))
      inverse[dim] = index;
    AffineMap map = AffineMap::getPermutationMap(inverse, rewriter.getContext());
    rewriter.replaceOp(op, parallelGeneric(rewriter, op.getLoc(), storageType(op.getType()), input, map, copyElement));
    return success();
  }
};

} // namespace

void populateShapes(const TypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<ConvertReshape, ConvertBroadcastTo, ConvertTranspose>(types, patterns.getContext());
}

} // namespace edgecc::edge_to_linalg

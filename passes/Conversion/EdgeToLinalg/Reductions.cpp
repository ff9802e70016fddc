// Lowering of reduce and softmax.
#include "dialects/Edge/EdgeOps.h"
#include "passes/Conversion/EdgeToLinalg/EdgeToLinalg.h"
#include "passes/Conversion/EdgeToLinalg/LinalgBuilders.h"
#include "passes/Conversion/EdgeToLinalg/ScalarMath.h"

using namespace mlir;
using namespace edgecc::edge;

namespace edgecc::edge_to_linalg {
namespace {

/// Reads the input while walking over the kept dimensions, then over `axes`.
AffineMap reducedInputMap(MLIRContext *context, int64_t rank, ArrayRef<int64_t> axes) {
  unsigned kept = 0, reduced = rank - axes.size();
  SmallVector<AffineExpr> exprs;
  for (int64_t dim = 0; dim < rank; ++dim)
    exprs.push_back(getAffineDimExpr(llvm::is_contained(axes, dim) ? reduced++ : kept++, context));
  return AffineMap::get(rank, 0, exprs, context);
}

Value identityOf(ScalarMath &math, ReduceKind kind) {
  switch (kind) {
  case ReduceKind::sum:
  case ReduceKind::mean:
    return math.constant(0);
  case ReduceKind::prod:
    return math.constant(1);
  case ReduceKind::max:
    return math.lowest();
  case ReduceKind::min:
    return math.highest();
  }
  llvm_unreachable("all kinds are handled");
}

Value combine(ScalarMath &math, ReduceKind kind, Value element, Value accumulator) {
  switch (kind) {
  case ReduceKind::sum:
  case ReduceKind::mean:
    return math.add(accumulator, element);
  case ReduceKind::prod:
    return math.mul(accumulator, element);
  case ReduceKind::max:
    return math.max(accumulator, element);
  case ReduceKind::min:
    return math.min(accumulator, element);
  }
  llvm_unreachable("all kinds are handled");
}

/// Sums and products gather in the accumulator type; a maximum of integers needs no wider type.
ScalarMath reductionMath(OpBuilder &builder, Location loc, Type element, ReduceKind kind) {
  bool isExtremum = kind == ReduceKind::max || kind == ReduceKind::min;
  return isExtremum ? ScalarMath(builder, loc, element) : ScalarMath::accumulating(builder, loc, element);
}

/// `input` reduced along `axes`, still in the type of the accumulator. `element` is the edge type of its elements, or
/// the accumulator type itself.
Value reduceAxes(OpBuilder &builder, Location loc, Value input, Type element, ReduceKind kind, ArrayRef<int64_t> axes) {
  auto type = cast<RankedTensorType>(input.getType());
  SmallVector<int64_t> shape;
  for (auto [dim, size] : llvm::enumerate(type.getShape()))
    if (!llvm::is_contained(axes, static_cast<int64_t>(dim)))
      shape.push_back(size);
  ScalarMath math = reductionMath(builder, loc, element, kind);
  Value init = filledTensor(builder, loc, shape, identityOf(math, kind));
  return reductionGeneric(builder, loc, init, axes.size(), input,
                          reducedInputMap(builder.getContext(), type.getRank(), axes),
                          [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
                            ScalarMath inner = reductionMath(nested, nestedLoc, element, kind);
                            return combine(inner, kind, inner.load(arguments[0]), arguments[1]);
                          });
}

/// The mean's division and the way back from the accumulator type, where either is needed.
Value finishReduction(OpBuilder &builder, Location loc, Value reduced, Type element, ReduceKind kind, int64_t count) {
  auto type = cast<RankedTensorType>(reduced.getType());
  if (kind != ReduceKind::mean && type.getElementType() == storageType(element))
    return reduced;
  return broadcastingGeneric(builder, loc, type.clone(storageType(element)), reduced,
                             [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
                               ScalarMath math = reductionMath(nested, nestedLoc, element, kind);
                               Value value = arguments[0];
                               if (kind == ReduceKind::mean && math.isFloat())
                                 value = math.mul(value, math.constant(1.0 / count)); // 0 * inf: NaN over no element
                               else if (kind == ReduceKind::mean)
                                 value = math.div(value, math.constant(std::max<int64_t>(count, 1)));
                               return math.store(value);
                             });
}

struct ConvertReduce : OpConversionPattern<ReduceOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ReduceOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    RankedTensorType type = op.getInput().getType();
    int64_t count = 1;
    for (int64_t axis : op.getAxes())
      count *= type.getDimSize(axis);
    // Over single elements a reduction is a reshape.
    if (count == 1) {
      rewriter.replaceOp(op, reshape(rewriter, op.getLoc(), adaptor.getInput(), op.getType().getShape()));
      return success();
    }
    Type element = type.getElementType();
    Value reduced = reduceAxes(rewriter, op.getLoc(), adaptor.getInput(), element, op.getKind(), op.getAxes());
    rewriter.replaceOp(op, finishReduction(rewriter, op.getLoc(), reduced, element, op.getKind(), count));
    return success();
  }
};

//===-- Softmax ---------------------------------------------------------------------------------------------------===//

struct ConvertSoftmax : OpConversionPattern<SoftmaxOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(SoftmaxOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    RankedTensorType type = op.getType();
    Type element = type.getElementType();
    if (!isa<FloatType>(element))
      return op.emitOpError("needs a float element type, got ") << element;
    int64_t rank = type.getRank(), axis = op.getAxis();
    Type computed = accumulatorType(element);
    AffineMap whole = rewriter.getMultiDimIdentityMap(rank);
    AffineMap withoutAxis = whole.dropResult(axis);

    Value maximum = reduceAxes(rewriter, loc, adaptor.getInput(), element, ReduceKind::max, axis);
    Value exponentials =
        parallelGeneric(rewriter, loc, type.clone(computed), {adaptor.getInput(), maximum}, {whole, withoutAxis},
                        [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
                          ScalarMath math(nested, nestedLoc, element);
                          return math.exp(math.sub(math.load(arguments[0]), arguments[1]));
                        });
    Value sum = reduceAxes(rewriter, loc, exponentials, computed, ReduceKind::sum, axis);
    rewriter.replaceOp(op, parallelGeneric(rewriter, loc, type, {exponentials, sum}, {whole, withoutAxis},
                                           [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
                                             ScalarMath math(nested, nestedLoc, element);
                                             return math.store(math.div(arguments[0], arguments[1]));
                                           }));
    return success();
  }
};

} // namespace

void populateReductions(const TypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<ConvertReduce, ConvertSoftmax>(types, patterns.getContext());
}

} // namespace edgecc::edge_to_linalg

// Lowering of max_pool and avg_pool: pad, then one reduction over the window.
//
// The window's dimensions index no data of their own, so the generic takes an unused tensor of the window's shape that
// gives them a size, as upstream's pooling ops do.
#include "dialects/Edge/EdgeOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "passes/Conversion/EdgeToLinalg/ConstantData.h"
#include "passes/Conversion/EdgeToLinalg/EdgeToLinalg.h"
#include "passes/Conversion/EdgeToLinalg/LinalgBuilders.h"
#include "passes/Conversion/EdgeToLinalg/ScalarMath.h"

using namespace mlir;
using namespace edgecc::edge;

namespace edgecc::edge_to_linalg {

namespace {

/// What both pooling ops have in common.
struct Pooling {
  ArrayRef<int64_t> kernel, strides, dilations, pads;

  template <typename PoolOp>
  explicit Pooling(PoolOp op)
      : kernel(op.getKernel()), strides(op.getStrides()), dilations(op.getDilations()), pads(op.getPads()) {}

  int64_t getLow(size_t d) const { return pads[d]; }
  int64_t getHigh(size_t d) const { return pads[kernel.size() + d]; }
};

/// `input`, (n, spatial..., c), with the pads of all spatial dimensions filled with `value`.
Value padSpatial(OpBuilder &builder, Location loc, Value input, const Pooling &pooling, Value value) {
  SmallVector<int64_t> low{0}, high{0};
  for (size_t d = 0; d < pooling.kernel.size(); ++d) {
    low.push_back(pooling.getLow(d));
    high.push_back(pooling.getHigh(d));
  }
  low.push_back(0);
  high.push_back(0);
  return padConstant(builder, loc, input, low, high, value);
}

/// Folds each window of `padded` into `init`, (n, o..., c), with `combine`, which gets the accumulator and an element.
Value reduceWindows(OpBuilder &builder, Location loc, Value padded, Value init, const Pooling &pooling,
                    function_ref<Value(OpBuilder &, Location, Value, Value)> combine) {
  MLIRContext *context = builder.getContext();
  unsigned spatial = pooling.kernel.size(), rank = spatial + 2, loops = rank + spatial;
  SmallVector<AffineExpr> read{getAffineDimExpr(0, context)}, window;
  for (unsigned d = 0; d < spatial; ++d) {
    AffineExpr out = getAffineDimExpr(d + 1, context), tap = getAffineDimExpr(rank + d, context);
    read.push_back(out * pooling.strides[d] + tap * pooling.dilations[d]);
    window.push_back(tap);
  }
  read.push_back(getAffineDimExpr(rank - 1, context));
  Type element = cast<RankedTensorType>(padded.getType()).getElementType();
  Value shape = emptyTensor(builder, loc, pooling.kernel, element);
  SmallVector<std::string> names{"n"};
  llvm::append_range(names, spatialNames("o", spatial));
  names.push_back("c");
  llvm::append_range(names, spatialNames("k", spatial));
  Value result = reductionGeneric(builder, loc, init, spatial, {padded, shape},
                                  {AffineMap::get(loops, 0, read, context), AffineMap::get(loops, 0, window, context)},
                                  [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
                                    return combine(nested, nestedLoc, arguments.back(), arguments.front());
                                  });
  return nameLoops(result, names);
}

struct ConvertMaxPool : OpConversionPattern<MaxPoolOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(MaxPoolOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Type element = op.getInput().getType().getElementType();
    Pooling pooling(op);
    ScalarMath math(rewriter, loc, element);
    Value lowest =
        math.isFloat()
            ? arith::ConstantOp::create(rewriter, loc, scalarAttr(element, -std::numeric_limits<double>::infinity()))
                  .getResult()
            : math.lowest();
    Value padded = padSpatial(rewriter, loc, adaptor.getInput(), pooling, lowest);
    Value init = filledTensor(rewriter, loc, op.getType().getShape(), lowest);
    Value result = reduceWindows(rewriter, loc, padded, init, pooling,
                                 [&](OpBuilder &nested, Location nestedLoc, Value best, Value value) {
                                   ScalarMath inner(nested, nestedLoc, element);
                                   return inner.store(inner.max(inner.load(best), inner.load(value)));
                                 });
    rewriter.replaceOp(op, result);
    return success();
  }
};

/// How many positions of each window along dimension `d` the divisor counts.
SmallVector<double> countPositions(AvgPoolOp op, size_t d) {
  Pooling pooling(op);
  int64_t in = op.getInput().getType().getDimSize(d + 1), out = op.getType().getDimSize(d + 1);
  int64_t begin = op.getCountIncludePad() ? -pooling.getLow(d) : 0;
  int64_t end = op.getCountIncludePad() ? in + pooling.getHigh(d) - op.getCeilPads()[d] : in;
  SmallVector<double> counts(out, 0);
  for (int64_t o = 0; o < out; ++o)
    for (int64_t k = 0; k < pooling.kernel[d]; ++k) {
      int64_t position = o * pooling.strides[d] + k * pooling.dilations[d] - pooling.getLow(d);
      counts[o] += position >= begin && position < end;
    }
  return counts;
}

struct ConvertAvgPool : OpConversionPattern<AvgPoolOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(AvgPoolOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Type element = op.getInput().getType().getElementType();
    Pooling pooling(op);
    Value zero = arith::ConstantOp::create(rewriter, loc, rewriter.getZeroAttr(storageType(element)));
    Value padded = padSpatial(rewriter, loc, adaptor.getInput(), pooling, zero);
    Value init = filledTensor(rewriter, loc, op.getType().getShape(),
                              cast<TypedAttr>(rewriter.getZeroAttr(accumulatorType(element))));
    Value sum = reduceWindows(rewriter, loc, padded, init, pooling,
                              [&](OpBuilder &nested, Location nestedLoc, Value total, Value value) {
                                ScalarMath inner = ScalarMath::accumulating(nested, nestedLoc, element);
                                return inner.add(total, inner.load(value));
                              });
    rewriter.replaceOp(op, divideByCounts(op, sum, rewriter));
    return success();
  }

private:
  /// Counts that are the same everywhere become one factor; the others a vector per dimension. Floats multiply by
  /// reciprocals, integers divide.
  static Value divideByCounts(AvgPoolOp op, Value sum, OpBuilder &builder) {
    Location loc = op.getLoc();
    MLIRContext *context = builder.getContext();
    Type element = op.getInput().getType().getElementType(), accumulator = accumulatorType(element);
    bool isFloat = isa<FloatType>(accumulator);
    unsigned rank = op.getType().getRank();
    SmallVector<Value> operands{sum};
    SmallVector<AffineMap> maps{AffineMap::getMultiDimIdentityMap(rank, context)};
    double factor = 1;
    for (unsigned d = 0; d + 2 < rank; ++d) {
      SmallVector<double> counts = countPositions(op, d);
      if (llvm::all_equal(counts)) {
        factor *= counts[0];
        continue;
      }
      for (double &count : counts)
        count = isFloat ? 1 / count : std::max(count, 1.0); // an integer window without positions has the sum 0
      operands.push_back(constantVector(builder, loc, accumulator, counts));
      maps.push_back(AffineMap::get(rank, 0, getAffineDimExpr(d + 1, context)));
    }
    factor = isFloat ? 1 / factor : std::max(factor, 1.0);
    return parallelGeneric(builder, loc, storageType(op.getType()), operands, maps,
                           [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
                             ScalarMath math = ScalarMath::accumulating(nested, nestedLoc, element);
                             auto scale = [&](Value a, Value b) { return isFloat ? math.mul(a, b) : math.div(a, b); };
                             Value result = arguments[0];
                             for (Value count : arguments.drop_front())
                               result = scale(result, count);
                             if (factor != 1)
                               result = scale(result, math.constant(factor));
                             return math.store(result);
                           });
  }
};

} // namespace

void populateWindows(const TypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<ConvertMaxPool, ConvertAvgPool>(types, patterns.getContext());
}

} // namespace edgecc::edge_to_linalg

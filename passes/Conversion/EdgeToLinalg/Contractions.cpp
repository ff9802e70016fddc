// Lowering of matmul and conv: sums of products as one generic, output dimensions before the reduced ones.
#include "dialects/Edge/EdgeOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "passes/Conversion/EdgeToLinalg/EdgeToLinalg.h"
#include "passes/Conversion/EdgeToLinalg/LinalgBuilders.h"
#include "passes/Conversion/EdgeToLinalg/ScalarMath.h"

using namespace mlir;
using namespace edgecc::edge;

namespace edgecc::edge_to_linalg {
namespace {

/// The names of a product's loops, and the types that its operands had as layers, which say how to widen them.
struct Product {
  SmallVector<std::string> names;
  unsigned reductions;
  Type lhsElement, rhsElement, element;
  bool bits = false; ///< Of bytes of bits: the number of those that differ.
};

/// accumulator + bits in which two bytes differ.
Value countDifferences(OpBuilder &builder, Location loc, Type element, ValueRange arguments) {
  Value differences = arith::XOrIOp::create(builder, loc, arguments[0], arguments[1]);
  Value count = math::CtPopOp::create(builder, loc, differences);
  return arith::AddIOp::create(builder, loc, arguments[2], arith::ExtUIOp::create(builder, loc, element, count));
}

/// Sums lhs * rhs over the last `reductions` loops; the loops before them are the dimensions of `shape`. Sums are taken
/// in the accumulator type of the result, and a generic of its own goes back to the storage type where they differ.
Value sumOfProducts(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape, const Product &product, Value lhs,
                    AffineMap lhsMap, Value rhs, AffineMap rhsMap) {
  Type element = product.element, accumulator = accumulatorType(element);
  Value init = filledTensor(builder, loc, shape, scalarAttr(accumulator, 0));
  Value sum = reductionGeneric(builder, loc, init, product.reductions, {lhs, rhs}, {lhsMap, rhsMap},
                               [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
                                 if (product.bits)
                                   return countDifferences(nested, nestedLoc, element, arguments);
                                 return multiplyAdd(nested, nestedLoc, product.lhsElement, product.rhsElement, element,
                                                    arguments);
                               });
  nameLoops(sum, product.names);
  if (accumulator == storageType(element))
    return sum;
  return broadcastingGeneric(builder, loc, RankedTensorType::get(shape, storageType(element)), sum,
                             [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
                               ScalarMath math = ScalarMath::accumulating(nested, nestedLoc, element);
                               return math.store(arguments[0]);
                             });
}

/// (m, k) times (k, n).
Value matrixProduct(OpBuilder &builder, Location loc, Value lhs, Value rhs, Product product) {
  AffineExpr m, n, k;
  MLIRContext *context = builder.getContext();
  bindDims(context, m, n, k);
  product.names = {"m", "n", "k"};
  int64_t rows = cast<RankedTensorType>(lhs.getType()).getDimSize(0);
  int64_t columns = cast<RankedTensorType>(rhs.getType()).getDimSize(1);
  return sumOfProducts(builder, loc, {rows, columns}, product, lhs, AffineMap::get(3, 0, {m, k}, context), rhs,
                       AffineMap::get(3, 0, {k, n}, context));
}

//===-- MatMul ----------------------------------------------------------------------------------------------------===//

/// Reads a matrix operand in the loops (batch..., m, n, k): broadcast batch dimensions, then `last`.
AffineMap batchedMap(MLIRContext *context, ArrayRef<int64_t> shape, ArrayRef<int64_t> output,
                     std::array<AffineExpr, 2> last) {
  AffineMap batch = broadcastMap(context, shape.drop_back(2), output.drop_back(2));
  SmallVector<AffineExpr> exprs(batch.getResults());
  llvm::append_range(exprs, last);
  return AffineMap::get(output.size() + 1, 0, exprs, context);
}

struct ConvertMatMul : OpConversionPattern<MatMulOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(MatMulOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    MLIRContext *context = rewriter.getContext();
    ArrayRef<int64_t> lhs = op.getLhs().getType().getShape(), rhs = op.getRhs().getType().getShape();
    ArrayRef<int64_t> shape = op.getType().getShape();
    Product product{{},
                    1,
                    op.getLhs().getType().getElementType(),
                    op.getRhs().getType().getElementType(),
                    op.getType().getElementType(),
                    op.getBits()};
    // One right-hand matrix for all batches: they are rows of one product.
    bool oneMatrix = llvm::all_of(rhs.drop_back(2), [](int64_t size) { return size == 1; });
    if (oneMatrix && shape.size() > 2) {
      int64_t rows = 1;
      for (int64_t size : shape.drop_back())
        rows *= size;
      Value left = reshape(rewriter, loc, adaptor.getLhs(), {rows, lhs.back()});
      Value right = reshape(rewriter, loc, adaptor.getRhs(), rhs.take_back(2));
      Value rowsOfAll = matrixProduct(rewriter, loc, left, right, product);
      rewriter.replaceOp(op, reshape(rewriter, loc, rowsOfAll, shape));
      return success();
    }
    unsigned rank = shape.size();
    AffineExpr m = getAffineDimExpr(rank - 2, context), n = getAffineDimExpr(rank - 1, context),
               k = getAffineDimExpr(rank, context);
    for (unsigned batch = 0; batch + 2 < rank; ++batch)
      product.names.push_back("b" + std::to_string(batch));
    product.names.append({"m", "n", "k"});
    rewriter.replaceOp(op, sumOfProducts(rewriter, loc, shape, product, adaptor.getLhs(),
                                         batchedMap(context, lhs, shape, {m, k}), adaptor.getRhs(),
                                         batchedMap(context, rhs, shape, {k, n})));
    return success();
  }
};

//===-- Conv ------------------------------------------------------------------------------------------------------===//

/// What a convolution's lowerings share: its sizes, and the dimensions of its loops as they are handed out in order.
struct Convolution {
  ConvOp op;
  Value input, filter;         ///< converted; the input is padded
  SmallVector<int64_t> kernel; ///< spatial sizes of the filter
  ArrayRef<int64_t> outputShape;
  int64_t group, inputChannels, outputChannels;

  unsigned spatialRank() const { return kernel.size(); }
  /// The product over loops (n, o..., channels..., k..., reduced...).
  Product product(ArrayRef<std::string> channels, ArrayRef<std::string> reduced) const {
    ConvOp conv = op;
    SmallVector<std::string> names{"n"};
    llvm::append_range(names, spatialNames("o", spatialRank()));
    llvm::append_range(names, channels);
    llvm::append_range(names, spatialNames("k", spatialRank()));
    llvm::append_range(names, reduced);
    return {names, static_cast<unsigned>(spatialRank() + reduced.size()), conv.getInput().getType().getElementType(),
            conv.getFilter().getType().getElementType(), conv.getType().getElementType(), conv.getBits()};
  }
};

bool isPointwise(const Convolution &conv) {
  auto isOne = [](int64_t value) { return value == 1; };
  auto isZero = [](int64_t value) { return value == 0; };
  ConvOp op = conv.op;
  return conv.group == 1 && llvm::all_of(conv.kernel, isOne) && llvm::all_of(op.getStrides(), isOne) &&
         llvm::all_of(op.getPads(), isZero);
}

/// A 1x1 convolution is a product of (pixels, input channels) and (input channels, output channels).
Value lowerPointwise(OpBuilder &builder, const Convolution &conv) {
  Location loc = conv.op->getLoc();
  int64_t pixels = 1;
  for (int64_t size : conv.outputShape.drop_back())
    pixels *= size;
  Value lhs = reshape(builder, loc, conv.input, {pixels, conv.inputChannels});
  Value rhs = reshape(builder, loc, conv.filter, {conv.inputChannels, conv.outputChannels});
  Product product = conv.product({}, {});
  product.reductions = 1;
  return reshape(builder, loc, matrixProduct(builder, loc, lhs, rhs, product), conv.outputShape);
}

/// The loops (n, o..., channels..., k..., reduced channels): input and filter are read at
/// (n, o * stride + k * dilation..., inputChannels) and (k..., filterChannels).
struct WindowMaps {
  AffineMap input, filter;
};
WindowMaps windowMaps(const Convolution &conv, unsigned loops, unsigned firstKernelLoop,
                      ArrayRef<unsigned> inputChannels, ArrayRef<unsigned> filterChannels) {
  ConvOp op = conv.op;
  MLIRContext *context = op->getContext();
  SmallVector<AffineExpr> input{getAffineDimExpr(0, context)}, filter;
  for (unsigned d = 0; d < conv.spatialRank(); ++d) {
    AffineExpr o = getAffineDimExpr(1 + d, context), k = getAffineDimExpr(firstKernelLoop + d, context);
    input.push_back(o * op.getStrides()[d] + k * op.getDilations()[d]);
    filter.push_back(k);
  }
  for (unsigned loop : inputChannels)
    input.push_back(getAffineDimExpr(loop, context));
  for (unsigned loop : filterChannels)
    filter.push_back(getAffineDimExpr(loop, context));
  return {AffineMap::get(loops, 0, input, context), AffineMap::get(loops, 0, filter, context)};
}

/// Loops (n, o..., oc, k..., ic).
Value lowerDense(OpBuilder &builder, const Convolution &conv) {
  unsigned spatial = conv.spatialRank(), oc = 1 + spatial, k = oc + 1, ic = k + spatial;
  WindowMaps maps = windowMaps(conv, ic + 1, k, {ic}, {ic, oc});
  return sumOfProducts(builder, conv.op->getLoc(), conv.outputShape, conv.product({"oc"}, {"ic"}), conv.input,
                       maps.input, conv.filter, maps.filter);
}

/// One input and one output channel per group. Loops (n, o..., c, k...).
Value lowerDepthwise(OpBuilder &builder, const Convolution &conv) {
  Location loc = conv.op->getLoc();
  unsigned spatial = conv.spatialRank(), c = 1 + spatial, k = c + 1;
  SmallVector<int64_t> filterShape(conv.kernel);
  filterShape.push_back(conv.outputChannels);
  Value filter = reshape(builder, loc, conv.filter, filterShape);
  WindowMaps maps = windowMaps(conv, k + spatial, k, {c}, {c});
  return sumOfProducts(builder, loc, conv.outputShape, conv.product({"c"}, {}), conv.input, maps.input, filter,
                       maps.filter);
}

/// Channels split in (group, channel of the group). Loops (n, o..., g, oc, k..., ic).
Value lowerGrouped(OpBuilder &builder, const Convolution &conv) {
  Location loc = conv.op->getLoc();
  unsigned spatial = conv.spatialRank(), g = 1 + spatial, oc = g + 1, k = oc + 1, ic = k + spatial;
  int64_t groupInputs = conv.inputChannels / conv.group, groupOutputs = conv.outputChannels / conv.group;

  SmallVector<int64_t> inputShape(cast<RankedTensorType>(conv.input.getType()).getShape().drop_back());
  inputShape.append({conv.group, groupInputs});
  SmallVector<int64_t> filterShape(conv.kernel);
  filterShape.append({groupInputs, conv.group, groupOutputs});
  SmallVector<int64_t> outputShape(conv.outputShape.drop_back());
  outputShape.append({conv.group, groupOutputs});

  WindowMaps maps = windowMaps(conv, ic + 1, k, {g, ic}, {ic, g, oc});
  Value sum = sumOfProducts(builder, loc, outputShape, conv.product({"g", "oc"}, {"ic"}),
                            reshape(builder, loc, conv.input, inputShape), maps.input,
                            reshape(builder, loc, conv.filter, filterShape), maps.filter);
  return reshape(builder, loc, sum, conv.outputShape);
}

/// The input with zeros where the windows reach beyond it.
Value padWindows(OpBuilder &builder, ConvOp op, Value input) {
  unsigned spatial = op.getStrides().size();
  SmallVector<int64_t> low{0}, high{0};
  llvm::append_range(low, op.getPads().take_front(spatial));
  llvm::append_range(high, op.getPads().drop_front(spatial));
  low.push_back(0);
  high.push_back(0);
  Type element = cast<RankedTensorType>(input.getType()).getElementType();
  if (llvm::all_of(op.getPads(), [](int64_t pad) { return pad == 0; }))
    return input;
  Value zero = arith::ConstantOp::create(builder, op.getLoc(), scalarAttr(element, 0));
  return padConstant(builder, op.getLoc(), input, low, high, zero);
}

struct ConvertConv : OpConversionPattern<ConvOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ConvOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Convolution conv;
    conv.op = op;
    conv.input = padWindows(rewriter, op, adaptor.getInput());
    conv.filter = adaptor.getFilter();
    conv.kernel = llvm::to_vector(op.getFilter().getType().getShape().drop_back(2));
    conv.outputShape = op.getType().getShape();
    conv.group = op.getGroup();
    conv.inputChannels = op.getInput().getType().getShape().back();
    conv.outputChannels = op.getType().getShape().back();

    Value (*lower)(OpBuilder &, const Convolution &) = lowerGrouped;
    if (isPointwise(conv))
      lower = lowerPointwise;
    else if (conv.group == 1)
      lower = lowerDense;
    else if (conv.group == conv.inputChannels && conv.group == conv.outputChannels)
      lower = lowerDepthwise;
    rewriter.replaceOp(op, lower(rewriter, conv));
    return success();
  }
};

//===-- Bits ------------------------------------------------------------------------------------------------------===//

/// Sums, over the eight bits of a byte, the element of each, shifted to its place.
struct ConvertPackBits : OpConversionPattern<PackBitsOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(PackBitsOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    MLIRContext *context = rewriter.getContext();
    RankedTensorType type = op.getOutput().getType();
    unsigned rank = type.getRank();
    int64_t bytes = type.getShape().back();
    Type byte = rewriter.getI8Type();
    SmallVector<int64_t> low(rank, 0), high(rank, 0), shape(type.getShape());
    high.back() = bytes * 8 - op.getInput().getType().getShape().back();
    Value zero = arith::ConstantOp::create(rewriter, loc, scalarAttr(byte, 0));
    Value input = padConstant(rewriter, loc, adaptor.getInput(), low, high, zero);
    shape.insert(shape.end() - 1, 8);
    SmallVector<AffineExpr> exprs;
    for (unsigned dim = 0; dim < rank; ++dim)
      exprs.push_back(getAffineDimExpr(dim, context));
    exprs.insert(exprs.end() - 1, getAffineDimExpr(rank, context));
    Value init = filledTensor(rewriter, loc, type.getShape(), scalarAttr(byte, 0));
    rewriter.replaceOp(op, reductionGeneric(rewriter, loc, init, 1, reshape(rewriter, loc, input, shape),
                                            AffineMap::get(rank + 1, 0, exprs, context),
                                            [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) -> Value {
                                              Value bit = linalg::IndexOp::create(nested, nestedLoc, rank);
                                              bit = arith::IndexCastOp::create(nested, nestedLoc, byte, bit);
                                              bit = arith::ShLIOp::create(nested, nestedLoc, arguments[0], bit);
                                              return arith::OrIOp::create(nested, nestedLoc, arguments[1], bit);
                                            }));
    return success();
  }
};

} // namespace

void populateContractions(const TypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<ConvertMatMul, ConvertConv, ConvertPackBits>(types, patterns.getContext());
}

} // namespace edgecc::edge_to_linalg

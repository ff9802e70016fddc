// Lowering of conv_transpose to a convolution of stride 1 that never multiplies by an inserted zero.
//
// Let f = o + pad_begin be a position of the uncropped output. With stride s, f = q * s + r and the filter tap
// k = t * s + r meets the input at q - t: each of the s phases r is a convolution of stride 1 with ceil(K / s) taps.
// All phases are one generic, with r an output dimension beside q and the filter seen as (t, r); where s does not
// divide K the filter is filled up with zeros. t runs backwards (the filter is flipped), so that input positions grow
// with it. A kernel as large as the stride has one tap and needs no pads: it is a plain matrix product.
#include "dialects/Edge/EdgeOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "passes/Conversion/EdgeToLinalg/ConstantData.h"
#include "passes/Conversion/EdgeToLinalg/EdgeToLinalg.h"
#include "passes/Conversion/EdgeToLinalg/LinalgBuilders.h"
#include "passes/Conversion/EdgeToLinalg/LoopBuilders.h"
#include "passes/Conversion/EdgeToLinalg/ScalarMath.h"

using namespace mlir;
using namespace edgecc::edge;

namespace edgecc::edge_to_linalg {

namespace {

/// One spatial dimension.
struct Dimension {
  int64_t in, out, kernel, stride, padBegin;
  int64_t spacing;  // of the filter's elements among the taps: its dilation where the stride is not 1
  int64_t dilation; // of the taps over the input: the op's where the stride is 1

  int64_t getTaps() const { return llvm::divideCeil((kernel - 1) * spacing + 1, stride); }
  int64_t getFirst() const { return padBegin / stride; }                              // the first q
  int64_t getSteps() const { return (padBegin + out - 1) / stride - getFirst() + 1; } // how many q
  int64_t getFirstRead() const { return getFirst() - (getTaps() - 1) * dilation; }    // the first input position
  int64_t getReads() const { return getSteps() + (getTaps() - 1) * dilation; }        // how many of them
  int64_t getFilterSize() const { return getTaps() * stride; }

  /// The filter element at place `index` of the flipped and filled up filter, (t, r) in one, or -1 for a zero.
  int64_t getFilterElement(int64_t index) const {
    int64_t position = (getTaps() - 1 - index / stride) * stride + index % stride;
    return position % spacing == 0 && position / spacing < kernel ? position / spacing : -1;
  }
};

/// How the channels appear in the loops.
enum class Channels { together, grouped, depthwise };

struct ConvertConvTranspose : OpConversionPattern<ConvTransposeOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ConvTransposeOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override;
};

SmallVector<Dimension> getDimensions(ConvTransposeOp op) {
  SmallVector<Dimension> result;
  for (auto [d, stride] : llvm::enumerate(op.getStrides())) {
    int64_t dilation = op.getDilations()[d];
    result.push_back({op.getInput().getType().getDimSize(d + 1), op.getType().getDimSize(d + 1),
                      op.getFilter().getType().getDimSize(d), stride, op.getPads()[d], stride == 1 ? 1 : dilation,
                      stride == 1 ? dilation : 1});
  }
  return result;
}

/// The input positions that the taps meet, with zeros beyond the input's ends.
Value padInput(OpBuilder &builder, Location loc, Value input, ArrayRef<Dimension> dimensions) {
  auto type = cast<RankedTensorType>(input.getType());
  SmallVector<int64_t> low{0}, high{0}, sizes{type.getDimSize(0)};
  SmallVector<OpFoldResult> offsets{builder.getIndexAttr(0)};
  for (const Dimension &dimension : dimensions) {
    int64_t first = dimension.getFirstRead(), end = first + dimension.getReads();
    low.push_back(std::max<int64_t>(0, -first));
    high.push_back(std::max<int64_t>(0, end - dimension.in));
    offsets.push_back(builder.getIndexAttr(std::max<int64_t>(0, first)));
    sizes.push_back(dimension.getReads());
  }
  low.push_back(0);
  high.push_back(0);
  offsets.push_back(builder.getIndexAttr(0));
  sizes.push_back(type.getShape().back());
  Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type.getElementType()));
  Value padded = padConstant(builder, loc, input, low, high, zero);
  if (cast<RankedTensorType>(padded.getType()).getShape() == ArrayRef<int64_t>(sizes))
    return padded;
  return extractSlice(builder, loc, padded, offsets, sizes, sizes);
}

/// A filter that is no constant: spread it over a tensor of zeros, then flip the taps.
Value flipFilterAtRunTime(OpBuilder &builder, Location loc, Value filter, ArrayRef<Dimension> dimensions,
                          ArrayRef<int64_t> flipped) {
  MLIRContext *context = builder.getContext();
  auto type = cast<RankedTensorType>(filter.getType());
  bool isFlat = llvm::all_of(dimensions, [](const Dimension &dimension) { return dimension.getTaps() == 1; });
  if (isFlat && type.getShape() == flipped)
    return filter;
  SmallVector<OpFoldResult> offsets(type.getRank(), builder.getIndexAttr(0)), strides;
  SmallVector<int64_t> split;
  SmallVector<AffineExpr> read;
  for (const Dimension &dimension : dimensions) {
    strides.push_back(builder.getIndexAttr(dimension.spacing));
    AffineExpr tap = getAffineDimExpr(split.size(), context), phase = getAffineDimExpr(split.size() + 1, context);
    split.append({dimension.getTaps(), dimension.stride});
    read.append({dimension.getTaps() - 1 - tap, phase});
  }
  strides.append(2, builder.getIndexAttr(1));
  for (int64_t size : type.getShape().take_back(2)) {
    read.push_back(getAffineDimExpr(split.size(), context));
    split.push_back(size);
  }
  Value zeros = filledTensor(builder, loc, flipped, cast<TypedAttr>(builder.getZeroAttr(type.getElementType())));
  Value spread = tensor::InsertSliceOp::create(builder, loc, filter, zeros, offsets,
                                               getAsIndexOpFoldResult(context, type.getShape()), strides);
  Value parts = reshape(builder, loc, spread, split);
  Value result = parallelGeneric(builder, loc, type.clone(split), parts, AffineMap::get(split.size(), 0, read, context),
                                 [](OpBuilder &, Location, ValueRange arguments) { return arguments[0]; });
  return reshape(builder, loc, result, flipped);
}

/// (t * r..., ic, oc / group): the taps flipped and filled up with zeros.
Value flipFilter(OpBuilder &builder, Location loc, Value filter, ArrayRef<Dimension> dimensions) {
  auto type = cast<RankedTensorType>(filter.getType());
  ArrayRef<int64_t> channels = type.getShape().take_back(2);
  SmallVector<int64_t> shape;
  for (const Dimension &dimension : dimensions)
    shape.push_back(dimension.getFilterSize());
  llvm::append_range(shape, channels);
  int64_t block = channels[0] * channels[1];
  auto source = [&](int64_t index) -> int64_t {
    int64_t rest = index / block, element = index % block, scale = block;
    for (const Dimension &dimension : llvm::reverse(dimensions)) {
      int64_t k = dimension.getFilterElement(rest % dimension.getFilterSize());
      if (k < 0)
        return -1;
      rest /= dimension.getFilterSize();
      element += k * scale;
      scale *= dimension.kernel;
    }
    return element;
  };
  if (Value constant = rearrangedConstant(builder, loc, filter, type.clone(shape), source))
    return constant;
  return flipFilterAtRunTime(builder, loc, filter, dimensions, shape);
}

/// Loops are (n, then q and r of each dimension, channels | t of each dimension, input channels of a group). Dimensions
/// r of stride 1 and t of one tap are left out.
struct Loops {
  SmallVector<int64_t> output;
  SmallVector<AffineExpr> input, filter;
  SmallVector<int64_t> inputShape, filterShape;
  unsigned reductions = 0;

  Loops(ConvTransposeOp op, ArrayRef<Dimension> dimensions);
};

Loops::Loops(ConvTransposeOp op, ArrayRef<Dimension> dimensions) {
  MLIRContext *context = op.getContext();
  int64_t group = op.getGroup(), inputChannels = op.getInput().getType().getShape().back() / group;
  int64_t outputChannels = op.getFilter().getType().getShape().back();
  Channels channels = group == 1                                  ? Channels::together
                      : inputChannels == 1 && outputChannels == 1 ? Channels::depthwise
                                                                  : Channels::grouped;
  auto dim = [&](unsigned position) { return getAffineDimExpr(position, context); };

  SmallVector<AffineExpr> steps, phases;
  output.push_back(op.getInput().getType().getDimSize(0));
  for (const Dimension &dimension : dimensions) {
    steps.push_back(dim(output.size()));
    output.push_back(dimension.getSteps());
    phases.push_back(dimension.stride == 1 ? AffineExpr() : dim(output.size()));
    if (dimension.stride != 1)
      output.push_back(dimension.stride);
  }
  AffineExpr groupDim = channels == Channels::together ? AffineExpr() : dim(output.size());
  if (groupDim)
    output.push_back(group);
  AffineExpr outputDim = channels == Channels::depthwise ? AffineExpr() : dim(output.size());
  if (outputDim)
    output.push_back(outputChannels);

  auto add = [](SmallVector<AffineExpr> &exprs, SmallVector<int64_t> &shape, AffineExpr expr, int64_t size) {
    if (!expr)
      return;
    exprs.push_back(expr);
    shape.push_back(size);
  };
  add(input, inputShape, dim(0), output[0]);
  for (auto [dimension, step, phase] : llvm::zip_equal(dimensions, steps, phases)) {
    bool hasTaps = dimension.getTaps() > 1;
    AffineExpr tap = hasTaps ? dim(output.size() + reductions++) : AffineExpr();
    add(input, inputShape, hasTaps ? step + tap * dimension.dilation : step, dimension.getReads());
    add(filter, filterShape, tap, dimension.getTaps());
    add(filter, filterShape, phase, dimension.stride);
  }
  AffineExpr inputDim = channels == Channels::depthwise ? AffineExpr() : dim(output.size() + reductions++);
  for (auto *operand : {&input, &filter}) {
    auto &shape = operand == &input ? inputShape : filterShape;
    add(*operand, shape, groupDim, group);
    add(*operand, shape, inputDim, inputChannels);
  }
  add(filter, filterShape, outputDim, outputChannels);
}

/// The convolution over `loops`, in the accumulator's type, back in the storage type.
Value convolve(ConvTransposeOp op, Value input, Value filter, const Loops &loops, OpBuilder &builder) {
  Location loc = op.getLoc();
  Type element = op.getType().getElementType(), accumulator = accumulatorType(element);
  unsigned count = loops.output.size() + loops.reductions;
  Value init = filledTensor(builder, loc, loops.output, cast<TypedAttr>(builder.getZeroAttr(accumulator)));
  Value sum = reductionGeneric(
      builder, loc, init, loops.reductions,
      {reshape(builder, loc, input, loops.inputShape), reshape(builder, loc, filter, loops.filterShape)},
      {AffineMap::get(count, 0, loops.input, op.getContext()), AffineMap::get(count, 0, loops.filter, op.getContext())},
      [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
        return multiplyAdd(nested, nestedLoc, op.getInput().getType().getElementType(),
                           op.getFilter().getType().getElementType(), element, arguments);
      });
  if (accumulator == storageType(element))
    return sum;
  return broadcastingGeneric(builder, loc, RankedTensorType::get(loops.output, storageType(element)), sum,
                             [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
                               return ScalarMath::accumulating(nested, nestedLoc, element).store(arguments[0]);
                             });
}

LogicalResult ConvertConvTranspose::matchAndRewrite(ConvTransposeOp op, OpAdaptor adaptor,
                                                    ConversionPatternRewriter &rewriter) const {
  Location loc = op.getLoc();
  SmallVector<Dimension> dimensions = getDimensions(op);
  Value input = padInput(rewriter, loc, adaptor.getInput(), dimensions);
  Value filter = flipFilter(rewriter, loc, adaptor.getFilter(), dimensions);
  Value result = convolve(op, input, filter, Loops(op, dimensions), rewriter);

  ArrayRef<int64_t> shape = op.getType().getShape();
  SmallVector<int64_t> whole{shape.front()};
  SmallVector<OpFoldResult> offsets{rewriter.getIndexAttr(0)};
  for (const Dimension &dimension : dimensions) {
    whole.push_back(dimension.getSteps() * dimension.stride);
    offsets.push_back(rewriter.getIndexAttr(dimension.padBegin - dimension.getFirst() * dimension.stride));
  }
  whole.push_back(shape.back());
  offsets.push_back(rewriter.getIndexAttr(0));
  result = reshape(rewriter, loc, result, whole);
  if (shape != ArrayRef<int64_t>(whole))
    result = extractSlice(rewriter, loc, result, offsets, shape, shape);
  rewriter.replaceOp(op, result);
  return success();
}

} // namespace

void populateConvTranspose(const TypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<ConvertConvTranspose>(types, patterns.getContext());
}

} // namespace edgecc::edge_to_linalg

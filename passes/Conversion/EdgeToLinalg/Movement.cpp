// Lowering of slice, concat and pad.
#include "dialects/Edge/EdgeOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "passes/Conversion/EdgeToLinalg/EdgeToLinalg.h"
#include "passes/Conversion/EdgeToLinalg/LinalgBuilders.h"

using namespace mlir;
using namespace edgecc::edge;

namespace edgecc::edge_to_linalg {
namespace {

Value indexConstant(OpBuilder &builder, Location loc, int64_t value) {
  return arith::ConstantIndexOp::create(builder, loc, value);
}

/// The input's index along `dim` as a function of the output's.
using IndexBuilder = llvm::function_ref<Value(OpBuilder &, Location, int64_t dim, Value outputIndex)>;

/// A generic that reads `input` at an index computed for each dimension.
Value computedRead(OpBuilder &builder, Location loc, RankedTensorType type, Value input, IndexBuilder indexOf) {
  return parallelGeneric(builder, loc, type, {}, {}, [&](OpBuilder &nested, Location nestedLoc, ValueRange) -> Value {
    SmallVector<Value> indices;
    for (int64_t dim = 0; dim < type.getRank(); ++dim)
      indices.push_back(indexOf(nested, nestedLoc, dim, linalg::IndexOp::create(nested, nestedLoc, dim)));
    return tensor::ExtractOp::create(nested, nestedLoc, input, indices);
  });
}

//===-- Slice -----------------------------------------------------------------------------------------------------===//

/// Linear maps of negative slope would confuse tiling, so backward steps read at a computed index.
Value backwardSlice(OpBuilder &builder, SliceOp op, Value input) {
  return computedRead(builder, op.getLoc(), storageType(op.getType()), input,
                      [&](OpBuilder &nested, Location loc, int64_t dim, Value index) -> Value {
                        Value step = indexConstant(nested, loc, op.getSteps()[dim]);
                        Value start = indexConstant(nested, loc, op.getStarts()[dim]);
                        Value offset = arith::MulIOp::create(nested, loc, index, step);
                        return arith::AddIOp::create(nested, loc, start, offset);
                      });
}

struct ConvertSlice : OpConversionPattern<SliceOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(SliceOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    if (llvm::any_of(op.getSteps(), [](int64_t step) { return step <= 0; })) {
      rewriter.replaceOp(op, backwardSlice(rewriter, op, adaptor.getInput()));
      return success();
    }
    MLIRContext *context = rewriter.getContext();
    rewriter.replaceOpWithNewOp<tensor::ExtractSliceOp>(
        op, adaptor.getInput(), getAsIndexOpFoldResult(context, op.getStarts()),
        getAsIndexOpFoldResult(context, op.getSizes()), getAsIndexOpFoldResult(context, op.getSteps()));
    return success();
  }
};

//===-- Concat ----------------------------------------------------------------------------------------------------===//

struct ConvertConcat : OpConversionPattern<ConcatOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ConcatOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    MLIRContext *context = rewriter.getContext();
    RankedTensorType type = storageType(op.getType());
    SmallVector<int64_t> offsets(type.getRank(), 0), ones(type.getRank(), 1);
    Value result;
    for (Value input : adaptor.getInputs()) {
      auto inputType = cast<RankedTensorType>(input.getType());
      if (inputType == type)
        result = input; // the others are empty
      if (inputType == type || inputType.getNumElements() == 0)
        continue;
      if (!result)
        result = emptyTensor(rewriter, op.getLoc(), type.getShape(), type.getElementType());
      result = tensor::InsertSliceOp::create(
          rewriter, op.getLoc(), input, result, getAsIndexOpFoldResult(context, offsets),
          getAsIndexOpFoldResult(context, inputType.getShape()), getAsIndexOpFoldResult(context, ones));
      offsets[op.getAxis()] += inputType.getDimSize(op.getAxis());
    }
    rewriter.replaceOp(op, result);
    return success();
  }
};

//===-- Pad -------------------------------------------------------------------------------------------------------===//

/// index + offset modulo period; `offset` is raised to the equal value in [0, period) so that nothing is negative.
Value wrappedIndex(OpBuilder &builder, Location loc, Value index, int64_t offset, int64_t period) {
  Value shifted = arith::AddIOp::create(builder, loc, index, indexConstant(builder, loc, llvm::mod(offset, period)));
  return arith::RemUIOp::create(builder, loc, shifted, indexConstant(builder, loc, period));
}

/// Where output position `index` of a dimension of `size` elements with `low` pads before them reads.
Value paddedIndex(OpBuilder &builder, Location loc, Value index, int64_t size, int64_t low, PadMode mode) {
  if (size == 1)
    return indexConstant(builder, loc, 0);
  if (mode == PadMode::wrap)
    return wrappedIndex(builder, loc, index, -low, size);
  if (mode == PadMode::edge) {
    Value inside = arith::SubIOp::create(builder, loc, index, indexConstant(builder, loc, low));
    inside = arith::MaxSIOp::create(builder, loc, inside, indexConstant(builder, loc, 0));
    return arith::MinSIOp::create(builder, loc, inside, indexConstant(builder, loc, size - 1));
  }
  // The reflected sequence 0 1 2 3 2 1 repeats; its second half runs backwards.
  int64_t period = 2 * (size - 1);
  Value forward = wrappedIndex(builder, loc, index, -low, period);
  Value backward = arith::SubIOp::create(builder, loc, indexConstant(builder, loc, period), forward);
  return arith::MinSIOp::create(builder, loc, forward, backward);
}

struct ConvertPad : OpConversionPattern<PadOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(PadOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    RankedTensorType inputType = op.getInput().getType();
    if (op.getMode() == PadMode::constant) {
      std::optional<TypedAttr> constant = uniformConstant(adaptor.getValue());
      Value value = constant ? arith::ConstantOp::create(rewriter, loc, *constant).getResult()
                             : tensor::ExtractOp::create(rewriter, loc, adaptor.getValue(), ValueRange()).getResult();
      rewriter.replaceOp(op, padConstant(rewriter, loc, adaptor.getInput(), op.getLow(), op.getHigh(), value));
      return success();
    }
    if (inputType.getNumElements() == 0)
      return op.emitOpError("cannot repeat the elements of an empty input; give it elements or pad with a constant");
    rewriter.replaceOp(op, computedRead(rewriter, loc, storageType(op.getType()), adaptor.getInput(),
                                        [&](OpBuilder &nested, Location nestedLoc, int64_t dim, Value index) {
                                          int64_t low = op.getLow()[dim];
                                          if (low == 0 && op.getHigh()[dim] == 0)
                                            return index;
                                          return paddedIndex(nested, nestedLoc, index, inputType.getDimSize(dim), low,
                                                             op.getMode());
                                        }));
    return success();
  }
};

} // namespace

void populateMovement(const TypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<ConvertSlice, ConvertConcat, ConvertPad>(types, patterns.getContext());
}

} // namespace edgecc::edge_to_linalg

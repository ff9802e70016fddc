// Lowering of gather, gather_elements, gather_nd, scatter_elements and scatter_nd.
//
// A gather is a generic that extracts at the indices it reads; a scatter walks over its updates in order. An index that
// counts from the end is wrapped, and one outside the tensor, which ONNX forbids, is moved to the nearest end: a bad
// model input must not reach foreign memory. Constant indices are checked and wrapped here instead.
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

/// `stored`, an i32 or i64 read from an index tensor, as a position inside a dimension of `size` elements.
Value toPosition(OpBuilder &builder, Location loc, Value stored, int64_t size) {
  Value index = arith::IndexCastOp::create(builder, loc, builder.getIndexType(), stored);
  Value isNegative =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, index, indexConstant(builder, loc, 0));
  Value fromEnd = arith::AddIOp::create(builder, loc, index, indexConstant(builder, loc, size));
  index = arith::SelectOp::create(builder, loc, isNegative, fromEnd, index);
  index = arith::MaxSIOp::create(builder, loc, index, indexConstant(builder, loc, 0));
  return arith::MinSIOp::create(builder, loc, index, indexConstant(builder, loc, size - 1));
}

/// An index tensor together with what is known of it at compile time.
class Indices {
public:
  /// Indices into a dimension of `size`; fails, with an error at `op`, where a constant one lies outside.
  static FailureOr<Indices> get(Operation *op, Value tensor, int64_t size) {
    Indices result{tensor, size, constantIntegers(tensor)};
    if (!result.known)
      return result;
    for (int64_t &index : *result.known) {
      if (index < -size || index >= size)
        return op->emitOpError("index ") << index << " is outside a dimension of size " << size;
      index += index < 0 ? size : 0;
    }
    return result;
  }

  const std::optional<SmallVector<int64_t>> &getKnown() const { return known; }

  /// The tensor from which a generic reads; constants are wrapped already.
  Value getTensor(OpBuilder &builder, Location loc) const {
    if (!known)
      return tensor;
    auto type = cast<RankedTensorType>(tensor.getType());
    auto attr = DenseIntElementsAttr::get(type.clone(builder.getI64Type()), *known);
    return arith::ConstantOp::create(builder, loc, attr);
  }

  /// The position that a value read from `getTensor` means.
  Value getPosition(OpBuilder &builder, Location loc, Value stored) const {
    if (known)
      return arith::IndexCastOp::create(builder, loc, builder.getIndexType(), stored);
    return toPosition(builder, loc, stored, size);
  }

private:
  Indices(Value tensor, int64_t size, std::optional<SmallVector<int64_t>> known)
      : tensor(tensor), size(size), known(std::move(known)) {}

  Value tensor;
  int64_t size;
  std::optional<SmallVector<int64_t>> known;
};

/// The step between known indices that ascend evenly.
std::optional<int64_t> evenStep(ArrayRef<int64_t> indices) {
  if (indices.empty())
    return std::nullopt;
  int64_t step = indices.size() == 1 ? 1 : indices[1] - indices[0];
  for (size_t i = 1; i < indices.size(); ++i)
    if (indices[i] - indices[i - 1] != step)
      return std::nullopt;
  return step > 0 ? std::optional(step) : std::nullopt;
}

struct ConvertGather : OpConversionPattern<GatherOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(GatherOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    int64_t axis = op.getAxis();
    FailureOr<Indices> indices = Indices::get(op, adaptor.getIndices(), op.getInput().getType().getDimSize(axis));
    if (failed(indices))
      return failure();
    if (indices->getKnown())
      if (std::optional<int64_t> step = evenStep(*indices->getKnown())) {
        rewriter.replaceOp(op, slice(op, adaptor.getInput(), *indices->getKnown(), *step, rewriter));
        return success();
      }
    int64_t rank = op.getType().getRank(), indexRank = op.getIndices().getType().getRank();
    SmallVector<AffineExpr> read;
    for (int64_t d = 0; d < indexRank; ++d)
      read.push_back(rewriter.getAffineDimExpr(axis + d));
    Value result = parallelGeneric(rewriter, loc, storageType(op.getType()), indices->getTensor(rewriter, loc),
                                   AffineMap::get(rank, 0, read, rewriter.getContext()),
                                   [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) -> Value {
                                     SmallVector<Value> position;
                                     for (int64_t d = 0; d < rank; ++d) {
                                       if (d == axis)
                                         position.push_back(indices->getPosition(nested, nestedLoc, arguments[0]));
                                       if (d < axis || d >= axis + indexRank)
                                         position.push_back(linalg::IndexOp::create(nested, nestedLoc, d));
                                     }
                                     if (axis == rank) // a scalar index into the last dimension
                                       position.push_back(indices->getPosition(nested, nestedLoc, arguments[0]));
                                     return tensor::ExtractOp::create(nested, nestedLoc, adaptor.getInput(), position);
                                   });
    rewriter.replaceOp(op, result);
    return success();
  }

private:
  static Value slice(GatherOp op, Value input, ArrayRef<int64_t> indices, int64_t step, OpBuilder &builder) {
    auto type = cast<RankedTensorType>(input.getType());
    SmallVector<int64_t> offsets(type.getRank(), 0), sizes(type.getShape()), strides(type.getRank(), 1);
    offsets[op.getAxis()] = indices[0];
    sizes[op.getAxis()] = indices.size();
    strides[op.getAxis()] = step;
    MLIRContext *context = builder.getContext();
    Value result = tensor::ExtractSliceOp::create(
        builder, op.getLoc(), type.clone(sizes), input, getAsIndexOpFoldResult(context, offsets),
        getAsIndexOpFoldResult(context, sizes), getAsIndexOpFoldResult(context, strides));
    return reshape(builder, op.getLoc(), result, op.getType().getShape());
  }
};

struct ConvertGatherElements : OpConversionPattern<GatherElementsOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(GatherElementsOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    int64_t axis = op.getAxis(), rank = op.getType().getRank();
    FailureOr<Indices> indices = Indices::get(op, adaptor.getIndices(), op.getInput().getType().getDimSize(axis));
    if (failed(indices))
      return failure();
    Value result = broadcastingGeneric(
        rewriter, loc, storageType(op.getType()), indices->getTensor(rewriter, loc),
        [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) -> Value {
          SmallVector<Value> position;
          for (int64_t d = 0; d < rank; ++d)
            position.push_back(d == axis ? indices->getPosition(nested, nestedLoc, arguments[0])
                                         : linalg::IndexOp::create(nested, nestedLoc, d).getResult());
          return tensor::ExtractOp::create(nested, nestedLoc, adaptor.getInput(), position);
        });
    rewriter.replaceOp(op, result);
    return success();
  }
};

/// One tensor for each entry of the index tuples in the last dimension of `indices`.
SmallVector<Value> splitTuples(OpBuilder &builder, Location loc, Value indices) {
  auto type = cast<RankedTensorType>(indices.getType());
  int64_t tuple = type.getShape().back();
  SmallVector<int64_t> shape(type.getShape().drop_back()), sizes(type.getShape());
  sizes.back() = 1;
  SmallVector<Value> parts;
  for (int64_t entry = 0; entry < tuple; ++entry) {
    auto source = [&](int64_t index) { return index * tuple + entry; };
    if (Value constant = rearrangedConstant(builder, loc, indices, type.clone(shape), source)) {
      parts.push_back(constant);
      continue;
    }
    SmallVector<OpFoldResult> offsets(type.getRank(), builder.getIndexAttr(0));
    offsets.back() = builder.getIndexAttr(entry);
    parts.push_back(tuple == 1 ? reshape(builder, loc, indices, shape)
                               : extractSlice(builder, loc, indices, offsets, sizes, shape));
  }
  return parts;
}

struct ConvertGatherNd : OpConversionPattern<GatherNdOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(GatherNdOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    int64_t batch = op.getBatchDims(), rank = op.getType().getRank();
    int64_t indexRank = op.getIndices().getType().getRank() - 1;
    SmallVector<Indices> tuple;
    SmallVector<Value> operands;
    for (auto [entry, part] : llvm::enumerate(splitTuples(rewriter, loc, adaptor.getIndices()))) {
      FailureOr<Indices> indices = Indices::get(op, part, op.getInput().getType().getDimSize(batch + entry));
      if (failed(indices))
        return failure();
      tuple.push_back(*indices);
      operands.push_back(indices->getTensor(rewriter, loc));
    }
    AffineMap read = AffineMap::getMultiDimIdentityMap(rank, rewriter.getContext()).getMajorSubMap(indexRank);
    if (indexRank == 0)
      read = AffineMap::get(rank, 0, rewriter.getContext());
    Value result = parallelGeneric(rewriter, loc, storageType(op.getType()), operands,
                                   SmallVector<AffineMap>(operands.size(), read),
                                   [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) -> Value {
                                     SmallVector<Value> position;
                                     for (int64_t d = 0; d < batch; ++d)
                                       position.push_back(linalg::IndexOp::create(nested, nestedLoc, d));
                                     for (auto [indices, argument] : llvm::zip_equal(tuple, arguments))
                                       position.push_back(indices.getPosition(nested, nestedLoc, argument));
                                     for (int64_t d = indexRank; d < rank; ++d)
                                       position.push_back(linalg::IndexOp::create(nested, nestedLoc, d));
                                     return tensor::ExtractOp::create(nested, nestedLoc, adaptor.getInput(), position);
                                   });
    rewriter.replaceOp(op, result);
    return success();
  }
};

//===-- Scatter
//------------------------------------------------------------------------------------------------------===//

/// The scalar that replaces `old`; all values have the storage type of `element`.
Value combine(OpBuilder &builder, Location loc, Type element, ScatterMode mode, Value old, Value update) {
  ScalarMath math(builder, loc, element);
  auto store = [&](Value value) { return math.store(value); };
  switch (mode) {
  case ScatterMode::assign:
    return update;
  case ScatterMode::add:
    return store(math.add(math.load(old), math.load(update)));
  case ScatterMode::mul:
    return store(math.mul(math.load(old), math.load(update)));
  case ScatterMode::max:
    return store(math.max(math.load(old), math.load(update)));
  case ScatterMode::min:
    return store(math.min(math.load(old), math.load(update)));
  }
  llvm_unreachable("all scatter modes are handled");
}

/// `tensor` with the element at `position` combined with `update`.
Value updateElement(OpBuilder &builder, Location loc, Type element, ScatterMode mode, Value tensor, Value update,
                    ValueRange position) {
  Value old = mode == ScatterMode::assign ? Value() : tensor::ExtractOp::create(builder, loc, tensor, position);
  Value value = combine(builder, loc, element, mode, old, update);
  return tensor::InsertOp::create(builder, loc, value, tensor, position);
}

struct ConvertScatterElements : OpConversionPattern<ScatterElementsOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ScatterElementsOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    int64_t axis = op.getAxis(), size = op.getInput().getType().getDimSize(axis);
    Type element = op.getType().getElementType();
    Value result = loopNest(rewriter, op.getLoc(), op.getUpdates().getType().getShape(), adaptor.getInput(),
                            [&](OpBuilder &nested, Location loc, ValueRange loops, Value tensor) {
                              SmallVector<Value> position(loops);
                              Value index = tensor::ExtractOp::create(nested, loc, adaptor.getIndices(), loops);
                              position[axis] = toPosition(nested, loc, index, size);
                              Value update = tensor::ExtractOp::create(nested, loc, adaptor.getUpdates(), loops);
                              return updateElement(nested, loc, element, op.getMode(), tensor, update, position);
                            });
    rewriter.replaceOp(op, result);
    return success();
  }
};

struct ConvertScatterNd : OpConversionPattern<ScatterNdOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ScatterNdOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    ArrayRef<int64_t> indexShape = op.getIndices().getType().getShape();
    Value result = loopNest(rewriter, op.getLoc(), indexShape.drop_back(), adaptor.getInput(),
                            [&](OpBuilder &nested, Location loc, ValueRange loops, Value tensor) {
                              SmallVector<Value> position = readTuple(op, adaptor.getIndices(), loops, nested, loc);
                              return update(op, adaptor.getUpdates(), loops, tensor, position, nested, loc);
                            });
    rewriter.replaceOp(op, result);
    return success();
  }

private:
  /// The position that the index tuple at `loops` means.
  static SmallVector<Value> readTuple(ScatterNdOp op, Value indices, ValueRange loops, OpBuilder &builder,
                                      Location loc) {
    SmallVector<Value> position;
    for (int64_t entry = 0, e = op.getIndices().getType().getShape().back(); entry < e; ++entry) {
      SmallVector<Value> place(loops);
      place.push_back(indexConstant(builder, loc, entry));
      Value index = tensor::ExtractOp::create(builder, loc, indices, place);
      position.push_back(toPosition(builder, loc, index, op.getInput().getType().getDimSize(entry)));
    }
    return position;
  }

  /// Writes the element or slice of `updates` at `loops` to `position`.
  static Value update(ScatterNdOp op, Value updates, ValueRange loops, Value tensor, ValueRange position,
                      OpBuilder &builder, Location loc) {
    Type element = op.getType().getElementType();
    ArrayRef<int64_t> slice = op.getType().getShape().drop_front(position.size());
    if (slice.empty()) {
      Value scalar = tensor::ExtractOp::create(builder, loc, updates, loops);
      return updateElement(builder, loc, element, op.getMode(), tensor, scalar, position);
    }
    auto withSlice = [&](ValueRange front, SmallVector<OpFoldResult> &offsets, SmallVector<int64_t> &sizes) {
      offsets = getAsOpFoldResult(front);
      offsets.append(slice.size(), builder.getIndexAttr(0));
      sizes.assign(front.size(), 1);
      llvm::append_range(sizes, slice);
    };
    SmallVector<OpFoldResult> offsets, targetOffsets;
    SmallVector<int64_t> sizes, targetSizes;
    withSlice(loops, offsets, sizes);
    withSlice(position, targetOffsets, targetSizes);
    Value value = extractSlice(builder, loc, updates, offsets, sizes, slice);
    if (op.getMode() != ScatterMode::assign) {
      Value old = extractSlice(builder, loc, tensor, targetOffsets, targetSizes, slice);
      AffineMap identity = AffineMap::getMultiDimIdentityMap(slice.size(), builder.getContext());
      value = reductionGeneric(builder, loc, old, 0, {value, old}, {identity, identity},
                               [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
                                 return combine(nested, nestedLoc, element, op.getMode(), arguments[1], arguments[0]);
                               });
    }
    return insertSlice(builder, loc, value, tensor, targetOffsets, targetSizes);
  }
};

} // namespace

void populateGather(const TypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<ConvertGather, ConvertGatherElements, ConvertGatherNd, ConvertScatterElements, ConvertScatterNd>(
      types, patterns.getContext());
}

} // namespace edgecc::edge_to_linalg

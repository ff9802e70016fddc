// Result types of `edge` operations, from their operands and attributes.
#include "dialects/Edge/EdgeOps.h"

using namespace mlir;
using namespace edgecc::edge;

FailureOr<SmallVector<int64_t>> edgecc::edge::broadcastShapes(ArrayRef<ArrayRef<int64_t>> shapes) {
  size_t rank = 0;
  for (ArrayRef<int64_t> shape : shapes)
    rank = std::max(rank, shape.size());
  SmallVector<int64_t> result(rank, 1);
  for (ArrayRef<int64_t> shape : shapes) {
    for (auto [index, size] : llvm::enumerate(shape)) {
      int64_t &out = result[rank - shape.size() + index];
      if (size == out || size == 1)
        continue;
      if (out != 1)
        return failure();
      out = size;
    }
  }
  return result;
}

namespace {

RankedTensorType tensorOf(Value value) { return cast<RankedTensorType>(value.getType()); }

using Results = SmallVectorImpl<Type> &;

LogicalResult inferSame(ValueRange operands, Results results) {
  results.push_back(operands[0].getType());
  return success();
}

LogicalResult inferBool(ValueRange operands, Results results) {
  RankedTensorType type = tensorOf(operands[0]);
  results.push_back(type.clone(IntegerType::get(type.getContext(), 1)));
  return success();
}

LogicalResult inferBroadcast(std::optional<Location> loc, ValueRange operands, Type element, Results results) {
  SmallVector<ArrayRef<int64_t>> shapes;
  for (Value operand : operands)
    shapes.push_back(tensorOf(operand).getShape());
  FailureOr<SmallVector<int64_t>> shape = broadcastShapes(shapes);
  if (failed(shape))
    return emitOptionalError(loc, "operand shapes do not broadcast");
  results.push_back(RankedTensorType::get(*shape, element));
  return success();
}

LogicalResult inferBinary(std::optional<Location> loc, ValueRange operands, bool compares, Results results) {
  Type element = tensorOf(operands[0]).getElementType();
  if (element != tensorOf(operands[1]).getElementType())
    return emitOptionalError(loc, "operands have different element types, ", element, " and ",
                             tensorOf(operands[1]).getElementType());
  return inferBroadcast(loc, operands, compares ? IntegerType::get(element.getContext(), 1) : element, results);
}

bool isNarrowInteger(Type type) { return type.isInteger(8) || type.isInteger(16); }

/// The element type of a product: that of both operands, or i32 for narrow integers; null where the types do not go
/// together.
Type productElement(RankedTensorType lhs, RankedTensorType rhs) {
  Type a = lhs.getElementType(), b = rhs.getElementType();
  if (isNarrowInteger(a) && isNarrowInteger(b))
    return IntegerType::get(a.getContext(), 32);
  return a == b ? a : Type();
}

Type i64(Type type) { return IntegerType::get(type.getContext(), 64); }

/// Output size of a window that moves over a padded dimension.
int64_t windowSize(int64_t in, int64_t pads, int64_t kernel, int64_t dilation, int64_t stride) {
  int64_t room = in + pads - ((kernel - 1) * dilation + 1);
  return room < 0 ? -1 : room / stride + 1;
}

/// (n, spatial..., c) of `input` with each spatial size after a window operation and `channels` at the end.
LogicalResult inferWindow(std::optional<Location> loc, RankedTensorType input, ArrayRef<int64_t> kernel,
                          ArrayRef<int64_t> strides, ArrayRef<int64_t> dilations, ArrayRef<int64_t> pads,
                          int64_t channels, Type element, Results results) {
  size_t spatial = input.getRank() - 2;
  if (input.getRank() < 3 || kernel.size() != spatial || strides.size() != spatial || dilations.size() != spatial ||
      pads.size() != 2 * spatial)
    return emitOptionalError(loc, "expected one kernel size, stride and dilation and two pads per spatial dimension");
  SmallVector<int64_t> shape{input.getDimSize(0)};
  for (size_t d = 0; d < spatial; ++d) {
    if (strides[d] < 1 || dilations[d] < 1 || kernel[d] < 1)
      return emitOptionalError(loc, "kernel sizes, strides and dilations must be at least 1");
    int64_t size =
        windowSize(input.getDimSize(d + 1), pads[d] + pads[spatial + d], kernel[d], dilations[d], strides[d]);
    if (size < 0)
      return emitOptionalError(loc, "the kernel is larger than the padded input in spatial dimension ", d);
    shape.push_back(size);
  }
  shape.push_back(channels);
  results.push_back(RankedTensorType::get(shape, element));
  return success();
}

} // namespace

#define INFER(OP)                                                                                                      \
  LogicalResult OP::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, ValueRange operands,           \
                                     DictionaryAttr attributes, OpaqueProperties properties, RegionRange regions,      \
                                     Results results)

#define INFER_UNARY(OP)                                                                                                \
  INFER(OP) { return inferSame(operands, results); }
#define INFER_BINARY(OP)                                                                                               \
  INFER(OP) { return inferBinary(loc, operands, /*compares=*/false, results); }
#define INFER_COMPARE(OP)                                                                                              \
  INFER(OP) { return inferBinary(loc, operands, /*compares=*/true, results); }

INFER_UNARY(AbsOp)
INFER_UNARY(NegOp)
INFER_UNARY(ExpOp)
INFER_UNARY(LogOp)
INFER_UNARY(Log1pOp)
INFER_UNARY(SqrtOp)
INFER_UNARY(FloorOp)
INFER_UNARY(CeilOp)
INFER_UNARY(RoundOp)
INFER_UNARY(SignOp)
INFER_UNARY(SinOp)
INFER_UNARY(CosOp)
INFER_UNARY(TanOp)
INFER_UNARY(AsinOp)
INFER_UNARY(AcosOp)
INFER_UNARY(AtanOp)
INFER_UNARY(SinhOp)
INFER_UNARY(CoshOp)
INFER_UNARY(TanhOp)
INFER_UNARY(AsinhOp)
INFER_UNARY(AcoshOp)
INFER_UNARY(AtanhOp)
INFER_UNARY(ErfOp)
INFER_UNARY(SigmoidOp)
INFER_UNARY(ReluOp)
INFER_UNARY(NotOp)
INFER_UNARY(CumSumOp)
INFER_UNARY(SoftmaxOp)
INFER_UNARY(ScatterElementsOp)
INFER_UNARY(ScatterNdOp)
INFER_BINARY(AddOp)
INFER_BINARY(SubOp)
INFER_BINARY(MulOp)
INFER_BINARY(DivOp)
INFER_BINARY(RemOp)
INFER_BINARY(ModOp)
INFER_BINARY(PowOp)
INFER_BINARY(MaxOp)
INFER_BINARY(MinOp)
INFER_BINARY(AndOp)
INFER_BINARY(OrOp)
INFER_BINARY(XorOp)
INFER_BINARY(ShiftLeftOp)
INFER_BINARY(ShiftRightOp)
INFER_COMPARE(EqualOp)
INFER_COMPARE(LessOp)
INFER_COMPARE(LessOrEqualOp)

INFER(IsNanOp) { return inferBool(operands, results); }
INFER(IsInfOp) { return inferBool(operands, results); }

INFER(SelectOp) {
  Type element = tensorOf(operands[1]).getElementType();
  if (element != tensorOf(operands[2]).getElementType())
    return emitOptionalError(loc, "both values must have one element type");
  return inferBroadcast(loc, operands, element, results);
}

INFER(ConstantOp) {
  Adaptor op(operands, attributes, properties, regions);
  results.push_back(op.getValue().getType());
  return success();
}

INFER(TransposeOp) {
  Adaptor op(operands, attributes, properties, regions);
  RankedTensorType input = tensorOf(op.getInput());
  ArrayRef<int64_t> permutation = op.getPermutation();
  if (static_cast<int64_t>(permutation.size()) != input.getRank())
    return emitOptionalError(loc, "[C1] the permutation has ", permutation.size(), " entries for rank ",
                             input.getRank());
  SmallVector<int64_t> shape;
  llvm::SmallBitVector seen(permutation.size());
  for (int64_t dim : permutation) {
    if (dim < 0 || dim >= input.getRank() || seen.test(dim))
      return emitOptionalError(loc, "[C1] not a permutation of the input's dimensions");
    seen.set(dim);
    shape.push_back(input.getDimSize(dim));
  }
  results.push_back(RankedTensorType::get(shape, input.getElementType()));
  return success();
}

INFER(SliceOp) {
  Adaptor op(operands, attributes, properties, regions);
  if (llvm::any_of(op.getSizes(), [](int64_t size) { return size < 0; }))
    return emitOptionalError(loc, "[C1] sizes must be at least 0");
  results.push_back(RankedTensorType::get(op.getSizes(), tensorOf(op.getInput()).getElementType()));
  return success();
}

INFER(ConcatOp) {
  Adaptor op(operands, attributes, properties, regions);
  if (operands.empty())
    return emitOptionalError(loc, "[C1] needs at least one input");
  RankedTensorType first = tensorOf(operands[0]);
  int64_t axis = op.getAxis();
  if (axis < 0 || axis >= first.getRank())
    return emitOptionalError(loc, "[C1] axis ", axis, " is outside rank ", first.getRank());
  SmallVector<int64_t> shape(first.getShape());
  shape[axis] = 0;
  for (Value input : operands) {
    RankedTensorType type = tensorOf(input);
    if (type.getRank() != first.getRank() || type.getElementType() != first.getElementType())
      return emitOptionalError(loc, "[C1] inputs differ in rank or element type");
    for (int64_t d = 0; d < first.getRank(); ++d)
      if (d != axis && type.getDimSize(d) != first.getDimSize(d))
        return emitOptionalError(loc, "[C1] inputs differ in dimension ", d, ": ", first.getDimSize(d), " and ",
                                 type.getDimSize(d));
    shape[axis] += type.getDimSize(axis);
  }
  results.push_back(RankedTensorType::get(shape, first.getElementType()));
  return success();
}

INFER(PadOp) {
  Adaptor op(operands, attributes, properties, regions);
  RankedTensorType input = tensorOf(op.getInput());
  if (static_cast<int64_t>(op.getLow().size()) != input.getRank() ||
      static_cast<int64_t>(op.getHigh().size()) != input.getRank())
    return emitOptionalError(loc, "[C1] expected one low and one high pad per dimension");
  SmallVector<int64_t> shape;
  for (auto [size, low, high] : llvm::zip_equal(input.getShape(), op.getLow(), op.getHigh()))
    shape.push_back(size + low + high);
  results.push_back(RankedTensorType::get(shape, input.getElementType()));
  return success();
}

INFER(GatherOp) {
  Adaptor op(operands, attributes, properties, regions);
  RankedTensorType input = tensorOf(op.getInput()), indices = tensorOf(op.getIndices());
  int64_t axis = op.getAxis();
  if (axis < 0 || axis >= input.getRank())
    return emitOptionalError(loc, "[C1] axis ", axis, " is outside rank ", input.getRank());
  SmallVector<int64_t> shape(input.getShape().take_front(axis));
  llvm::append_range(shape, indices.getShape());
  llvm::append_range(shape, input.getShape().drop_front(axis + 1));
  results.push_back(RankedTensorType::get(shape, input.getElementType()));
  return success();
}

INFER(GatherElementsOp) {
  Adaptor op(operands, attributes, properties, regions);
  results.push_back(tensorOf(op.getIndices()).clone(tensorOf(op.getInput()).getElementType()));
  return success();
}

INFER(GatherNdOp) {
  Adaptor op(operands, attributes, properties, regions);
  RankedTensorType input = tensorOf(op.getInput()), indices = tensorOf(op.getIndices());
  int64_t batch = op.getBatchDims();
  if (indices.getRank() < 1 || batch < 0 || batch >= indices.getRank())
    return emitOptionalError(loc, "indices need rank 1 or more and batch_dims below it");
  int64_t tuple = indices.getShape().back();
  if (batch + tuple > input.getRank())
    return emitOptionalError(loc, "index tuples of ", tuple, " do not fit the rank of the input, ", input.getRank());
  SmallVector<int64_t> shape(indices.getShape().drop_back());
  llvm::append_range(shape, input.getShape().drop_front(batch + tuple));
  results.push_back(RankedTensorType::get(shape, input.getElementType()));
  return success();
}

static SmallVector<int64_t> withoutDims(ArrayRef<int64_t> shape, ArrayRef<int64_t> dims) {
  SmallVector<int64_t> result;
  for (auto [index, size] : llvm::enumerate(shape))
    if (!llvm::is_contained(dims, static_cast<int64_t>(index)))
      result.push_back(size);
  return result;
}

INFER(ReduceOp) {
  Adaptor op(operands, attributes, properties, regions);
  RankedTensorType input = tensorOf(op.getInput());
  for (int64_t axis : op.getAxes())
    if (axis < 0 || axis >= input.getRank())
      return emitOptionalError(loc, "[C1] axis ", axis, " is outside rank ", input.getRank());
  results.push_back(RankedTensorType::get(withoutDims(input.getShape(), op.getAxes()), input.getElementType()));
  return success();
}

INFER(ArgReduceOp) {
  Adaptor op(operands, attributes, properties, regions);
  RankedTensorType input = tensorOf(op.getInput());
  int64_t axis = op.getAxis();
  if (axis < 0 || axis >= input.getRank() || input.getDimSize(axis) == 0)
    return emitOptionalError(loc, "axis ", axis, " must be inside rank ", input.getRank(), " and not empty");
  results.push_back(RankedTensorType::get(withoutDims(input.getShape(), {axis}), i64(input)));
  return success();
}

INFER(TopKOp) {
  Adaptor op(operands, attributes, properties, regions);
  RankedTensorType input = tensorOf(op.getInput());
  int64_t axis = op.getAxis(), k = op.getK();
  if (axis < 0 || axis >= input.getRank() || k < 0 || k > input.getDimSize(axis))
    return emitOptionalError(loc, "k is ", k, " but must lie between 0 and the size of axis ", axis);
  SmallVector<int64_t> shape(input.getShape());
  shape[axis] = k;
  results.push_back(RankedTensorType::get(shape, input.getElementType()));
  results.push_back(RankedTensorType::get(shape, i64(input)));
  return success();
}

INFER(PackBitsOp) {
  RankedTensorType input = tensorOf(operands[0]);
  if (input.getRank() == 0 || input.getShape().back() == 0)
    return emitOptionalError(loc, "[C1] there is no last dimension with elements");
  SmallVector<int64_t> shape(input.getShape());
  shape.back() = llvm::divideCeil(shape.back(), 8);
  results.push_back(RankedTensorType::get(shape, IntegerType::get(context, 8)));
  return success();
}

INFER(MatMulOp) {
  Adaptor op(operands, attributes, properties, regions);
  RankedTensorType lhs = tensorOf(op.getLhs()), rhs = tensorOf(op.getRhs());
  Type element = productElement(lhs, rhs);
  if (lhs.getRank() < 2 || rhs.getRank() < 2 || !element)
    return emitOptionalError(loc,
                             "[C1] operands need rank 2 or more and one element type, or integers of 8 or 16 bits");
  if (lhs.getShape().back() != rhs.getDimSize(rhs.getRank() - 2))
    return emitOptionalError(loc, "[C2] inner dimensions differ: ", lhs.getShape().back(), " and ",
                             rhs.getDimSize(rhs.getRank() - 2));
  FailureOr<SmallVector<int64_t>> shape = broadcastShapes({lhs.getShape().drop_back(2), rhs.getShape().drop_back(2)});
  if (failed(shape))
    return emitOptionalError(loc, "[C2] batch dimensions do not broadcast");
  shape->push_back(lhs.getDimSize(lhs.getRank() - 2));
  shape->push_back(rhs.getShape().back());
  results.push_back(RankedTensorType::get(*shape, element));
  return success();
}

INFER(ConvOp) {
  Adaptor op(operands, attributes, properties, regions);
  RankedTensorType input = tensorOf(op.getInput()), filter = tensorOf(op.getFilter());
  Type element = productElement(input, filter);
  if (input.getRank() < 3 || input.getRank() > 5 || filter.getRank() != input.getRank() || !element)
    return emitOptionalError(
        loc, "[C1] input and filter need one rank between 3 and 5 and one element type, or integers of 8 or 16 bits");
  return inferWindow(loc, input, filter.getShape().drop_back(2), op.getStrides(), op.getDilations(), op.getPads(),
                     filter.getShape().back(), element, results);
}

INFER(ConvTransposeOp) {
  Adaptor op(operands, attributes, properties, regions);
  RankedTensorType input = tensorOf(op.getInput()), filter = tensorOf(op.getFilter());
  size_t spatial = input.getRank() - 2;
  Type element = productElement(input, filter);
  if (input.getRank() < 3 || filter.getRank() != input.getRank() || op.getStrides().size() != spatial ||
      op.getDilations().size() != spatial || op.getPads().size() != 2 * spatial ||
      op.getOutputPadding().size() != spatial || op.getGroup() < 1)
    return emitOptionalError(loc, "[C1] ranks and the numbers of strides, dilations and pads do not fit together");
  SmallVector<int64_t> shape{input.getDimSize(0)};
  for (size_t d = 0; d < spatial; ++d) {
    int64_t size = op.getStrides()[d] * (input.getDimSize(d + 1) - 1) + op.getOutputPadding()[d] +
                   (filter.getDimSize(d) - 1) * op.getDilations()[d] + 1 - op.getPads()[d] - op.getPads()[spatial + d];
    if (size < 0)
      return emitOptionalError(loc, "the pads are larger than the output in spatial dimension ", d);
    shape.push_back(size);
  }
  if (!element)
    return emitOptionalError(loc, "[C1] input and filter need one element type, or integers of 8 or 16 bits");
  shape.push_back(filter.getShape().back() * static_cast<int64_t>(op.getGroup()));
  results.push_back(RankedTensorType::get(shape, element));
  return success();
}

INFER(MaxPoolOp) {
  Adaptor op(operands, attributes, properties, regions);
  RankedTensorType input = tensorOf(op.getInput());
  return inferWindow(loc, input, op.getKernel(), op.getStrides(), op.getDilations(), op.getPads(),
                     input.getShape().back(), input.getElementType(), results);
}

INFER(AvgPoolOp) {
  Adaptor op(operands, attributes, properties, regions);
  RankedTensorType input = tensorOf(op.getInput());
  return inferWindow(loc, input, op.getKernel(), op.getStrides(), op.getDilations(), op.getPads(),
                     input.getShape().back(), input.getElementType(), results);
}

/// (time, batch, hidden) and `states` times (batch, hidden).
static LogicalResult inferRecurrent(std::optional<Location> loc, Value x, Value r, int64_t gates, unsigned states,
                                    Results results) {
  RankedTensorType input = tensorOf(x), recurrent = tensorOf(r);
  if (input.getRank() != 3 || recurrent.getRank() != 2 || recurrent.getDimSize(1) != gates * recurrent.getDimSize(0))
    return emitOptionalError(loc, "expected x of rank 3 and r of shape (hidden, ", gates, " * hidden)");
  int64_t hidden = recurrent.getDimSize(0), batch = input.getDimSize(1);
  results.push_back(RankedTensorType::get({input.getDimSize(0), batch, hidden}, input.getElementType()));
  results.append(states, RankedTensorType::get({batch, hidden}, input.getElementType()));
  return success();
}

INFER(LstmOp) {
  Adaptor op(operands, attributes, properties, regions);
  return inferRecurrent(loc, op.getX(), op.getR(), 4, 2, results);
}
INFER(GruOp) {
  Adaptor op(operands, attributes, properties, regions);
  return inferRecurrent(loc, op.getX(), op.getR(), 3, 1, results);
}
INFER(RnnOp) {
  Adaptor op(operands, attributes, properties, regions);
  return inferRecurrent(loc, op.getX(), op.getR(), 1, 1, results);
}

// Verifiers of `edge` operations: what neither types nor inference state. Labels are those of EdgeOps.td.
#include "dialects/Edge/EdgeOps.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace edgecc::edge;

LogicalResult ReshapeOp::verify() {
  RankedTensorType in = getInput().getType(), out = getOutput().getType();
  if (in.getElementType() != out.getElementType() || in.getNumElements() != out.getNumElements())
    return emitOpError("[C1] cannot view ") << in << " as " << out;
  return success();
}

LogicalResult BroadcastToOp::verify() {
  RankedTensorType in = getInput().getType(), out = getOutput().getType();
  FailureOr<SmallVector<int64_t>> shape = broadcastShapes({in.getShape(), out.getShape()});
  if (in.getElementType() != out.getElementType() || failed(shape) || ArrayRef<int64_t>(*shape) != out.getShape())
    return emitOpError("[C1] ") << in << " does not broadcast to " << out;
  return success();
}

LogicalResult CastOp::verify() {
  if (getInput().getType().getShape() != getOutput().getType().getShape())
    return emitOpError("[C1] the shapes of input and output differ");
  return success();
}

LogicalResult RescaleOp::verify() {
  auto isNarrow = [](Value value) {
    auto type = dyn_cast<IntegerType>(getElementTypeOrSelf(value));
    return type && llvm::is_contained({8u, 16u, 32u}, type.getWidth());
  };
  if (getInputs().empty() || getInputs().size() != getMultipliers().size())
    return emitOpError("[C1] expected one multiplier for each input, and one input at least");
  if (!llvm::all_of(getInputs(), isNarrow) || !llvm::all_of(getMultipliers(), isNarrow) || !isNarrow(getOutput()) ||
      !getOffset().getType().getElementType().isSignlessInteger(64))
    return emitOpError("[C1] expected integers of 8, 16 or 32 bits, and an offset of i64");
  ArrayRef<int64_t> shape = getOutput().getType().getShape();
  auto broadcasts = [&](Value value) {
    FailureOr<SmallVector<int64_t>> both = broadcastShapes({cast<RankedTensorType>(value.getType()).getShape(), shape});
    return succeeded(both) && ArrayRef<int64_t>(*both) == shape;
  };
  for (Value input : getInputs())
    if (cast<RankedTensorType>(input.getType()).getShape() != shape)
      return emitOpError("[C2] an input has not the shape of the output");
  if (!llvm::all_of(getMultipliers(), broadcasts) || !broadcasts(getOffset()))
    return emitOpError("[C2] multipliers and offset do not broadcast to the output");
  if (getShift() >= 64)
    return emitOpError("[C3] the shift is ") << getShift() << ", expected 0 to 63";
  return success();
}

LogicalResult TransposeOp::verify() { return success(); } // C1 is checked by inference.

LogicalResult SliceOp::verify() {
  RankedTensorType in = getInput().getType();
  size_t rank = in.getRank();
  if (getStarts().size() != rank || getSizes().size() != rank || getSteps().size() != rank)
    return emitOpError("[C1] expected one start, size and step per dimension");
  for (size_t d = 0; d < rank; ++d) {
    if (getSizes()[d] == 0)
      continue;
    int64_t first = getStarts()[d], last = first + (getSizes()[d] - 1) * getSteps()[d];
    if (first < 0 || last < 0 || first >= in.getDimSize(d) || last >= in.getDimSize(d))
      return emitOpError("[C2] reads outside dimension ") << d << " of " << in;
  }
  return success();
}

LogicalResult ConcatOp::verify() { return success(); } // C1 is checked by inference.

LogicalResult PadOp::verify() {
  auto negative = [](int64_t pad) { return pad < 0; };
  if (llvm::any_of(getLow(), negative) || llvm::any_of(getHigh(), negative))
    return emitOpError("[C1] pads must be at least 0");
  if ((getMode() == PadMode::constant) != static_cast<bool>(getValue()))
    return emitOpError("[C2] `value` is needed in constant mode and only there");
  if (getValue() && (getValue().getType().getRank() != 0 ||
                     getValue().getType().getElementType() != getInput().getType().getElementType()))
    return emitOpError("[C2] `value` must be a scalar of the input's element type");
  return success();
}

LogicalResult GatherOp::verify() { return success(); } // C1 is checked by inference.

LogicalResult ReduceOp::verify() {
  ArrayRef<int64_t> axes = getAxes();
  for (size_t i = 1; i < axes.size(); ++i)
    if (axes[i] <= axes[i - 1])
      return emitOpError("[C1] axes must be ascending and distinct");
  return success();
}

static bool areBytes(Value a, Value b) {
  return getElementTypeOrSelf(a).isSignlessInteger(8) && getElementTypeOrSelf(b).isSignlessInteger(8);
}

LogicalResult MatMulOp::verify() { // C1 and C2 are checked by inference.
  if (getBits() && !areBytes(getLhs(), getRhs()))
    return emitOpError("[C3] bits come in tensors of i8");
  return success();
}

template <typename ConvLike> static LogicalResult verifyPads(ConvLike op) {
  if (llvm::any_of(op.getPads(), [](int64_t pad) { return pad < 0; }))
    return op.emitOpError("pads must be at least 0");
  return success();
}

LogicalResult ConvOp::verify() {
  int64_t group = getGroup(), inputChannels = getInput().getType().getShape().back();
  int64_t filterChannels = getFilter().getType().getShape().drop_back().back();
  int64_t outputChannels = getFilter().getType().getShape().back();
  if (group < 1 || inputChannels != filterChannels * group || outputChannels % group != 0)
    return emitOpError("[C3] group is ") << group << " but the input has " << inputChannels << " channels, the filter "
                                         << filterChannels << " and the output " << outputChannels;
  if (getBits() && (group != 1 || !areBytes(getInput(), getFilter())))
    return emitOpError("[C5] bits come in tensors of i8, and in one group");
  return verifyPads(*this);
}

LogicalResult ConvTransposeOp::verify() {
  int64_t group = getGroup(), channels = getInput().getType().getShape().back();
  if (channels != getFilter().getType().getShape().drop_back().back() || channels % group != 0)
    return emitOpError("[C1] the input has ")
           << channels << " channels, which do not fit the filter and group " << group;
  if (llvm::any_of(getOutputPadding(), [](int64_t pad) { return pad < 0; }))
    return emitOpError("[C2] output_padding must be at least 0");
  return success();
}

LogicalResult MaxPoolOp::verify() { return verifyPads(*this); }
LogicalResult AvgPoolOp::verify() { return verifyPads(*this); }

LogicalResult ResizeOp::verify() {
  int64_t rank = getInput().getType().getRank();
  if (static_cast<int64_t>(getScales().size()) != rank ||
      (!getRoi().empty() && static_cast<int64_t>(getRoi().size()) != 2 * rank))
    return emitOpError("[C1] expected one scale per dimension and none or two roi values");
  if (getOutput().getType().getRank() != rank ||
      getOutput().getType().getElementType() != getInput().getType().getElementType())
    return emitOpError("[C2] input and output differ in rank or element type");
  return success();
}

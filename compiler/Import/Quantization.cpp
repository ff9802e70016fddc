// Quantisation: QuantizeLinear, DequantizeLinear, DynamicQuantizeLinear, and the integer and QLinear forms of Conv and
// MatMul. Integer sums are exact in i32; scales are applied in f32, with one rounding to the output.
#include "compiler/Import/OperatorRegistry.h"
#include "compiler/Import/Qonnx.h"
#include "compiler/Import/QuantizedArithmetic.h"
#include "compiler/Import/QuantizedFusions.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::import;

namespace {

/// A scale or zero point shaped so that it broadcasts over `shape`: one value, one per element of `axis`, or (opset 21)
/// one per block of `block_size` elements along `axis`. Null, with a reason, where it does not fit.
Value spread(NodeImporter &node, Value parameter, ArrayRef<int64_t> shape) {
  int64_t rank = shape.size(), block = node.integer("block_size", 0);
  if (!parameter || tensorType(parameter).getNumElements() == 1)
    return node.reshape(parameter, {});
  FailureOr<int64_t> axis = node.axisOf(node.integer("axis", 1), rank);
  if (failed(axis))
    return {};
  if (rankOf(parameter) == 1 && shapeOf(parameter)[0] == shape[*axis])
    return LayerBuilder(node).along(parameter, *axis, rank);
  if (rankOf(parameter) != rank || block < 1 || block > largestSize ||
      shapeOf(parameter)[*axis] * block < shape[*axis]) {
    (void)node.unsupported("a scale or zero point has the type " + llvm::Twine(shapeOf(parameter).size()) +
                           "-D but must be a scalar, one per element of axis " + Twine(*axis) +
                           ", or one per block_size elements");
    return {};
  }
  SmallVector<int64_t> split(shapeOf(parameter)), joined(split);
  split.insert(split.begin() + *axis + 1, 1);
  SmallVector<int64_t> repeated(split);
  repeated[*axis + 1] = block;
  joined[*axis] *= block;
  Value blocks = node.reshape(node.broadcastTo(node.reshape(parameter, split), repeated), joined);
  return LayerBuilder(node).slice(blocks, *axis, 0, shape[*axis]);
}

/// The integer type that QuantizeLinear writes: that of the zero point, else `output_dtype` (opset 21), else uint8.
Type quantizedType(NodeImporter &node) {
  constexpr int64_t uint8 = 2;
  int64_t stated = node.integer("output_dtype", 0);
  Type type =
      node.hasInput(2) ? node.inputType(2).getElementType() : node.dataType("output_dtype", stated ? stated : uint8);
  if (type && !type.isInteger()) {
    (void)node.unsupported("the quantised type is a float; integers of 8 and 16 bits are handled");
    return {};
  }
  return type;
}

LogicalResult importQuantizeLinear(NodeImporter &node) {
  QuantizedArithmetic q(node);
  ArrayRef<int64_t> shape = node.inputType(0).getShape();
  Type type = quantizedType(node);
  Value scale = spread(node, node.input(1), shape);
  Value zero = node.hasInput(2) ? spread(node, node.input(2), shape) : Value();
  if (!type || !scale || (node.hasInput(2) && !zero))
    return failure();
  return node.done(q.quantize(node.input(0), scale, zero, type));
}

/// The result has the type of the scale.
LogicalResult importDequantizeLinear(NodeImporter &node) {
  QuantizedArithmetic q(node);
  RankedTensorType type = node.inputType(0);
  if (!type.getElementType().isInteger())
    return node.unsupported("the input holds floats; integers are handled");
  Value scale = spread(node, node.input(1), type.getShape());
  Value zero = node.hasInput(2) ? spread(node, node.input(2), type.getShape()) : Value();
  if (!scale || (node.hasInput(2) && !zero))
    return failure();
  return node.done(node.cast(q.dequantize(node.input(0), scale, zero), elementOf(scale)));
}

LogicalResult importDynamicQuantizeLinear(NodeImporter &node) {
  DynamicQuantization result = quantizeDynamically(node, node.input(0));
  return LayerBuilder(node).outputs({result.value, result.scale, result.zero});
}

/// Centred filter of an integer convolution: zero points are one or one per output channel, dimension 0.
Value centeredFilter(QuantizedArithmetic &q, Value filter, Value zero) {
  if (zero && rankOf(zero) == 1)
    zero = q.build.along(zero, 0, rankOf(filter));
  return q.centered(filter, zero);
}

/// Padding comes after centring, so that a padded position stands for the real number 0.
LogicalResult importConvInteger(NodeImporter &node) {
  QuantizedArithmetic q(node);
  Value sum =
      convolve(node, q.centered(node.input(0), q.zeroPoint(2)), centeredFilter(q, node.input(1), q.zeroPoint(3)));
  return node.done(node.toChannelsFirst(sum));
}

LogicalResult importMatMulInteger(NodeImporter &node) {
  QuantizedArithmetic q(node);
  Value a = q.centered(node.input(0), q.perRow(q.zeroPoint(2))), b = q.centered(node.input(1), q.zeroPoint(3));
  return node.done(q.build.matmul(a, b));
}

/// Inputs: x, its scale and zero point, w, its scale and zero point, y's scale and zero point, bias in i32.
LogicalResult importQLinearConv(NodeImporter &node) {
  QuantizedArithmetic q(node);
  Value sum =
      convolve(node, q.centered(node.input(0), q.zeroPoint(2)), centeredFilter(q, node.input(3), q.zeroPoint(5)));
  if (node.hasInput(8))
    sum = q.build.add(sum, node.input(8));
  // Scales of w are one per output channel, the last dimension here.
  Value factor = q.build.div(q.build.mul(q.scale(1), q.scale(4)), q.scale(6));
  return node.done(node.toChannelsFirst(q.requantize(sum, factor, q.zeroPoint(7), node.inputType(7).getElementType())));
}

/// Inputs: a, its scale and zero point, b, its scale and zero point, y's scale and zero point.
LogicalResult importQLinearMatMul(NodeImporter &node) {
  QuantizedArithmetic q(node);
  Value a = q.centered(node.input(0), q.perRow(q.zeroPoint(2))), b = q.centered(node.input(3), q.zeroPoint(5));
  Value factor = q.build.div(q.build.mul(q.perRow(q.scale(1)), q.scale(4)), q.scale(6));
  return node.done(q.requantize(q.build.matmul(a, b), factor, q.zeroPoint(7), node.inputType(7).getElementType()));
}

} // namespace

void edgecc::import::registerQuantization(OperatorRegistry &registry) {
  registry.add("QuantizeLinear", importQuantizeLinear);
  registry.add("DequantizeLinear", importDequantizeLinear);
  registry.add("com.microsoft", "QuantizeLinear", 1, INT64_MAX, importQuantizeLinear);
  registry.add("com.microsoft", "DequantizeLinear", 1, INT64_MAX, importDequantizeLinear);
  registry.add("DynamicQuantizeLinear", importDynamicQuantizeLinear);
  registry.add("ConvInteger", importConvInteger);
  registry.add("MatMulInteger", importMatMulInteger);
  registry.add("QLinearConv", importQLinearConv);
  registry.add("QLinearMatMul", importQLinearMatMul);
  registerQuantizedFusions(registry);
  registerQonnx(registry);
}

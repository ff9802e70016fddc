// Quantised operators of ONNX Runtime's domain com.microsoft: QLinearAdd, QGemm and their like. Each is
// dequantisation, the real operator and quantisation, with exact integer sums where there are sums.
#include "compiler/Import/QuantizedFusions.h"
#include "compiler/Import/FusedActivations.h"
#include "compiler/Import/QuantizedArithmetic.h"

#include <functional>
#include <numeric>

using namespace mlir;
using namespace edgecc;
using namespace edgecc::import;

/// The scale of an all-zero tensor is 1, as in ONNX Runtime; ONNX leaves 0 / 0 there.
DynamicQuantization edgecc::import::quantizeDynamically(NodeImporter &node, Value x) {
  QuantizedArithmetic q(node);
  if (!x || elementOf(x) != q.real()) {
    (void)node.unsupported("the input of a dynamic quantisation must be float32");
    return {};
  }
  SmallVector<int64_t> axes = iota(rankOf(x));
  Value highest = q.build.max(node.create<edge::ReduceOp>(x, edge::ReduceKind::max, axes), 0.0);
  Value lowest = q.build.min(node.create<edge::ReduceOp>(x, edge::ReduceKind::min, axes), 0.0);
  Value range = q.build.sub(highest, lowest);
  Value isEmpty = node.create<edge::EqualOp>(range, node.scalar(0.0, q.real()));
  Value scale = node.create<edge::SelectOp>(isEmpty, node.scalar(1.0, q.real()),
                                            q.build.div(range, node.scalar(255.0, q.real())));
  Type byte = IntegerType::get(node.context(), 8, IntegerType::Unsigned);
  Value zero = q.saturate(q.build.round(q.build.div(node.create<edge::NegOp>(lowest), scale)), Value(), byte);
  return {q.quantize(x, scale, zero, byte), scale, zero};
}

namespace {

/// Input `index`, then its scale and its zero point, as real numbers.
Value realInput(QuantizedArithmetic &q, NodeImporter &node, size_t index) {
  return q.dequantize(node.input(index), q.scale(index + 1), q.zeroPoint(index + 2));
}

/// Quantises with the scale of input `index` and the zero point after it, to the type of input `typeFrom`.
LogicalResult quantizeOutput(QuantizedArithmetic &q, NodeImporter &node, Value value, size_t index, size_t typeFrom) {
  Type type = node.inputType(typeFrom).getElementType();
  if (!type.isInteger())
    return node.unsupported("input " + Twine(typeFrom) + " holds floats, expected quantised integers");
  return node.done(q.quantize(value, q.scale(index), q.zeroPoint(index + 1), type));
}

LogicalResult importQLinearAdd(NodeImporter &node) {
  QuantizedArithmetic q(node);
  return quantizeOutput(q, node, q.build.add(realInput(q, node, 0), realInput(q, node, 3)), 6, 0);
}

LogicalResult importQLinearMul(NodeImporter &node) {
  QuantizedArithmetic q(node);
  return quantizeOutput(q, node, q.build.mul(realInput(q, node, 0), realInput(q, node, 3)), 6, 0);
}

LogicalResult importQLinearSigmoid(NodeImporter &node) {
  QuantizedArithmetic q(node);
  return quantizeOutput(q, node, node.create<edge::SigmoidOp>(realInput(q, node, 0)), 3, 0);
}

LogicalResult importQLinearLeakyRelu(NodeImporter &node) {
  QuantizedArithmetic q(node);
  Value result = applyActivation(node, "LeakyRelu", {node.number("alpha", 0.01f)}, realInput(q, node, 0));
  return quantizeOutput(q, node, result, 3, 0);
}

LogicalResult importQLinearAveragePool(NodeImporter &node) {
  if (node.integer("channels_last", 0))
    return node.unsupported("channels_last is an internal form of ONNX Runtime; export the model without optimisation");
  QuantizedArithmetic q(node);
  return quantizeOutput(q, node, averagePool(node, realInput(q, node, 0)), 3, 0);
}

/// The mean is the exact sum of the integers, scaled once.
LogicalResult importQLinearGlobalAveragePool(NodeImporter &node) {
  QuantizedArithmetic q(node);
  RankedTensorType type = node.inputType(0);
  if (type.getRank() < 3 || !type.getElementType().isInteger())
    return node.unsupported("the input must hold integers and have rank 3 or more");
  bool isLast = node.integer("channels_last", 0) != 0;
  ArrayRef<int64_t> image = isLast ? type.getShape().drop_front().drop_back() : type.getShape().drop_front(2);
  double count = std::accumulate(image.begin(), image.end(), 1.0, std::multiplies<>());
  Value x = q.centered(isLast ? node.input(0) : node.toChannelsLast(node.input(0)), q.zeroPoint(2));
  Value sum = q.build.reduce(edge::ReduceKind::sum, x, iota(type.getRank() - 2, 1));
  Value factor = q.build.div(q.scale(1), q.build.mul(q.scale(3), count));
  Value result = q.requantize(sum, factor, q.zeroPoint(4), type.getElementType());
  return node.done(isLast ? result : node.toChannelsFirst(result));
}

/// Inputs: y's scale and zero point, then value, scale and zero point of each part.
LogicalResult importQLinearConcat(NodeImporter &node) {
  QuantizedArithmetic q(node);
  SmallVector<Value> parts;
  for (size_t index = 2; index + 2 < node.numInputs(); index += 3)
    parts.push_back(realInput(q, node, index));
  if (parts.empty())
    return node.unsupported("expected at least one part with its scale and zero point");
  FailureOr<int64_t> axis = node.axisOf(node.integer("axis", 0), node.inputType(2).getRank());
  return failed(axis) ? failure() : quantizeOutput(q, node, q.build.concat(parts, *axis), 0, 2);
}

/// Inputs: A, scale, zero point, B, scale, zero point (one or one per column), C in i32, y's scale and zero point.
/// Without the last two the result is f32.
LogicalResult importQGemm(NodeImporter &node) {
  QuantizedArithmetic q(node);
  if (node.inputType(0).getRank() != 2 || node.inputType(3).getRank() != 2)
    return node.unsupported("A and B must have rank 2");
  Value a = q.centered(node.input(0), q.zeroPoint(2)), b = node.input(3);
  if (node.integer("transA", 0))
    a = q.build.transposeMatrix(a);
  if (node.integer("transB", 0))
    b = q.build.transposeMatrix(b);
  Value sum = q.build.matmul(a, q.centered(b, q.zeroPoint(5)));
  if (node.hasInput(6))
    sum = q.build.add(sum, node.input(6));
  Value factor = q.build.mul(q.scale(1), q.scale(4));
  if (float alpha = node.number("alpha", 1.0f); alpha != 1.0f)
    factor = q.build.mul(factor, alpha);
  if (!node.hasInput(7))
    return node.done(q.build.mul(node.cast(sum, q.real()), factor));
  Type type = node.inputType(node.hasInput(8) ? 8 : 0).getElementType();
  return node.done(q.requantize(sum, q.build.div(factor, q.scale(7)), q.zeroPoint(8), type));
}

/// (A - zero point) (B - zero point) * scales + bias in f32, where the factors have been centred.
LogicalResult scaledProduct(QuantizedArithmetic &q, NodeImporter &node, Value a, Value b, Value aScale, Value bScale,
                            Value bias) {
  Value product = q.build.mul(node.cast(q.build.matmul(a, b), q.real()), q.build.mul(aScale, bScale));
  return node.done(bias ? q.build.add(product, bias) : product);
}

/// Inputs: A, B, their scales, their zero points, bias.
LogicalResult importMatMulIntegerToFloat(NodeImporter &node) {
  QuantizedArithmetic q(node);
  return scaledProduct(q, node, q.centered(node.input(0), q.perRow(q.zeroPoint(4))),
                       q.centered(node.input(1), q.zeroPoint(5)), q.perRow(q.scale(2)), q.scale(3),
                       node.hasInput(6) ? node.input(6) : Value());
}

/// Inputs: A in f32, B, B's scale and zero point, bias.
LogicalResult importDynamicQuantizeMatMul(NodeImporter &node) {
  QuantizedArithmetic q(node);
  DynamicQuantization a = quantizeDynamically(node, node.input(0));
  return scaledProduct(q, node, q.centered(a.value, a.zero), q.centered(node.input(1), q.zeroPoint(3)), a.scale,
                       q.scale(2), node.hasInput(4) ? node.input(4) : Value());
}

} // namespace

void edgecc::import::registerQuantizedFusions(OperatorRegistry &registry) {
  auto add = [&](StringRef name, ImportFunction function) {
    registry.add("com.microsoft", name, 1, INT64_MAX, function);
  };
  add("QLinearAdd", importQLinearAdd);
  add("QLinearMul", importQLinearMul);
  add("QLinearSigmoid", importQLinearSigmoid);
  add("QLinearLeakyRelu", importQLinearLeakyRelu);
  add("QLinearAveragePool", importQLinearAveragePool);
  add("QLinearGlobalAveragePool", importQLinearGlobalAveragePool);
  add("QLinearConcat", importQLinearConcat);
  add("QGemm", importQGemm);
  add("MatMulIntegerToFloat", importMatMulIntegerToFloat);
  add("DynamicQuantizeMatMul", importDynamicQuantizeMatMul);
}

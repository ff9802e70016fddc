// Normalisation layers as the arithmetic that they stand for: BatchNormalization, InstanceNormalization,
// LayerNormalization, GroupNormalization, RMSNormalization, LRN, LpNormalization, MeanVarianceNormalization.
#include "compiler/Import/LayerBuilder.h"
#include "compiler/Import/OperatorRegistry.h"

#include <functional>
#include <numeric>

using namespace mlir;
using namespace edgecc;
using namespace edgecc::import;

namespace {

/// x * (scale / sqrt(var + epsilon)) + (b - mean * that), whose factors fold when the statistics are constants.
LogicalResult importBatchNormalization(NodeImporter &node) {
  bool hasTrainingMode = node.opset() >= 14;
  bool isTraining = hasTrainingMode ? node.integer("training_mode", 0) != 0
                                    : node.wantsOutput(1) || node.wantsOutput(2) || node.wantsOutput(3);
  if (isTraining)
    return node.unsupported("the layer is in training mode; export the model for inference");
  if (node.inputType(0).getRank() < 2)
    return node.unsupported("the input has rank " + Twine(node.inputType(0).getRank()) + ", expected 2 or more");
  LayerBuilder build(node);
  Value scale = node.input(1), variance = node.input(4);
  Type element = elementOf(variance);
  Value deviation = build.sqrt(build.add(variance, node.number("epsilon", 1e-5f)));
  Value factor = build.div(node.cast(scale, element), deviation);
  Value offset = build.sub(node.cast(node.input(2), element), build.mul(node.cast(node.input(3), element), factor));
  // The parameters are one per channel; before opset 9, with spatial = 0, one per element of an image.
  auto shaped = [&](Value parameter) {
    Value typed = node.cast(parameter, node.inputType(0).getElementType());
    return typed && rankOf(typed) == 1 ? build.along(typed, 1, node.inputType(0).getRank()) : typed;
  };
  return node.done(build.add(build.mul(node.input(0), shaped(factor)), shaped(offset)));
}

/// (x - mean) / sqrt(variance + epsilon) over `axes`, with the mean and the inverse deviation.
struct Normalized {
  Value value, mean, inverseDeviation;
};

Normalized normalize(LayerBuilder &build, Value x, ArrayRef<int64_t> axes, double epsilon) {
  Value mean = build.reduce(edge::ReduceKind::mean, x, axes);
  Value centered = build.sub(x, mean);
  Value variance = build.reduce(edge::ReduceKind::mean, build.mul(centered, centered), axes);
  Value deviation = build.sqrt(build.add(variance, epsilon));
  if (!deviation)
    return {};
  return {build.div(centered, deviation), mean, build.div(build.scalarLike(deviation, 1.0), deviation)};
}

/// The type that statistics are computed in: `stash_type` 1, the default, asks for at least f32.
Type stashType(NodeImporter &node, Type element) {
  bool isNarrow = element.isF16() || element.isBF16();
  return isNarrow && node.integer("stash_type", 1) == 1 ? Float32Type::get(node.context()) : element;
}

LogicalResult importInstanceNormalization(NodeImporter &node) {
  LayerBuilder build(node);
  RankedTensorType type = node.inputType(0);
  int64_t rank = type.getRank();
  if (rank < 3)
    return node.unsupported("the input has rank " + Twine(rank) + ", expected 3 or more");
  Value x = node.cast(node.input(0), stashType(node, type.getElementType()));
  Normalized result = normalize(build, x, iota(rank - 2, 2), node.number("epsilon", 1e-5f));
  Value scaled = build.mul(node.cast(result.value, type.getElementType()), build.along(node.input(1), 1, rank));
  return node.done(build.add(scaled, build.along(node.input(2), 1, rank)));
}

/// Normalises over the dimensions from `axis` on. Scale and bias have the type of the input; the extra outputs Mean
/// and InvStdDev have that of the statistics.
LogicalResult importLayerNormalization(NodeImporter &node) {
  LayerBuilder build(node);
  RankedTensorType type = node.inputType(0);
  FailureOr<int64_t> axis = node.axisOf(node.integer("axis", -1), type.getRank());
  if (failed(axis))
    return failure();
  Value x = node.cast(node.input(0), stashType(node, type.getElementType()));
  Normalized result = normalize(build, x, iota(type.getRank() - *axis, *axis), node.number("epsilon", 1e-5f));
  Value y = build.mul(node.cast(result.value, type.getElementType()), node.input(1));
  if (node.hasInput(2))
    y = build.add(y, node.input(2));
  return build.outputs({y, result.mean, result.inverseDeviation});
}

/// x / sqrt(mean(x * x) + epsilon) * scale over the dimensions from `axis` on.
Value rmsNormalize(NodeImporter &node, Value input, Value scale, int64_t axis) {
  LayerBuilder build(node);
  Type element = elementOf(input);
  Value x = node.cast(input, stashType(node, element));
  Value square = build.reduce(edge::ReduceKind::mean, build.mul(x, x), iota(rankOf(input) - axis, axis));
  Value normalized = build.div(x, build.sqrt(build.add(square, node.number("epsilon", 1e-5f))));
  return build.mul(node.cast(normalized, element), node.cast(scale, element));
}

/// Also the older SimplifiedLayerNormalization of ONNX Runtime, which means the same.
LogicalResult importRmsNormalization(NodeImporter &node) {
  FailureOr<int64_t> axis = node.axisOf(node.integer("axis", -1), node.inputType(0).getRank());
  if (failed(axis))
    return failure();
  if (node.wantsOutput(1))
    return node.unsupported("output 1, the inverse deviation, is for training; export the model for inference");
  return node.done(rmsNormalize(node, node.input(0), node.input(1), *axis));
}

/// com.microsoft SkipLayerNormalization(input, skip, gamma, beta, bias): LayerNormalization of input + skip + bias over
/// the last dimension. Output 3 is that sum.
LogicalResult importSkipLayerNormalization(NodeImporter &node) {
  if (node.wantsOutput(1) || node.wantsOutput(2))
    return node.unsupported("outputs 1 and 2 are for training; export the model for inference");
  LayerBuilder build(node);
  Value sum = build.add(node.input(0), node.input(1));
  if (node.hasInput(4))
    sum = build.add(sum, node.input(4));
  if (!sum)
    return failure();
  Type element = elementOf(sum);
  Normalized result =
      normalize(build, node.cast(sum, stashType(node, element)), {rankOf(sum) - 1}, node.number("epsilon", 1e-12f));
  Value y = build.mul(node.cast(result.value, element), node.input(2));
  if (node.hasInput(3))
    y = build.add(y, node.input(3));
  return build.outputs({y, Value(), Value(), sum});
}

/// com.microsoft SkipSimplifiedLayerNormalization(input, skip, gamma, bias).
LogicalResult importSkipRmsNormalization(NodeImporter &node) {
  if (node.wantsOutput(1) || node.wantsOutput(2))
    return node.unsupported("outputs 1 and 2 are for training; export the model for inference");
  LayerBuilder build(node);
  Value sum = build.add(node.input(0), node.input(1));
  if (node.hasInput(3))
    sum = build.add(sum, node.input(3));
  if (!sum)
    return failure();
  Value y = rmsNormalize(node, sum, node.input(2), rankOf(sum) - 1);
  return build.outputs({y, Value(), Value(), sum});
}

/// Scale and bias are one per group in opset 18 and one per channel from opset 21 on.
LogicalResult importGroupNormalization(NodeImporter &node) {
  LayerBuilder build(node);
  RankedTensorType type = node.inputType(0);
  ArrayRef<int64_t> shape = type.getShape();
  int64_t groups = node.integer("num_groups", 0);
  if (type.getRank() < 2 || groups < 1 || shape[1] % groups != 0)
    return node.unsupported("num_groups is " + Twine(groups) + ", expected a divisor of the number of channels");
  int64_t size = type.getNumElements() / std::max<int64_t>(shape[0] * groups, 1);
  Value x = node.reshape(node.cast(node.input(0), stashType(node, type.getElementType())), {shape[0], groups, size});
  Normalized result = normalize(build, x, {2}, node.number("epsilon", 1e-5f));
  Value normalized = node.reshape(node.cast(result.value, type.getElementType()), shape);
  auto perChannel = [&](Value parameter) {
    if (node.opset() < 21)
      parameter = node.broadcastTo(node.reshape(parameter, {groups, 1}), {groups, shape[1] / groups});
    return build.along(parameter, 1, type.getRank());
  };
  return node.done(build.add(build.mul(normalized, perChannel(node.input(1))), perChannel(node.input(2))));
}

/// x / (bias + alpha / size * sum of x * x over `size` neighbouring channels) ** beta. The sum over size is a mean over
/// a window with zeros around it: a pooling of (n, c, pixels) seen as channels last, so that it moves over c. An even
/// window reaches one channel further to the end.
LogicalResult importLrn(NodeImporter &node) {
  LayerBuilder build(node);
  RankedTensorType type = node.inputType(0);
  ArrayRef<int64_t> shape = type.getShape();
  int64_t size = node.integer("size", 0);
  if (type.getRank() < 2)
    return node.unsupported("the input has rank " + Twine(type.getRank()) + ", expected 2 or more");
  if (failed(checkSize(node, "size", size, 1)))
    return failure();
  int64_t pixels = std::accumulate(shape.begin() + 2, shape.end(), int64_t(1), std::multiplies<>());
  Value square = node.reshape(build.mul(node.input(0), node.input(0)), {shape[0], shape[1], pixels});
  Value mean = node.create<edge::AvgPoolOp>(square, ArrayRef<int64_t>{size}, ArrayRef<int64_t>{1}, ArrayRef<int64_t>{1},
                                            ArrayRef<int64_t>{(size - 1) / 2, size / 2}, ArrayRef<int64_t>{0},
                                            /*count_include_pad=*/true);
  Value base = build.add(build.mul(mean, node.number("alpha", 1e-4f)), node.number("bias", 1.0f));
  return node.done(build.div(node.input(0), node.reshape(build.pow(base, node.number("beta", 0.75f)), shape)));
}

/// x / the p-norm along `axis`; 0 where that norm is 0.
LogicalResult importLpNormalization(NodeImporter &node) {
  LayerBuilder build(node);
  FailureOr<int64_t> axis = node.axisOf(node.integer("axis", -1), node.inputType(0).getRank());
  if (failed(axis))
    return failure();
  int64_t p = node.integer("p", 2);
  if (p != 1 && p != 2)
    return node.unsupported("p is " + Twine(p) + ", expected 1 or 2");
  Value powers = p == 1 ? build.abs(node.input(0)) : build.mul(node.input(0), node.input(0));
  Value sum = build.reduce(edge::ReduceKind::sum, powers, {*axis});
  Value norm = p == 1 ? sum : build.sqrt(sum);
  if (!norm)
    return failure();
  Value isZero = node.create<edge::EqualOp>(norm, build.scalarLike(norm, 0.0));
  Value divisor = node.create<edge::SelectOp>(isZero, build.scalarLike(norm, 1.0), norm);
  return node.done(build.div(node.input(0), divisor));
}

/// (x - mean) / (deviation + 1e-9): here the small number is added to the deviation, as ONNX says.
LogicalResult importMeanVarianceNormalization(NodeImporter &node) {
  LayerBuilder build(node);
  SmallVector<int64_t> axes;
  for (int64_t axis : node.integers("axes", {0, 2, 3})) {
    FailureOr<int64_t> counted = node.axisOf(axis, node.inputType(0).getRank());
    if (failed(counted))
      return failure();
    axes.push_back(*counted);
  }
  llvm::sort(axes);
  Value centered = build.sub(node.input(0), build.reduce(edge::ReduceKind::mean, node.input(0), axes));
  Value variance = build.reduce(edge::ReduceKind::mean, build.mul(centered, centered), axes);
  return node.done(build.div(centered, build.add(build.sqrt(variance), 1e-9)));
}

} // namespace

void edgecc::import::registerNormalization(OperatorRegistry &registry) {
  registry.add("BatchNormalization", importBatchNormalization);
  registry.add("InstanceNormalization", importInstanceNormalization);
  registry.add("LayerNormalization", importLayerNormalization);
  registry.add("GroupNormalization", importGroupNormalization);
  registry.add("RMSNormalization", importRmsNormalization);
  registry.add("SimplifiedLayerNormalization", importRmsNormalization);
  registry.add("LRN", importLrn);
  registry.add("LpNormalization", importLpNormalization);
  registry.add("MeanVarianceNormalization", importMeanVarianceNormalization);
  registry.add("com.microsoft", "SkipLayerNormalization", 1, INT64_MAX, importSkipLayerNormalization);
  registry.add("com.microsoft", "SkipSimplifiedLayerNormalization", 1, INT64_MAX, importSkipRmsNormalization);
}

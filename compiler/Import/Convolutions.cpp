// Convolutions: Conv, ConvTranspose and the fused form of Conv. ONNX has channels first and filters (oc, ic / group,
// kernel...); `edge` has channels last and filters (kernel..., ic / group, oc).
#include "compiler/Import/FusedActivations.h"
#include "compiler/Import/LayerBuilder.h"
#include "compiler/Import/OperatorRegistry.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::import;

namespace {

/// Fails, with a reason, unless `input` and `filter` have one rank between 3 and 5.
LogicalResult checkRanks(NodeImporter &node, Value input, Value filter) {
  int64_t rank = rankOf(input), filterRank = rankOf(filter);
  if (rank < 3 || rank > 5 || filterRank != rank)
    return node.unsupported("input and filter have ranks " + Twine(rank) + " and " + Twine(filterRank) +
                            ", expected both 3, 4 or 5");
  return success();
}

/// Fails, with a reason, unless the channels of `input` and the filter's first two dimensions go with `group`.
LogicalResult checkGroup(NodeImporter &node, int64_t channels, int64_t perGroup, int64_t outputs, int64_t group) {
  if (failed(checkSize(node, "group", group, 1)))
    return failure();
  if (channels != perGroup * group || outputs % group != 0)
    return node.unsupported("group is " + Twine(group) + " but the input has " + Twine(channels) +
                            " channels, the filter " + Twine(perGroup) + " per group and " + Twine(outputs) +
                            " outputs; channels and outputs must be multiples of group");
  return success();
}

} // namespace

Value edgecc::import::convolve(NodeImporter &node, Value input, Value filter) {
  LayerBuilder build(node);
  if (!input || !filter || failed(checkRanks(node, input, filter)))
    return {};
  ArrayRef<int64_t> shape = shapeOf(input), filterShape = shapeOf(filter);
  int64_t group = node.integer("group", 1), rank = rankOf(input);
  if (failed(checkGroup(node, shape[1], filterShape[1], filterShape[0], group)))
    return {};
  FailureOr<Window> window = readWindow(node, shape.drop_front(2), filterShape.drop_front(2));
  if (failed(window))
    return {};
  SmallVector<int64_t> order = iota(rank - 2, 2);
  order.append({1, 0});
  return node.create<edge::ConvOp>(node.toChannelsLast(input), node.transpose(filter, order), window->strides,
                                   window->dilations, window->pads, static_cast<uint64_t>(group));
}

namespace {

/// Convolution plus bias, channels last. Null on failure.
Value convolveWithBias(NodeImporter &node) {
  LayerBuilder build(node);
  Value result = convolve(node, node.input(0), node.input(1));
  return node.hasInput(2) ? build.add(result, node.input(2)) : result;
}

LogicalResult importConv(NodeImporter &node) {
  LayerBuilder build(node);
  return node.done(node.toChannelsFirst(convolveWithBias(node)));
}

/// com.microsoft FusedConv: activation(conv + bias + Z), where Z is an optional residual of the output's shape.
LogicalResult importFusedConv(NodeImporter &node) {
  LayerBuilder build(node);
  Value result = convolveWithBias(node);
  if (node.hasInput(3))
    result = build.add(result, node.toChannelsLast(node.input(3)));
  result = applyActivation(node, node.string("activation", ""), node.numbers("activation_params"), result);
  return node.done(node.toChannelsFirst(result));
}

/// Pads of a transposed convolution in one dimension. `output_padding` grows where the output is longer than the
/// convolution makes it without pads.
struct TransposePads {
  int64_t begin, end, outputPadding;
};

/// Distributes the pads so that the output has `size` elements. An odd pad is longer at the end in SAME_UPPER and at
/// the beginning otherwise, even where there is no auto_pad.
TransposePads padsForSize(int64_t unpadded, int64_t size, int64_t outputPadding, bool isUpper) {
  int64_t total = unpadded - size;
  if (total < 0)
    return {0, 0, outputPadding - total};
  int64_t begin = isUpper ? total / 2 : total - total / 2;
  return {begin, total - begin, outputPadding};
}

/// What a transposed convolution reads from its attributes.
struct TransposeWindow {
  SmallVector<int64_t> strides, dilations, pads, outputPadding;
};

FailureOr<TransposeWindow> readTransposeWindow(NodeImporter &node, ArrayRef<int64_t> sizes, ArrayRef<int64_t> kernel) {
  size_t spatial = sizes.size();
  FailureOr<SmallVector<int64_t>> strides = spatialIntegers(node, "strides", spatial, 1, 1);
  FailureOr<SmallVector<int64_t>> dilations = spatialIntegers(node, "dilations", spatial, 1, 1);
  FailureOr<SmallVector<int64_t>> pads = spatialIntegers(node, "pads", 2 * spatial, 0, 0);
  FailureOr<SmallVector<int64_t>> outputPadding = spatialIntegers(node, "output_padding", spatial, 0, 0);
  if (failed(strides) || failed(dilations) || failed(pads) || failed(outputPadding))
    return failure();
  SmallVector<int64_t> outputShape = node.integers("output_shape");
  // Some exporters write the whole shape.
  if (outputShape.size() == spatial + 2)
    outputShape.erase(outputShape.begin(), outputShape.begin() + 2);
  for (int64_t size : outputShape)
    if (failed(checkSize(node, "a value of attribute 'output_shape'", size, 0)))
      return failure();
  if (!outputShape.empty() && outputShape.size() != spatial)
    return node.unsupported("attribute 'output_shape' has " + Twine(outputShape.size()) + " values, expected " +
                            Twine(spatial));
  TransposeWindow window{*strides, *dilations, *pads, *outputPadding};
  std::string autoPad = node.string("auto_pad", "NOTSET");
  bool isSame = autoPad == "SAME_UPPER" || autoPad == "SAME_LOWER";
  if (autoPad == "VALID")
    window.pads.assign(2 * spatial, 0);
  if (!isSame && outputShape.empty())
    return window;
  for (size_t d = 0; d < spatial; ++d) {
    int64_t stride = window.strides[d];
    int64_t unpadded = stride * (sizes[d] - 1) + window.outputPadding[d] + (kernel[d] - 1) * window.dilations[d] + 1;
    TransposePads result = padsForSize(unpadded, outputShape.empty() ? sizes[d] * stride : outputShape[d],
                                       window.outputPadding[d], autoPad == "SAME_UPPER");
    window.pads[d] = result.begin;
    window.pads[spatial + d] = result.end;
    window.outputPadding[d] = result.outputPadding;
  }
  return window;
}

/// The filter is (ic, oc / group, kernel...).
LogicalResult importConvTranspose(NodeImporter &node) {
  LayerBuilder build(node);
  Value input = node.input(0), filter = node.input(1);
  if (failed(checkRanks(node, input, filter)))
    return failure();
  ArrayRef<int64_t> shape = shapeOf(input), filterShape = shapeOf(filter);
  int64_t group = node.integer("group", 1), rank = rankOf(input);
  if (group < 1 || shape[1] != filterShape[0] || shape[1] % group != 0)
    return node.unsupported("group is " + Twine(group) + " but the input has " + Twine(shape[1]) +
                            " channels and the filter " + Twine(filterShape[0]) +
                            "; both must be equal and multiples of group");
  FailureOr<TransposeWindow> window = readTransposeWindow(node, shape.drop_front(2), filterShape.drop_front(2));
  if (failed(window))
    return failure();
  SmallVector<int64_t> order = iota(rank - 2, 2);
  order.append({0, 1});
  Value result = node.create<edge::ConvTransposeOp>(node.toChannelsLast(input), node.transpose(filter, order),
                                                    window->strides, window->dilations, window->pads,
                                                    window->outputPadding, static_cast<uint64_t>(group));
  if (node.hasInput(2))
    result = build.add(result, node.input(2));
  return node.done(node.toChannelsFirst(result));
}

} // namespace

void edgecc::import::registerConvolutions(OperatorRegistry &registry) {
  registry.add("Conv", importConv);
  registry.add("ConvTranspose", importConvTranspose);
  registry.add("com.microsoft", "FusedConv", 1, INT64_MAX, importFusedConv);
}

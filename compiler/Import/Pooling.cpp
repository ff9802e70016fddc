// Pooling over windows and over whole images: MaxPool, AveragePool, LpPool, MaxUnpool, Global*.
#include "compiler/Import/LayerBuilder.h"
#include "compiler/Import/OperatorRegistry.h"
#include "dialects/Edge/ConstantData.h"

#include <limits>
#include <numeric>

using namespace mlir;
using namespace edgecc;
using namespace edgecc::import;

namespace {

/// The window of a pooling node over its first input, or failure with a reason.
FailureOr<Window> poolWindow(NodeImporter &node) {
  RankedTensorType input = node.inputType(0);
  if (input.getRank() < 3)
    return node.unsupported("the input has rank " + Twine(input.getRank()) + ", expected 3 or more");
  SmallVector<int64_t> kernel = node.integers("kernel_shape");
  for (int64_t size : kernel)
    if (failed(checkSize(node, "a value of attribute 'kernel_shape'", size, 1)))
      return failure();
  return readWindow(node, input.getShape().drop_front(2), kernel);
}

/// Pads in (n, c, spatial...) layout: none for n and c, then those of the window.
std::pair<SmallVector<int64_t>, SmallVector<int64_t>> padsChannelsFirst(const Window &window) {
  size_t spatial = window.kernel.size();
  SmallVector<int64_t> low(2, 0), high(2, 0);
  low.append(window.pads.begin(), window.pads.begin() + spatial);
  high.append(window.pads.begin() + spatial, window.pads.end());
  return {low, high};
}

/// The position in the input of each element, as ONNX MaxPool writes it: row-major over all dimensions, or with
/// storage_order 1 column-major inside an image.
Value positions(NodeImporter &node, ArrayRef<int64_t> shape, bool isColumnMajor) {
  int64_t count = std::accumulate(shape.begin(), shape.end(), int64_t(1), std::multiplies<>());
  LayerBuilder build(node);
  if (!isColumnMajor || shape.size() < 4)
    return node.reshape(node.integerConstant(iota(count)), shape);
  // Count through the dimensions of the image in reverse, then turn them over.
  SmallVector<int64_t> turned(shape.take_front(2)), order{0, 1};
  for (int64_t d = shape.size() - 1; d >= 2; --d) {
    turned.push_back(shape[d]);
    order.push_back(d);
  }
  return node.transpose(node.reshape(node.integerConstant(iota(count)), turned), order);
}

/// Each place in the window costs a few operations where Indices is wanted.
constexpr int64_t mostPlaces = 256;

/// Values and positions of the maxima. Compares, for each place in the window, the slices of the padded input that
/// this place sees; the first maximum wins.
LogicalResult importMaxPoolWithIndices(NodeImporter &node, const Window &window) {
  LayerBuilder build(node);
  RankedTensorType type = node.inputType(0);
  auto element = dyn_cast<FloatType>(type.getElementType());
  if (!element && window.isPadded())
    return node.unsupported("output Indices of a padded MaxPool over integers; drop that output in the model");
  int64_t places = 1;
  for (int64_t size : window.kernel)
    places = std::min(places * size, largestSize);
  if (places > mostPlaces || type.getNumElements() > edge::maxFoldedElements)
    return node.unsupported("output Indices is handled for windows of up to " + Twine(mostPlaces) +
                            " elements on inputs of up to " + Twine(edge::maxFoldedElements) + " elements");
  auto [low, high] = padsChannelsFirst(window);
  Value values = build.pad(node.input(0), low, high, -std::numeric_limits<double>::infinity());
  Value indices =
      build.pad(positions(node, type.getShape(), node.integer("storage_order", 0) == 1), low, high, /*filler=*/0.0);
  if (!values || !indices)
    return failure();
  SmallVector<int64_t> starts(type.getRank(), 0), sizes(type.getShape()), steps(type.getRank(), 1);
  size_t spatial = window.kernel.size();
  for (size_t d = 0; d < spatial; ++d) {
    int64_t room = shapeOf(values)[d + 2] - ((window.kernel[d] - 1) * window.dilations[d] + 1);
    if (room < 0)
      return node.unsupported("the kernel is larger than the padded input in spatial dimension " + Twine(d));
    sizes[d + 2] = room / window.strides[d] + 1;
    steps[d + 2] = window.strides[d];
  }
  Value best, bestIndex;
  for (int64_t place = 0; place < places; ++place) {
    for (int64_t d = spatial - 1, rest = place; d >= 0; rest /= window.kernel[d], --d)
      starts[d + 2] = rest % window.kernel[d] * window.dilations[d];
    auto seen = [&](Value value) { return node.create<edge::SliceOp>(value, starts, sizes, steps); };
    Value candidate = seen(values), index = seen(indices);
    Value isLarger = best ? node.create<edge::LessOp>(best, candidate) : Value();
    best = best ? node.create<edge::SelectOp>(isLarger, candidate, best) : candidate;
    bestIndex = bestIndex ? node.create<edge::SelectOp>(isLarger, index, bestIndex) : index;
    if (!best || !bestIndex)
      return failure();
  }
  return build.outputs({best, bestIndex});
}

LogicalResult importMaxPool(NodeImporter &node) {
  FailureOr<Window> window = poolWindow(node);
  if (failed(window))
    return failure();
  if (node.wantsOutput(1))
    return importMaxPoolWithIndices(node, *window);
  LayerBuilder build(node);
  Value result = node.create<edge::MaxPoolOp>(node.toChannelsLast(node.input(0)), window->kernel, window->strides,
                                              window->dilations, window->pads);
  return node.done(node.toChannelsFirst(result));
}

} // namespace

Value edgecc::import::averagePool(NodeImporter &node, Value input) {
  FailureOr<Window> window = poolWindow(node);
  if (failed(window))
    return {};
  Value result =
      node.create<edge::AvgPoolOp>(node.toChannelsLast(input), window->kernel, window->strides, window->dilations,
                                   window->pads, window->ceilPads, node.integer("count_include_pad", 0) != 0);
  return node.toChannelsFirst(result);
}

namespace {

LogicalResult importAveragePool(NodeImporter &node) { return node.done(averagePool(node, node.input(0))); }

/// The p-th root of the sum of |x| ** p over each window. The zeros around the input are written out, so that the mean
/// of a window times its size is its sum everywhere.
LogicalResult importLpPool(NodeImporter &node) {
  FailureOr<Window> window = poolWindow(node);
  if (failed(window))
    return failure();
  LayerBuilder build(node);
  int64_t p = node.integer("p", 2);
  if (failed(checkSize(node, "p", p, 1)))
    return failure();
  Value powers = build.pow(p % 2 == 0 ? node.input(0) : build.abs(node.input(0)), static_cast<double>(p));
  auto [low, high] = padsChannelsFirst(*window);
  powers = build.pad(powers, low, high, 0.0);
  SmallVector<int64_t> noPads(window->pads.size(), 0), noCeilPads(window->kernel.size(), 0);
  double count = std::accumulate(window->kernel.begin(), window->kernel.end(), 1.0, std::multiplies<>());
  Value mean = node.create<edge::AvgPoolOp>(node.toChannelsLast(powers), window->kernel, window->strides,
                                            window->dilations, noPads, noCeilPads, true);
  return node.done(node.toChannelsFirst(build.pow(build.mul(mean, count), 1.0 / static_cast<double>(p))));
}

/// The indices point into the row-major output, so that this is a scatter into zeros.
LogicalResult importMaxUnpool(NodeImporter &node) {
  if (node.hasInput(2))
    return node.unsupported("input output_shape is not handled, because its meaning for the indices is not settled");
  FailureOr<Window> window = poolWindow(node);
  if (failed(window))
    return failure();
  LayerBuilder build(node);
  RankedTensorType type = node.inputType(0);
  SmallVector<int64_t> shape(type.getShape().take_front(2));
  size_t spatial = window->kernel.size();
  for (size_t d = 0; d < spatial; ++d)
    shape.push_back((type.getDimSize(d + 2) - 1) * window->strides[d] + window->kernel[d] - window->pads[d] -
                    window->pads[spatial + d]);
  int64_t count = std::accumulate(shape.begin(), shape.end(), int64_t(1), std::multiplies<>());
  Value zeros = build.filled({count}, 0.0, type.getElementType());
  Value flat = node.create<edge::ScatterElementsOp>(zeros, node.reshape(node.input(1), {type.getNumElements()}),
                                                    node.reshape(node.input(0), {type.getNumElements()}), uint64_t(0),
                                                    edge::ScatterMode::assign);
  return node.done(node.reshape(flat, shape));
}

/// Reduces the spatial dimensions to size 1. Done channels last, so that the transposes around it meet their inverses.
Value reduceImage(NodeImporter &node, Value input, edge::ReduceKind kind) {
  LayerBuilder build(node);
  int64_t rank = rankOf(input);
  if (rank < 3)
    return build.reduce(kind, input, iota(std::max<int64_t>(rank - 2, 0), 2));
  return node.toChannelsFirst(build.reduce(kind, node.toChannelsLast(input), iota(rank - 2, 1)));
}

LogicalResult importGlobalAveragePool(NodeImporter &node) {
  return node.done(reduceImage(node, node.input(0), edge::ReduceKind::mean));
}

LogicalResult importGlobalMaxPool(NodeImporter &node) {
  return node.done(reduceImage(node, node.input(0), edge::ReduceKind::max));
}

LogicalResult importGlobalLpPool(NodeImporter &node) {
  LayerBuilder build(node);
  int64_t p = node.integer("p", 2);
  if (failed(checkSize(node, "p", p, 1)))
    return failure();
  Value powers = build.pow(p % 2 == 0 ? node.input(0) : build.abs(node.input(0)), static_cast<double>(p));
  if (!powers)
    return failure();
  return node.done(build.pow(reduceImage(node, powers, edge::ReduceKind::sum), 1.0 / static_cast<double>(p)));
}

} // namespace

void edgecc::import::registerPooling(OperatorRegistry &registry) {
  registry.add("MaxPool", importMaxPool);
  registry.add("AveragePool", importAveragePool);
  registry.add("LpPool", importLpPool);
  registry.add("MaxUnpool", importMaxUnpool);
  registry.add("GlobalAveragePool", importGlobalAveragePool);
  registry.add("GlobalMaxPool", importGlobalMaxPool);
  registry.add("GlobalLpPool", importGlobalLpPool);
}

// ONNX Resize and Upsample. Which size and scale each dimension gets is worked out here; `edge.resize` has the same
// coordinate and rounding modes as ONNX.
#include "compiler/Import/Resize.h"
#include "compiler/Import/LayerBuilder.h"

#include <cmath>
#include <optional>

using namespace mlir;
using namespace edgecc;
using namespace edgecc::import;

namespace {

/// Everything that the operation needs, in the dimensions of the ONNX tensor.
struct ResizePlan {
  SmallVector<int64_t> sizes;
  SmallVector<double> scales;
  edge::ResizeMode mode = edge::ResizeMode::nearest;
  edge::CoordinateMode coordinates = edge::CoordinateMode::asymmetric;
  edge::NearestMode rounding = edge::NearestMode::floor;
  double cubicCoefficient = -0.75;
  bool excludeOutside = false;
  /// All starts, then all ends; empty unless the coordinate mode reads it.
  SmallVector<double> roi;
  double extrapolation = 0.0;
};

/// Sets the size of a dimension, which must be one that a tensor can have.
LogicalResult setSize(NodeImporter &node, ResizePlan &plan, int64_t axis, double size) {
  if (!(size >= 0.0 && size <= static_cast<double>(largestSize)))
    return node.unsupported("the new size of dimension " + Twine(axis) + " is not between 0 and 2^31");
  plan.sizes[axis] = static_cast<int64_t>(size);
  return success();
}

/// The size that a scale gives. In single precision, as ONNX's shape inference and ONNX Runtime compute it: 10 * 0.7f
/// is 7.
double scaledSize(int64_t size, double scale) {
  return std::floor(static_cast<float>(size) * static_cast<float>(scale));
}

FailureOr<edge::ResizeMode> readMode(NodeImporter &node) {
  std::string mode = node.string("mode", "nearest");
  if (mode == "nearest")
    return edge::ResizeMode::nearest;
  if (mode == "linear" || mode == "bilinear" || mode == "trilinear")
    return edge::ResizeMode::linear;
  if (mode == "cubic")
    return edge::ResizeMode::cubic;
  return node.unsupported("mode is '" + mode + "', expected nearest, linear or cubic");
}

LogicalResult readCoordinates(NodeImporter &node, ResizePlan &plan) {
  std::string rounding = node.string("nearest_mode", "round_prefer_floor");
  std::optional<edge::NearestMode> nearest = edge::symbolizeNearestMode(rounding);
  if (!nearest)
    return node.unsupported("nearest_mode is '" + rounding + "', which ONNX does not have");
  plan.rounding = *nearest;
  std::string coordinates = node.string("coordinate_transformation_mode", "half_pixel");
  if (coordinates == "tf_half_pixel_for_nn") {
    // (x + 0.5) / scale lies 0.5 above half_pixel: rounding it down is rounding that one up at halves, and so on.
    plan.coordinates = edge::CoordinateMode::half_pixel;
    if (plan.mode == edge::ResizeMode::nearest && *nearest == edge::NearestMode::floor)
      plan.rounding = edge::NearestMode::round_prefer_ceil;
    else if (plan.mode == edge::ResizeMode::nearest && *nearest == edge::NearestMode::round_prefer_floor)
      plan.rounding = edge::NearestMode::ceil;
    else
      return node.unsupported("coordinate mode tf_half_pixel_for_nn is handled for nearest interpolation with "
                              "nearest_mode floor or round_prefer_floor only");
    return success();
  }
  std::optional<edge::CoordinateMode> mode = edge::symbolizeCoordinateMode(coordinates);
  if (!mode)
    return node.unsupported("coordinate_transformation_mode is '" + coordinates + "', which ONNX does not have");
  plan.coordinates = *mode;
  return success();
}

/// The dimensions that scales, sizes and roi speak of: `axes` (opset 18) or all.
FailureOr<SmallVector<int64_t>> readAxes(NodeImporter &node, int64_t rank) {
  SmallVector<int64_t> axes;
  for (int64_t axis : node.integers("axes", iota(rank))) {
    FailureOr<int64_t> counted = node.axisOf(axis, rank);
    if (failed(counted))
      return failure();
    axes.push_back(*counted);
  }
  return axes;
}

/// Whether input `index` is given and not the empty tensor, which means the same as none.
bool hasNumbers(NodeImporter &node, size_t index) {
  return node.hasInput(index) && node.inputType(index).getNumElements() > 0;
}

LogicalResult applyScales(NodeImporter &node, ArrayRef<double> scales, ArrayRef<int64_t> axes, ResizePlan &plan) {
  if (scales.size() != axes.size())
    return node.unsupported("found " + Twine(scales.size()) + " scales for " + Twine(axes.size()) + " dimensions");
  for (auto [axis, scale] : llvm::zip_equal(axes, scales)) {
    if (!(scale > 0.0))
      return node.unsupported("the scale of dimension " + Twine(axis) + " is not greater than 0");
    plan.scales[axis] = scale;
    // tf_crop_and_resize scales the region of interest.
    double part = plan.roi.empty() ? 1.0 : plan.roi[plan.sizes.size() + axis] - plan.roi[axis];
    if (failed(setSize(node, plan, axis, scaledSize(plan.sizes[axis], part * scale))))
      return failure();
  }
  return success();
}

/// The scale of a dimension follows from its size, or with keep_aspect_ratio_policy from the size of the dimension that
/// grows least or most.
LogicalResult applySizes(NodeImporter &node, ArrayRef<int64_t> sizes, ArrayRef<int64_t> axes, ResizePlan &plan) {
  if (sizes.size() != axes.size())
    return node.unsupported("found " + Twine(sizes.size()) + " sizes for " + Twine(axes.size()) + " dimensions");
  std::string policy = node.string("keep_aspect_ratio_policy", "stretch");
  if (policy != "stretch" && policy != "not_larger" && policy != "not_smaller")
    return node.unsupported("keep_aspect_ratio_policy is '" + policy +
                            "', expected stretch, not_larger or not_smaller");
  std::optional<double> common;
  for (auto [axis, size] : llvm::zip_equal(axes, sizes)) {
    if (plan.sizes[axis] < 1 || size < 0)
      return node.unsupported("cannot resize dimension " + Twine(axis) + " from " + Twine(plan.sizes[axis]) + " to " +
                              Twine(size));
    double scale = static_cast<double>(size) / static_cast<double>(plan.sizes[axis]);
    plan.scales[axis] = scale;
    common = !common ? scale : policy == "not_larger" ? std::min(*common, scale) : std::max(*common, scale);
  }
  for (auto [axis, size] : llvm::zip_equal(axes, sizes)) {
    if (policy != "stretch")
      plan.scales[axis] = *common;
    // Rounded, since the common scale gives no whole number in the other dimensions.
    double rounded = std::floor(plan.scales[axis] * static_cast<double>(plan.sizes[axis]) + 0.5);
    if (failed(setSize(node, plan, axis, policy == "stretch" ? static_cast<double>(size) : rounded)))
      return failure();
  }
  return success();
}

LogicalResult readRoi(NodeImporter &node, ArrayRef<int64_t> axes, ResizePlan &plan) {
  if (plan.coordinates != edge::CoordinateMode::tf_crop_and_resize)
    return success();
  FailureOr<SmallVector<double>> roi = node.numbersInput(1, "region of interest");
  if (failed(roi))
    return failure();
  if (roi->size() != 2 * axes.size())
    return node.unsupported("roi has " + Twine(roi->size()) + " values, expected " + Twine(2 * axes.size()));
  size_t rank = plan.sizes.size();
  plan.roi.assign(rank, 0.0);
  plan.roi.append(rank, 1.0);
  for (auto [index, axis] : llvm::enumerate(axes)) {
    plan.roi[axis] = (*roi)[index];
    plan.roi[rank + axis] = (*roi)[axes.size() + index];
  }
  return success();
}

/// `values` (one per dimension) moved as toChannelsLast moves dimensions.
template <typename T> void moveChannelsLast(MutableArrayRef<T> values) {
  std::rotate(values.begin() + 1, values.begin() + 2, values.end());
}

/// Creates the operation: channels last where batch and channels keep their sizes, else on the tensor as it is.
LogicalResult finish(NodeImporter &node, ResizePlan plan) {
  Value input = node.input(0);
  int64_t rank = rankOf(input);
  auto isKept = [&](int64_t d) { return plan.scales[d] == 1.0 && plan.sizes[d] == shapeOf(input)[d]; };
  auto isWhole = [&](int64_t d) { return plan.roi.empty() || (plan.roi[d] == 0.0 && plan.roi[rank + d] == 1.0); };
  bool isImage = rank >= 3 && isKept(0) && isKept(1) && isWhole(0) && isWhole(1);
  if (isImage) {
    input = node.toChannelsLast(input);
    moveChannelsLast(MutableArrayRef<int64_t>(plan.sizes));
    moveChannelsLast(MutableArrayRef<double>(plan.scales));
    if (!plan.roi.empty()) {
      moveChannelsLast(MutableArrayRef<double>(plan.roi).take_front(rank));
      moveChannelsLast(MutableArrayRef<double>(plan.roi).drop_front(rank));
    }
  }
  if (!input)
    return failure();
  Value result =
      node.create<edge::ResizeOp>(RankedTensorType::get(plan.sizes, elementOf(input)), input, plan.scales, plan.mode,
                                  plan.coordinates, plan.rounding, llvm::APFloat(plan.cubicCoefficient),
                                  plan.excludeOutside, plan.roi, llvm::APFloat(plan.extrapolation));
  return node.done(isImage ? node.toChannelsFirst(result) : result);
}

/// A plan that changes nothing yet.
ResizePlan identityPlan(NodeImporter &node) {
  ResizePlan plan;
  plan.sizes.assign(node.inputType(0).getShape().begin(), node.inputType(0).getShape().end());
  plan.scales.assign(plan.sizes.size(), 1.0);
  return plan;
}

} // namespace

LogicalResult edgecc::import::importResize(NodeImporter &node) {
  ResizePlan plan = identityPlan(node);
  FailureOr<edge::ResizeMode> mode = readMode(node);
  FailureOr<SmallVector<int64_t>> axes = readAxes(node, plan.sizes.size());
  if (failed(mode) || failed(axes))
    return failure();
  plan.mode = *mode;
  plan.cubicCoefficient = node.number("cubic_coeff_a", -0.75f);
  plan.excludeOutside = node.integer("exclude_outside", 0) != 0;
  plan.extrapolation = node.number("extrapolation_value", 0.0f);
  if (failed(readCoordinates(node, plan)) || failed(readRoi(node, *axes, plan)))
    return failure();
  if (hasNumbers(node, 2)) {
    FailureOr<SmallVector<double>> scales = node.numbersInput(2, "scales");
    if (failed(scales) || failed(applyScales(node, *scales, *axes, plan)))
      return failure();
  } else {
    FailureOr<SmallVector<int64_t>> sizes = node.integersInput(3, "sizes");
    if (failed(sizes) || failed(applySizes(node, *sizes, *axes, plan)))
      return failure();
  }
  // Antialiasing widens the filter when the image shrinks and does nothing otherwise.
  bool isShrunk = llvm::any_of(plan.scales, [](double scale) { return scale < 1.0; });
  if (node.integer("antialias", 0) && isShrunk && plan.mode != edge::ResizeMode::nearest)
    return node.unsupported("antialias is not handled for a scale below 1; export with antialias=False");
  return finish(node, plan);
}

LogicalResult edgecc::import::importResize10(NodeImporter &node) {
  ResizePlan plan = identityPlan(node);
  FailureOr<edge::ResizeMode> mode = readMode(node);
  FailureOr<SmallVector<double>> scales = node.numbersInput(1, "scales");
  if (failed(mode) || failed(scales) || failed(applyScales(node, *scales, iota(plan.sizes.size()), plan)))
    return failure();
  plan.mode = *mode;
  return finish(node, plan);
}

LogicalResult edgecc::import::importUpsample(NodeImporter &node) {
  if (node.opset() >= 9)
    return importResize10(node);
  ResizePlan plan = identityPlan(node);
  FailureOr<edge::ResizeMode> mode = readMode(node);
  if (failed(mode))
    return failure();
  SmallVector<float> scales = node.numbers("scales");
  if (failed(applyScales(node, SmallVector<double>(scales.begin(), scales.end()), iota(plan.sizes.size()), plan)))
    return failure();
  plan.mode = *mode;
  return finish(node, plan);
}

// GridSample: an image read at computed positions. Positions, weights and masks are elementwise work; each tap of the
// interpolation is one gather of whole pixels.
#include "compiler/Import/GridSample.h"
#include "compiler/Import/LayerBuilder.h"
#include "compiler/Import/Tensors.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::import;

namespace {

enum class Padding { Zeros, Border, Reflection };

/// One coordinate of the sampling positions, of shape (n, height, width).
class Axis {
public:
  Axis(NodeImporter &node, int64_t size, Padding padding, bool alignCorners)
      : node(node), build(node), size(size), padding(padding), low(alignCorners ? 0 : -0.5),
        high(alignCorners ? size - 1 : size - 0.5) {}

  /// Positions in pixels for coordinates between -1 and 1, brought inside where the padding repeats pixels.
  Value positions(Value normalized, bool nearest) {
    Value x = build.add(build.mul(build.add(normalized, 1.0), (high - low) / 2), low);
    if (nearest)
      x = build.round(x);
    if (padding == Padding::Border)
      x = clamp(x);
    return padding == Padding::Reflection ? reflect(x) : x;
  }

  /// The pixels at whole-numbered positions.
  Value pixels(Value index) { return clamp(padding == Padding::Reflection ? reflect(index) : index); }

  /// Whether positions are inside the image; null where the padding has no outside.
  Value inside(Value index) {
    if (padding != Padding::Zeros)
      return {};
    return node.create<edge::EqualOp>(index, clamp(index));
  }

private:
  Value clamp(Value x) { return build.min(build.max(x, 0.0), static_cast<double>(size - 1)); }

  /// A triangular wave between low and high.
  Value reflect(Value x) {
    double range = high - low;
    if (range == 0)
      return clamp(x);
    Value distance = build.abs(build.sub(x, low));
    Value periods = node.create<edge::FloorOp>(build.mul(distance, 1 / (2 * range)));
    Value phase = build.sub(distance, build.mul(periods, 2 * range));
    Value back = node.create<edge::NegOp>(build.abs(build.sub(phase, range)));
    return build.add(back, range + low);
  }

  NodeImporter &node;
  LayerBuilder build;
  int64_t size;
  Padding padding;
  double low, high;
};

/// A tap along one axis: positions of pixels, and their weights (null: 1).
struct Tap {
  Value index, weight;
};

/// Cubic convolution with a = -0.75: the weight of a pixel `offset` (-1, 0, 1, 2) from the one at `fraction` 0.
Value cubicWeight(LayerBuilder &build, Value fraction, int offset) {
  constexpr double a = -0.75;
  Value t = build.abs(build.sub(fraction, offset));
  if (offset == 0 || offset == 1) // ((a + 2) t - (a + 3)) t^2 + 1
    return build.add(build.mul(build.mul(build.sub(build.mul(t, a + 2), a + 3), t), t), 1.0);
  // ((t - 5) t + 8) a t - 4 a
  Value inner = build.add(build.mul(build.sub(t, 5.0), t), 8.0);
  return build.sub(build.mul(build.mul(inner, t), a), 4 * a);
}

FailureOr<SmallVector<Tap>> tapsAlong(NodeImporter &node, Value x, StringRef mode) {
  LayerBuilder build(node);
  if (mode == "nearest")
    return SmallVector<Tap>{{x, Value()}};
  Value base = node.create<edge::FloorOp>(x), fraction = build.sub(x, base);
  if (mode == "bilinear" || mode == "linear") {
    Value rest = build.sub(build.scalarLike(x, 1.0), fraction);
    return SmallVector<Tap>{{base, rest}, {build.add(base, 1.0), fraction}};
  }
  if (mode != "bicubic" && mode != "cubic")
    return node.unsupported("mode is '" + mode + "', expected nearest, linear or cubic");
  SmallVector<Tap> taps;
  for (int offset = -1; offset <= 2; ++offset)
    taps.push_back({build.add(base, offset), cubicWeight(build, fraction, offset)});
  return taps;
}

/// The sum over all pairs of taps of weight times pixel; `pixels` is (n * height * width, c).
Value interpolate(NodeImporter &node, Value pixels, ArrayRef<int64_t> image, Axis &axisY, Axis &axisX, ArrayRef<Tap> ys,
                  ArrayRef<Tap> xs) {
  LayerBuilder build(node);
  Type i64 = node.builder().getI64Type(), type = elementOf(pixels);
  Value starts = node.reshape(build.mul(node.integerConstant(iota(image[0])), image[1] * image[2]), {image[0], 1, 1});
  Value sum;
  for (const Tap &y : ys)
    for (const Tap &x : xs) {
      Value row = node.cast(axisY.pixels(y.index), i64), column = node.cast(axisX.pixels(x.index), i64);
      Value index = build.add(build.add(build.mul(row, image[2]), column), starts);
      Value sample = index ? node.create<edge::GatherOp>(pixels, index, 0) : index;
      for (Value factor : {y.weight, x.weight, axisY.inside(y.index), axisX.inside(x.index)}) {
        if (!factor || !sample)
          continue;
        SmallVector<int64_t> shape(shapeOf(factor));
        shape.push_back(1);
        factor = node.reshape(factor, shape);
        sample = elementOf(factor).isInteger(1)
                     ? node.create<edge::SelectOp>(factor, sample, node.scalar(0, type))
                     : build.mul(sample, node.cast(factor, type));
      }
      sum = sum ? build.add(sum, sample) : sample;
    }
  return sum;
}

} // namespace

LogicalResult edgecc::import::importGridSample(NodeImporter &node) {
  LayerBuilder build(node);
  Value input = node.input(0), grid = node.input(1);
  std::string mode = node.string("mode", node.opset() < 20 ? "bilinear" : "linear");
  std::string padding = node.string("padding_mode", "zeros");
  bool alignCorners = node.integer("align_corners", 0) != 0;
  if (rankOf(input) != 4 || rankOf(grid) != 4 || shapeOf(grid).back() != 2 || shapeOf(grid)[0] != shapeOf(input)[0])
    return node.unsupported("the input must be (n, c, h, w) and the grid (n, oh, ow, 2)");
  if (tensorType(input).getNumElements() == 0)
    return node.unsupported("the input has no elements");
  if (padding != "zeros" && padding != "border" && padding != "reflection")
    return node.unsupported("padding_mode is '" + padding + "', expected zeros, border or reflection");
  Padding kind = padding == "zeros"    ? Padding::Zeros
                 : padding == "border" ? Padding::Border
                                       : Padding::Reflection;
  int64_t n = shapeOf(input)[0], c = shapeOf(input)[1], height = shapeOf(input)[2], width = shapeOf(input)[3];
  Axis axisX(node, width, kind, alignCorners), axisY(node, height, kind, alignCorners);
  SmallVector<int64_t> points(shapeOf(grid).drop_back());
  auto taps = [&](Axis &axis, int64_t coordinate) {
    Value values = node.reshape(build.slice(grid, 3, coordinate, 1), points);
    return tapsAlong(node, axis.positions(values, mode == "nearest"), mode);
  };
  FailureOr<SmallVector<Tap>> xs = taps(axisX, 0), ys = taps(axisY, 1);
  if (failed(xs) || failed(ys))
    return failure();
  Value pixels = node.reshape(node.toChannelsLast(input), {n * height * width, c});
  if (!pixels)
    return failure();
  return node.done(node.toChannelsFirst(interpolate(node, pixels, {n, height, width}, axisY, axisX, *ys, *xs)));
}

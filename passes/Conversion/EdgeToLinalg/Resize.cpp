// Lowering of resize, as ONNX defines it.
//
// Positions depend on nothing but the output index, so which input elements ("taps") an output element reads, and with
// which weights, is worked out here for each dimension. Dimensions in which every output element has a single tap are
// done first, all at once: by a map of the loop indices where the taps repeat or stride evenly, else through tables of
// indices. Each dimension with several taps is then one weighted sum over tables of indices and weights.
#include "dialects/Edge/EdgeOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "passes/Conversion/EdgeToLinalg/ConstantData.h"
#include "passes/Conversion/EdgeToLinalg/EdgeToLinalg.h"
#include "passes/Conversion/EdgeToLinalg/LinalgBuilders.h"
#include "passes/Conversion/EdgeToLinalg/LoopBuilders.h"
#include "passes/Conversion/EdgeToLinalg/ScalarMath.h"
#include <cmath>

using namespace mlir;
using namespace edgecc::edge;

namespace edgecc::edge_to_linalg {

namespace {

//===-- Taps
//---------------------------------------------------------------------------------------------------------===//

/// What the output elements along one dimension are made of.
struct Taps {
  int64_t in, out;
  SmallVector<SmallVector<double>> indices; ///< [tap][output index]; -1 in the first tap: the extrapolation value
  SmallVector<SmallVector<double>> weights; ///< likewise

  bool isSingle() const { return indices.size() == 1; }
  bool hasOutside() const { return llvm::is_contained(indices[0], -1.0); }
  bool isIdentity() const { return isSingle() && in == out && readsEvenly(1, 0); }
  /// Whether output element i reads input element i * step + first.
  bool readsEvenly(int64_t step, int64_t first) const {
    for (int64_t o = 0; o < out; ++o)
      if (indices[0][o] != o * step + first)
        return false;
    return true;
  }
  /// Whether output element i reads input element i / times.
  bool repeats(int64_t times) const {
    for (int64_t o = 0; o < out; ++o)
      if (indices[0][o] != o / times)
        return false;
    return true;
  }
};

/// Where output element `o` of dimension `dim` lies in the input, or none if that is outside.
std::optional<double> inputPosition(ResizeOp op, int64_t dim, int64_t o) {
  double scale = op.getScales()[dim], in = op.getInput().getType().getDimSize(dim);
  double length = scale * in; // not rounded: ONNX says so, and its reference implementation does so
  double x = o;
  switch (op.getCoordinateMode()) {
  case CoordinateMode::asymmetric:
    return x / scale;
  case CoordinateMode::half_pixel:
    return (x + 0.5) / scale - 0.5;
  case CoordinateMode::pytorch_half_pixel:
    return length == 1 ? -0.5 : (x + 0.5) / scale - 0.5;
  case CoordinateMode::align_corners:
    return length == 1 ? 0 : x * (in - 1) / (length - 1);
  case CoordinateMode::half_pixel_symmetric: {
    double adjustment = op.getType().getDimSize(dim) / length;
    return in / 2 * (1 - adjustment) + (x + 0.5) / scale - 0.5;
  }
  case CoordinateMode::tf_crop_and_resize: {
    size_t rank = op.getScales().size();
    double start = op.getRoi().empty() ? 0 : op.getRoi()[dim], end = op.getRoi().empty() ? 1 : op.getRoi()[rank + dim];
    double position = start * (in - 1);
    position += length == 1 ? (end - start) * (in - 1) / 2 : x * (end - start) * (in - 1) / (length - 1);
    return position < 0 || position > in - 1 ? std::nullopt : std::optional(position);
  }
  }
  llvm_unreachable("all coordinate modes are handled");
}

int64_t roundToNearest(NearestMode mode, double x) {
  double below = std::floor(x), ratio = x - below;
  switch (mode) {
  case NearestMode::round_prefer_floor:
    return ratio <= 0.5 ? below : below + 1;
  case NearestMode::round_prefer_ceil:
    return ratio < 0.5 ? below : below + 1;
  case NearestMode::floor:
    return below;
  case NearestMode::ceil:
    return std::ceil(x);
  }
  llvm_unreachable("all rounding modes are handled");
}

/// Weights of the elements around a position that lies `ratio` behind the middle one (linear: the first one).
SmallVector<double> interpolationWeights(ResizeOp op, double ratio) {
  if (op.getMode() == ResizeMode::linear)
    return {1 - ratio, ratio};
  double a = op.getCubicCoeffA().convertToDouble();
  auto near = [a](double t) { return ((a + 2) * t - (a + 3)) * t * t + 1; };
  auto far = [a](double t) { return ((a * t - 5 * a) * t + 8 * a) * t - 4 * a; };
  return {far(ratio + 1), near(ratio), near(1 - ratio), far(2 - ratio)};
}

/// Indices and weights for one output element.
void appendTaps(ResizeOp op, std::optional<double> position, Taps &taps) {
  auto append = [&](size_t tap, double index, double weight) {
    taps.indices[tap].push_back(index);
    taps.weights[tap].push_back(weight);
  };
  auto clamp = [&](double index) { return std::clamp<double>(index, 0, taps.in - 1); };
  size_t count = taps.indices.size();
  if (!position) {
    for (size_t tap = 0; tap < count; ++tap)
      append(tap, tap == 0 ? -1 : 0, 0);
    return;
  }
  if (op.getMode() == ResizeMode::nearest)
    return append(0, clamp(roundToNearest(op.getNearestMode(), *position)), 1);
  double below = std::floor(*position), first = op.getMode() == ResizeMode::cubic ? below - 1 : below;
  SmallVector<double> weights = interpolationWeights(op, *position - below);
  if (op.getExcludeOutside())
    for (auto [tap, weight] : llvm::enumerate(weights))
      if (first + tap < 0 || first + tap >= taps.in)
        weight = 0;
  double sum = op.getExcludeOutside() ? std::accumulate(weights.begin(), weights.end(), 0.0) : 1;
  for (auto [tap, weight] : llvm::enumerate(weights))
    append(tap, clamp(first + tap), weight / sum);
}

/// Keeps one tap where never more than one counts, as where an integer factor meets the elements exactly.
void dropIdleTaps(Taps &taps) {
  SmallVector<double> indices;
  for (int64_t o = 0; o < taps.out; ++o) {
    std::optional<double> only;
    for (size_t tap = 0; tap < taps.indices.size(); ++tap) {
      if (taps.indices[tap][o] >= 0 && taps.weights[tap][o] == 0)
        continue;
      double index = taps.indices[tap][o];
      if ((only && *only != index) || (index >= 0 && taps.weights[tap][o] != 1))
        return;
      only = index;
      if (index < 0)
        break;
    }
    indices.push_back(only.value_or(-1));
  }
  taps.indices = {indices};
  taps.weights.resize(1);
}

Taps computeTaps(ResizeOp op, int64_t dim) {
  Taps taps;
  taps.in = op.getInput().getType().getDimSize(dim);
  taps.out = op.getType().getDimSize(dim);
  size_t count = op.getMode() == ResizeMode::nearest ? 1 : op.getMode() == ResizeMode::linear ? 2 : 4;
  taps.indices.resize(count);
  taps.weights.resize(count);
  for (int64_t o = 0; o < taps.out; ++o)
    appendTaps(op, inputPosition(op, dim, o), taps);
  dropIdleTaps(taps);
  return taps;
}

//===-- Picking single elements
//--------------------------------------------------------------------------------------===//

/// Dimensions that only pick elements, of `input`, by maps of the loop indices. A dimension that repeats each element
/// becomes two, which a reshape joins again. Null if some dimension follows no such rule.
Value pickByMaps(OpBuilder &builder, Location loc, Value input, ArrayRef<Taps> dimensions) {
  SmallVector<int64_t> loops, shape;
  SmallVector<AffineExpr> read;
  for (const Taps &taps : dimensions) {
    bool picks = taps.isSingle();
    int64_t times = std::max<int64_t>(1, taps.out / taps.in), out = picks ? taps.out : taps.in;
    AffineExpr expr = builder.getAffineDimExpr(loops.size());
    shape.push_back(out);
    if (picks && times > 1 && taps.out == taps.in * times && taps.repeats(times)) {
      loops.append({taps.in, times});
      read.push_back(expr);
      continue;
    }
    loops.push_back(out);
    int64_t first = picks ? taps.indices[0][0] : 0;
    int64_t step = picks && out > 1 ? taps.indices[0][1] - first : 1;
    bool crops = step == 1 && first == 0 && out < taps.in; // linalg takes such a map for a wrong size
    if (picks && (first < 0 || step < 0 || crops || !taps.readsEvenly(step, first)))
      return {};
    read.push_back(expr * step + first);
  }
  Type element = cast<RankedTensorType>(input.getType()).getElementType();
  Value result = parallelGeneric(builder, loc, RankedTensorType::get(loops, element), input,
                                 AffineMap::get(loops.size(), 0, read, builder.getContext()),
                                 [](OpBuilder &, Location, ValueRange arguments) { return arguments[0]; });
  return reshape(builder, loc, result, shape);
}

/// The position that a table entry, -1 for outside, gives to read at.
Value tableIndex(OpBuilder &builder, Location loc, Value entry, bool mayBeOutside) {
  Value index = arith::IndexCastOp::create(builder, loc, builder.getIndexType(), entry);
  return mayBeOutside ? arith::MaxSIOp::create(builder, loc, index, indexConstant(builder, loc, 0)).getResult() : index;
}

Value isOutside(OpBuilder &builder, Location loc, Value entry) {
  Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(entry.getType()));
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, entry, zero);
}

/// The same through tables of indices; `extrapolation` stands for what lies outside.
Value pickByTables(OpBuilder &builder, Location loc, Value input, ArrayRef<Taps> dimensions, TypedAttr extrapolation) {
  auto type = cast<RankedTensorType>(input.getType());
  SmallVector<int64_t> shape(type.getShape());
  SmallVector<Value> tables;
  SmallVector<AffineMap> maps;
  SmallVector<unsigned> picked;
  for (auto [d, taps] : llvm::enumerate(dimensions)) {
    if (!taps.isSingle() || taps.isIdentity())
      continue;
    shape[d] = taps.out;
    picked.push_back(d);
    tables.push_back(constantVector(builder, loc, builder.getI32Type(), taps.indices[0]));
    maps.push_back(AffineMap::get(type.getRank(), 0, builder.getAffineDimExpr(d)));
  }
  return parallelGeneric(builder, loc, type.clone(shape), tables, maps,
                         [&](OpBuilder &nested, Location nestedLoc, ValueRange entries) -> Value {
                           SmallVector<Value> position;
                           for (int64_t d = 0; d < type.getRank(); ++d)
                             if (!llvm::is_contained(picked, d))
                               position.push_back(linalg::IndexOp::create(nested, nestedLoc, d));
                             else
                               position.push_back(Value());
                           Value outside;
                           for (auto [d, entry] : llvm::zip_equal(picked, entries)) {
                             position[d] = tableIndex(nested, nestedLoc, entry, dimensions[d].hasOutside());
                             if (!dimensions[d].hasOutside())
                               continue;
                             Value here = isOutside(nested, nestedLoc, entry);
                             outside =
                                 outside ? arith::OrIOp::create(nested, nestedLoc, outside, here).getResult() : here;
                           }
                           Value value = tensor::ExtractOp::create(nested, nestedLoc, input, position);
                           if (!outside)
                             return value;
                           Value replacement = arith::ConstantOp::create(nested, nestedLoc, extrapolation);
                           return arith::SelectOp::create(nested, nestedLoc, outside, replacement, value);
                         });
}

//===-- Weighted sums
//------------------------------------------------------------------------------------------------===//

/// The type in which elements are weighted.
Type weightType(Type element) { return element.isF64() ? element : Float32Type::get(element.getContext()); }

/// One dimension of `input`, whose edge type is `from`, as a weighted sum with the edge type `to`. Integers round to
/// the nearest; cubic interpolation saturates where it overshoots.
Value interpolate(ResizeOp op, Value input, int64_t dim, const Taps &taps, Type from, Type to, OpBuilder &builder) {
  Location loc = op.getLoc();
  auto type = cast<RankedTensorType>(input.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape[dim] = taps.out;
  Type real = weightType(from);
  SmallVector<Value> tables;
  for (ArrayRef<double> indices : taps.indices)
    tables.push_back(constantVector(builder, loc, builder.getI32Type(), indices));
  for (ArrayRef<double> weights : taps.weights)
    tables.push_back(constantVector(builder, loc, real, weights));
  SmallVector<AffineMap> maps(tables.size(), AffineMap::get(type.getRank(), 0, builder.getAffineDimExpr(dim)));
  auto body = [&](OpBuilder &nested, Location nestedLoc, ValueRange entries) -> Value {
    ScalarMath math(nested, nestedLoc, real);
    SmallVector<Value> position;
    for (int64_t d = 0; d < type.getRank(); ++d)
      position.push_back(linalg::IndexOp::create(nested, nestedLoc, d));
    Value sum;
    for (size_t tap = 0, count = taps.indices.size(); tap < count; ++tap) {
      position[dim] = tableIndex(nested, nestedLoc, entries[tap], tap == 0 && taps.hasOutside());
      Value element = tensor::ExtractOp::create(nested, nestedLoc, input, position);
      Value term = math.mul(castScalar(nested, nestedLoc, element, from, real), entries[count + tap]);
      sum = sum ? math.add(sum, term) : term;
    }
    if (taps.hasOutside()) {
      Value extrapolation = math.constant(op.getExtrapolationValue().convertToDouble());
      sum = math.select(isOutside(nested, nestedLoc, entries[0]), extrapolation, sum);
    }
    if (!isa<FloatType>(to))
      sum = math::RoundEvenOp::create(nested, nestedLoc, sum);
    return castScalar(nested, nestedLoc, sum, real, to);
  };
  return parallelGeneric(builder, loc, RankedTensorType::get(shape, storageType(to)), tables, maps, body);
}

struct ConvertResize : OpConversionPattern<ResizeOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ResizeOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Type element = op.getType().getElementType();
    SmallVector<Taps> dimensions;
    SmallVector<int64_t> sums; // the dimensions with several taps
    for (int64_t d = 0, rank = op.getType().getRank(); d < rank; ++d) {
      dimensions.push_back(computeTaps(op, d));
      if (!dimensions.back().isSingle())
        sums.push_back(d);
    }
    Value result = adaptor.getInput();
    if (llvm::any_of(dimensions, [](const Taps &taps) { return taps.isSingle() && !taps.isIdentity(); })) {
      Value picked = pickByMaps(rewriter, loc, result, dimensions);
      TypedAttr extrapolation = scalarAttr(storageType(element), op.getExtrapolationValue().convertToDouble());
      result = picked ? picked : pickByTables(rewriter, loc, result, dimensions, extrapolation);
    }
    // Shrinking dimensions first, so that the others have less to do.
    auto growth = [&](int64_t d) { return static_cast<double>(dimensions[d].out) / dimensions[d].in; };
    llvm::stable_sort(sums, [&](int64_t a, int64_t b) { return growth(a) < growth(b); });
    for (int64_t d : sums) {
      Type from = d == sums.front() ? element : weightType(element);
      Type to = d == sums.back() ? element : weightType(element);
      result = interpolate(op, result, d, dimensions[d], from, to, rewriter);
    }
    rewriter.replaceOp(op, result);
    return success();
  }
};

} // namespace

void populateResize(const TypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<ConvertResize>(types, patterns.getContext());
}

} // namespace edgecc::edge_to_linalg

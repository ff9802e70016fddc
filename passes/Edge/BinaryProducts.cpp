// Products of two signs as counts of bits: sum(s * x * a * w) = s * a * (n - 2 * differences), x and w being 1 or -1.
#include "dialects/Edge/ConstantData.h"
#include "dialects/Edge/EdgeOps.h"
#include "passes/Edge/Passes.h"
#include "passes/Edge/QuantizedOperands.h"

#include <cmath>

namespace edgecc::edge {
#define GEN_PASS_DEF_BINARYPRODUCTS
#include "passes/Edge/Passes.h.inc"
} // namespace edgecc::edge

using namespace mlir;
using namespace edgecc::edge;

namespace {

constexpr int64_t leastChannels = 8;
constexpr int64_t mostBorderBytes = 1 << 20;

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

std::optional<ConstantData> constantOf(Value value) {
  auto constant = value.getDefiningOp<ConstantOp>();
  return constant ? ConstantData::read(constant.getValue()) : std::nullopt;
}

std::optional<double> splatOf(Value value) {
  std::optional<ConstantData> data = constantOf(value);
  if (!data || (!data->isSplat() && data->size() != 1))
    return std::nullopt;
  return data->number(0);
}

/// A tensor of f32 with `scale` and -scale as its only values.
struct Signs {
  QuantizedValue positive; ///< Its value is a tensor of i1: where the sign is positive, or where it is not.
  bool isNegated = false;
  float scale = 1;
};

std::optional<Signs> matchSigns(Value value) {
  Signs signs;
  value = skipReorderings(value, signs.positive);
  if (auto mul = value.getDefiningOp<MulOp>()) {
    bool isRight = splatOf(mul.getRhs()).has_value();
    std::optional<double> scale = splatOf(isRight ? mul.getRhs() : mul.getLhs());
    Value input = isRight ? mul.getLhs() : mul.getRhs();
    if (!scale || !(*scale > 0) || input.getType() != mul.getType())
      return std::nullopt;
    signs.scale = static_cast<float>(*scale);
    value = skipReorderings(input, signs.positive);
  }
  auto select = value.getDefiningOp<SelectOp>();
  if (!select || !select.getType().getElementType().isF32() ||
      typeOf(select.getCondition()).getShape() != select.getType().getShape())
    return std::nullopt;
  std::optional<double> onTrue = splatOf(select.getOnTrue()), onFalse = splatOf(select.getOnFalse());
  if (!onTrue || !onFalse || *onTrue != -*onFalse || *onTrue == 0)
    return std::nullopt;
  signs.positive.value = select.getCondition();
  signs.isNegated = *onTrue < 0;
  signs.scale *= static_cast<float>(std::abs(*onTrue));
  if (!std::isfinite(signs.scale) || signs.scale == 0)
    return std::nullopt;
  return signs;
}

/// Constant weights of which each is the scale of its output channel, the last dimension, or the negative of it.
struct BinaryWeights {
  SmallVector<int64_t> shape;   ///< Places in a window..., input channels, output channels.
  std::vector<bool> isPositive; ///< In the order of the constant.
  std::vector<float> scales;

  int64_t outputs() const { return shape.back(); }
  int64_t inputs() const { return shape[shape.size() - 2]; }
  int64_t places() const { return isPositive.size() / (inputs() * outputs()); }
};

std::optional<BinaryWeights> matchWeights(Value value) {
  std::optional<ConstantData> data = constantOf(value);
  if (!data || !data->elementType().isF32() || data->isSplat() || data->shape().size() < 2)
    return std::nullopt;
  BinaryWeights weights;
  llvm::append_range(weights.shape, data->shape());
  int64_t channels = weights.outputs();
  ArrayRef<float> values(data->as<float>(), data->size());
  for (int64_t channel = 0; channel < channels; ++channel)
    weights.scales.push_back(std::abs(values[channel]));
  for (auto [index, weight] : llvm::enumerate(values)) {
    float scale = weights.scales[index % channels];
    if (!(scale > 0) || !std::isfinite(scale) || std::abs(weight) != scale)
      return std::nullopt;
    weights.isPositive.push_back(weight > 0);
  }
  return weights;
}

/// The bits of `weights` in the order of edge.pack_bits along the input channels; set where a sign is positive.
ConstantOp packWeights(OpBuilder &builder, Location loc, const BinaryWeights &weights, bool isNegated) {
  int64_t bytes = llvm::divideCeil(weights.inputs(), 8), outputs = weights.outputs();
  SmallVector<int64_t> shape(weights.shape);
  shape[shape.size() - 2] = bytes;
  ConstantBuffer buffer(RankedTensorType::get(shape, builder.getI8Type()));
  llvm::fill(buffer.bytes(), 0);
  for (auto [index, isPositive] : llvm::enumerate(weights.isPositive)) {
    int64_t output = index % outputs, input = index / outputs % weights.inputs();
    int64_t place = index / outputs / weights.inputs();
    if (isPositive != isNegated)
      buffer.bytes()[(place * bytes + input % bytes) * outputs + output] |= 1 << (input / bytes);
  }
  return ConstantOp::create(builder, loc, buffer.finish());
}

//===-- Borders ---------------------------------------------------------------------------------------------------===//

bool isPadded(ConvOp conv) {
  return llvm::any_of(conv.getPads(), [](int64_t pad) { return pad != 0; });
}

/// Calls `visit(position, place)` for each position of the output, counted row-major, and each place of the window that
/// lies outside of the input there.
void forEachOutside(ConvOp conv, function_ref<void(int64_t position, int64_t place)> visit) {
  ArrayRef<int64_t> input = conv.getInput().getType().getShape(), output = conv.getType().getShape();
  ArrayRef<int64_t> filter = conv.getFilter().getType().getShape();
  int64_t spatial = conv.getStrides().size(), positions = 1, places = 1;
  for (int64_t d = 0; d < spatial; ++d) {
    positions *= output[1 + d];
    places *= filter[d];
  }
  for (int64_t position = 0; position < positions; ++position)
    for (int64_t place = 0; place < places; ++place) {
      bool isOutside = false;
      int64_t positionLeft = position, placeLeft = place;
      for (int64_t d = spatial - 1; d >= 0; --d) {
        int64_t at = positionLeft % output[1 + d] * conv.getStrides()[d] +
                     placeLeft % filter[d] * conv.getDilations()[d] - conv.getPads()[d];
        isOutside |= at < 0 || at >= input[1 + d];
        positionLeft /= output[1 + d];
        placeLeft /= filter[d];
      }
      if (isOutside)
        visit(position, place);
    }
}

/// What a product without differences sums to: n for each output channel, and for a padded convolution, whose input's
/// bits are clear outside, for each position less what the places outside add.
ConstantOp sumsWithoutDifferences(OpBuilder &builder, Operation *op, const BinaryWeights &weights, bool isNegated) {
  int64_t outputs = weights.outputs();
  auto total = static_cast<int32_t>(weights.places() * weights.inputs());
  SmallVector<int64_t> shape{outputs};
  auto conv = dyn_cast<ConvOp>(op);
  bool hasBorder = conv && isPadded(conv);
  if (hasBorder)
    shape.assign(conv.getType().getShape().begin() + 1, conv.getType().getShape().end());
  ConstantBuffer buffer(RankedTensorType::get(shape, builder.getI32Type()));
  auto *sums = buffer.as<int32_t>();
  std::fill_n(sums, buffer.bytes().size() / sizeof(int32_t), total);
  if (hasBorder) {
    std::vector<int32_t> ofPlaces(weights.places() * outputs); // Sums of the signs of the weights.
    for (auto [index, isPositive] : llvm::enumerate(weights.isPositive))
      ofPlaces[index / outputs / weights.inputs() * outputs + index % outputs] += isPositive ? 1 : -1;
    forEachOutside(conv, [&](int64_t position, int64_t place) {
      for (int64_t output = 0; output < outputs; ++output) // A clear bit is -1, or 1 where all are negated.
        sums[position * outputs + output] -= (isNegated ? 1 : -1) * ofPlaces[place * outputs + output];
    });
  }
  return ConstantOp::create(builder, op->getLoc(), buffer.finish());
}

bool hasSmallBorder(ConvOp conv) {
  ArrayRef<int64_t> shape = conv.getType().getShape();
  int64_t bytes = sizeof(int32_t);
  for (int64_t size : shape.drop_front())
    bytes *= size;
  return !isPadded(conv) || bytes <= mostBorderBytes;
}

//===-- The pass --------------------------------------------------------------------------------------------------===//

/// Sums of fewer than 2^24 products are exact in f32 as well.
bool isSupported(Operation *op, const BinaryWeights &weights) {
  if (weights.inputs() < leastChannels || weights.places() * weights.inputs() > (1 << 24))
    return false;
  if (auto conv = dyn_cast<ConvOp>(op))
    return conv.getGroup() == 1 && hasSmallBorder(conv);
  return weights.shape.size() == 2;
}

Value countBits(OpBuilder &builder, Operation *op, Signs &signs, const BinaryWeights &weights) {
  Location loc = op->getLoc();
  reorderNarrow(builder, signs.positive);
  Value bits = PackBitsOp::create(builder, loc, signs.positive.value);
  Value filter = packWeights(builder, loc, weights, signs.isNegated);
  Value differences;
  if (auto conv = dyn_cast<ConvOp>(op))
    differences = ConvOp::create(builder, loc, bits, filter, conv.getStrides(), conv.getDilations(), conv.getPads(),
                                 /*group=*/1, /*bits=*/true);
  else
    differences = MatMulOp::create(builder, loc, bits, filter, /*bits=*/true);
  auto type = RankedTensorType::get({}, builder.getI32Type());
  Value two = ConstantOp::create(builder, loc, splatConstant(type, 2));
  Value twice = MulOp::create(builder, loc, differences, two);
  Value sums = SubOp::create(builder, loc, sumsWithoutDifferences(builder, op, weights, signs.isNegated), twice);
  Value result = CastOp::create(builder, loc, op->getResult(0).getType(), sums);
  SmallVector<float> scales;
  for (float scale : weights.scales)
    scales.push_back(scale * signs.scale);
  if (llvm::all_of(scales, [](float scale) { return scale == 1; }))
    return result;
  auto scaleType = RankedTensorType::get(weights.outputs(), builder.getF32Type());
  return MulOp::create(builder, loc, result, ConstantOp::create(builder, loc, floatConstant(scaleType, scales)));
}

struct BinaryProducts : edgecc::edge::impl::BinaryProductsBase<BinaryProducts> {
  using BinaryProductsBase::BinaryProductsBase;

  void runOnOperation() override {
    SmallVector<Operation *> products;
    getOperation().walk([&](Operation *op) {
      if (isa<ConvOp, MatMulOp>(op) && typeOf(op->getResult(0)).getElementType().isF32())
        products.push_back(op);
    });
    for (Operation *op : products) {
      std::optional<Signs> signs = matchSigns(op->getOperand(0));
      std::optional<BinaryWeights> weights = signs ? matchWeights(op->getOperand(1)) : std::nullopt;
      if (!weights || !isSupported(op, *weights))
        continue;
      OpBuilder builder(op);
      op->replaceAllUsesWith(ValueRange(countBits(builder, op, *signs, *weights)));
      op->erase();
      ++numCounted;
    }
  }
};

} // namespace

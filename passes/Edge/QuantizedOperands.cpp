// Matching of quantised operands; see QuantizedOperands.h.
#include "passes/Edge/QuantizedOperands.h"
#include "passes/Edge/Transposes.h"

#include "mlir/IR/Matchers.h"

#include <cmath>

using namespace mlir;
using namespace edgecc::edge;

namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

bool isNarrow(Type element) { return element.isInteger(8) || element.isInteger(16); }

/// The number that a constant holds everywhere.
std::optional<double> constantNumber(Value value) {
  Attribute attr;
  if (!matchPattern(value, m_Constant(&attr)))
    return std::nullopt;
  std::optional<ConstantData> data = ConstantData::read(attr);
  if (!data || (data->size() != 1 && !data->isSplat()))
    return std::nullopt;
  return data->number(0);
}

/// An integer type holds the zero point that is subtracted.
bool holds(Type element, double number) {
  unsigned width = element.getIntOrFloatBitWidth();
  bool isUnsigned = element.isUnsignedInteger();
  double lowest = isUnsigned ? 0 : -std::ldexp(1.0, width - 1),
         highest = std::ldexp(1.0, isUnsigned ? width : width - 1);
  return number == std::floor(number) && number >= lowest && number < highest;
}

bool matchScale(Value &value, QuantizedValue &quantized) {
  auto mul = value.getDefiningOp<MulOp>();
  if (!mul || !typeOf(value).getElementType().isF32())
    return true;
  for (auto [input, factor] : {std::pair(mul.getLhs(), mul.getRhs()), std::pair(mul.getRhs(), mul.getLhs())}) {
    std::optional<double> number = constantNumber(factor);
    if (!number || input.getType() != mul.getType())
      continue;
    quantized.scale = static_cast<float>(*number);
    value = skipReorderings(input, quantized);
    return true;
  }
  return false;
}

bool matchZero(Value &value, QuantizedValue &quantized, Value &zero) {
  auto sub = value.getDefiningOp<SubOp>();
  if (!sub)
    return true;
  if (sub.getLhs().getType() != sub.getType() || typeOf(sub.getRhs()).getNumElements() != 1)
    return false;
  zero = sub.getRhs();
  value = skipReorderings(sub.getLhs(), quantized);
  return true;
}

/// The zero point in the type of the narrow integers.
bool resolveZero(Value zero, Type element, QuantizedValue &quantized) {
  if (!zero)
    return true;
  if (std::optional<double> number = constantNumber(zero)) {
    quantized.knownZero = static_cast<int64_t>(*number);
    return holds(element, *number);
  }
  while (isa_and_nonnull<ReshapeOp>(zero.getDefiningOp()))
    zero = zero.getDefiningOp()->getOperand(0);
  auto cast = zero.getDefiningOp<CastOp>();
  if (!cast || typeOf(cast.getInput()).getElementType() != element)
    return false;
  quantized.zero = cast.getInput();
  return true;
}

//===-- Weights --------------------------------------------------------------------------------------------------===//

/// Integers of at most `largest` that give each weight as the product with `scale`, rounded to f32.
bool takeIntegers(ArrayRef<float> weights, float scale, std::vector<int64_t> &integers) {
  for (auto [weight, integer] : llvm::zip_equal(weights, integers)) {
    float rounded = std::nearbyint(weight / scale);
    if (rounded * scale != weight)
      return false;
    integer = static_cast<int64_t>(rounded);
  }
  return true;
}

/// The scale under which all weights of a channel are integers of at most 8 bits and a sign; the smallest integers win.
std::optional<float> recoverScale(ArrayRef<float> weights, std::vector<int64_t> &integers) {
  float largest = 0;
  for (float weight : weights)
    largest = std::isfinite(weight) ? std::max(largest, std::abs(weight)) : INFINITY;
  if (largest == 0) {
    integers.assign(weights.size(), 0);
    return 1.0f;
  }
  if (!std::isfinite(largest))
    return std::nullopt;
  for (int levels = 1; levels <= 255; ++levels) {
    // The quotient is within one step of the scale whose product has been rounded to `largest`.
    float scale = largest / levels;
    for (float candidate : {scale, std::nextafter(scale, 0.0f), std::nextafter(scale, INFINITY)})
      if (takeIntegers(weights, candidate, integers))
        return candidate;
  }
  return std::nullopt;
}

bool recoverIntegers(const ConstantData &data, int64_t channels, IntegerWeights &weights) {
  int64_t perChannel = data.size() / channels;
  std::vector<float> channel(perChannel);
  std::vector<int64_t> integers(perChannel);
  for (int64_t c = 0; c < channels; ++c) {
    for (int64_t i = 0; i < perChannel; ++i)
      channel[i] = data.as<float>()[data.isSplat() ? 0 : i * channels + c];
    std::optional<float> scale = recoverScale(channel, integers);
    if (!scale)
      return false;
    weights.scales.push_back(*scale);
    for (int64_t i = 0; i < perChannel; ++i)
      weights.values[i * channels + c] = integers[i];
  }
  return true;
}

} // namespace

Value edgecc::edge::skipReorderings(Value value, QuantizedValue &quantized) {
  while (isa_and_nonnull<TransposeOp, ReshapeOp>(value.getDefiningOp())) {
    quantized.reorderings.push_back(value.getDefiningOp());
    value = value.getDefiningOp()->getOperand(0);
  }
  return value;
}

std::optional<QuantizedValue> edgecc::edge::matchQuantized(Value value) {
  QuantizedValue quantized;
  Value zero, at = skipReorderings(value, quantized);
  if (!matchScale(at, quantized) || !matchZero(at, quantized, zero))
    return std::nullopt;
  auto cast = at.getDefiningOp<CastOp>();
  if (!cast || !isNarrow(typeOf(cast.getInput()).getElementType()) ||
      !resolveZero(zero, typeOf(cast.getInput()).getElementType(), quantized))
    return std::nullopt;
  quantized.value = cast.getInput();
  return quantized;
}

void edgecc::edge::reorderNarrow(OpBuilder &builder, QuantizedValue &quantized) {
  for (Operation *op : llvm::reverse(quantized.reorderings)) {
    if (auto transpose = dyn_cast<TransposeOp>(op))
      quantized.value = createTranspose(builder, op->getLoc(), quantized.value, transpose.getPermutation());
    else
      quantized.value = createReshape(builder, op->getLoc(), quantized.value, typeOf(op->getResult(0)).getShape());
  }
  quantized.reorderings.clear();
}

std::optional<IntegerWeights> edgecc::edge::integerWeights(Value value) {
  Attribute attr;
  if (!matchPattern(value, m_Constant(&attr)))
    return std::nullopt;
  std::optional<ConstantData> data = ConstantData::read(attr);
  if (!data || data->size() == 0 || data->size() > maxFoldedElements)
    return std::nullopt;
  IntegerWeights weights;
  int64_t channels = data->shape().back();
  weights.values.resize(data->size());
  if (data->elementType().isF32()) {
    if (!recoverIntegers(*data, channels, weights))
      return std::nullopt;
  } else if (data->elementType().isInteger(32)) {
    for (int64_t i = 0; i < data->size(); ++i)
      weights.values[i] = data->integer(i);
  } else {
    return std::nullopt;
  }
  weights.sums.resize(channels);
  weights.sizes.resize(channels);
  for (auto [index, number] : llvm::enumerate(weights.values)) {
    weights.sums[index % channels] += number;
    weights.sizes[index % channels] += std::abs(number);
    if (number < -128 || number > 127)
      weights.bits = 16;
    if (number < -32768 || number > 32767)
      return std::nullopt;
  }
  return weights;
}

// Conversions between real numbers and quantised integers.
#include "compiler/Import/QuantizedArithmetic.h"
#include "compiler/Import/Tensors.h"
#include "mlir/IR/Matchers.h"

#include <cmath>

using namespace mlir;
using namespace edgecc;
using namespace edgecc::import;

std::pair<double, double> edgecc::import::integerRange(Type type) {
  unsigned width = type.getIntOrFloatBitWidth();
  if (type.isUnsignedInteger())
    return {0.0, std::ldexp(1.0, width) - 1.0};
  return {-std::ldexp(1.0, width - 1), std::ldexp(1.0, width - 1) - 1.0};
}

QuantizedArithmetic::QuantizedArithmetic(NodeImporter &node)
    : build(node), node(node), f32(Float32Type::get(node.context())), i32(IntegerType::get(node.context(), 32)) {}

/// As a scalar, a parameter never adds a dimension.
static Value scalarIfSingle(NodeImporter &node, Value parameter) {
  return tensorType(parameter).getNumElements() == 1 ? node.reshape(parameter, {}) : parameter;
}

Value QuantizedArithmetic::scale(size_t index) { return node.cast(scalarIfSingle(node, node.input(index)), f32); }

Value QuantizedArithmetic::zeroPoint(size_t index) {
  return node.hasInput(index) ? scalarIfSingle(node, node.input(index)) : Value();
}

Value QuantizedArithmetic::perRow(Value parameter) {
  return parameter && rankOf(parameter) == 1 ? node.reshape(parameter, {shapeOf(parameter)[0], 1}) : parameter;
}

bool QuantizedArithmetic::isZero(Value value) const {
  if (!value)
    return true;
  ElementsAttr elements;
  if (!matchPattern(value, m_Constant(&elements)))
    return false;
  FailureOr<SmallVector<double>> numbers = numbersOf(elements);
  return succeeded(numbers) && llvm::all_of(*numbers, [](double number) { return number == 0.0; });
}

Value QuantizedArithmetic::saturate(Value rounded, Value zero, Type type) {
  if (!type.isInteger()) {
    (void)node.unsupported("the quantised type is a float; integers are handled");
    return {};
  }
  auto [lowest, highest] = integerRange(type);
  Value shifted = isZero(zero) ? rounded : build.add(rounded, node.cast(zero, f32));
  return node.cast(build.min(build.max(shifted, lowest), highest), type);
}

Value QuantizedArithmetic::quantize(Value x, Value scale, Value zero, Type type) {
  return saturate(build.round(build.div(node.cast(x, f32), node.cast(scale, f32))), zero, type);
}

Value QuantizedArithmetic::dequantize(Value q, Value scale, Value zero) {
  if (!q)
    return q;
  // Differences of narrow integers are exact in f32; those of wide ones are taken before the conversion.
  bool isNarrow = elementOf(q).getIntOrFloatBitWidth() <= 16;
  Value difference = node.cast(isNarrow ? q : centered(q, zero), f32);
  if (isNarrow && !isZero(zero))
    difference = build.sub(difference, node.cast(zero, f32));
  return build.mul(difference, node.cast(scale, f32));
}

Value QuantizedArithmetic::centered(Value q, Value zero) {
  Value wide = node.cast(q, i32);
  return isZero(zero) ? wide : build.sub(wide, node.cast(zero, i32));
}

Value QuantizedArithmetic::requantize(Value sum, Value factor, Value zero, Type type) {
  return saturate(build.round(build.mul(node.cast(sum, f32), factor)), zero, type);
}

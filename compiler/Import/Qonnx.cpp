// Quantisers of QONNX models (Brevitas, hls4ml, FINN): Quant and BipolarQuant. Values stay floating point but lie on
// the grid of an integer type of any width.
#include "compiler/Import/Qonnx.h"
#include "compiler/Import/QuantizedArithmetic.h"

#include <cmath>
#include <optional>

using namespace mlir;
using namespace edgecc;
using namespace edgecc::import;

namespace {

/// sign(x) * f(|x|): rounding that treats both signs alike.
template <typename Function> Value bySign(NodeImporter &node, Value x, Function f) {
  LayerBuilder build(node);
  return build.mul(node.create<edge::SignOp>(x), f(build.abs(x)));
}

/// The modes that QONNX lists; null, with a reason, for another.
Value roundAs(NodeImporter &node, StringRef mode, Value x) {
  LayerBuilder build(node);
  std::string upper = mode.upper();
  if (upper == "ROUND" || upper == "HALF_EVEN")
    return build.round(x);
  if (upper == "CEIL")
    return node.create<edge::CeilOp>(x);
  if (upper == "FLOOR")
    return node.create<edge::FloorOp>(x);
  if (upper == "UP")
    return bySign(node, x, [&](Value a) { return node.create<edge::CeilOp>(a); });
  if (upper == "DOWN" || upper == "ROUND_TO_ZERO")
    return bySign(node, x, [&](Value a) { return node.create<edge::FloorOp>(a); });
  if (upper == "HALF_UP")
    return bySign(node, x, [&](Value a) { return node.create<edge::FloorOp>(build.add(a, 0.5)); });
  if (upper == "HALF_DOWN")
    return bySign(node, x, [&](Value a) { return node.create<edge::CeilOp>(build.sub(a, 0.5)); });
  (void)node.unsupported("rounding_mode is '" + mode + "', which QONNX does not have");
  return {};
}

/// The bit width, input 3: one number for the whole tensor, perhaps with a fraction.
FailureOr<double> bitWidth(NodeImporter &node) {
  FailureOr<SmallVector<double>> widths = node.numbersInput(3, "bit width");
  if (failed(widths))
    return failure();
  if (widths->empty() || !llvm::all_equal(*widths) || widths->front() < 1.0)
    return node.unsupported("the bit width must be one number of at least 1 for the whole tensor");
  return widths->front();
}

/// Inputs: x, scale, zero point, bit width. The order of the steps is that of the QONNX reference: clipping comes
/// before rounding.
LogicalResult importQuant(NodeImporter &node) {
  LayerBuilder build(node);
  FailureOr<double> width = bitWidth(node);
  if (failed(width))
    return failure();
  bool isSigned = node.integer("signed", 1) != 0, isNarrow = node.integer("narrow", 0) != 0;
  double lowest = isSigned ? -std::exp2(*width - 1.0) + (isNarrow ? 1.0 : 0.0) : 0.0;
  double highest = isSigned ? std::exp2(*width - 1.0) - 1.0 : std::exp2(*width) - (isNarrow ? 2.0 : 1.0);
  // Exporters write zero points as integers too.
  Type element = node.inputType(0).getElementType();
  Value scale = node.cast(node.input(1), element), zero = node.cast(node.input(2), element);
  Value integer = build.add(build.div(node.input(0), scale), zero);
  integer = roundAs(node, node.string("rounding_mode", "ROUND"), build.min(build.max(integer, lowest), highest));
  return node.done(build.mul(build.sub(integer, zero), scale));
}

/// scale where x >= 0, else -scale.
LogicalResult importBipolarQuant(NodeImporter &node) {
  LayerBuilder build(node);
  Value x = node.input(0), scale = node.cast(node.input(1), elementOf(x));
  Value isNegative = node.create<edge::LessOp>(x, build.scalarLike(x, 0.0));
  Value sign = node.create<edge::SelectOp>(isNegative, build.scalarLike(x, -1.0), build.scalarLike(x, 1.0));
  return node.done(build.mul(sign, scale));
}

} // namespace

void edgecc::import::registerQonnx(OperatorRegistry &registry) {
  // The domain moved with the tools that write these operators.
  for (StringRef domain : {"qonnx.custom_op.general", "finn.custom_op.general", "onnx.brevitas"}) {
    registry.add(domain, "Quant", 1, INT64_MAX, importQuant);
    registry.add(domain, "BipolarQuant", 1, INT64_MAX, importBipolarQuant);
  }
}

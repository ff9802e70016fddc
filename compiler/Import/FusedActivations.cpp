// Activations of ONNX Runtime's fused operators (FusedConv, FusedGemm), and its Gelu family.
#include "compiler/Import/FusedActivations.h"
#include "compiler/Import/LayerBuilder.h"
#include "compiler/Import/OperatorRegistry.h"

#include <cmath>

using namespace mlir;
using namespace edgecc;
using namespace edgecc::import;

Value edgecc::import::applyActivation(NodeImporter &node, StringRef name, ArrayRef<float> parameters, Value value) {
  LayerBuilder build(node);
  auto parameter = [&](size_t index, double fallback) {
    return index < parameters.size() ? static_cast<double>(parameters[index]) : fallback;
  };
  if (name.empty())
    return value;
  if (name == "Relu")
    return node.create<edge::ReluOp>(value);
  if (name == "Sigmoid")
    return node.create<edge::SigmoidOp>(value);
  if (name == "Tanh")
    return node.create<edge::TanhOp>(value);
  if (name == "Clip")
    return build.min(build.max(value, parameter(0, -INFINITY)), parameter(1, INFINITY));
  if (name == "LeakyRelu") {
    Value isNegative = node.create<edge::LessOp>(value, build.scalarLike(value, 0.0));
    return node.create<edge::SelectOp>(isNegative, build.mul(value, parameter(0, 0.01)), value);
  }
  if (name == "HardSigmoid") {
    Value line = build.add(build.mul(value, parameter(0, 0.2)), parameter(1, 0.5));
    return build.min(build.max(line, 0.0), 1.0);
  }
  (void)node.unsupported("activation '" + name +
                         "' is not handled; Relu, Sigmoid, Tanh, Clip, LeakyRelu and HardSigmoid are");
  return {};
}

namespace {

/// x / 2 * (1 + erf(x / sqrt(2)))
Value gelu(NodeImporter &node, Value x) {
  LayerBuilder build(node);
  Value error = node.create<edge::ErfOp>(build.mul(x, M_SQRT1_2));
  return build.mul(build.mul(x, 0.5), build.add(error, 1.0));
}

LogicalResult importGelu(NodeImporter &node) { return node.done(gelu(node, node.input(0))); }

/// Gelu of x + bias.
LogicalResult importBiasGelu(NodeImporter &node) {
  return node.done(gelu(node, LayerBuilder(node).add(node.input(0), node.input(1))));
}

/// x / 2 * (1 + tanh(x * (0.7978845608 + 0.03567740813 * x * x))) of x + bias
LogicalResult importFastGelu(NodeImporter &node) {
  LayerBuilder build(node);
  Value x = node.hasInput(1) ? build.add(node.input(0), node.input(1)) : node.input(0);
  Value inner = build.mul(x, build.add(build.mul(build.mul(x, x), 0.035677408136300125), 0.7978845608028654));
  return node.done(build.mul(build.mul(x, 0.5), build.add(node.create<edge::TanhOp>(inner), 1.0)));
}

/// x * sigmoid(alpha * x)
LogicalResult importQuickGelu(NodeImporter &node) {
  LayerBuilder build(node);
  Value x = node.input(0), scaled = build.mul(x, node.number("alpha", 1.702f));
  return node.done(build.mul(x, node.create<edge::SigmoidOp>(scaled)));
}

} // namespace

void edgecc::import::registerFusedActivations(OperatorRegistry &registry) {
  registry.add("com.microsoft", "Gelu", 1, INT64_MAX, importGelu);
  registry.add("com.microsoft", "BiasGelu", 1, INT64_MAX, importBiasGelu);
  registry.add("com.microsoft", "FastGelu", 1, INT64_MAX, importFastGelu);
  registry.add("com.microsoft", "QuickGelu", 1, INT64_MAX, importQuickGelu);
}

// Matrix products: MatMul, Gemm and their fused forms. Einsum has a file of its own.
#include "compiler/Import/Einsum.h"
#include "compiler/Import/FusedActivations.h"
#include "compiler/Import/LayerBuilder.h"
#include "compiler/Import/OperatorRegistry.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::import;

namespace {

LogicalResult importMatMul(NodeImporter &node) {
  LayerBuilder build(node);
  return node.done(build.matmul(node.input(0), node.input(1)));
}

/// alpha * A' B' + beta * C without an activation. Null on failure.
Value gemm(NodeImporter &node) {
  LayerBuilder build(node);
  if (node.inputType(0).getRank() != 2 || node.inputType(1).getRank() != 2) {
    (void)node.unsupported("A and B have ranks " + Twine(node.inputType(0).getRank()) + " and " +
                           Twine(node.inputType(1).getRank()) + ", expected 2");
    return {};
  }
  Value a = node.integer("transA", 0) ? build.transposeMatrix(node.input(0)) : node.input(0);
  Value b = node.integer("transB", 0) ? build.transposeMatrix(node.input(1)) : node.input(1);
  float alpha = node.number("alpha", 1.0f), beta = node.number("beta", 1.0f);
  // A constant B takes alpha at compile time.
  bool isScaledEarly = alpha != 1.0f && node.constantInput(1);
  Value product = build.matmul(a, isScaledEarly ? build.mul(b, alpha) : b);
  if (alpha != 1.0f && !isScaledEarly)
    product = build.mul(product, alpha);
  if (!node.hasInput(2) || beta == 0.0f)
    return product;
  return build.add(product, beta == 1.0f ? node.input(2) : build.mul(node.input(2), beta));
}

LogicalResult importGemm(NodeImporter &node) { return node.done(gemm(node)); }

/// com.microsoft FusedGemm: Gemm, then `activation`.
LogicalResult importFusedGemm(NodeImporter &node) {
  SmallVector<float> parameters{node.number("activation_alpha", 0.01f), node.number("activation_beta", 0.0f),
                                node.number("activation_gamma", 0.0f)};
  return node.done(applyActivation(node, node.string("activation", ""), parameters, gemm(node)));
}

/// com.microsoft FusedMatMul: transA and transB exchange the last two dimensions; alpha scales the product.
LogicalResult importFusedMatMul(NodeImporter &node) {
  if (node.integer("transBatchA", 0) || node.integer("transBatchB", 0))
    return node.unsupported("transBatchA and transBatchB are not handled; transpose the operand in the model");
  LayerBuilder build(node);
  auto operand = [&](unsigned index, StringRef attribute) {
    bool isTransposed = node.integer(attribute, 0) && node.inputType(index).getRank() >= 2;
    return isTransposed ? build.transposeMatrix(node.input(index)) : node.input(index);
  };
  Value product = build.matmul(operand(0, "transA"), operand(1, "transB"));
  float alpha = node.number("alpha", 1.0f);
  return node.done(alpha == 1.0f ? product : build.mul(product, alpha));
}

} // namespace

void edgecc::import::registerProducts(OperatorRegistry &registry) {
  registry.add("MatMul", importMatMul);
  registry.add("Gemm", importGemm);
  registry.add("Einsum", importEinsum);
  registry.add("com.microsoft", "FusedGemm", 1, INT64_MAX, importFusedGemm);
  registry.add("com.microsoft", "FusedMatMul", 1, INT64_MAX, importFusedMatMul);
}

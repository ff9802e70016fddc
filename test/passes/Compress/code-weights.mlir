// RUN: edgecc-opt %s --edge-code-weights | FileCheck %s

// The model asks for coded storage, which comes in its phase.
// CHECK: func.func @model(%{{.*}}: tensor<2xf32>) -> tensor<2xf32> attributes {edge.code_weights}
func.func @model(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}

// RUN: edgecc-opt --convert-edge-to-linalg %s | FileCheck %s

// CHECK-LABEL: @floats
// CHECK: arith.constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
func.func @floats() -> tensor<2xf32> {
  %0 = edge.constant dense<[1.0, 2.0]> : tensor<2xf32>
  return %0 : tensor<2xf32>
}

// Booleans of a dense attribute are packed in bits and become bytes.
// CHECK-LABEL: @booleans
// CHECK: arith.constant dense<[1, 0, 1, 1, 0, 0, 0, 0, 1]> : tensor<9xi8>
// CHECK: arith.constant dense<1> : tensor<4xi8>
func.func @booleans() -> (tensor<9xi1>, tensor<4xi1>) {
  %0 = edge.constant dense<[true, false, true, true, false, false, false, false, true]> : tensor<9xi1>
  %1 = edge.constant dense<true> : tensor<4xi1>
  return %0, %1 : tensor<9xi1>, tensor<4xi1>
}

// Booleans of a resource are bytes already: the resource is kept.
// CHECK-LABEL: @boolean_resource
// CHECK: arith.constant dense_resource<mask> : tensor<3xi8>
func.func @boolean_resource() -> tensor<3xi1> {
  %0 = edge.constant dense_resource<mask> : tensor<3xi1>
  return %0 : tensor<3xi1>
}

// CHECK-LABEL: @unsigned
// CHECK: arith.constant dense<[1, -1]> : tensor<2xi8>
func.func @unsigned() -> tensor<2xui8> {
  %0 = edge.constant dense<[1, 255]> : tensor<2xui8>
  return %0 : tensor<2xui8>
}

// A reshape of weights is a constant over the same resource.
// CHECK-LABEL: @reshaped_weights
// CHECK-NEXT: arith.constant dense_resource<weights> : tensor<2x2xf32>
// CHECK-NEXT: return
func.func @reshaped_weights() -> tensor<2x2xf32> {
  %0 = edge.constant dense_resource<weights> : tensor<4xf32>
  %1 = edge.reshape %0 : tensor<4xf32> -> tensor<2x2xf32>
  return %1 : tensor<2x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      mask: "0x01000000010001",
      weights: "0x040000000000803F000000400000404000008040"
    }
  }
#-}

// Products of two signs count the bits in which they differ.
// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-binary-products))' | FileCheck %s

// Bits are set where the condition holds, and those of weights where the product with it is positive. Nine
// elements make 2 bytes: bit j of byte i is element 2 j + i.
// CHECK-LABEL: @matmul
// CHECK: %[[BITS:.*]] = edge.pack_bits %arg0 : tensor<4x9xi1> -> tensor<4x2xi8>
// CHECK: %[[W:.*]] = edge.constant dense<{{\[\[}}3, 28], [1, 14]]> : tensor<2x2xi8>
// CHECK: %[[D:.*]] = edge.matmul %[[BITS]], %[[W]] {bits} : tensor<4x2xi8>, tensor<2x2xi8> -> tensor<4x2xi32>
// CHECK: %[[TWICE:.*]] = edge.mul %[[D]]
// CHECK: %[[N:.*]] = edge.constant dense<9> : tensor<2xi32>
// CHECK: %[[SUM:.*]] = edge.sub %[[N]], %[[TWICE]]
// CHECK: %[[REAL:.*]] = edge.cast %[[SUM]]
// CHECK: %[[SCALES:.*]] = edge.constant dense<[2.500000e-01, 1.500000e+00]> : tensor<2xf32>
// CHECK: edge.mul %[[REAL]], %[[SCALES]]
func.func @matmul(%c: tensor<4x9xi1>) -> tensor<4x2xf32> {
  %a = edge.constant dense<0.5> : tensor<f32>
  %b = edge.constant dense<-0.5> : tensor<f32>
  %s = edge.select %c, %a, %b : tensor<4x9xi1>, tensor<f32>, tensor<f32> -> tensor<4x9xf32>
  %w = edge.constant dense<[[0.5, -3.0], [0.5, -3.0], [0.5, -3.0], [-0.5, 3.0], [-0.5, 3.0], [-0.5, 3.0], [-0.5, 3.0],
                            [-0.5, 3.0], [-0.5, 3.0]]> : tensor<9x2xf32>
  %0 = edge.matmul %s, %w : tensor<4x9xf32>, tensor<9x2xf32> -> tensor<4x2xf32>
  return %0 : tensor<4x2xf32>
}

// Outside of the input bits are clear, as if there were -1 or, where all are negated, 1: what the weights there add is
// taken away. All eight weights of a place are 1, those of the first place -1.
// CHECK-LABEL: @border
// CHECK: edge.conv {{.*}} pads [0, 1, 0, 1] group 1 {bits}
// CHECK: edge.constant dense<{{\[\[}}[16], [24], [32]]]> : tensor<1x3x1xi32>
// CHECK-LABEL: @negated_border
// CHECK: edge.constant dense<{{\[\[}}[32], [24], [16]]]> : tensor<1x3x1xi32>
func.func @border(%c: tensor<1x1x3x8xi1>) -> tensor<1x1x3x1xf32> {
  %a = edge.constant dense<1.0> : tensor<f32>
  %b = edge.constant dense<-1.0> : tensor<f32>
  %s = edge.select %c, %a, %b : tensor<1x1x3x8xi1>, tensor<f32>, tensor<f32> -> tensor<1x1x3x8xf32>
  %w = edge.constant dense<[[[[-1.0], [-1.0], [-1.0], [-1.0], [-1.0], [-1.0], [-1.0], [-1.0]],
    [[1.0], [1.0], [1.0], [1.0], [1.0], [1.0], [1.0], [1.0]], [[1.0], [1.0], [1.0], [1.0], [1.0], [1.0], [1.0], [1.0]]]]> : tensor<1x3x8x1xf32>
  %0 = edge.conv %s, %w strides [1, 1] dilations [1, 1] pads [0, 1, 0, 1] group 1 : tensor<1x1x3x8xf32>, tensor<1x3x8x1xf32> -> tensor<1x1x3x1xf32>
  return %0 : tensor<1x1x3x1xf32>
}

func.func @negated_border(%c: tensor<1x1x3x8xi1>) -> tensor<1x1x3x1xf32> {
  %a = edge.constant dense<1.0> : tensor<f32>
  %b = edge.constant dense<-1.0> : tensor<f32>
  %s = edge.select %c, %b, %a : tensor<1x1x3x8xi1>, tensor<f32>, tensor<f32> -> tensor<1x1x3x8xf32>
  %w = edge.constant dense<[[[[-1.0], [-1.0], [-1.0], [-1.0], [-1.0], [-1.0], [-1.0], [-1.0]],
    [[1.0], [1.0], [1.0], [1.0], [1.0], [1.0], [1.0], [1.0]], [[1.0], [1.0], [1.0], [1.0], [1.0], [1.0], [1.0], [1.0]]]]> : tensor<1x3x8x1xf32>
  %0 = edge.conv %s, %w strides [1, 1] dilations [1, 1] pads [0, 1, 0, 1] group 1 : tensor<1x1x3x8xf32>, tensor<1x3x8x1xf32> -> tensor<1x1x3x1xf32>
  return %0 : tensor<1x1x3x1xf32>
}

// A sign may be zero, and weights of several sizes are no signs.
// CHECK-LABEL: @zeros
// CHECK-NOT: pack_bits
func.func @zeros(%x: tensor<4x8xf32>, %c: tensor<4x8xi1>) -> (tensor<4x1xf32>, tensor<4x1xf32>) {
  %s = edge.sign %x : tensor<4x8xf32> -> tensor<4x8xf32>
  %w = edge.constant dense<[[1.0], [-1.0], [1.0], [-1.0], [1.0], [-1.0], [1.0], [1.0]]> : tensor<8x1xf32>
  %0 = edge.matmul %s, %w : tensor<4x8xf32>, tensor<8x1xf32> -> tensor<4x1xf32>
  %a = edge.constant dense<1.0> : tensor<f32>
  %b = edge.constant dense<-1.0> : tensor<f32>
  %t = edge.select %c, %a, %b : tensor<4x8xi1>, tensor<f32>, tensor<f32> -> tensor<4x8xf32>
  %v = edge.constant dense<[[1.0], [-1.0], [1.0], [-2.0], [1.0], [-1.0], [1.0], [1.0]]> : tensor<8x1xf32>
  %1 = edge.matmul %t, %v : tensor<4x8xf32>, tensor<8x1xf32> -> tensor<4x1xf32>
  return %0, %1 : tensor<4x1xf32>, tensor<4x1xf32>
}

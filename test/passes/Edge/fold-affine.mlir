// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-fold-affine,canonicalize))' | FileCheck %s

// A scale per output channel goes into the weights.
// CHECK-LABEL: @scale_of_convolution
// CHECK-NEXT: %[[W:.*]] = edge.constant dense<{{.*}}[3.000000e+00, 8.000000e+00]{{.*}}> : tensor<1x1x1x2xf32>
// CHECK-NEXT: edge.conv %{{.*}}, %[[W]]
// CHECK-NEXT: return
func.func @scale_of_convolution(%x: tensor<1x4x4x1xf32>) -> tensor<1x4x4x2xf32> {
  %w = edge.constant dense<[[[[1.0, 2.0]]]]> : tensor<1x1x1x2xf32>
  %s = edge.constant dense<[[[[3.0, 4.0]]]]> : tensor<1x1x1x2xf32>
  %0 = edge.conv %x, %w strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] group 1 : tensor<1x4x4x1xf32>, tensor<1x1x1x2xf32> -> tensor<1x4x4x2xf32>
  %1 = edge.mul %0, %s : tensor<1x4x4x2xf32>, tensor<1x1x1x2xf32> -> tensor<1x4x4x2xf32>
  return %1 : tensor<1x4x4x2xf32>
}

// Bias, then batch normalisation: one bias is left.
// CHECK-LABEL: @bias_scale_and_shift
// CHECK-DAG: %[[W:.*]] = edge.constant dense<{{.*}}[3.000000e+00, 8.000000e+00]{{.*}}> : tensor<1x2xf32>
// CHECK-DAG: %[[B:.*]] = edge.constant dense<[4.000000e+00, 6.000000e+00]> : tensor<2xf32>
// CHECK: %[[P:.*]] = edge.matmul %{{.*}}, %[[W]]
// CHECK-NEXT: %[[R:.*]] = edge.add %[[P]], %[[B]]
// CHECK-NEXT: return %[[R]]
func.func @bias_scale_and_shift(%x: tensor<5x1xf32>) -> tensor<5x2xf32> {
  %w = edge.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %b = edge.constant dense<[1.0, 1.0]> : tensor<2xf32>
  %s = edge.constant dense<[3.0, 4.0]> : tensor<2xf32>
  %t = edge.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = edge.matmul %x, %w : tensor<5x1xf32>, tensor<1x2xf32> -> tensor<5x2xf32>
  %1 = edge.add %0, %b : tensor<5x2xf32>, tensor<2xf32> -> tensor<5x2xf32>
  %2 = edge.mul %1, %s : tensor<5x2xf32>, tensor<2xf32> -> tensor<5x2xf32>
  %3 = edge.add %2, %t : tensor<5x2xf32>, tensor<2xf32> -> tensor<5x2xf32>
  return %3 : tensor<5x2xf32>
}

// Divisions and subtractions by scalars count too.
// CHECK-LABEL: @division_and_subtraction
// CHECK-DAG: %[[W:.*]] = edge.constant dense<{{.*}}[5.000000e-01, 1.000000e+00]{{.*}}> : tensor<1x2xf32>
// CHECK-DAG: %[[B:.*]] = edge.constant dense<-3.000000e+00> : tensor<f32>
// CHECK: %[[P:.*]] = edge.matmul %{{.*}}, %[[W]]
// CHECK-NEXT: edge.add %[[P]], %[[B]]
// CHECK-NEXT: return
func.func @division_and_subtraction(%x: tensor<5x1xf32>) -> tensor<5x2xf32> {
  %w = edge.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %s = edge.constant dense<2.0> : tensor<f32>
  %t = edge.constant dense<3.0> : tensor<f32>
  %0 = edge.matmul %x, %w : tensor<5x1xf32>, tensor<1x2xf32> -> tensor<5x2xf32>
  %1 = edge.div %0, %s : tensor<5x2xf32>, tensor<f32> -> tensor<5x2xf32>
  %2 = edge.sub %1, %t : tensor<5x2xf32>, tensor<f32> -> tensor<5x2xf32>
  return %2 : tensor<5x2xf32>
}

// A scale per row is no scale per channel.
// CHECK-LABEL: @scale_per_row_is_kept
// CHECK: edge.mul
func.func @scale_per_row_is_kept(%x: tensor<2x1xf32>) -> tensor<2x2xf32> {
  %w = edge.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %s = edge.constant dense<[[3.0], [4.0]]> : tensor<2x1xf32>
  %0 = edge.matmul %x, %w : tensor<2x1xf32>, tensor<1x2xf32> -> tensor<2x2xf32>
  %1 = edge.mul %0, %s : tensor<2x2xf32>, tensor<2x1xf32> -> tensor<2x2xf32>
  return %1 : tensor<2x2xf32>
}

// The unscaled product is needed, too.
// CHECK-LABEL: @product_of_two_uses_is_kept
// CHECK: edge.mul
func.func @product_of_two_uses_is_kept(%x: tensor<5x1xf32>) -> (tensor<5x2xf32>, tensor<5x2xf32>) {
  %w = edge.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %s = edge.constant dense<2.0> : tensor<f32>
  %0 = edge.matmul %x, %w : tensor<5x1xf32>, tensor<1x2xf32> -> tensor<5x2xf32>
  %1 = edge.mul %0, %s : tensor<5x2xf32>, tensor<f32> -> tensor<5x2xf32>
  return %0, %1 : tensor<5x2xf32>, tensor<5x2xf32>
}

// A transposed convolution of several groups holds its output channels apart.
// CHECK-LABEL: @grouped_transposed_convolution_is_kept
// CHECK: edge.mul
func.func @grouped_transposed_convolution_is_kept(%x: tensor<1x4x2xf32>) -> tensor<1x4x2xf32> {
  %w = edge.constant dense<[[[1.0], [2.0]]]> : tensor<1x2x1xf32>
  %s = edge.constant dense<[3.0, 4.0]> : tensor<2xf32>
  %0 = edge.conv_transpose %x, %w strides [1] dilations [1] pads [0, 0] output_padding [0] group 2 : tensor<1x4x2xf32>, tensor<1x2x1xf32> -> tensor<1x4x2xf32>
  %1 = edge.mul %0, %s : tensor<1x4x2xf32>, tensor<2xf32> -> tensor<1x4x2xf32>
  return %1 : tensor<1x4x2xf32>
}

// 2 - x turns the sign, which a shift cannot.
// CHECK-LABEL: @constant_minus_product_is_kept
// CHECK: edge.sub
func.func @constant_minus_product_is_kept(%x: tensor<5x1xf32>) -> tensor<5x2xf32> {
  %w = edge.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %t = edge.constant dense<2.0> : tensor<f32>
  %0 = edge.matmul %x, %w : tensor<5x1xf32>, tensor<1x2xf32> -> tensor<5x2xf32>
  %1 = edge.sub %t, %0 : tensor<f32>, tensor<5x2xf32> -> tensor<5x2xf32>
  return %1 : tensor<5x2xf32>
}

// The division of a quantisation stays: with other last bits, other integers come out of the rounding.
// CHECK-LABEL: @quantisation_is_kept
// CHECK: %[[P:.*]] = edge.matmul
// CHECK: %[[D:.*]] = edge.div %[[P]]
// CHECK-NEXT: edge.round %[[D]]
func.func @quantisation_is_kept(%x: tensor<5x1xf32>) -> tensor<5x2xf32> {
  %w = edge.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %s = edge.constant dense<3.0> : tensor<f32>
  %0 = edge.matmul %x, %w : tensor<5x1xf32>, tensor<1x2xf32> -> tensor<5x2xf32>
  %1 = edge.div %0, %s : tensor<5x2xf32>, tensor<f32> -> tensor<5x2xf32>
  %2 = edge.round %1 : tensor<5x2xf32> -> tensor<5x2xf32>
  return %2 : tensor<5x2xf32>
}

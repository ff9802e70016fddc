// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-prune-weights))' | FileCheck %s

// Filters are matrices of taps and input channels x output channels.
// CHECK-LABEL: @convolution
// CHECK: edge.constant dense<{{.*}}[1.000000e+01, 0.000000e+00]{{.*}}[0.000000e+00, -2.000000e+01]{{.*}}> : tensor<1x2x1x2xf16>
func.func @convolution(%x: tensor<1x4x4x1xf16>) -> tensor<1x4x3x2xf16> {
  %w = edge.constant dense<[[[[10.0, 1.0]], [[2.0, -20.0]]]]> : tensor<1x2x1x2xf16>
  %0 = edge.conv %x, %w strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] group 1 : tensor<1x4x4x1xf16>, tensor<1x2x1x2xf16> -> tensor<1x4x3x2xf16>
  return %0 : tensor<1x4x3x2xf16>
}

// Weights that two layers share stay shared.
// CHECK-LABEL: @shared
// CHECK-NEXT: %[[W:.*]] = edge.constant dense<{{\[}}[0.000000e+00, 0.000000e+00], [3.000000e+00, 4.000000e+00]]>
// CHECK-NEXT: %[[FIRST:.*]] = edge.matmul %{{.*}}, %[[W]]
// CHECK-NEXT: edge.matmul %[[FIRST]], %[[W]]
func.func @shared(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w = edge.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %0 = edge.matmul %x, %w : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32>
  %1 = edge.matmul %0, %w : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32>
  return %1 : tensor<1x2xf32>
}

// Integers, left sides of products and weights that are computed are left alone.
// CHECK-LABEL: @left_alone
// CHECK-DAG: edge.constant dense<{{\[}}[1, 2], [3, 4]]> : tensor<2x2xi8>
// CHECK-DAG: edge.constant dense<{{\[}}[1.000000e+00, 2.000000e+00], [3.000000e+00, 4.000000e+00]]> : tensor<2x2xf32>
func.func @left_alone(%x: tensor<2x2xi8>, %y: tensor<2x2xf32>) -> (tensor<2x2xi32>, tensor<2x2xf32>, tensor<2x2xf32>) {
  %w = edge.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>
  %v = edge.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %0 = edge.matmul %x, %w : tensor<2x2xi8>, tensor<2x2xi8> -> tensor<2x2xi32>
  %1 = edge.matmul %v, %y : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>
  %2 = edge.matmul %y, %y : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>
  return %0, %1, %2 : tensor<2x2xi32>, tensor<2x2xf32>, tensor<2x2xf32>
}

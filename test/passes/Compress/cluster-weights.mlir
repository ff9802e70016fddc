// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-cluster-weights{bits=1}))' | FileCheck %s
// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-cluster-weights{bits=2}))' | FileCheck %s --check-prefix=TWO
// RUN: not edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-cluster-weights{bits=9}))' 2>&1 | FileCheck %s --check-prefix=RANGE

// RANGE: error: bits are a whole number from 0 to 8, but here is 9

// Each weight becomes the mean of its cluster.
// CHECK-LABEL: @two_values
// CHECK: edge.constant dense<{{\[}}[1.500000e+00, 1.500000e+00], [1.050000e+01, 1.050000e+01]]> : tensor<2x2xf32>
func.func @two_values(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w = edge.constant dense<[[1.0, 2.0], [10.0, 11.0]]> : tensor<2x2xf32>
  %0 = edge.matmul %x, %w : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32>
  return %0 : tensor<1x2xf32>
}

// Zeros stay zero, and zero is one of the values: one is left for the others, or three.
// CHECK-LABEL: @zeros_stay
// CHECK: edge.constant dense<{{\[}}[0.000000e+00], [3.000000e+00], [0.000000e+00], [3.000000e+00], [3.000000e+00]]>
// TWO-LABEL: @zeros_stay
// TWO: edge.constant dense<{{\[}}[0.000000e+00], [1.000000e+00], [0.000000e+00], [3.000000e+00], [5.000000e+00]]>
func.func @zeros_stay(%x: tensor<1x5xf32>) -> tensor<1x1xf32> {
  %w = edge.constant dense<[[0.0], [1.0], [0.0], [3.0], [5.0]]> : tensor<5x1xf32>
  %0 = edge.matmul %x, %w : tensor<1x5xf32>, tensor<5x1xf32> -> tensor<1x1xf32> loc("zeros")
  return %0 : tensor<1x1xf32>
}

// Values that are few already stay as they are.
// CHECK-LABEL: @few_values
// CHECK: edge.constant dense<{{\[}}[1.000000e+00, 2.000000e+00], [2.000000e+00, 1.000000e+00]]> : tensor<2x2xf32>
func.func @few_values(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w = edge.constant dense<[[1.0, 2.0], [2.0, 1.0]]> : tensor<2x2xf32>
  %0 = edge.matmul %x, %w : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32>
  return %0 : tensor<1x2xf32>
}

// RUN: edgecc-opt %s -pass-pipeline='builtin.module(func.func(edge-quantize{layers=narrow:2,real:0}))' | FileCheck %s
// RUN: not edgecc-opt %s -pass-pipeline='builtin.module(func.func(edge-quantize{layers=narrow:9}))' 2>&1 | FileCheck %s --check-prefix=BITS
// RUN: not edgecc-opt %s -pass-pipeline='builtin.module(func.func(edge-quantize{layers=nobody:4}))' 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// BITS: error: layers: 'narrow:9' is not of the form NAME:BITS, with 0 or 2 to 8 bits
// UNKNOWN: error: layers: no convolution or product 'nobody' has constant weights

// Layers have bits of their own: integers of 2 bits are -1 to 1; 0 bits keep a layer real.
// CHECK-LABEL: func @layers
// CHECK:         edge.constant dense<{{\[\[}}1, 0], [-1, 1]]> : tensor<2x2xi8>
// CHECK:         edge.matmul {{.*}} -> tensor<2x2xi32>
// CHECK:         edge.matmul {{.*}} : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>
func.func @layers(%x: tensor<2x2xf32> {edge.observed = {min = 0.0, max = 1.0}}) -> (tensor<2x2xf32>, tensor<2x2xf32>) {
  %w = edge.constant dense<[[4.0, 0.4], [-3.0, 1.0]]> : tensor<2x2xf32>
  %0 = edge.matmul %x, %w : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32> loc("narrow")
  %1 = edge.matmul %x, %w : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32> loc("real")
  return %0, %1 : tensor<2x2xf32>, tensor<2x2xf32>
}

// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-round-weights{bits=3}))' 2> %t | FileCheck %s
// RUN: FileCheck %s --check-prefix=WARN < %t
// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-round-weights{format=fixed bits=3}))' 2> %t | FileCheck %s --check-prefix=FIXED
// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-round-weights{bits=3 layers=layer:0}))' 2> %t | FileCheck %s --check-prefix=KEPT
// RUN: not edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-round-weights{bits=9}))' 2>&1 | FileCheck %s --check-prefix=BITS
// RUN: not edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-round-weights{format=float}))' 2>&1 | FileCheck %s --check-prefix=FORMAT
// RUN: not edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-round-weights{es=3}))' 2>&1 | FileCheck %s --check-prefix=ES
// RUN: not edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-round-weights{steps=0}))' 2>&1 | FileCheck %s --check-prefix=STEPS

// BITS: error: bits are 0 or a whole number from 3 to 8, but here is 9
// FORMAT: error: format is posit or fixed, but here is 'float'
// ES: error: es is 0, 1 or 2, but here is 3
// STEPS: error: steps are a number from 1 to 64, but here is 0

// Posits of 3 bits, es = 0: 0, 1/2, 1, 2, times 4; integers to 3, times 4, where the half of 2 rounds to even.
// CHECK-LABEL: @rounded
// CHECK: edge.constant dense<{{\[}}[8.000000e+00, -4.000000e+00], [2.000000e+00, 0.000000e+00], [8.000000e+00, -8.000000e+00]]> : tensor<3x2xf32>
// FIXED-LABEL: @rounded
// FIXED: edge.constant dense<{{\[}}[8.000000e+00, -4.000000e+00], [0.000000e+00, 0.000000e+00], [8.000000e+00, -8.000000e+00]]> : tensor<3x2xf32>
// KEPT-LABEL: @rounded
// KEPT: edge.constant dense<{{\[}}[8.000000e+00, -4.000000e+00], [2.{{[0-9e+]*}}, 0.000000e+00], [7.000000e+00, -8.000000e+00]]> : tensor<3x2xf32>
func.func @rounded(%x: tensor<1x3xf32>) -> tensor<1x2xf32> {
  %w = edge.constant dense<[[8.0, -4.0], [2.0, 0.0], [7.0, -8.0]]> : tensor<3x2xf32>
  %0 = edge.matmul %x, %w : tensor<1x3xf32>, tensor<3x2xf32> -> tensor<1x2xf32> loc("layer")
  return %0 : tensor<1x2xf32>
}

// WARN: warning: layer 'layer' has infinite weights or NaN and stays
// CHECK-LABEL: @infinite
// CHECK: edge.constant dense<{{\[}}[1.100000e+00], [0x7F800000]]> : tensor<2x1xf32>
func.func @infinite(%x: tensor<1x2xf32>) -> tensor<1x1xf32> {
  %w = edge.constant dense<[[1.1], [0x7F800000]]> : tensor<2x1xf32>
  %0 = edge.matmul %x, %w : tensor<1x2xf32>, tensor<2x1xf32> -> tensor<1x1xf32> loc("layer")
  return %0 : tensor<1x1xf32>
}

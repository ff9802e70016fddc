// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-prune-channels{amount=0.01 multiple=2}))' | FileCheck %s --check-prefix=TWO
// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-prune-channels{amount=0 multiple=1 layers=first:0.25}))' | FileCheck %s --check-prefix=OWN
// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-prune-channels{amount=0.9 multiple=1}))' 2>&1 | FileCheck %s --check-prefix=MOST
// RUN: not edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-prune-channels{layers=third:0.25}))' 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-prune-channels{amount=1}))' 2>&1 | FileCheck %s --check-prefix=RANGE

// Channels left are a multiple; single layers have their own share; a quarter stays, and a warning says what can be had.
// TWO: edge.matmul {{.*}} -> tensor<4x2xf32>
// OWN: dense<{{\[}}[2.000000e+00, 4.000000e+00, 3.000000e+00]]> : tensor<1x3xf32>
// MOST: warning: edge-prune-channels: no more than 75.0 % of the multiply-accumulates can be removed
// MOST: dense<4.000000e+00> : tensor<1x1xf32>
// UNKNOWN: error: layers: no convolution or product 'third' has constant weights
// RANGE: error: edge-prune-channels: amount is at least 0 and below 1
func.func @options(%x: tensor<4x1xf32>) -> tensor<4x1xf32> {
  %a = edge.constant dense<[[2.0, 1.0, 4.0, 3.0]]> : tensor<1x4xf32>
  %b = edge.constant dense<[[1.0], [2.0], [3.0], [4.0]]> : tensor<4x1xf32>
  %0 = edge.matmul %x, %a : tensor<4x1xf32>, tensor<1x4xf32> -> tensor<4x4xf32> loc("first")
  %1 = edge.matmul %0, %b : tensor<4x4xf32>, tensor<4x1xf32> -> tensor<4x1xf32> loc("second")
  return %1 : tensor<4x1xf32>
}

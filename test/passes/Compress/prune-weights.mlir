// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-prune-weights))' | FileCheck %s
// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-prune-weights{sparsity=0.5 scope=global}))' | FileCheck %s --check-prefix=GLOBAL
// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-prune-weights{granularity=1x2}))' | FileCheck %s --check-prefix=BLOCK
// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-prune-weights{granularity=1:2}))' | FileCheck %s --check-prefix=GROUP
// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-prune-weights{layers=first:0.25,second:0}))' | FileCheck %s --check-prefix=LAYERS
// RUN: not edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-prune-weights{layers=third:0.25}))' 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-prune-weights{layers=first}))' 2>&1 | FileCheck %s --check-prefix=FORM
// RUN: not edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-prune-weights{sparsity=1.5}))' 2>&1 | FileCheck %s --check-prefix=RANGE
// RUN: not edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-prune-weights{granularity=rows}))' 2>&1 | FileCheck %s --check-prefix=UNIT

// UNKNOWN: error: layers: no layer 'third' has constant weights of floating point
// FORM: error: layers: 'first' is not of the form NAME:NUMBER
// RANGE: error: a sparsity is between 0 and 1, but here is 1.5
// UNIT: error: granularity: 'rows' is neither element, nor ROWSxCOLUMNS, nor N:M

// Each layer loses half of its weights, or both together, by size relative to their layer; a bias is no weight.
// CHECK-LABEL: @share_of_each_layer
// CHECK-DAG: dense<{{\[}}[0.000000e+00, 0.000000e+00], [-3.000000e+00, 4.000000e+00]]> : tensor<2x2xf32>
// CHECK-DAG: dense<{{\[}}[1.000000e+02, 0.000000e+00], [0.000000e+00, -9.000000e+01]]> : tensor<2x2xf32>
// CHECK-DAG: dense<[1.000000e-01, 2.000000e-01]> : tensor<2xf32>
// GLOBAL-LABEL: @share_of_each_layer
// GLOBAL-DAG: dense<{{\[}}[0.000000e+00, 0.000000e+00], [-3.000000e+00, 4.000000e+00]]> : tensor<2x2xf32>
// GLOBAL-DAG: dense<{{\[}}[1.000000e+02, 0.000000e+00], [0.000000e+00, -9.000000e+01]]> : tensor<2x2xf32>
// BLOCK-LABEL: @share_of_each_layer
// BLOCK-DAG: dense<{{\[}}[0.000000e+00, 0.000000e+00], [-3.000000e+00, 4.000000e+00]]> : tensor<2x2xf32>
// BLOCK-DAG: dense<{{\[}}[1.000000e+02, 1.000000e+00], [0.000000e+00, 0.000000e+00]]> : tensor<2x2xf32>
// GROUP-LABEL: @share_of_each_layer
// GROUP-DAG: dense<{{\[}}[0.000000e+00, 0.000000e+00], [-3.000000e+00, 4.000000e+00]]> : tensor<2x2xf32>
// GROUP-DAG: dense<{{\[}}[1.000000e+02, 0.000000e+00], [0.000000e+00, -9.000000e+01]]> : tensor<2x2xf32>
// LAYERS-LABEL: @share_of_each_layer
// LAYERS-DAG: dense<{{\[}}[0.000000e+00, 2.000000e+00], [-3.000000e+00, 4.000000e+00]]> : tensor<2x2xf32>
// LAYERS-DAG: dense<{{\[}}[1.000000e+02, 1.000000e+00], [2.000000e+00, -9.000000e+01]]> : tensor<2x2xf32>
func.func @share_of_each_layer(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %w = edge.constant dense<[[1.0, 2.0], [-3.0, 4.0]]> : tensor<2x2xf32>
  %v = edge.constant dense<[[100.0, 1.0], [2.0, -90.0]]> : tensor<2x2xf32>
  %b = edge.constant dense<[0.1, 0.2]> : tensor<2xf32>
  %0 = edge.matmul %x, %w : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32> loc("first")
  %1 = edge.add %0, %b : tensor<1x2xf32>, tensor<2xf32> -> tensor<1x2xf32>
  %2 = edge.matmul %1, %v : tensor<1x2xf32>, tensor<2x2xf32> -> tensor<1x2xf32> loc("second")
  return %2 : tensor<1x2xf32>
}

// Cores whose multiply-add takes one lane of a register (NEON): scalars are loaded as vectors along the reduction.
// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(tensor-form-kernels),memory-bufferize,func.func(memory-plan-arena),kernel-expand{vector-bits=128 registers=32 by-lane=true},canonicalize,cse)' | FileCheck %s
// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(tensor-form-kernels),memory-bufferize,func.func(memory-plan-arena),kernel-expand{vector-bits=128 registers=32 by-lane=false},canonicalize,cse)' | FileCheck %s --check-prefix=SCALAR

// One load brings four steps of a row, each of which multiplies by its own lane.
// CHECK-LABEL: func.func private @by_lane_k0
// CHECK: %[[ROW:.*]] = vector.load %arg0[{{.*}}, vector<4xf32>
// CHECK: vector.extract %[[ROW]][0]
// CHECK: vector.extract %[[ROW]][3]
// CHECK: func.func @by_lane(
// SCALAR-LABEL: func.func private @by_lane_k0
// SCALAR: memref.load %arg0
// SCALAR-NOT: vector.load %arg0
// SCALAR: func.func @by_lane(
func.func @by_lane(%x: tensor<16x64xf32>, %w: tensor<64x16xf32>) -> tensor<16x16xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<16x16xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<16x16xf32>) -> tensor<16x16xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<16x64xf32>, tensor<64x16xf32>) outs(%init : tensor<16x16xf32>) -> tensor<16x16xf32>
  return %0 : tensor<16x16xf32>
}

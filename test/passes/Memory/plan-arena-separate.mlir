// With `separate`, no buffer takes over the place of another, in place or later: arrays of hardware are memories of their own.
// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(tensor-form-kernels),memory-bufferize,func.func(memory-plan-arena{separate}))' | FileCheck %s

// CHECK-LABEL: @elementwise
// CHECK-SAME: memref<128xi8>)
// CHECK-SAME: edge.arena = [{bytes = 32 : i64, {{.*}} offset = 0 : i64}, {bytes = 32 : i64, {{.*}} offset = 64 : i64}]
func.func @elementwise(%x: tensor<8xf32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %0 = linalg.exp ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  %1 = linalg.log ins(%0 : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  %2 = linalg.exp ins(%1 : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  return %2 : tensor<8xf32>
}

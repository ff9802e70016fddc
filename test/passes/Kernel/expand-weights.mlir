// Constant weights are laid out in the order in which the kernel reads them; nothing is packed at run time.
// RUN: edgecc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(tensor-form-kernels),memory-bufferize,func.func(memory-plan-arena),kernel-expand{vector-bits=128 registers=16},canonicalize,cse,symbol-dce)' | FileCheck %s

// Weights that lie with the output channels first in the model are packed so that the channels of one input lie side by
// side: 0.0, 1.0, 2.0, 3.0 where the model has 0.0, 8.0, 1.0, 9.0.
// CHECK: memref.global "private" constant @[[PACKED:.*_packed]] : memref<16xf32> = dense_resource<[[PACKED]]> {alignment = 64 : i64}
// CHECK: func.func private @transposed_k0
// CHECK: vector.load {{.*}} : memref<16xf32>, vector<4xf32>
// CHECK: func.func @transposed(
// CHECK: %[[W:.*]] = memref.get_global @[[PACKED]]
// CHECK: call @transposed_k0({{.*}}%[[W]]
// CHECK: [[PACKED]]: "0x40000000000000000000803F0000004000004040
func.func @transposed(%x: tensor<4x2xf32>) -> tensor<4x8xf32> {
  %w = arith.constant dense<[[0.0, 8.0], [1.0, 9.0], [2.0, 10.0], [3.0, 11.0], [4.0, 12.0], [5.0, 13.0], [6.0, 14.0], [7.0, 15.0]]> : tensor<8x2xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x8xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %w : tensor<4x2xf32>, tensor<8x2xf32>) outs(%init : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %p = arith.mulf %a, %b : f32
    %t = arith.addf %s, %p : f32
    linalg.yield %t : f32
  } -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// -----

// An operand that is no constant keeps its order.
// CHECK-NOT: memref.global
// CHECK-LABEL: func.func @two_inputs(
func.func @two_inputs(%x: tensor<4x2xf32>, %w: tensor<2x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x8xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<4x2xf32>, tensor<2x8xf32>) outs(%init : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

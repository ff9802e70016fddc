// What may be removed: a kernel's effects are reads and writes of its buffers, and none on tensors.
// RUN: edgecc-opt %s --canonicalize | FileCheck %s

// A kernel on tensors whose result nobody uses is dead.
// CHECK-LABEL: @unused_on_tensors
// CHECK-NEXT: return
func.func @unused_on_tensors(%x: tensor<4xf32>, %y: tensor<4xf32>) {
  %r = kernel.compute ins(%x : tensor<4xf32>) outs(%y : tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: tensor<4xf32>, %o: tensor<4xf32>):
    kernel.yield %a : tensor<4xf32>
  }
  return
}

// One on buffers writes memory and stays.
// CHECK-LABEL: @writes_are_kept
// CHECK: kernel.compute
func.func @writes_are_kept(%x: memref<4xf32>, %y: memref<4xf32>) {
  kernel.compute ins(%x : memref<4xf32>) outs(%y : memref<4xf32>) {
  ^bb0(%a: tensor<4xf32>, %o: tensor<4xf32>):
    kernel.yield %a : tensor<4xf32>
  }
  return
}

// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(tensor-form-kernels),memory-bufferize,func.func(memory-plan-arena),kernel-expand,canonicalize)' | FileCheck %s

// Tensors without elements are computed by doing nothing.
// CHECK-LABEL: func.func private @no_elements_k0
// CHECK-NEXT: return
func.func @no_elements(%x: tensor<2x0xf32>) -> tensor<2x0xf32> {
  %e = tensor.empty() : tensor<2x0xf32>
  %0 = linalg.exp ins(%x : tensor<2x0xf32>) outs(%e : tensor<2x0xf32>) -> tensor<2x0xf32>
  return %0 : tensor<2x0xf32>
}

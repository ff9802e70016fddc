// RUN: edgecc-opt %s --pass-pipeline='builtin.module(memory-bufferize,func.func(memory-plan-arena),kernel-expand,canonicalize)' | FileCheck %s

#id = affine_map<(d0) -> (d0)>

// A kernel without points, which tensor-form-kernels would not have made, does nothing.
// CHECK-LABEL: func.func private @no_elements_k0
// CHECK-NEXT: return
func.func @no_elements(%x: tensor<0xf32>) -> tensor<0xf32> {
  %e = tensor.empty() : tensor<0xf32>
  %0 = kernel.compute ins(%x : tensor<0xf32>) outs(%e : tensor<0xf32>) -> tensor<0xf32> {
  ^bb0(%in: tensor<0xf32>, %out: tensor<0xf32>):
    %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
        ins(%in : tensor<0xf32>) outs(%out : tensor<0xf32>) {
    ^bb0(%a: f32, %b: f32):
      %2 = math.exp %a : f32
      linalg.yield %2 : f32
    } -> tensor<0xf32>
    kernel.yield %1 : tensor<0xf32>
  }
  return %0 : tensor<0xf32>
}

// On x86 one conversion rounds to nearest, and packing limits; two vectors go into one store.

// RUN: edgecc %s --name=rounding --mtriple=x86_64-linux-gnu --mcpu=haswell --emit=asm -o - | FileCheck %s

// CHECK-LABEL: rounding_step_0:
// CHECK-NOT:   vroundps
// CHECK:       vcvtps2dq {{.*}}ymm
// CHECK:       vpackssdw
// CHECK:       vpackuswb
// CHECK:       {{vmovdqu.*[xy]mm}}
// CHECK-NOT:   vroundps
// CHECK:       ret
func.func @rounding(%x: tensor<64x64xf32>) -> tensor<64x64xui8> {
  %0 = edge.round %x : tensor<64x64xf32> -> tensor<64x64xf32>
  %1 = edge.cast %0 : tensor<64x64xf32> -> tensor<64x64xui8>
  return %1 : tensor<64x64xui8>
}

// A network may come in layers, the form that the importer makes.
// RUN: edgecc %s --name=layers --compile-to=simplify | FileCheck %s
// RUN: edgecc %s --name=layers --emit=llvm -o - | FileCheck %s --check-prefix=LLVM

// CHECK: func.func @layers(
// CHECK: edge.relu
// LLVM: define {{.*}}@layers_run
func.func @main(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = edge.relu %x : tensor<4x8xf32> -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

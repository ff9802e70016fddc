// A network may come as linalg on tensors; the entry function takes the model's name.
// RUN: edgecc %s --name=blend --compile-to=lower | FileCheck %s
// RUN: edgecc %s --name=blend --compile-to=schedule | FileCheck %s --check-prefix=SCHEDULE
// RUN: rm -rf %t && edgecc %s --name=blend -o %t && ls %t | FileCheck %s --check-prefix=FILES

// Padding and concatenation become fills and insertions, which the kernels beside them write into.
// CHECK: func.func @blend(
// CHECK-NOT: tensor.pad
// CHECK-NOT: tensor.concat
// CHECK: tensor.insert_slice
// SCHEDULE: tensor.extract_slice
// SCHEDULE: kernel.compute {{.*}} outs(%extracted_slice
// FILES: libblend.a
func.func @main(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> tensor<10x8xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x8xf32>
  %0 = linalg.exp ins(%x : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = linalg.exp ins(%y : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  %2 = tensor.concat dim(0) %0, %1 : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<8x8xf32>
  %3 = linalg.log ins(%2 : tensor<8x8xf32>) outs(%2 : tensor<8x8xf32>) -> tensor<8x8xf32>
  %4 = tensor.pad %3 low[1, 0] high[1, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %zero : f32
  } : tensor<8x8xf32> to tensor<10x8xf32>
  return %4 : tensor<10x8xf32>
}

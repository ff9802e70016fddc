// Every form of the dialect's operations: parsed, printed, parsed again.
// RUN: edgecc-opt %s | edgecc-opt | FileCheck %s

// On tensors a kernel has one result per output; the body knows the operands by its own arguments.
// CHECK-LABEL: @on_tensors
// CHECK-SAME: (%[[X:.*]]: tensor<4xf32>, %[[Y:.*]]: tensor<4xf32>)
// CHECK: %[[E:.*]] = tensor.empty() : tensor<4xf32>
// CHECK: %[[R:.*]] = kernel.compute ins(%[[X]], %[[Y]] : tensor<4xf32>, tensor<4xf32>) outs(%[[E]] : tensor<4xf32>) -> tensor<4xf32> {
// CHECK-NEXT: ^bb0(%[[A:.*]]: tensor<4xf32>, %[[B:.*]]: tensor<4xf32>, %[[O:.*]]: tensor<4xf32>):
// CHECK-NEXT: %[[S:.*]] = linalg.add ins(%[[A]], %[[B]] : {{.*}}) outs(%[[O]]
// CHECK-NEXT: kernel.yield %[[S]] : tensor<4xf32>
// CHECK: return %[[R]]
func.func @on_tensors(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %r = kernel.compute ins(%x, %y : tensor<4xf32>, tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: tensor<4xf32>, %b: tensor<4xf32>, %o: tensor<4xf32>):
    %s = linalg.add ins(%a, %b : tensor<4xf32>, tensor<4xf32>) outs(%o : tensor<4xf32>) -> tensor<4xf32>
    kernel.yield %s : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}

// On buffers the same body has no results to give: its outputs are written. Strides are no matter of the body.
// CHECK-LABEL: @on_buffers
// CHECK: kernel.compute ins(%{{.*}} : memref<2x4xf32, strided<[8, 1]>>) outs(%{{.*}} : memref<2x4xf32>) {
// CHECK-NEXT: ^bb0(%{{.*}}: tensor<2x4xf32>, %{{.*}}: tensor<2x4xf32>):
func.func @on_buffers(%x: memref<2x4xf32, strided<[8, 1]>>, %y: memref<2x4xf32>) {
  kernel.compute ins(%x : memref<2x4xf32, strided<[8, 1]>>) outs(%y : memref<2x4xf32>) {
  ^bb0(%a: tensor<2x4xf32>, %o: tensor<2x4xf32>):
    %s = linalg.exp ins(%a : tensor<2x4xf32>) outs(%o : tensor<2x4xf32>) -> tensor<2x4xf32>
    kernel.yield %s : tensor<2x4xf32>
  }
  return
}

// A kernel without inputs fills; one with two outputs yields two tensors; attributes come behind the operands.
// CHECK-LABEL: @two_outputs
// CHECK: kernel.compute ins() outs(%{{.*}}, %{{.*}} : tensor<4xf32>, tensor<4xi32>) attributes {note = "fill"} -> (tensor<4xf32>, tensor<4xi32>)
// CHECK: kernel.yield %{{.*}}, %{{.*}} : tensor<4xf32>, tensor<4xi32>
func.func @two_outputs(%x: tensor<4xf32>, %y: tensor<4xi32>) -> (tensor<4xf32>, tensor<4xi32>) {
  %r:2 = kernel.compute ins() outs(%x, %y : tensor<4xf32>, tensor<4xi32>) attributes {note = "fill"} -> (tensor<4xf32>, tensor<4xi32>) {
  ^bb0(%p: tensor<4xf32>, %q: tensor<4xi32>):
    %zero = arith.constant 0.0 : f32
    %one = arith.constant 1 : i32
    %a = linalg.fill ins(%zero : f32) outs(%p : tensor<4xf32>) -> tensor<4xf32>
    %b = linalg.fill ins(%one : i32) outs(%q : tensor<4xi32>) -> tensor<4xi32>
    kernel.yield %a, %b : tensor<4xf32>, tensor<4xi32>
  }
  return %r#0, %r#1 : tensor<4xf32>, tensor<4xi32>
}

// CHECK-LABEL: @dot
func.func @dot(%sum: vector<8xi32>, %bytes: vector<4xi8>, %w: vector<32xi8>, %shorts: vector<2xi16>, %v: vector<16xi8>) {
  // CHECK: kernel.dot %{{.*}}, %{{.*}}, %{{.*}} {small_pairs, unsigned_group} : vector<8xi32>, vector<4xi8>, vector<32xi8>
  %0 = kernel.dot %sum, %bytes, %w {small_pairs, unsigned_group} : vector<8xi32>, vector<4xi8>, vector<32xi8>
  // CHECK: kernel.dot %{{.*}}, %{{.*}}, %{{.*}} : vector<8xi32>, vector<2xi16>, vector<16xi8>
  %1 = kernel.dot %0, %shorts, %v : vector<8xi32>, vector<2xi16>, vector<16xi8>
  return
}

// CHECK-LABEL: @count_bits
func.func @count_bits(%counts: vector<32xi8>, %byte: i8, %w: vector<32xi8>) -> vector<32xi8> {
  // CHECK: kernel.count_bits %{{.*}}, %{{.*}}, %{{.*}} : vector<32xi8>
  %0 = kernel.count_bits %counts, %byte, %w : vector<32xi8>
  return %0 : vector<32xi8>
}

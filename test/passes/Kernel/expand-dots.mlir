// Products of narrow integers with constant weights, for targets that sum products of neighbours.
// RUN: edgecc-opt %s --pass-pipeline='builtin.module(convert-edge-to-linalg,canonicalize,cse,func.func(tensor-form-kernels),memory-bufferize,func.func(memory-plan-arena),kernel-expand{vector-bits=256 registers=16 dot-bytes=4 dot-shorts=2 dot-unsigned=true},canonicalize,cse)' | FileCheck %s
// RUN: edgecc-opt %s --pass-pipeline='builtin.module(convert-edge-to-linalg,canonicalize,cse,func.func(tensor-form-kernels),memory-bufferize,func.func(memory-plan-arena),kernel-expand{vector-bits=256 registers=16},canonicalize,cse)' | FileCheck %s --check-prefix=NONE

// Nine bytes are two groups of four and one more, which begins three bytes early and stays inside the row. No weight is
// larger than 64, so that pairs are small.
// CHECK-LABEL: func.func private @bytes_k0
// CHECK-SAME: memref<18xi8>, {{.*}} memref<96xi8>
// CHECK: %[[FIRST:.*]] = vector.load %arg0[%arg1] : memref<18xi8>, vector<4xi8>
// CHECK: vector.load %arg2[%arg3] : memref<96xi8>, vector<32xi8>
// CHECK: kernel.dot {{.*}}, %[[FIRST]], {{.*}} {small_pairs, unsigned_group} : vector<8xi32>, vector<4xi8>, vector<32xi8>
// CHECK: %[[FIVE:.*]] = arith.addi %arg1, %c5
// CHECK: vector.load %arg0[%[[FIVE]]] : memref<18xi8>, vector<4xi8>
// CHECK: func.func @bytes(
// NONE-LABEL: func.func private @bytes_k0
// NONE-NOT: kernel.dot
// NONE: arith.extsi {{.*}} : vector<8xi8> to vector<8xi32>
// NONE: func.func @bytes(
func.func @bytes(%x: tensor<2x9xui8>) -> tensor<2x8xi32> {
  %w = edge.constant dense<64> : tensor<9x8xi8>
  %0 = edge.matmul %x, %w : tensor<2x9xui8>, tensor<9x8xi8> -> tensor<2x8xi32>
  return %0 : tensor<2x8xi32>
}

// A row that is shorter than a group is read element by element.
// CHECK-LABEL: func.func private @short_k1
// CHECK-COUNT-3: memref.load %arg0
// CHECK: %[[GROUP:.*]] = vector.from_elements {{.*}} : vector<4xi8>
// CHECK: kernel.dot {{.*}}, %[[GROUP]], {{.*}} : vector<8xi32>, vector<4xi8>, vector<32xi8>
// CHECK: func.func @short(
func.func @short(%x: tensor<2x3xi8>) -> tensor<2x8xi32> {
  %w = edge.constant dense<-128> : tensor<3x8xi8>
  %0 = edge.matmul %x, %w : tensor<2x3xi8>, tensor<3x8xi8> -> tensor<2x8xi32>
  return %0 : tensor<2x8xi32>
}

// Integers of 16 bits come in groups of two.
// CHECK-LABEL: func.func private @shorts_k2
// CHECK: kernel.dot {{.*}} : vector<8xi32>, vector<2xi16>, vector<16xi8>
// CHECK: func.func @shorts(
func.func @shorts(%x: tensor<2x4xi16>) -> tensor<2x8xi32> {
  %w = edge.constant dense<1> : tensor<4x8xi8>
  %0 = edge.matmul %x, %w : tensor<2x4xi16>, tensor<4x8xi8> -> tensor<2x8xi32>
  return %0 : tensor<2x8xi32>
}

// Neither weights that are computed nor single channels make groups.
// CHECK-LABEL: func.func private @computed_k3
// CHECK-NOT: kernel.dot
// CHECK: func.func @computed(
// CHECK-NOT: kernel.dot
func.func @computed(%x: tensor<2x8xi8>, %w: tensor<8x8xi8>) -> tensor<2x8xi32> {
  %0 = edge.matmul %x, %w : tensor<2x8xi8>, tensor<8x8xi8> -> tensor<2x8xi32>
  return %0 : tensor<2x8xi32>
}

func.func @depthwise(%x: tensor<1x8x16xi8>) -> tensor<1x6x16xi32> {
  %w = edge.constant dense<3> : tensor<3x1x16xi8>
  %0 = edge.conv %x, %w strides [1] dilations [1] pads [0, 0] group 16 : tensor<1x8x16xi8>, tensor<3x1x16xi8> -> tensor<1x6x16xi32>
  return %0 : tensor<1x6x16xi32>
}

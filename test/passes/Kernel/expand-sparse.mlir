// Products skip blocks of zero weights: a step of the reduction by the lanes of a vector.
// RUN: edgecc-opt %s --split-input-file --pass-pipeline='builtin.module(convert-edge-to-linalg,canonicalize,cse,func.func(tensor-form-kernels),memory-bufferize,func.func(memory-plan-arena),kernel-expand{vector-bits=128 registers=16 dot-bytes=4 skip-zeros=true},canonicalize,cse,symbol-dce)' | FileCheck %s

// Of eight inputs the first four output channels take inputs 1 and 6, the others input 2; both panels, of four lanes, have
// their steps in the table: panel 0 from step 0, panel 1 from step 2 up to 3, then the places of the activations.
// CHECK-DAG: @[[WEIGHTS:.*_packed]] : memref<12xf32>
// CHECK-DAG: @[[STEPS:.*_steps]] : memref<6xi32>
// CHECK: func.func private @blocks_k0(%[[X:[a-z0-9]+]]: memref<64xf32>, %[[X0:[a-z0-9]+]]: index, %[[W:[a-z0-9]+]]: memref<12xf32>, %{{.*}}, %[[T:[a-z0-9]+]]: memref<6xi32>, %{{.*}}: index)
// CHECK: %[[FIRST:.*]] = arith.index_castui {{.*}} : i32 to index
// CHECK: %[[LAST:.*]] = arith.index_castui {{.*}} : i32 to index
// CHECK: scf.for %{{.*}} = %[[FIRST]] to %[[LAST]] step %{{.*}} iter_args
// CHECK: %[[PLACE:.*]] = memref.load %[[T]]
// CHECK: %[[OFFSET:.*]] = arith.index_castui %[[PLACE]]
// CHECK: memref.load %[[X]]
// CHECK: vector.load %[[W]]
// CHECK: func.func @blocks(
// CHECK: edge.step = {bytes = {{[0-9]+}} : i64, macs = 96 : i64
// CHECK: [[STEPS]]: "0x40000000000000000200000003000000010000000600000002000000"
func.func @blocks(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %w = edge.constant dense<[[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], [1.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [0.0, 0.0, 0.0, 0.0, 3.0, 0.0, 4.0, 5.0], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [0.0, -0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 6.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]> : tensor<8x8xf32>
  %0 = edge.matmul %x, %w : tensor<8x8xf32>, tensor<8x8xf32> -> tensor<8x8xf32>
  return %0 : tensor<8x8xf32>
}

// -----

// Few zeros are multiplied.
// CHECK-LABEL: func.func private @dense_k0
// CHECK-NOT: i32
// CHECK: func.func @dense(
func.func @dense(%x: tensor<8x4xf32>) -> tensor<8x4xf32> {
  %w = edge.constant dense<[[1.0, 2.0, 3.0, 4.0], [0.0, 0.0, 0.0, 0.0], [1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0]]> : tensor<4x4xf32>
  %0 = edge.matmul %x, %w : tensor<8x4xf32>, tensor<4x4xf32> -> tensor<8x4xf32>
  return %0 : tensor<8x4xf32>
}

// -----

// The groups of dot products are blocks too. The last one of ten inputs begins at the sixth: of the two that are left
// the places are 0 and 6.
// CHECK: @[[STEPS:.*_steps]] : memref<4xi32>
// CHECK-LABEL: func.func private @groups_k0
// CHECK: scf.for
// CHECK: kernel.dot
// CHECK-NOT: kernel.dot {{.*}}vector<8xi8>
// CHECK: func.func @groups(
// CHECK: [[STEPS]]: "0x4000000000000000020000000000000006000000"
func.func @groups(%x: tensor<1x10xi8>) -> tensor<1x4xi32> {
  %w = edge.constant dense<[[1, 2, 3, 4], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0],
    [0, 0, 0, 0], [0, 0, 0, 0], [5, 6, 7, 8]]> : tensor<10x4xi8>
  %0 = edge.matmul %x, %w : tensor<1x10xi8>, tensor<10x4xi8> -> tensor<1x4xi32>
  return %0 : tensor<1x4xi32>
}

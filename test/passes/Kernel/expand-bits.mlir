// Products of bits count in lanes of 8 bits: 31 bytes at most before the counts are added to sums of 32 bits.
// RUN: edgecc-opt %s --pass-pipeline='builtin.module(convert-edge-to-linalg,canonicalize,cse,func.func(tensor-form-kernels),memory-bufferize,func.func(memory-plan-arena),kernel-expand{vector-bits=256 registers=16 count-bits=true},canonicalize,cse)' | FileCheck %s

// 64 bytes are two blocks of 22 and one of 20. A tile is 4 rows of 2 vectors.
// CHECK-LABEL: func.func private @blocks_k0
// CHECK-DAG: %[[BLOCK:.*]] = arith.constant 22 : index
// CHECK-DAG: %[[WHOLE:.*]] = arith.constant 44 : index
// CHECK: scf.for %{{.*}} = %{{.*}} to %[[WHOLE]] step %[[BLOCK]] iter_args({{.*}}) -> (vector<32xi32>
// CHECK: scf.for %{{.*}} = %{{.*}} to %[[BLOCK]] {{.*}} -> (vector<32xi8>
// CHECK-COUNT-8: kernel.count_bits {{.*}} : vector<32xi8>
// CHECK: scf.yield
// CHECK-COUNT-8: arith.extui {{.*}} : vector<32xi8> to vector<32xi32>
// CHECK: scf.yield
// CHECK: scf.for %{{.*}} = %{{.*}} to %c20
// CHECK: func.func @blocks(
func.func @blocks(%x: tensor<8x64xi8>) -> tensor<8x64xi32> {
  %w = edge.constant dense<5> : tensor<64x64xi8>
  %0 = edge.matmul %x, %w {bits} : tensor<8x64xi8>, tensor<64x64xi8> -> tensor<8x64xi32>
  return %0 : tensor<8x64xi32>
}

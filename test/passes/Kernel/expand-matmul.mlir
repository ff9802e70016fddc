// Products of matrices: the register tile, its remainders, packed weights. AVX2 has 16 registers of 256 bits.
// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(tensor-form-kernels),memory-bufferize,func.func(memory-plan-arena),kernel-expand{vector-bits=256 registers=16},canonicalize,cse)' | FileCheck %s

// The tile is 6 rows of 2 vectors: 12 accumulators, 2 vectors of weights and a broadcast fit 16 registers. Nothing is
// stored before the whole reduction is done.
// CHECK-LABEL: func.func private @tile_k{{[0-9]+}}
// CHECK: scf.for
// CHECK: scf.for {{.*}} iter_args
// CHECK-NOT: vector.store
// CHECK: scf.yield
// CHECK-COUNT-12: vector.store {{.*}}, vector<8xf32>
// CHECK-NOT: vector.store
// CHECK: func.func @tile(
func.func @tile(%x: tensor<18x64xf32>, %w: tensor<64x16xf32>) -> tensor<18x16xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<18x16xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<18x16xf32>) -> tensor<18x16xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<18x64xf32>, tensor<64x16xf32>) outs(%init : tensor<18x16xf32>) -> tensor<18x16xf32>
  return %0 : tensor<18x16xf32>
}

// The activation is applied to the accumulators, before the only store.
// CHECK-LABEL: func.func private @epilogue_k{{[0-9]+}}
// CHECK: scf.yield
// CHECK: arith.maximumf {{.*}} : vector<8xf32>
// CHECK: vector.store
// CHECK-LABEL: func.func @epilogue(
func.func @epilogue(%x: tensor<18x64xf32>, %w: tensor<64x16xf32>) -> tensor<18x16xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<18x16xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<18x16xf32>) -> tensor<18x16xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<18x64xf32>, tensor<64x16xf32>) outs(%init : tensor<18x16xf32>) -> tensor<18x16xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]} ins(%0 : tensor<18x16xf32>) outs(%e : tensor<18x16xf32>) {
  ^bb0(%a: f32, %o: f32):
    %r = arith.maximumf %a, %zero : f32
    linalg.yield %r : f32
  } -> tensor<18x16xf32>
  return %1 : tensor<18x16xf32>
}

// 19 rows are three tiles and one row, which has a loop nest of its own: the tiles have no condition in them.
// CHECK-LABEL: func.func private @row_remainder_k{{[0-9]+}}
// CHECK-NOT: scf.if
// CHECK: scf.yield
// CHECK: vector.store
// CHECK: scf.for {{.*}} iter_args
// CHECK: scf.yield
// CHECK: vector.store
// CHECK-LABEL: func.func @row_remainder(
func.func @row_remainder(%x: tensor<19x64xf32>, %w: tensor<64x16xf32>) -> tensor<19x16xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<19x16xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<19x16xf32>) -> tensor<19x16xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<19x64xf32>, tensor<64x16xf32>) outs(%init : tensor<19x16xf32>) -> tensor<19x16xf32>
  return %0 : tensor<19x16xf32>
}

// 22 columns are 16, 4 and 2: what is left of a vector is split into powers of two and no element is touched twice.
// CHECK-LABEL: func.func private @column_remainder_k{{[0-9]+}}
// CHECK-NOT: scf.if
// CHECK: vector.store {{.*}}, vector<8xf32>
// CHECK: vector.store {{.*}}, vector<4xf32>
// CHECK: vector.store {{.*}}, vector<2xf32>
// CHECK-LABEL: func.func @column_remainder(
func.func @column_remainder(%x: tensor<6x64xf32>, %w: tensor<64x22xf32>) -> tensor<6x22xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<6x22xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<6x22xf32>) -> tensor<6x22xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<6x64xf32>, tensor<64x22xf32>) outs(%init : tensor<6x22xf32>) -> tensor<6x22xf32>
  return %0 : tensor<6x22xf32>
}

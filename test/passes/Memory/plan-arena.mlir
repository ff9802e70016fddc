// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(tensor-form-kernels),memory-bufferize,func.func(memory-plan-arena))' | FileCheck %s

#id = affine_map<(d0) -> (d0)>
#id2 = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d0, 0)>

// Results become arguments behind the inputs, the arena comes last; a buffer that is returned whole needs no copy.
// CHECK-LABEL: @result_is_an_argument
// CHECK-SAME: (%[[X:.*]]: memref<8xf32>, %[[RESULT:.*]]: memref<8xf32>, %{{.*}}: memref<0xi8>)
// CHECK-SAME: edge.arena = [], edge.arena_bytes = 0 : i64, edge.arena_lower_bound = 0 : i64
// CHECK: %[[OUT:.*]] = memref.reinterpret_cast %[[RESULT]]
// CHECK: kernel.compute ins(%[[X]] : {{.*}}) outs(%[[OUT]] :
// CHECK-NOT: kernel.compute
// CHECK: return{{$}}
func.func @result_is_an_argument(%x: tensor<8xf32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %0 = linalg.exp ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  return %0 : tensor<8xf32>
}

// A tensor that is returned twice is computed into the first result and copied to the second.
// CHECK-LABEL: @returned_twice
// CHECK-SAME: (%[[X:.*]]: memref<8xf32>, %[[FIRST:.*]]: memref<8xf32>, %[[SECOND:.*]]: memref<8xf32>, %{{.*}}: memref<0xi8>)
// CHECK: %[[OUT:.*]] = memref.reinterpret_cast %[[FIRST]]
// CHECK: kernel.compute ins(%[[X]] : {{.*}}) outs(%[[OUT]] :
// CHECK: kernel.compute ins(%[[OUT]] : {{.*}}) outs(%[[SECOND]] :
func.func @returned_twice(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>) {
  %e = tensor.empty() : tensor<8xf32>
  %0 = linalg.exp ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  return %0, %0 : tensor<8xf32>, tensor<8xf32>
}

// An input that is returned is copied; copies are kernels, so that nothing calls a library.
// CHECK-LABEL: @returned_input
// CHECK-SAME: (%[[X:.*]]: memref<8xf32>, %[[RESULT:.*]]: memref<8xf32>,
// CHECK-NOT: memref.copy
// CHECK: kernel.compute ins(%[[X]] : {{.*}}) outs(%[[RESULT]] :
func.func @returned_input(%x: tensor<8xf32>) -> tensor<8xf32> {
  return %x : tensor<8xf32>
}

// Elementwise work writes over its dying input: two intermediates, one place.
// CHECK-LABEL: @elementwise_in_place
// CHECK-SAME: %[[ARENA:[a-z0-9]*]]: memref<64xi8>)
// CHECK-SAME: edge.arena = [{bytes = 32 : i64, {{.*}} offset = 0 : i64}, {bytes = 32 : i64, {{.*}} offset = 0 : i64}]
// CHECK-SAME: edge.arena_bytes = 64 : i64, edge.arena_lower_bound = 64 : i64
func.func @elementwise_in_place(%x: tensor<8xf32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %0 = linalg.exp ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  %1 = linalg.log ins(%0 : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  %2 = linalg.exp ins(%1 : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  return %2 : tensor<8xf32>
}

// A transpose reads other elements than it writes, so that it needs a second place.
// CHECK-LABEL: @transpose_is_not_in_place
// CHECK-SAME: edge.arena_bytes = 128 : i64, edge.arena_lower_bound = 128 : i64
func.func @transpose_is_not_in_place(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %e = tensor.empty() : tensor<4x4xf32>
  %0 = linalg.exp ins(%x : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = linalg.transpose ins(%0 : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) permutation = [1, 0]
  %2 = linalg.exp ins(%1 : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %2 : tensor<4x4xf32>
}

// A matrix product reads its rows many times; only what its epilogue adds may be written over.
// CHECK-LABEL: @residual_in_place_of_epilogue
// CHECK-SAME: edge.arena_bytes = 128 : i64, edge.arena_lower_bound = 128 : i64
func.func @residual_in_place_of_epilogue(%x: tensor<4x4xf32>, %w: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x4xf32>
  %residual = linalg.exp ins(%x : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
  %rows = linalg.log ins(%x : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
  %0 = linalg.matmul ins(%rows, %w : tensor<4x4xf32>, tensor<4x4xf32>) outs(%init : tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = linalg.add ins(%0, %residual : tensor<4x4xf32>, tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
  %2 = linalg.transpose ins(%1 : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) permutation = [1, 0]
  return %2 : tensor<4x4xf32>
}

// An input that is also read elsewhere through a view cannot be written over: the column would change under its readers.
// CHECK-LABEL: @view_of_the_same_buffer_forbids_reuse
// CHECK-SAME: edge.arena_bytes = 128 : i64
func.func @view_of_the_same_buffer_forbids_reuse(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %e = tensor.empty() : tensor<4x4xf32>
  %0 = linalg.exp ins(%x : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
  %first = tensor.extract_slice %0[0, 0] [4, 1] [1, 1] : tensor<4x4xf32> to tensor<4x1xf32>
  %1 = linalg.generic {indexing_maps = [#id2, #column, #id2], iterator_types = ["parallel", "parallel"]} ins(%0, %first : tensor<4x4xf32>, tensor<4x1xf32>) outs(%e : tensor<4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.subf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<4x4xf32>
  %2 = linalg.transpose ins(%1 : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) permutation = [1, 0]
  return %2 : tensor<4x4xf32>
}

// The same holds for what two outputs of one kernel might take over: only one of them does.
// CHECK-LABEL: @one_output_takes_over
// CHECK-SAME: edge.arena_bytes = 128 : i64
func.func @one_output_takes_over(%x: tensor<8xf32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %0 = linalg.exp ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  %1:2 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]} ins(%0 : tensor<8xf32>) outs(%e, %e : tensor<8xf32>, tensor<8xf32>) {
  ^bb0(%a: f32, %o: f32, %p: f32):
    %m = arith.negf %a : f32
    %n = math.log %a : f32
    linalg.yield %m, %n : f32, f32
  } -> (tensor<8xf32>, tensor<8xf32>)
  %2 = linalg.exp ins(%1#1 : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  return %2 : tensor<8xf32>
}

// What a kernel computed in its place in a larger buffer is not copied onto itself.
// CHECK-LABEL: @no_copy_of_a_slice_onto_itself
// CHECK-COUNT-2: kernel.compute
// CHECK-NOT: kernel.compute
// CHECK: return
func.func @no_copy_of_a_slice_onto_itself(%x: tensor<4xf32>) -> tensor<8xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<8xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  %slice = tensor.extract_slice %zeros[4] [4] [1] : tensor<8xf32> to tensor<4xf32>
  %r = kernel.compute ins(%x : tensor<4xf32>) outs(%slice : tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: tensor<4xf32>, %o: tensor<4xf32>):
    %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%a : tensor<4xf32>) outs(%o : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %v = math.exp %in : f32
      linalg.yield %v : f32
    } -> tensor<4xf32>
    kernel.yield %s : tensor<4xf32>
  }
  %w = tensor.insert_slice %r into %zeros[4] [4] [1] : tensor<4xf32> into tensor<8xf32>
  return %w : tensor<8xf32>
}

// A buffer that a loop touches is one buffer for all its iterations.
// CHECK-LABEL: @allocations_leave_loops
// CHECK-SAME: edge.arena_bytes = 128 : i64
// CHECK: memref.view
// CHECK: scf.for
// CHECK-NOT: memref.alloc
func.func @allocations_leave_loops(%x: tensor<8xf32>) -> tensor<8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %r = scf.for %i = %c0 to %c3 step %c1 iter_args(%state = %x) -> tensor<8xf32> {
    %e = tensor.empty() : tensor<8xf32>
    %next = linalg.exp ins(%state : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
    scf.yield %next : tensor<8xf32>
  }
  return %r : tensor<8xf32>
}

// Nothing is copied to a result without elements, and its argument is flat.
// CHECK-LABEL: func.func @result_without_elements
// CHECK-SAME: memref<2x3xf32>, %{{.*}}: memref<0xf32>, %{{.*}}: memref<0xi8>)
// CHECK-NOT: kernel.compute
// CHECK: return{{$}}
func.func @result_without_elements(%x: tensor<2x3xf32>) -> tensor<2x0xf32> {
  %0 = tensor.empty() : tensor<2x0xf32>
  return %0 : tensor<2x0xf32>
}

// RUN: edgecc-opt %s --memory-bufferize --cse | FileCheck %s

#id = affine_map<(d0) -> (d0)>

// The operands of a kernel become buffers; its body still speaks of tensors.
// CHECK-LABEL: @operands_become_buffers
// CHECK-SAME: %[[X:.*]]: memref<8xf32>)
// CHECK: %[[OUT:.*]] = memref.alloc() {alignment = 64 : i64} : memref<8xf32>
// CHECK: kernel.compute ins(%[[X]] : memref<8xf32>) outs(%[[OUT]] : memref<8xf32>) {
// CHECK-NEXT: ^bb0(%{{.*}}: tensor<8xf32>, %{{.*}}: tensor<8xf32>):
// CHECK: kernel.yield %{{.*}} : tensor<8xf32>
// CHECK: return %[[OUT]] : memref<8xf32>
func.func @operands_become_buffers(%x: tensor<8xf32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %r = kernel.compute ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32> {
  ^bb0(%a: tensor<8xf32>, %o: tensor<8xf32>):
    %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%a : tensor<8xf32>) outs(%o : tensor<8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %v = math.exp %in : f32
      linalg.yield %v : f32
    } -> tensor<8xf32>
    kernel.yield %s : tensor<8xf32>
  }
  return %r : tensor<8xf32>
}

// A kernel that was given a slice as its output writes there. What is left is a copy of the slice onto itself, which
// memory-plan-arena drops.
// CHECK-LABEL: @slice_is_written_in_place
// CHECK: %[[WHOLE:.*]] = memref.alloc() {{.*}} : memref<8xf32>
// CHECK: %[[SLICE:.*]] = memref.subview %[[WHOLE]][4] [4] [1]
// CHECK: kernel.compute {{.*}} outs(%[[SLICE]] : memref<4xf32, strided<[1], offset: 4>>)
// CHECK-NEXT: ^bb0
// CHECK-NEXT: kernel.yield
// CHECK-NEXT: }
// CHECK-NEXT: memref.copy %[[SLICE]], %[[SLICE]]
// CHECK: return %[[WHOLE]]
func.func @slice_is_written_in_place(%x: tensor<4xf32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %slice = tensor.extract_slice %e[4] [4] [1] : tensor<8xf32> to tensor<4xf32>
  %r = kernel.compute ins(%x : tensor<4xf32>) outs(%slice : tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: tensor<4xf32>, %o: tensor<4xf32>):
    kernel.yield %a : tensor<4xf32>
  }
  %w = tensor.insert_slice %r into %e[4] [4] [1] : tensor<4xf32> into tensor<8xf32>
  return %w : tensor<8xf32>
}

// Inputs of the model are read only: what would be written into one is copied first.
// CHECK-LABEL: @arguments_are_not_written
// CHECK-SAME: %[[X:.*]]: memref<4xf32>)
// CHECK: %[[OWN:.*]] = memref.alloc()
// CHECK: memref.copy %[[X]], %[[OWN]]
// CHECK: kernel.compute ins() outs(%[[OWN]] :
func.func @arguments_are_not_written(%x: tensor<4xf32>) -> tensor<4xf32> {
  %r = kernel.compute ins() outs(%x : tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%o: tensor<4xf32>):
    %s = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel"]} outs(%o : tensor<4xf32>) {
    ^bb0(%out: f32):
      %v = math.exp %out : f32
      linalg.yield %v : f32
    } -> tensor<4xf32>
    kernel.yield %s : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}

// A loop carries a tensor in one buffer: what an iteration computes elsewhere is copied there at its end.
// CHECK-LABEL: @loop_carries_one_buffer
// CHECK: %[[CARRIED:.*]] = scf.for {{.*}} iter_args(%[[STATE:.*]] = %{{.*}})
// CHECK: kernel.compute ins(%[[STATE]] :
// CHECK: memref.copy %{{.*}}, %[[STATE]]
// CHECK: scf.yield %[[STATE]]
func.func @loop_carries_one_buffer(%x: tensor<4xf32>) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %r = scf.for %i = %c0 to %c3 step %c1 iter_args(%state = %x) -> tensor<4xf32> {
    %e = tensor.empty() : tensor<4xf32>
    %next = kernel.compute ins(%state : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32> {
    ^bb0(%a: tensor<4xf32>, %o: tensor<4xf32>):
      kernel.yield %a : tensor<4xf32>
    }
    scf.yield %next : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}

// RUN: edgecc-opt %s --memory-fill-borders=least-bytes=1 --split-input-file | FileCheck %s
// RUN: edgecc-opt %s --memory-fill-borders --split-input-file | FileCheck %s --check-prefix=SMALL

// Fills of a few bytes are not worth more kernels.
// SMALL-NOT: memref.reinterpret_cast

#none = affine_map<(d0, d1, d2, d3) -> ()>
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// Padded by one on each side, the border is what lies before and behind the box, two equal runs, and the gaps between
// its rows.
// CHECK-LABEL: @symmetric_padding
// CHECK: %[[B:.*]] = memref.alloc() : memref<1x6x7x2xf32>
// CHECK: %[[ENDS:.*]] = memref.reinterpret_cast %[[B]] to offset: [0], sizes: [1, 2, 16], strides: [84, 68, 1]
// CHECK: kernel.compute ins() outs(%[[ENDS]] : memref<1x2x16xf32, strided<[84, 68, 1]>>)
// CHECK: linalg.generic {{.*}} ins(%{{.*}} : f32) outs(%{{.*}} : tensor<1x2x16xf32>)
// CHECK: %[[GAPS:.*]] = memref.reinterpret_cast %[[B]] to offset: [26], sizes: [1, 3, 4], strides: [84, 14, 1]
// CHECK: kernel.compute ins() outs(%[[GAPS]]
// CHECK-NOT: kernel.compute ins() outs(%[[B]]
func.func @symmetric_padding(%x: memref<1x4x5x2xf32>) -> memref<1x6x7x2xf32> {
  %b = memref.alloc() : memref<1x6x7x2xf32>
  kernel.compute ins() outs(%b : memref<1x6x7x2xf32>) {
  ^bb0(%o: tensor<1x6x7x2xf32>):
    %zero = arith.constant 0.0 : f32
    %e = tensor.empty() : tensor<1x6x7x2xf32>
    %f = linalg.generic {indexing_maps = [#none, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%zero : f32) outs(%e : tensor<1x6x7x2xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x6x7x2xf32>
    kernel.yield %f : tensor<1x6x7x2xf32>
  }
  %inside = memref.subview %b[0, 1, 1, 0] [1, 4, 5, 2] [1, 1, 1, 1] : memref<1x6x7x2xf32> to memref<1x4x5x2xf32, strided<[84, 14, 2, 1], offset: 16>>
  kernel.compute ins(%x : memref<1x4x5x2xf32>) outs(%inside : memref<1x4x5x2xf32, strided<[84, 14, 2, 1], offset: 16>>) {
  ^bb0(%i: tensor<1x4x5x2xf32>, %o: tensor<1x4x5x2xf32>):
    %e = tensor.empty() : tensor<1x4x5x2xf32>
    %f = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%i : tensor<1x4x5x2xf32>) outs(%e : tensor<1x4x5x2xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x4x5x2xf32>
    kernel.yield %f : tensor<1x4x5x2xf32>
  }
  return %b : memref<1x6x7x2xf32>
}

// -----

#none = affine_map<(d0, d1) -> ()>
#id = affine_map<(d0, d1) -> (d0, d1)>

// Padded at the end of its rows only: one set of runs.
// CHECK-LABEL: @padding_behind_rows
// CHECK: %[[B:.*]] = memref.alloc() : memref<3x8xf32>
// CHECK: memref.reinterpret_cast %[[B]] to offset: [5], sizes: [3, 3], strides: [8, 1]
// CHECK: kernel.compute ins() outs
// CHECK: kernel.compute ins(%{{.*}})
func.func @padding_behind_rows(%x: memref<3x5xf32>) -> memref<3x8xf32> {
  %b = memref.alloc() : memref<3x8xf32>
  kernel.compute ins() outs(%b : memref<3x8xf32>) {
  ^bb0(%o: tensor<3x8xf32>):
    %zero = arith.constant 0.0 : f32
    %e = tensor.empty() : tensor<3x8xf32>
    %f = linalg.generic {indexing_maps = [#none, #id], iterator_types = ["parallel", "parallel"]} ins(%zero : f32) outs(%e : tensor<3x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<3x8xf32>
    kernel.yield %f : tensor<3x8xf32>
  }
  %inside = memref.subview %b[0, 0] [3, 5] [1, 1] : memref<3x8xf32> to memref<3x5xf32, strided<[8, 1]>>
  kernel.compute ins(%x : memref<3x5xf32>) outs(%inside : memref<3x5xf32, strided<[8, 1]>>) {
  ^bb0(%i: tensor<3x5xf32>, %o: tensor<3x5xf32>):
    %e = tensor.empty() : tensor<3x5xf32>
    %f = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%i : tensor<3x5xf32>) outs(%e : tensor<3x5xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<3x5xf32>
    kernel.yield %f : tensor<3x5xf32>
  }
  return %b : memref<3x8xf32>
}

// -----

#none = affine_map<(d0, d1) -> ()>
#id = affine_map<(d0, d1) -> (d0, d1)>

// The next kernel reads the filled buffer: all of it is filled.
// CHECK-LABEL: @filled_buffer_is_read
// CHECK-NOT: memref.reinterpret_cast
// CHECK: kernel.compute ins() outs(%{{.*}} : memref<3x8xf32>)
func.func @filled_buffer_is_read() -> (memref<3x8xf32>, memref<3x8xf32>) {
  %b = memref.alloc() : memref<3x8xf32>
  %c = memref.alloc() : memref<3x8xf32>
  kernel.compute ins() outs(%b : memref<3x8xf32>) {
  ^bb0(%o: tensor<3x8xf32>):
    %zero = arith.constant 0.0 : f32
    %e = tensor.empty() : tensor<3x8xf32>
    %f = linalg.generic {indexing_maps = [#none, #id], iterator_types = ["parallel", "parallel"]} ins(%zero : f32) outs(%e : tensor<3x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<3x8xf32>
    kernel.yield %f : tensor<3x8xf32>
  }
  kernel.compute ins(%b : memref<3x8xf32>) outs(%c : memref<3x8xf32>) {
  ^bb0(%i: tensor<3x8xf32>, %o: tensor<3x8xf32>):
    %e = tensor.empty() : tensor<3x8xf32>
    %f = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%i : tensor<3x8xf32>) outs(%e : tensor<3x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<3x8xf32>
    kernel.yield %f : tensor<3x8xf32>
  }
  return %b, %c : memref<3x8xf32>, memref<3x8xf32>
}

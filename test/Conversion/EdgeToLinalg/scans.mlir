// RUN: edgecc-opt %s --convert-edge-to-linalg --canonicalize | FileCheck %s
// RUN: edgecc-opt %s --convert-edge-to-linalg --canonicalize --one-shot-bufferize="bufferize-function-boundaries" \
// RUN:   | FileCheck %s --check-prefix=BUFFERS

// CHECK-DAG: #[[READ:.+]] = affine_map<(d0, d1, d2) -> (d0, d2, d1)>

// Value and index are found in one walk.
// CHECK-LABEL: @arg_reduce
func.func @arg_reduce(%x: tensor<4x5x6xf32>) -> tensor<4x6xi64> {
  // CHECK: linalg.generic {indexing_maps = [#[[READ]], #{{.+}}, #{{.+}}], iterator_types = ["parallel", "parallel", "reduction"]}
  // CHECK-SAME: outs(%{{.+}}, %{{.+}} : tensor<4x6xf32>, tensor<4x6xi64>)
  %0 = edge.arg_reduce %x axis 1 largest true select_last false : tensor<4x5x6xf32> -> tensor<4x6xi64>
  return %0 : tensor<4x6xi64>
}

// A loop along the axis adds whole slices.
// CHECK-LABEL: @cum_sum
func.func @cum_sum(%x: tensor<4x5x6xf32>) -> tensor<4x5x6xf32> {
  // CHECK: scf.for {{.*}} -> (tensor<4x5x6xf32>)
  // CHECK: linalg.generic {{.*}} outs(%{{.+}} : tensor<4x1x6xf32>)
  // CHECK: tensor.insert_slice %{{.+}} into %{{.+}}[0, %{{.+}}, 0] [4, 1, 6]
  %0 = edge.cum_sum %x axis 1 exclusive false reverse false : tensor<4x5x6xf32> -> tensor<4x5x6xf32>
  return %0 : tensor<4x5x6xf32>
}

// The loops write one buffer of indices in place; values are read at the end.
// CHECK-LABEL: @top_k
// BUFFERS-LABEL: @top_k
func.func @top_k(%x: tensor<4x50xf32>) -> (tensor<4x3xf32>, tensor<4x3xi64>) {
  // BUFFERS-COUNT-2: memref.alloc
  // BUFFERS-NOT: memref.alloc
  // BUFFERS-NOT: memref.copy
  // CHECK-COUNT-3: scf.for
  // CHECK-NOT: scf.if
  // CHECK: linalg.generic
  // CHECK: tensor.extract
  %0, %1 = edge.top_k %x k 3 axis 1 largest true : tensor<4x50xf32> -> tensor<4x3xf32>, tensor<4x3xi64>
  return %0, %1 : tensor<4x3xf32>, tensor<4x3xi64>
}

// RUN: edgecc-opt %s --convert-edge-to-linalg --canonicalize | FileCheck %s

// CHECK-DAG: #[[READ:.+]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1 * 2 + d4, d2 * 2 + d5 * 2, d3)>
// CHECK-DAG: #[[WINDOW:.+]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d4, d5)>
// CHECK-DAG: #[[ROWS:.+]] = affine_map<(d0, d1, d2, d3) -> (d1)>

// Pads are filled with what never wins; the window's shape comes from a tensor that nobody reads.
// CHECK-LABEL: @max_pool_pads_with_infinity
func.func @max_pool_pads_with_infinity(%x: tensor<1x5x5x3xf32>) -> tensor<1x3x2x3xf32> {
  // CHECK-DAG: %[[LOWEST:.+]] = arith.constant 0xFF800000 : f32
  // CHECK: linalg.fill ins(%[[LOWEST]] {{.*}} -> tensor<1x7x7x3xf32>
  // CHECK: %[[PADDED:.+]] = tensor.insert_slice %{{.*}} into %{{.*}}[0, 1, 1, 0]
  // CHECK: %[[SHAPE:.+]] = tensor.empty() : tensor<3x3xf32>
  // CHECK: linalg.generic {indexing_maps = [#[[READ]], #[[WINDOW]], #{{[a-z0-9_]+}}]
  // CHECK-SAME: ins(%[[PADDED]], %[[SHAPE]]
  // CHECK: arith.maximumf
  %0 = edge.max_pool %x kernel [3, 3] strides [2, 2] dilations [1, 2] pads [1, 1, 1, 1] : tensor<1x5x5x3xf32> -> tensor<1x3x2x3xf32>
  return %0 : tensor<1x3x2x3xf32>
}

// CHECK-LABEL: @max_pool_of_unsigned
func.func @max_pool_of_unsigned(%x: tensor<1x4x3xui8>) -> tensor<1x2x3xui8> {
  // CHECK-NOT: tensor.insert_slice
  // CHECK: arith.maxui {{.*}} : i8
  %0 = edge.max_pool %x kernel [2] strides [2] dilations [1] pads [0, 0] : tensor<1x4x3xui8> -> tensor<1x2x3xui8>
  return %0 : tensor<1x2x3xui8>
}

// All windows have 9 elements: one factor.
// CHECK-LABEL: @avg_pool_with_one_count
func.func @avg_pool_with_one_count(%x: tensor<1x4x4x3xf32>) -> tensor<1x2x2x3xf32> {
  // CHECK-DAG: %[[NINTH:.+]] = arith.constant 0.111111112 : f32
  // CHECK: arith.addf
  // CHECK: arith.mulf %{{.+}}, %[[NINTH]]
  %0 = edge.avg_pool %x kernel [3, 3] strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] ceil_pads [0, 0] count_include_pad false : tensor<1x4x4x3xf32> -> tensor<1x2x2x3xf32>
  return %0 : tensor<1x2x2x3xf32>
}

// Only rows are padded: their reciprocals are a vector, that of the columns a factor. The sum of f16 is an f32.
// CHECK-LABEL: @avg_pool_with_counts_by_row
func.func @avg_pool_with_counts_by_row(%x: tensor<1x4x4x3xf16>) -> tensor<1x4x2x3xf16> {
  // CHECK-DAG: %[[COUNTS:.+]] = arith.constant dense<[5.000000e-01, 0.333333343, 0.333333343, 5.000000e-01]> : tensor<4xf32>
  // CHECK-DAG: %[[THIRD:.+]] = arith.constant 0.333333343 : f32
  // CHECK: %[[SUM:.+]] = linalg.generic {{.*}} outs(%{{.+}} : tensor<1x4x2x3xf32>)
  // CHECK: linalg.generic {indexing_maps = [#{{.+}}, #[[ROWS]], #{{.+}}]{{.*}} ins(%[[SUM]], %[[COUNTS]]
  // CHECK: arith.mulf %{{.+}}, %[[THIRD]]
  // CHECK: arith.truncf
  %0 = edge.avg_pool %x kernel [3, 3] strides [1, 1] dilations [1, 1] pads [1, 0, 1, 0] ceil_pads [0, 0] count_include_pad false : tensor<1x4x4x3xf16> -> tensor<1x4x2x3xf16>
  return %0 : tensor<1x4x2x3xf16>
}

// RUN: edgecc-opt %s --convert-edge-to-linalg --canonicalize | FileCheck %s

// CHECK-DAG: #[[REPEAT:.+]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d3, d5)>
// CHECK-DAG: #[[STRIDE:.+]] = affine_map<(d0, d1, d2) -> (d0, d1 * 2 + 1, d2)>
// CHECK-DAG: #[[ROWS:.+]] = affine_map<(d0, d1, d2, d3) -> (d1)>
// CHECK-DAG: #[[COLUMNS:.+]] = affine_map<(d0, d1, d2, d3) -> (d2)>

// Whole factors repeat elements.
// CHECK-LABEL: @nearest_by_whole_factor
func.func @nearest_by_whole_factor(%x: tensor<1x4x4x8xf32>) -> tensor<1x8x12x8xf32> {
  // CHECK: linalg.generic {indexing_maps = [#[[REPEAT]], #{{.+}}]{{.*}} outs(%{{.+}} : tensor<1x4x2x4x3x8xf32>)
  // CHECK: tensor.collapse_shape
  %0 = edge.resize nearest %x scales [1.0, 2.0, 3.0, 1.0] coordinates half_pixel rounding round_prefer_floor : tensor<1x4x4x8xf32> -> tensor<1x8x12x8xf32>
  return %0 : tensor<1x8x12x8xf32>
}

// CHECK-LABEL: @nearest_by_half
func.func @nearest_by_half(%x: tensor<1x4x8xf32>) -> tensor<1x2x8xf32> {
  // CHECK: linalg.generic {indexing_maps = [#[[STRIDE]], #{{.+}}]
  %0 = edge.resize nearest %x scales [1.0, 0.5, 1.0] coordinates half_pixel rounding ceil : tensor<1x4x8xf32> -> tensor<1x2x8xf32>
  return %0 : tensor<1x2x8xf32>
}

// Other factors read through a table; the channel stays a plain index.
// CHECK-LABEL: @nearest_by_table
func.func @nearest_by_table(%x: tensor<1x4x8xf32>) -> tensor<1x6x8xf32> {
  // CHECK-DAG: %[[TABLE:.+]] = arith.constant dense<[0, 0, 1, 2, 2, 3]> : tensor<6xi32>
  // CHECK: linalg.generic {{.*}} ins(%[[TABLE]]
  // CHECK: %[[CHANNEL:.+]] = linalg.index 2
  // CHECK: tensor.extract %{{.+}}[%{{.+}}, %{{.+}}, %[[CHANNEL]]]
  %0 = edge.resize nearest %x scales [1.0, 1.5, 1.0] coordinates asymmetric rounding floor : tensor<1x4x8xf32> -> tensor<1x6x8xf32>
  return %0 : tensor<1x6x8xf32>
}

// One weighted sum per dimension, the smaller result first. Between them values of integers are floats.
// CHECK-LABEL: @linear_is_separable
func.func @linear_is_separable(%x: tensor<1x2x4x8xui8>) -> tensor<1x4x3x8xui8> {
  // CHECK-DAG: %[[LEFT:.+]] = arith.constant dense<[0, 1, 2]> : tensor<3xi32>
  // CHECK-DAG: %[[BELOW:.+]] = arith.constant dense<[0, 0, 0, 1]> : tensor<4xi32>
  // CHECK: linalg.generic {indexing_maps = [#[[COLUMNS]], #[[COLUMNS]], #[[COLUMNS]], #[[COLUMNS]], #{{.+}}]
  // CHECK-SAME: ins(%[[LEFT]], {{.*}} outs(%{{.+}} : tensor<1x2x3x8xf32>)
  // CHECK: arith.uitofp
  // CHECK: linalg.generic {indexing_maps = [#[[ROWS]], #[[ROWS]], #[[ROWS]], #[[ROWS]], #{{.+}}]
  // CHECK-SAME: ins(%[[BELOW]], {{.*}} outs(%{{.+}} : tensor<1x4x3x8xi8>)
  // CHECK: math.roundeven
  %0 = edge.resize linear %x scales [1.0, 2.0, 0.75, 1.0] coordinates half_pixel rounding floor : tensor<1x2x4x8xui8> -> tensor<1x4x3x8xui8>
  return %0 : tensor<1x4x3x8xui8>
}

// Linear interpolation that meets the elements exactly reads one of them.
// CHECK-LABEL: @linear_without_weights
func.func @linear_without_weights(%x: tensor<1x4x8xf32>) -> tensor<1x2x8xf32> {
  // CHECK-NOT: arith.mulf
  // CHECK: return
  %0 = edge.resize linear %x scales [1.0, 0.5, 1.0] coordinates asymmetric rounding floor : tensor<1x4x8xf32> -> tensor<1x2x8xf32>
  return %0 : tensor<1x2x8xf32>
}

// Positions outside the region have the index -1 in the table and take the extrapolation value.
// CHECK-LABEL: @crop_beyond_the_edge
func.func @crop_beyond_the_edge(%x: tensor<1x4x8xf32>) -> tensor<1x3x8xf32> {
  // CHECK-DAG: %[[VALUE:.+]] = arith.constant 1.000000e+01 : f32
  // CHECK-DAG: %[[TABLE:.+]] = arith.constant dense<[0, 3, -1]> : tensor<3xi32>
  // CHECK: arith.select %{{.+}}, %[[VALUE]], %{{.+}} : f32
  %0 = edge.resize nearest %x scales [1.0, 0.75, 1.0] coordinates tf_crop_and_resize rounding round_prefer_floor
      {roi = array<f64: 0.0, 0.0, 0.0, 1.0, 2.0, 1.0>, extrapolation_value = 10.0 : f64} : tensor<1x4x8xf32> -> tensor<1x3x8xf32>
  return %0 : tensor<1x3x8xf32>
}

// RUN: edgecc-opt --convert-edge-to-linalg --split-input-file %s | FileCheck %s

// CHECK-LABEL: @merge
// CHECK: tensor.collapse_shape %{{.*}} {{\[\[}}0, 1], [2]] : tensor<2x3x4xf32> into tensor<6x4xf32>
func.func @merge(%x: tensor<2x3x4xf32>) -> tensor<6x4xf32> {
  %0 = edge.reshape %x : tensor<2x3x4xf32> -> tensor<6x4xf32>
  return %0 : tensor<6x4xf32>
}

// -----

// CHECK-LABEL: @split
// CHECK-NEXT: tensor.expand_shape %{{.*}} {{\[\[}}0, 1], [2]] {{.*}} : tensor<6x4xf32> into tensor<2x3x4xf32>
func.func @split(%x: tensor<6x4xf32>) -> tensor<2x3x4xf32> {
  %0 = edge.reshape %x : tensor<6x4xf32> -> tensor<2x3x4xf32>
  return %0 : tensor<2x3x4xf32>
}

// -----

// Only the dimensions that do not fit go through a common shape.
// CHECK-LABEL: @regroup
// CHECK: tensor.collapse_shape %{{.*}} {{\[\[}}0, 1], [2]] : tensor<2x6x5xf32> into tensor<12x5xf32>
// CHECK: tensor.expand_shape %{{.*}} {{\[\[}}0, 1], [2]] {{.*}} : tensor<12x5xf32> into tensor<3x4x5xf32>
func.func @regroup(%x: tensor<2x6x5xf32>) -> tensor<3x4x5xf32> {
  %0 = edge.reshape %x : tensor<2x6x5xf32> -> tensor<3x4x5xf32>
  return %0 : tensor<3x4x5xf32>
}

// -----

// CHECK-LABEL: @scalar
// CHECK: tensor.expand_shape %{{.*}} [] {{.*}} : tensor<f32> into tensor<1x1xf32>
func.func @scalar(%x: tensor<f32>) -> tensor<1x1xf32> {
  %0 = edge.reshape %x : tensor<f32> -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}

// -----

// CHECK: #[[MAP:.*]] = affine_map<(d0, d1, d2) -> (d1, 0)>
// CHECK-LABEL: @broadcast_to
// CHECK: linalg.generic {indexing_maps = [#[[MAP]], #{{.*}}]
func.func @broadcast_to(%x: tensor<3x1xf32>) -> tensor<2x3x4xf32> {
  %0 = edge.broadcast_to %x : tensor<3x1xf32> -> tensor<2x3x4xf32>
  return %0 : tensor<2x3x4xf32>
}

// -----

// The output is walked in order; the input is read at the inverse permutation.
// CHECK: #[[MAP:.*]] = affine_map<(d0, d1, d2) -> (d1, d2, d0)>
// CHECK-LABEL: @transpose
// CHECK: linalg.generic {indexing_maps = [#[[MAP]], #{{.*}}]
func.func @transpose(%x: tensor<2x3x4xf32>) -> tensor<4x2x3xf32> {
  %0 = edge.transpose %x [2, 0, 1] : tensor<2x3x4xf32> -> tensor<4x2x3xf32>
  return %0 : tensor<4x2x3xf32>
}

// -----

// Moving a dimension of size 1 moves no data.
// CHECK-LABEL: @transpose_of_unit_dimension
// CHECK-NOT: linalg.generic
// CHECK: return %{{.*}} : tensor<3x1x4xf32>
func.func @transpose_of_unit_dimension(%x: tensor<1x3x4xf32>) -> tensor<3x1x4xf32> {
  %0 = edge.transpose %x [1, 0, 2] : tensor<1x3x4xf32> -> tensor<3x1x4xf32>
  return %0 : tensor<3x1x4xf32>
}

// RUN: edgecc-opt --convert-edge-to-linalg --split-input-file %s | FileCheck %s

// CHECK-DAG: #[[LHS:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG: #[[RHS:.*]] = affine_map<(d0, d1, d2) -> (d2, d1)>
// CHECK-DAG: #[[OUT:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-LABEL: @matmul
// CHECK: linalg.generic {indexing_maps = [#[[LHS]], #[[RHS]], #[[OUT]]], iterator_types = ["parallel", "parallel", "reduction"]}
// CHECK: %[[PRODUCT:.*]] = arith.mulf
// CHECK: arith.addf %{{.*}}, %[[PRODUCT]]
func.func @matmul(%x: tensor<2x3xf32>, %y: tensor<3x4xf32>) -> tensor<2x4xf32> {
  %0 = edge.matmul %x, %y : tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// -----

// Batch dimensions broadcast through the maps.
// CHECK-DAG: #[[LHS:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, 0, d2, d4)>
// CHECK-DAG: #[[RHS:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d1, d4, d3)>
// CHECK-LABEL: @batches
// CHECK: linalg.generic {indexing_maps = [#[[LHS]], #[[RHS]], #{{.*}}]
func.func @batches(%x: tensor<5x1x2x3xf32>, %y: tensor<6x3x4xf32>) -> tensor<5x6x2x4xf32> {
  %0 = edge.matmul %x, %y : tensor<5x1x2x3xf32>, tensor<6x3x4xf32> -> tensor<5x6x2x4xf32>
  return %0 : tensor<5x6x2x4xf32>
}

// -----

// With one right-hand matrix for all batches there is one product with more rows.
// CHECK-LABEL: @one_matrix
// CHECK: %[[ROWS:.*]] = tensor.collapse_shape %{{.*}} {{\[\[}}0, 1], [2]] : tensor<5x2x3xf32> into tensor<10x3xf32>
// CHECK: linalg.generic {{.*}} ins(%[[ROWS]], %{{.*}} : tensor<10x3xf32>, tensor<3x4xf32>)
// CHECK: tensor.expand_shape %{{.*}} : tensor<10x4xf32> into tensor<5x2x4xf32>
func.func @one_matrix(%x: tensor<5x2x3xf32>, %y: tensor<3x4xf32>) -> tensor<5x2x4xf32> {
  %0 = edge.matmul %x, %y : tensor<5x2x3xf32>, tensor<3x4xf32> -> tensor<5x2x4xf32>
  return %0 : tensor<5x2x4xf32>
}

// -----

// Sums of half-width floats are taken in f32; those of narrow integers are i32, each side widened by its signedness.
// CHECK-LABEL: @narrow
// CHECK: arith.extf %{{.*}} : f16 to f32
// CHECK: arith.addf {{.*}} : f32
// CHECK: arith.truncf %{{.*}} : f32 to f16
// CHECK: arith.extui %{{.*}} : i8 to i32
// CHECK: arith.extsi %{{.*}} : i16 to i32
// CHECK: arith.addi {{.*}} : i32
// CHECK-NOT: arith.trunci
func.func @narrow(%x: tensor<2x3xf16>, %y: tensor<3x4xf16>, %i: tensor<2x3xui8>, %j: tensor<3x4xi16>)
    -> (tensor<2x4xf16>, tensor<2x4xi32>) {
  %0 = edge.matmul %x, %y : tensor<2x3xf16>, tensor<3x4xf16> -> tensor<2x4xf16>
  %1 = edge.matmul %i, %j : tensor<2x3xui8>, tensor<3x4xi16> -> tensor<2x4xi32>
  return %0, %1 : tensor<2x4xf16>, tensor<2x4xi32>
}

// -----

// Loops (n, oh, ow, oc, kh, kw, ic) over the padded input.
// CHECK-DAG: #[[INPUT:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1 * 2 + d4, d2 + d5 * 3, d6)>
// CHECK-DAG: #[[FILTER:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d4, d5, d6, d3)>
// CHECK-LABEL: @conv
// CHECK: tensor.insert_slice %{{.*}}[0, 1, 0, 0] [1, 9, 9, 4] [1, 1, 1, 1] : tensor<1x9x9x4xf32> into tensor<1x11x9x4xf32>
// CHECK: linalg.generic {indexing_maps = [#[[INPUT]], #[[FILTER]], #{{.*}}]
func.func @conv(%x: tensor<1x9x9x4xf32>, %w: tensor<3x3x4x8xf32>) -> tensor<1x5x3x8xf32> {
  %0 = edge.conv %x, %w strides [2, 1] dilations [1, 3] pads [1, 0, 1, 0] group 1
      : tensor<1x9x9x4xf32>, tensor<3x3x4x8xf32> -> tensor<1x5x3x8xf32>
  return %0 : tensor<1x5x3x8xf32>
}

// -----

// A 1x1 convolution is a matrix product over pixels.
// CHECK-LABEL: @pointwise
// CHECK-NOT: insert_slice
// CHECK: tensor.collapse_shape %{{.*}} {{\[\[}}0, 1, 2], [3]] : tensor<1x5x5x4xf32> into tensor<25x4xf32>
// CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "reduction"]
// CHECK: tensor.expand_shape %{{.*}} : tensor<25x8xf32> into tensor<1x5x5x8xf32>
func.func @pointwise(%x: tensor<1x5x5x4xf32>, %w: tensor<1x1x4x8xf32>) -> tensor<1x5x5x8xf32> {
  %0 = edge.conv %x, %w strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] group 1
      : tensor<1x5x5x4xf32>, tensor<1x1x4x8xf32> -> tensor<1x5x5x8xf32>
  return %0 : tensor<1x5x5x8xf32>
}

// -----

// A depthwise convolution has no loop over input channels; its reshaped weights stay a constant.
// CHECK-DAG: #[[INPUT:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1 + d3, d2)>
// CHECK-DAG: #[[FILTER:.*]] = affine_map<(d0, d1, d2, d3) -> (d3, d2)>
// CHECK-LABEL: @depthwise
// CHECK: %[[W:.*]] = arith.constant dense<{{.*}}> : tensor<2x2xf32>
// CHECK: linalg.generic {indexing_maps = [#[[INPUT]], #[[FILTER]], #{{.*}}], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%{{.*}}, %[[W]]
func.func @depthwise(%x: tensor<1x5x2xf32>) -> tensor<1x4x2xf32> {
  %w = edge.constant dense<[[[1.0, 2.0]], [[3.0, 4.0]]]> : tensor<2x1x2xf32>
  %0 = edge.conv %x, %w strides [1] dilations [1] pads [0, 0] group 2
      : tensor<1x5x2xf32>, tensor<2x1x2xf32> -> tensor<1x4x2xf32>
  return %0 : tensor<1x4x2xf32>
}

// -----

// Groups split the channels: loops (n, o, g, oc, k, ic).
// CHECK-DAG: #[[INPUT:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1 + d4, d2, d5)>
// CHECK-DAG: #[[FILTER:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d4, d5, d2, d3)>
// CHECK-LABEL: @groups
// CHECK-DAG: tensor.expand_shape %{{.*}} : tensor<1x5x6xf32> into tensor<1x5x2x3xf32>
// CHECK-DAG: tensor.expand_shape %{{.*}} : tensor<2x3x8xf32> into tensor<2x3x2x4xf32>
// CHECK: linalg.generic {indexing_maps = [#[[INPUT]], #[[FILTER]], #{{.*}}]
// CHECK: tensor.collapse_shape %{{.*}} : tensor<1x4x2x4xf32> into tensor<1x4x8xf32>
func.func @groups(%x: tensor<1x5x6xf32>, %w: tensor<2x3x8xf32>) -> tensor<1x4x8xf32> {
  %0 = edge.conv %x, %w strides [1] dilations [1] pads [0, 0] group 2
      : tensor<1x5x6xf32>, tensor<2x3x8xf32> -> tensor<1x4x8xf32>
  return %0 : tensor<1x4x8xf32>
}

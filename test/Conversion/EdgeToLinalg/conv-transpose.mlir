// RUN: edgecc-opt %s --convert-edge-to-linalg --canonicalize | FileCheck %s

// CHECK-DAG: #[[PHASES_IN:.+]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1 + d4, d5)>
// CHECK-DAG: #[[PHASES_FILTER:.+]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d4, d2, d5, d3)>
// CHECK-DAG: #[[PRODUCT_IN:.+]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1, d3, d6)>
// CHECK-DAG: #[[PRODUCT_FILTER:.+]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d2, d4, d6, d5)>
// CHECK-DAG: #[[DILATED:.+]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1 + d3 * 2, d4)>

// Two phases of two taps each; the second phase of the flipped filter is filled up with a zero.
// CHECK-LABEL: @stride_2_kernel_3
func.func @stride_2_kernel_3(%x: tensor<1x4x1xf32>) -> tensor<1x9x1xf32> {
  // CHECK-DAG: %[[FILTER:.+]] = arith.constant dense<{{\[\[\[\[}}3.000000e+00]], {{\[\[}}0.000000e+00]]], {{\[\[\[}}1.000000e+00]], {{\[\[}}2.000000e+00]]]]> : tensor<2x2x1x1xf32>
  // CHECK: %[[PADDED:.+]] = tensor.insert_slice %{{.+}} into %{{.+}}[0, 1, 0] [1, 4, 1] [1, 1, 1] : tensor<1x4x1xf32> into tensor<1x6x1xf32>
  // CHECK: linalg.generic {indexing_maps = [#[[PHASES_IN]], #[[PHASES_FILTER]], #{{.+}}]
  // CHECK-SAME: ins(%[[PADDED]], %[[FILTER]] {{.*}} outs(%{{.+}} : tensor<1x5x2x1xf32>)
  // CHECK: tensor.collapse_shape
  // CHECK: tensor.extract_slice %{{.+}}[0, 0, 0] [1, 9, 1]
  %f = edge.constant dense<[[[1.0]], [[2.0]], [[3.0]]]> : tensor<3x1x1xf32>
  %0 = edge.conv_transpose %x, %f strides [2] dilations [1] pads [0, 0] output_padding [0] group 1 : tensor<1x4x1xf32>, tensor<3x1x1xf32> -> tensor<1x9x1xf32>
  return %0 : tensor<1x9x1xf32>
}

// A kernel as large as the stride is a matrix product and reads the filter as it is.
// CHECK-LABEL: @kernel_as_large_as_stride
func.func @kernel_as_large_as_stride(%x: tensor<1x3x3x4xf32>, %f: tensor<2x2x4x8xf32>) -> tensor<1x6x6x8xf32> {
  // CHECK-NOT: tensor.insert_slice
  // CHECK: linalg.generic {indexing_maps = [#[[PRODUCT_IN]], #[[PRODUCT_FILTER]], #{{.+}}]
  // CHECK-SAME: ins(%arg0, %arg1
  // CHECK: %[[RESULT:.+]] = tensor.collapse_shape %{{.+}} {{\[\[}}0], [1, 2], [3, 4], [5]]
  // CHECK: return %[[RESULT]]
  %0 = edge.conv_transpose %x, %f strides [2, 2] dilations [1, 1] pads [0, 0, 0, 0] output_padding [0, 0] group 1 : tensor<1x3x3x4xf32>, tensor<2x2x4x8xf32> -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}

// With stride 1 there are no phases, and a dilation stays one. A filter that is no constant is flipped at run time.
// CHECK-LABEL: @stride_1_dilated
func.func @stride_1_dilated(%x: tensor<1x8x2xf32>, %f: tensor<3x2x4xf32>) -> tensor<1x8x4xf32> {
  // CHECK: %[[FLIPPED:.+]] = linalg.generic {{.*}} outs(%{{.+}} : tensor<3x1x2x4xf32>)
  // CHECK: linalg.generic {indexing_maps = [#[[DILATED]]
  // CHECK-NOT: tensor.extract_slice
  %0 = edge.conv_transpose %x, %f strides [1] dilations [2] pads [2, 2] output_padding [0] group 1 : tensor<1x8x2xf32>, tensor<3x2x4xf32> -> tensor<1x8x4xf32>
  return %0 : tensor<1x8x4xf32>
}

// One channel per group: channels are a single parallel loop.
// CHECK-LABEL: @depthwise
func.func @depthwise(%x: tensor<1x8x16xf32>, %f: tensor<4x16x1xf32>) -> tensor<1x16x16xf32> {
  // CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]
  %0 = edge.conv_transpose %x, %f strides [2] dilations [1] pads [1, 1] output_padding [0] group 16 : tensor<1x8x16xf32>, tensor<4x16x1xf32> -> tensor<1x16x16xf32>
  return %0 : tensor<1x16x16xf32>
}

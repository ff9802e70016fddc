// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-fuse-pad,canonicalize))' | FileCheck %s

// Zeros around the input of a convolution are what it assumes there; its own pads grow.
// CHECK-LABEL: @zeros_before_convolution
// CHECK-SAME: %[[X:.*]]: tensor<1x4x4x1xf32>,
// CHECK-NEXT: edge.conv %[[X]], {{.*}} pads [1, 2, 3, 4]
// CHECK-NEXT: return
func.func @zeros_before_convolution(%x: tensor<1x4x4x1xf32>, %w: tensor<2x2x1x3xf32>) -> tensor<1x7x9x3xf32> {
  %zero = edge.constant dense<0.0> : tensor<f32>
  %0 = edge.pad %x value %zero : tensor<f32> low [0, 1, 1, 0] high [0, 3, 3, 0] mode constant : tensor<1x4x4x1xf32> -> tensor<1x8x8x1xf32>
  %1 = edge.conv %0, %w strides [1, 1] dilations [1, 1] pads [0, 1, 0, 1] group 1 : tensor<1x8x8x1xf32>, tensor<2x2x1x3xf32> -> tensor<1x7x9x3xf32>
  return %1 : tensor<1x7x9x3xf32>
}

// Channels cannot be padded by a convolution.
// CHECK-LABEL: @padded_channels_are_kept
// CHECK: edge.pad
func.func @padded_channels_are_kept(%x: tensor<1x4x4x1xf32>, %w: tensor<1x1x2x3xf32>) -> tensor<1x4x4x3xf32> {
  %zero = edge.constant dense<0.0> : tensor<f32>
  %0 = edge.pad %x value %zero : tensor<f32> low [0, 0, 0, 0] high [0, 0, 0, 1] mode constant : tensor<1x4x4x1xf32> -> tensor<1x4x4x2xf32>
  %1 = edge.conv %0, %w strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] group 1 : tensor<1x4x4x2xf32>, tensor<1x1x2x3xf32> -> tensor<1x4x4x3xf32>
  return %1 : tensor<1x4x4x3xf32>
}

// CHECK-LABEL: @other_values_and_modes_are_kept
// CHECK: edge.pad
// CHECK: edge.pad
func.func @other_values_and_modes_are_kept(%x: tensor<1x4x1xf32>, %w: tensor<3x1x1xf32>) -> (tensor<1x4x1xf32>, tensor<1x4x1xf32>) {
  %one = edge.constant dense<1.0> : tensor<f32>
  %0 = edge.pad %x value %one : tensor<f32> low [0, 1, 0] high [0, 1, 0] mode constant : tensor<1x4x1xf32> -> tensor<1x6x1xf32>
  %1 = edge.conv %0, %w strides [1] dilations [1] pads [0, 0] group 1 : tensor<1x6x1xf32>, tensor<3x1x1xf32> -> tensor<1x4x1xf32>
  %2 = edge.pad %x low [0, 1, 0] high [0, 1, 0] mode reflect : tensor<1x4x1xf32> -> tensor<1x6x1xf32>
  %3 = edge.conv %2, %w strides [1] dilations [1] pads [0, 0] group 1 : tensor<1x6x1xf32>, tensor<3x1x1xf32> -> tensor<1x4x1xf32>
  return %1, %3 : tensor<1x4x1xf32>, tensor<1x4x1xf32>
}

// The lowest value never wins a maximum; neither does zero against what is not negative.
// CHECK-LABEL: @max_pool
// CHECK-NOT: edge.pad
// CHECK: edge.max_pool {{.*}} pads [1, 1]
// CHECK: edge.max_pool {{.*}} pads [1, 1]
func.func @max_pool(%x: tensor<1x4x1xf32>) -> (tensor<1x4x1xf32>, tensor<1x4x1xf32>) {
  %lowest = edge.constant dense<0xFF800000> : tensor<f32>
  %0 = edge.pad %x value %lowest : tensor<f32> low [0, 1, 0] high [0, 1, 0] mode constant : tensor<1x4x1xf32> -> tensor<1x6x1xf32>
  %1 = edge.max_pool %0 kernel [3] strides [1] dilations [1] pads [0, 0] : tensor<1x6x1xf32> -> tensor<1x4x1xf32>
  %zero = edge.constant dense<0.0> : tensor<f32>
  %2 = edge.relu %x : tensor<1x4x1xf32> -> tensor<1x4x1xf32>
  %3 = edge.pad %2 value %zero : tensor<f32> low [0, 1, 0] high [0, 1, 0] mode constant : tensor<1x4x1xf32> -> tensor<1x6x1xf32>
  %4 = edge.max_pool %3 kernel [3] strides [1] dilations [1] pads [0, 0] : tensor<1x6x1xf32> -> tensor<1x4x1xf32>
  return %1, %4 : tensor<1x4x1xf32>, tensor<1x4x1xf32>
}

// Zero wins against negative numbers, and where a window sees only padding.
// CHECK-LABEL: @max_pool_where_padding_wins_is_kept
// CHECK: edge.pad
// CHECK: edge.pad
func.func @max_pool_where_padding_wins_is_kept(%x: tensor<1x4x1xf32>) -> (tensor<1x4x1xf32>, tensor<1x6x1xf32>) {
  %zero = edge.constant dense<0.0> : tensor<f32>
  %0 = edge.pad %x value %zero : tensor<f32> low [0, 1, 0] high [0, 1, 0] mode constant : tensor<1x4x1xf32> -> tensor<1x6x1xf32>
  %1 = edge.max_pool %0 kernel [3] strides [1] dilations [1] pads [0, 0] : tensor<1x6x1xf32> -> tensor<1x4x1xf32>
  %2 = edge.relu %x : tensor<1x4x1xf32> -> tensor<1x4x1xf32>
  %3 = edge.pad %2 value %zero : tensor<f32> low [0, 2, 0] high [0, 1, 0] mode constant : tensor<1x4x1xf32> -> tensor<1x7x1xf32>
  %4 = edge.max_pool %3 kernel [2] strides [1] dilations [1] pads [0, 0] : tensor<1x7x1xf32> -> tensor<1x6x1xf32>
  return %1, %4 : tensor<1x4x1xf32>, tensor<1x6x1xf32>
}

// The divisor of a mean counted the padded zeros, so it has to go on doing so.
// CHECK-LABEL: @avg_pool
// CHECK-NEXT: edge.avg_pool {{.*}} pads [1, 1] {{.*}} count_include_pad true
func.func @avg_pool(%x: tensor<1x4x1xf32>) -> tensor<1x4x1xf32> {
  %zero = edge.constant dense<0.0> : tensor<f32>
  %0 = edge.pad %x value %zero : tensor<f32> low [0, 1, 0] high [0, 1, 0] mode constant : tensor<1x4x1xf32> -> tensor<1x6x1xf32>
  %1 = edge.avg_pool %0 kernel [3] strides [1] dilations [1] pads [0, 0] ceil_pads [0] count_include_pad false : tensor<1x6x1xf32> -> tensor<1x4x1xf32>
  return %1 : tensor<1x4x1xf32>
}

// A convolution in one dimension, written in two.
// CHECK-LABEL: @pad_before_added_dimension
// CHECK-NEXT: %[[R:.*]] = edge.reshape %{{.*}} : tensor<1x4x3xf32> -> tensor<1x1x4x3xf32>
// CHECK-NEXT: edge.conv %[[R]], {{.*}} pads [0, 1, 0, 1]
// CHECK-NEXT: return
func.func @pad_before_added_dimension(%x: tensor<1x4x3xf32>, %w: tensor<1x3x3x2xf32>) -> tensor<1x1x4x2xf32> {
  %zero = edge.constant dense<0.0> : tensor<f32>
  %0 = edge.pad %x value %zero : tensor<f32> low [0, 1, 0] high [0, 1, 0] mode constant : tensor<1x4x3xf32> -> tensor<1x6x3xf32>
  %1 = edge.reshape %0 : tensor<1x6x3xf32> -> tensor<1x1x6x3xf32>
  %2 = edge.conv %1, %w strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] group 1 : tensor<1x1x6x3xf32>, tensor<1x3x3x2xf32> -> tensor<1x1x4x2xf32>
  return %2 : tensor<1x1x4x2xf32>
}

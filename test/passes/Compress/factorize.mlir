// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-factorize{energy=0.99}))' | FileCheck %s
// RUN: not edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-factorize{energy=1.5}))' 2>&1 | FileCheck %s --check-prefix=RANGE
// RUN: not edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-factorize{layers=nobody:3}))' 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// RANGE: error: an energy or a ratio is between 0 and 1, a rank a whole number, but here is 1.5
// UNKNOWN: error: layers: no layer 'nobody' has constant weights of floating point

// A product by a matrix of rank 1 becomes two.
// CHECK-LABEL: @product
// CHECK: %[[FIRST:.*]] = edge.matmul %{{.*}} : tensor<5x4xf32>, tensor<4x1xf32> -> tensor<5x1xf32>
// CHECK: %[[SECOND:.*]] = edge.matmul %[[FIRST]], %{{.*}} : tensor<5x1xf32>, tensor<1x3xf32> -> tensor<5x3xf32>
// CHECK-NEXT: return %[[SECOND]]
func.func @product(%x: tensor<5x4xf32>) -> tensor<5x3xf32> {
  %w = edge.constant dense<[[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [3.0, 6.0, 9.0], [-1.0, -2.0, -3.0]]> : tensor<4x3xf32>
  %0 = edge.matmul %x, %w : tensor<5x4xf32>, tensor<4x3xf32> -> tensor<5x3xf32> loc("product")
  return %0 : tensor<5x3xf32>
}

// So does a 1x1 convolution; the first takes the strides.
// CHECK-LABEL: @pointwise
// CHECK: %[[FIRST:.*]] = edge.conv %{{.*}} strides [2, 2] {{.*}} : tensor<1x4x4x4xf32>, tensor<1x1x4x1xf32> -> tensor<1x2x2x1xf32>
// CHECK: edge.conv %[[FIRST]], %{{.*}} strides [1, 1] {{.*}} : tensor<1x2x2x1xf32>, tensor<1x1x1x3xf32> -> tensor<1x2x2x3xf32>
func.func @pointwise(%x: tensor<1x4x4x4xf32>) -> tensor<1x2x2x3xf32> {
  %w = edge.constant dense<[[[[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [3.0, 6.0, 9.0], [-1.0, -2.0, -3.0]]]]> : tensor<1x1x4x3xf32>
  %0 = edge.conv %x, %w strides [2, 2] dilations [1, 1] pads [0, 0, 0, 0] group 1 : tensor<1x4x4x4xf32>, tensor<1x1x4x3xf32> -> tensor<1x2x2x3xf32>
  return %0 : tensor<1x2x2x3xf32>
}

// A window stays between two 1x1 convolutions, with its pads.
// CHECK-LABEL: @window
// CHECK: %[[FIRST:.*]] = edge.conv %{{.*}} pads [0, 0, 0, 0] group 1 : tensor<1x4x4x4xf32>, tensor<1x1x4x1xf32> -> tensor<1x4x4x1xf32>
// CHECK: %[[CORE:.*]] = edge.conv %[[FIRST]], %{{.*}} pads [1, 1, 1, 1] group 1 : tensor<1x4x4x1xf32>, tensor<2x2x1x1xf32> -> tensor<1x5x5x1xf32>
// CHECK: edge.conv %[[CORE]], %{{.*}} pads [0, 0, 0, 0] group 1 : tensor<1x5x5x1xf32>, tensor<1x1x1x4xf32> -> tensor<1x5x5x4xf32>
func.func @window(%x: tensor<1x4x4x4xf32>) -> tensor<1x5x5x4xf32> {
  %w = edge.constant dense<[[[[1.0, 2.0, 3.0, 1.0], [2.0, 4.0, 6.0, 2.0], [3.0, 6.0, 9.0, 3.0], [-1.0, -2.0, -3.0, -1.0]], [[-1.0, -2.0, -3.0, -1.0], [-2.0, -4.0, -6.0, -2.0], [-3.0, -6.0, -9.0, -3.0], [1.0, 2.0, 3.0, 1.0]]], [[[-1.0, -2.0, -3.0, -1.0], [-2.0, -4.0, -6.0, -2.0], [-3.0, -6.0, -9.0, -3.0], [1.0, 2.0, 3.0, 1.0]], [[1.0, 2.0, 3.0, 1.0], [2.0, 4.0, 6.0, 2.0], [3.0, 6.0, 9.0, 3.0], [-1.0, -2.0, -3.0, -1.0]]]]> : tensor<2x2x4x4xf32>
  %0 = edge.conv %x, %w strides [1, 1] dilations [1, 1] pads [1, 1, 1, 1] group 1 : tensor<1x4x4x4xf32>, tensor<2x2x4x4xf32> -> tensor<1x5x5x4xf32>
  return %0 : tensor<1x5x5x4xf32>
}

// Where strides leave few positions, one side alone is cut.
// CHECK-LABEL: @strided_window
// CHECK: %[[CORE:.*]] = edge.conv %{{.*}} strides [2, 2] dilations [1, 1] pads [1, 0, 1, 0] group 1 : tensor<1x4x4x4xf32>, tensor<2x1x4x1xf32> -> tensor<1x3x2x1xf32>
// CHECK: edge.conv %[[CORE]], %{{.*}} strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] group 1 : tensor<1x3x2x1xf32>, tensor<1x1x1x4xf32> -> tensor<1x3x2x4xf32>
func.func @strided_window(%x: tensor<1x4x4x4xf32>) -> tensor<1x3x2x4xf32> {
  %w = edge.constant dense<[[[[1.0, 2.0, 3.0, 1.0], [2.0, 4.0, 6.0, 2.0], [3.0, 6.0, 9.0, 3.0], [-1.0, -2.0, -3.0, -1.0]]], [[[-1.0, -2.0, -3.0, -1.0], [-2.0, -4.0, -6.0, -2.0], [-3.0, -6.0, -9.0, -3.0], [1.0, 2.0, 3.0, 1.0]]]]> : tensor<2x1x4x4xf32>
  %0 = edge.conv %x, %w strides [2, 2] dilations [1, 1] pads [1, 0, 1, 0] group 1 : tensor<1x4x4x4xf32>, tensor<2x1x4x4xf32> -> tensor<1x3x2x4xf32>
  return %0 : tensor<1x3x2x4xf32>
}

// What is not smaller, has groups, or shares its weights stays.
// CHECK-LABEL: @left_alone
// CHECK-COUNT-3: edge.matmul
// CHECK-NOT: edge.matmul
// CHECK: edge.conv
// CHECK-NOT: edge.conv
func.func @left_alone(%x: tensor<5x2xf32>, %y: tensor<1x4x4x4xf32>) -> (tensor<5x2xf32>, tensor<1x4x4x4xf32>) {
  %u = edge.constant dense<[[1.0, 0.0], [0.0, 2.0]]> : tensor<2x2xf32>
  %v = edge.constant dense<[[1.0, 1.0], [2.0, 2.0]]> : tensor<2x2xf32>
  %w = edge.constant dense<[[[[1.0, 2.0, 3.0, 1.0]]], [[[1.0, 2.0, 3.0, 1.0]]]]> : tensor<2x1x1x4xf32>
  %0 = edge.matmul %x, %u : tensor<5x2xf32>, tensor<2x2xf32> -> tensor<5x2xf32>
  %1 = edge.matmul %0, %v : tensor<5x2xf32>, tensor<2x2xf32> -> tensor<5x2xf32>
  %2 = edge.matmul %1, %v : tensor<5x2xf32>, tensor<2x2xf32> -> tensor<5x2xf32>
  %3 = edge.conv %y, %w strides [1, 1] dilations [1, 1] pads [0, 0, 1, 0] group 4 : tensor<1x4x4x4xf32>, tensor<2x1x1x4xf32> -> tensor<1x4x4x4xf32>
  return %2, %3 : tensor<5x2xf32>, tensor<1x4x4x4xf32>
}

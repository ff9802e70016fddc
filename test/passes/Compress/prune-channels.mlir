// RUN: edgecc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(edge-prune-channels{amount=0.5 multiple=1}))' | FileCheck %s

// The smaller filter goes, with its bias and the weights that read it.
// CHECK-LABEL: @chain
// CHECK-DAG: %[[B:.*]] = edge.constant dense<7.000000e+00> : tensor<1xf32>
// CHECK-DAG: %[[W:.*]] = edge.constant dense<{{.*}}3.000000e+00{{.*}}> : tensor<1x1x1x1xf32>
// CHECK-DAG: %[[V:.*]] = edge.constant dense<{{.*}}6.000000e+00{{.*}}> : tensor<1x1x1x1xf32>
// CHECK: %[[C:.*]] = edge.conv %{{.*}}, %[[W]] {{.*}} -> tensor<1x4x4x1xf32>
// CHECK: %[[A:.*]] = edge.add %[[C]], %[[B]] : {{.*}} -> tensor<1x4x4x1xf32>
// CHECK: %[[R:.*]] = edge.relu %[[A]] : tensor<1x4x4x1xf32>
// CHECK: edge.conv %[[R]], %[[V]] {{.*}} : tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x4x4x1xf32>
func.func @chain(%x: tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> {
  %w = edge.constant dense<[[[[1.0, 3.0]]]]> : tensor<1x1x1x2xf32>
  %b = edge.constant dense<[8.0, 7.0]> : tensor<2xf32>
  %v = edge.constant dense<[[[[5.0], [6.0]]]]> : tensor<1x1x2x1xf32>
  %0 = edge.conv %x, %w strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] group 1 : tensor<1x4x4x1xf32>, tensor<1x1x1x2xf32> -> tensor<1x4x4x2xf32>
  %1 = edge.add %0, %b : tensor<1x4x4x2xf32>, tensor<2xf32> -> tensor<1x4x4x2xf32>
  %2 = edge.relu %1 : tensor<1x4x4x2xf32> -> tensor<1x4x4x2xf32>
  %3 = edge.conv %2, %v strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] group 1 : tensor<1x4x4x2xf32>, tensor<1x1x2x1xf32> -> tensor<1x4x4x1xf32>
  return %3 : tensor<1x4x4x1xf32>
}

// -----

// A depthwise convolution loses the same channels and groups; a pool and a flattening go along.
// CHECK-LABEL: @depthwise_pool_and_flatten
// CHECK: edge.conv {{.*}} group 1 : tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x2x2x1xf32>
// CHECK: edge.conv {{.*}} group 1 : tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x2x2x1xf32>
// CHECK: edge.max_pool {{.*}} : tensor<1x2x2x1xf32> -> tensor<1x1x2x1xf32>
// CHECK: edge.reshape {{.*}} : tensor<1x1x2x1xf32> -> tensor<1x2xf32>
// CHECK: %[[W:.*]] = edge.constant dense<{{\[}}[2.000000e+00], [4.000000e+00]]> : tensor<2x1xf32>
// CHECK: edge.matmul %{{.*}}, %[[W]]
func.func @depthwise_pool_and_flatten(%x: tensor<1x2x2x1xf32>) -> tensor<1x1xf32> {
  %w = edge.constant dense<[[[[1.0, 3.0]]]]> : tensor<1x1x1x2xf32>
  %d = edge.constant dense<[[[[9.0, 8.0]]]]> : tensor<1x1x1x2xf32>
  %0 = edge.conv %x, %w strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] group 1 : tensor<1x2x2x1xf32>, tensor<1x1x1x2xf32> -> tensor<1x2x2x2xf32>
  %1 = edge.conv %0, %d strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] group 2 : tensor<1x2x2x2xf32>, tensor<1x1x1x2xf32> -> tensor<1x2x2x2xf32>
  %2 = edge.max_pool %1 kernel [2, 1] strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] : tensor<1x2x2x2xf32> -> tensor<1x1x2x2xf32>
  %3 = edge.reshape %2 : tensor<1x1x2x2xf32> -> tensor<1x4xf32>
  %v = edge.constant dense<[[1.0], [2.0], [3.0], [4.0]]> : tensor<4x1xf32>
  %4 = edge.matmul %3, %v : tensor<1x4xf32>, tensor<4x1xf32> -> tensor<1x1xf32>
  return %4 : tensor<1x1xf32>
}

// -----

// What a residual addition ties together is judged together: the first channel has the larger sum.
// CHECK-LABEL: @residual
// CHECK-DAG: dense<1.000000e+00> : tensor<1x1xf32>
// CHECK-DAG: dense<9.000000e+00> : tensor<1x1xf32>
// CHECK: edge.add %{{.*}}, %{{.*}} : tensor<4x1xf32>, tensor<4x1xf32> -> tensor<4x1xf32>
func.func @residual(%x: tensor<4x1xf32>) -> tensor<4x1xf32> {
  %a = edge.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %b = edge.constant dense<[[9.0, 1.0]]> : tensor<1x2xf32>
  %0 = edge.matmul %x, %a : tensor<4x1xf32>, tensor<1x2xf32> -> tensor<4x2xf32>
  %1 = edge.matmul %x, %b : tensor<4x1xf32>, tensor<1x2xf32> -> tensor<4x2xf32>
  %2 = edge.add %0, %1 : tensor<4x2xf32>, tensor<4x2xf32> -> tensor<4x2xf32>
  %v = edge.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  %3 = edge.matmul %2, %v : tensor<4x2xf32>, tensor<2x1xf32> -> tensor<4x1xf32>
  return %3 : tensor<4x1xf32>
}

// -----

// The parts of a concatenation go on their own.
// CHECK-LABEL: @concatenation
// CHECK: edge.concat %{{.*}}, %{{.*}} axis 1 : tensor<4x1xf32>, tensor<4x1xf32> -> tensor<4x2xf32>
// CHECK: edge.constant dense<{{\[}}[2.000000e+00], [3.000000e+00]]> : tensor<2x1xf32>
func.func @concatenation(%x: tensor<4x1xf32>) -> tensor<4x1xf32> {
  %a = edge.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %b = edge.constant dense<[[9.0, 1.0]]> : tensor<1x2xf32>
  %0 = edge.matmul %x, %a : tensor<4x1xf32>, tensor<1x2xf32> -> tensor<4x2xf32>
  %1 = edge.matmul %x, %b : tensor<4x1xf32>, tensor<1x2xf32> -> tensor<4x2xf32>
  %2 = edge.concat %0, %1 axis 1 : tensor<4x2xf32>, tensor<4x2xf32> -> tensor<4x4xf32>
  %v = edge.constant dense<[[1.0], [2.0], [3.0], [4.0]]> : tensor<4x1xf32>
  %3 = edge.matmul %2, %v : tensor<4x4xf32>, tensor<4x1xf32> -> tensor<4x1xf32>
  return %3 : tensor<4x1xf32>
}

// -----

// Inputs and outputs keep their channels, and what a softmax over channels reads keeps them.
// CHECK-LABEL: @pinned
// CHECK: edge.matmul {{.*}} -> tensor<4x2xf32>
// CHECK: edge.softmax {{.*}} -> tensor<4x2xf32>
// CHECK: edge.matmul {{.*}} -> tensor<4x2xf32>
func.func @pinned(%x: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %a = edge.constant dense<[[1.0, 2.0], [3.0, 5.0]]> : tensor<2x2xf32>
  %0 = edge.matmul %x, %a : tensor<4x2xf32>, tensor<2x2xf32> -> tensor<4x2xf32>
  %1 = edge.softmax %0 axis 1 : tensor<4x2xf32> -> tensor<4x2xf32>
  %2 = edge.matmul %1, %a : tensor<4x2xf32>, tensor<2x2xf32> -> tensor<4x2xf32>
  return %2 : tensor<4x2xf32>
}

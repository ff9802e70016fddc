// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-narrow-products,canonicalize))' | FileCheck %s
// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-narrow-products{unsigned=true},canonicalize))' | FileCheck %s --check-prefix=UNSIGNED
// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-narrow-products{signed=true},canonicalize))' | FileCheck %s --check-prefix=SIGNED

// Centred integers: what the zero point adds, 3 * (1 + 2) and 3 * (-1 + 4), is taken from the sums.
// CHECK-LABEL: @zero_point
// CHECK-SAME: %[[Q:.*]]: tensor<2x2xui8>
// CHECK-DAG: %[[SUMS:.*]] = edge.constant dense<9> : tensor<2xi32>
// CHECK-DAG: %[[W:.*]] = edge.constant dense<{{\[\[}}1, -1], [2, 4]]> : tensor<2x2xi8>
// CHECK: %[[P:.*]] = edge.matmul %[[Q]], %[[W]] : tensor<2x2xui8>, tensor<2x2xi8> -> tensor<2x2xi32>
// CHECK: %[[R:.*]] = edge.sub %[[P]], %[[SUMS]]
// CHECK: return %[[R]]
func.func @zero_point(%q: tensor<2x2xui8>) -> tensor<2x2xi32> {
  %w = edge.constant dense<[[1, -1], [2, 4]]> : tensor<2x2xi32>
  %z = edge.constant dense<3> : tensor<i32>
  %0 = edge.cast %q : tensor<2x2xui8> -> tensor<2x2xi32>
  %1 = edge.sub %0, %z : tensor<2x2xi32>, tensor<i32> -> tensor<2x2xi32>
  %2 = edge.matmul %1, %w : tensor<2x2xi32>, tensor<2x2xi32> -> tensor<2x2xi32>
  return %2 : tensor<2x2xi32>
}

// The zero point joins the bias: 10 - 3 * 2 and 20 - 3 * 4.
// CHECK-LABEL: @bias
// CHECK-DAG: %[[BIAS:.*]] = edge.constant dense<[4, 8]> : tensor<2xi32>
// CHECK: %[[P:.*]] = edge.matmul
// CHECK-NEXT: edge.add %[[P]], %[[BIAS]]
// CHECK-NEXT: return
func.func @bias(%q: tensor<2x1xi8>) -> tensor<2x2xi32> {
  %w = edge.constant dense<[[2, 4]]> : tensor<1x2xi32>
  %z = edge.constant dense<3> : tensor<i32>
  %b = edge.constant dense<[10, 20]> : tensor<2xi32>
  %0 = edge.cast %q : tensor<2x1xi8> -> tensor<2x1xi32>
  %1 = edge.sub %0, %z : tensor<2x1xi32>, tensor<i32> -> tensor<2x1xi32>
  %2 = edge.matmul %1, %w : tensor<2x1xi32>, tensor<1x2xi32> -> tensor<2x2xi32>
  %3 = edge.add %2, %b : tensor<2x2xi32>, tensor<2xi32> -> tensor<2x2xi32>
  return %3 : tensor<2x2xi32>
}

// A padded position stands for 0, which is the zero point.
// CHECK-LABEL: @padded
// CHECK-SAME: %[[Q:.*]]: tensor<1x4x1xi8>
// CHECK-DAG: %[[Z:.*]] = edge.constant dense<-5> : tensor<i8>
// CHECK: %[[PADDED:.*]] = edge.pad %[[Q]] value %[[Z]] : tensor<i8> low [0, 1, 0] high [0, 2, 0]
// CHECK: edge.conv %[[PADDED]], {{.*}} pads [0, 0] group 1 : tensor<1x7x1xi8>, tensor<2x1x1xi8> -> tensor<1x6x1xi32>
func.func @padded(%q: tensor<1x4x1xi8>) -> tensor<1x6x1xi32> {
  %w = edge.constant dense<[[[1]], [[-128]]]> : tensor<2x1x1xi32>
  %z = edge.constant dense<-5> : tensor<i32>
  %0 = edge.cast %q : tensor<1x4x1xi8> -> tensor<1x4x1xi32>
  %1 = edge.sub %0, %z : tensor<1x4x1xi32>, tensor<i32> -> tensor<1x4x1xi32>
  %2 = edge.conv %1, %w strides [1] dilations [1] pads [1, 2] group 1 : tensor<1x4x1xi32>, tensor<2x1x1xi32> -> tensor<1x6x1xi32>
  return %2 : tensor<1x6x1xi32>
}

// Without a zero point the convolution pads itself. Weights beyond a byte take 16 bits.
// CHECK-LABEL: @wide_weights
// CHECK-NOT: edge.pad
// CHECK: edge.conv {{.*}} pads [1, 1] group 1 : tensor<1x4x1xui8>, tensor<2x1x1xi16> -> tensor<1x5x1xi32>
// CHECK-NEXT: return
func.func @wide_weights(%q: tensor<1x4x1xui8>) -> tensor<1x5x1xi32> {
  %w = edge.constant dense<[[[1]], [[128]]]> : tensor<2x1x1xi32>
  %0 = edge.cast %q : tensor<1x4x1xui8> -> tensor<1x4x1xi32>
  %2 = edge.conv %0, %w strides [1] dilations [1] pads [1, 1] group 1 : tensor<1x4x1xi32>, tensor<2x1x1xi32> -> tensor<1x5x1xi32>
  return %2 : tensor<1x5x1xi32>
}

// A zero point that only the run knows.
// CHECK-LABEL: @dynamic_zero_point
// CHECK-SAME: %[[Q:.*]]: tensor<2x1xui8>, %[[Z:.*]]: tensor<ui8>
// CHECK-DAG: %[[SUMS:.*]] = edge.constant dense<[2, 4]> : tensor<2xi32>
// CHECK-DAG: %[[P:.*]] = edge.matmul %[[Q]], {{.*}} -> tensor<2x2xi32>
// CHECK-DAG: %[[WIDE:.*]] = edge.cast %[[Z]] : tensor<ui8> -> tensor<i32>
// CHECK: %[[PART:.*]] = edge.mul %[[WIDE]], %[[SUMS]]
// CHECK: edge.sub %[[P]], %[[PART]]
func.func @dynamic_zero_point(%q: tensor<2x1xui8>, %z: tensor<ui8>) -> tensor<2x2xi32> {
  %w = edge.constant dense<[[2, 4]]> : tensor<1x2xi32>
  %0 = edge.cast %q : tensor<2x1xui8> -> tensor<2x1xi32>
  %1 = edge.cast %z : tensor<ui8> -> tensor<i32>
  %2 = edge.sub %0, %1 : tensor<2x1xi32>, tensor<i32> -> tensor<2x1xi32>
  %3 = edge.matmul %2, %w : tensor<2x1xi32>, tensor<1x2xi32> -> tensor<2x2xi32>
  return %3 : tensor<2x2xi32>
}

// Dequantised values and weights: the weights are integers times 0.1 and 0.5, which with the input's 0.25 scale the sums.
// CHECK-LABEL: @dequantised
// CHECK-SAME: %[[Q:.*]]: tensor<1x2x3xi8>
// CHECK-DAG: %[[W:.*]] = edge.constant dense<{{\[\[}}3, 1], [-2, 1]]> : tensor<2x2xi8>
// CHECK-DAG: %[[SCALES:.*]] = edge.constant dense<[2.500000e-02, 1.250000e-01]> : tensor<2xf32>
// CHECK-DAG: %[[T:.*]] = edge.transpose %[[Q]] [0, 2, 1] : tensor<1x2x3xi8> -> tensor<1x3x2xi8>
// CHECK: %[[P:.*]] = edge.matmul %[[T]], %[[W]] : tensor<1x3x2xi8>, tensor<2x2xi8> -> tensor<1x3x2xi32>
// CHECK: %[[SUM:.*]] = edge.sub %[[P]]
// CHECK: %[[REAL:.*]] = edge.cast %[[SUM]] : tensor<1x3x2xi32> -> tensor<1x3x2xf32>
// CHECK: edge.mul %[[REAL]], %[[SCALES]]
func.func @dequantised(%q: tensor<1x2x3xi8>) -> tensor<1x3x2xf32> {
  %w = edge.constant dense<[[0.3, 0.5], [-0.2, 0.5]]> : tensor<2x2xf32>
  %z = edge.constant dense<7.0> : tensor<f32>
  %s = edge.constant dense<0.25> : tensor<f32>
  %0 = edge.cast %q : tensor<1x2x3xi8> -> tensor<1x2x3xf32>
  %1 = edge.sub %0, %z : tensor<1x2x3xf32>, tensor<f32> -> tensor<1x2x3xf32>
  %2 = edge.mul %1, %s : tensor<1x2x3xf32>, tensor<f32> -> tensor<1x2x3xf32>
  %3 = edge.transpose %2 [0, 2, 1] : tensor<1x2x3xf32> -> tensor<1x3x2xf32>
  %4 = edge.matmul %3, %w : tensor<1x3x2xf32>, tensor<2x2xf32> -> tensor<1x3x2xf32>
  return %4 : tensor<1x3x2xf32>
}

// CHECK-LABEL: @other_weights_are_kept
// CHECK: edge.matmul {{.*}} tensor<1x2xf32>, tensor<2x1xf32>
func.func @other_weights_are_kept(%q: tensor<1x2xi8>) -> tensor<1x1xf32> {
  %w = edge.constant dense<[[0.3], [0.30001]]> : tensor<2x1xf32>
  %0 = edge.cast %q : tensor<1x2xi8> -> tensor<1x2xf32>
  %1 = edge.matmul %0, %w : tensor<1x2xf32>, tensor<2x1xf32> -> tensor<1x1xf32>
  return %1 : tensor<1x1xf32>
}

// CHECK-LABEL: @computed_weights_are_kept
// CHECK: edge.matmul {{.*}} tensor<1x2xi32>, tensor<2x1xi32>
func.func @computed_weights_are_kept(%q: tensor<1x2xi8>, %w: tensor<2x1xi32>) -> tensor<1x1xi32> {
  %0 = edge.cast %q : tensor<1x2xi8> -> tensor<1x2xi32>
  %1 = edge.matmul %0, %w : tensor<1x2xi32>, tensor<2x1xi32> -> tensor<1x1xi32>
  return %1 : tensor<1x1xi32>
}

// The signedness that a target wants: bytes and zero point move by 128, here from 3 to 131, and from 3 to -125.
// CHECK-LABEL: @signedness
// CHECK: edge.matmul %{{.*}} : tensor<1x2xi8>, tensor<2x1xi8>
// CHECK: edge.matmul %{{.*}} : tensor<1x2xui8>, tensor<2x1xi8>
// UNSIGNED-LABEL: @signedness
// UNSIGNED-DAG: edge.constant dense<393> : tensor<1xi32>
// UNSIGNED-DAG: %[[C:.*]] = edge.cast %{{.*}} : tensor<1x2xi16> -> tensor<1x2xui8>
// UNSIGNED-DAG: edge.matmul %[[C]], %{{.*}} : tensor<1x2xui8>, tensor<2x1xi8>
// UNSIGNED: edge.matmul %{{.*}} : tensor<1x2xui8>, tensor<2x1xi8>
// SIGNED-LABEL: @signedness
// SIGNED-DAG: edge.constant dense<-375> : tensor<1xi32>
// SIGNED: edge.matmul %{{.*}} : tensor<1x2xi8>, tensor<2x1xi8>
// SIGNED: edge.matmul %{{.*}} : tensor<1x2xi8>, tensor<2x1xi8>
func.func @signedness(%q: tensor<1x2xi8>, %u: tensor<1x2xui8>) -> (tensor<1x1xi32>, tensor<1x1xi32>) {
  %w = edge.constant dense<[[1], [2]]> : tensor<2x1xi32>
  %z = edge.constant dense<3> : tensor<i32>
  %0 = edge.cast %q : tensor<1x2xi8> -> tensor<1x2xi32>
  %1 = edge.sub %0, %z : tensor<1x2xi32>, tensor<i32> -> tensor<1x2xi32>
  %2 = edge.matmul %1, %w : tensor<1x2xi32>, tensor<2x1xi32> -> tensor<1x1xi32>
  %3 = edge.cast %u : tensor<1x2xui8> -> tensor<1x2xi32>
  %4 = edge.sub %3, %z : tensor<1x2xi32>, tensor<i32> -> tensor<1x2xi32>
  %5 = edge.matmul %4, %w : tensor<1x2xi32>, tensor<2x1xi32> -> tensor<1x1xi32>
  return %2, %5 : tensor<1x1xi32>, tensor<1x1xi32>
}

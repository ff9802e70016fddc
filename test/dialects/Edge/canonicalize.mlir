// Identities, chains, and canonical forms.
// RUN: edgecc-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: @neutral_operands
// CHECK-SAME: %[[X:.*]]: tensor<4xf32>
// CHECK-NEXT: return %[[X]], %[[X]], %[[X]], %[[X]], %[[X]]
func.func @neutral_operands(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %zero = edge.constant dense<0.0> : tensor<f32>
  %one = edge.constant dense<1.0> : tensor<4xf32>
  %0 = edge.add %zero, %x : tensor<f32>, tensor<4xf32> -> tensor<4xf32>
  %1 = edge.sub %x, %zero : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  %2 = edge.mul %x, %one : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  %3 = edge.div %x, %one : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  %4 = edge.pow %x, %one : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  return %0, %1, %2, %3, %4 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// An addition of zero that broadcasts is not the same value.
// CHECK-LABEL: @broadcasting_zero_is_kept
// CHECK: edge.add
func.func @broadcasting_zero_is_kept(%x: tensor<4xf32>) -> tensor<2x4xf32> {
  %zero = edge.constant dense<0.0> : tensor<2x1xf32>
  %0 = edge.add %x, %zero : tensor<4xf32>, tensor<2x1xf32> -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// CHECK-LABEL: @operations_that_do_nothing
// CHECK-SAME: %[[X:.*]]: tensor<2x3xf32>
// CHECK-NEXT: return %[[X]], %[[X]], %[[X]], %[[X]], %[[X]], %[[X]], %[[X]]
func.func @operations_that_do_nothing(%x: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>,
    tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) {
  %0 = edge.reshape %x : tensor<2x3xf32> -> tensor<2x3xf32>
  %1 = edge.transpose %x [0, 1] : tensor<2x3xf32> -> tensor<2x3xf32>
  %2 = edge.cast %x : tensor<2x3xf32> -> tensor<2x3xf32>
  %3 = edge.broadcast_to %x : tensor<2x3xf32> -> tensor<2x3xf32>
  %4 = edge.slice %x starts [0, 0] sizes [2, 3] steps [1, 1] : tensor<2x3xf32> -> tensor<2x3xf32>
  %5 = edge.concat %x axis 1 : tensor<2x3xf32> -> tensor<2x3xf32>
  %6 = edge.reduce sum %x axes [] : tensor<2x3xf32> -> tensor<2x3xf32>
  return %0, %1, %2, %3, %4, %5, %6 : tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>,
    tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>
}

// A slice that reverses a dimension is no identity.
// CHECK-LABEL: @reversal_is_kept
// CHECK: edge.slice
func.func @reversal_is_kept(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = edge.slice %x starts [2] sizes [3] steps [-1] : tensor<3xf32> -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: @pairs_that_cancel
// CHECK-SAME: %[[X:.*]]: tensor<2x3xf32>, %[[B:.*]]: tensor<4xi1>
// CHECK-NEXT: return %[[X]], %[[B]], %[[X]]
func.func @pairs_that_cancel(%x: tensor<2x3xf32>, %b: tensor<4xi1>) -> (tensor<2x3xf32>, tensor<4xi1>, tensor<2x3xf32>) {
  %0 = edge.neg %x : tensor<2x3xf32> -> tensor<2x3xf32>
  %1 = edge.neg %0 : tensor<2x3xf32> -> tensor<2x3xf32>
  %2 = edge.not %b : tensor<4xi1> -> tensor<4xi1>
  %3 = edge.not %2 : tensor<4xi1> -> tensor<4xi1>
  %4 = edge.transpose %x [1, 0] : tensor<2x3xf32> -> tensor<3x2xf32>
  %5 = edge.transpose %4 [1, 0] : tensor<3x2xf32> -> tensor<2x3xf32>
  return %1, %3, %5 : tensor<2x3xf32>, tensor<4xi1>, tensor<2x3xf32>
}

// CHECK-LABEL: @reshape_of_reshape
// CHECK-NEXT: edge.reshape %{{.*}} : tensor<2x3xf32> -> tensor<6xf32>
// CHECK-NEXT: return
func.func @reshape_of_reshape(%x: tensor<2x3xf32>) -> tensor<6xf32> {
  %0 = edge.reshape %x : tensor<2x3xf32> -> tensor<3x2xf32>
  %1 = edge.reshape %0 : tensor<3x2xf32> -> tensor<6xf32>
  return %1 : tensor<6xf32>
}

// CHECK-LABEL: @transposes_compose
// CHECK-NEXT: edge.transpose %{{.*}} [2, 0, 1] : tensor<2x3x4xf32> -> tensor<4x2x3xf32>
// CHECK-NEXT: return
func.func @transposes_compose(%x: tensor<2x3x4xf32>) -> tensor<4x2x3xf32> {
  %0 = edge.transpose %x [1, 2, 0] : tensor<2x3x4xf32> -> tensor<3x4x2xf32>
  %1 = edge.transpose %0 [1, 2, 0] : tensor<3x4x2xf32> -> tensor<4x2x3xf32>
  return %1 : tensor<4x2x3xf32>
}

// CHECK-LABEL: @transpose_of_single_elements_is_a_reshape
// CHECK-NEXT: edge.reshape %{{.*}} : tensor<1x1x8xf32> -> tensor<1x8x1xf32>
func.func @transpose_of_single_elements_is_a_reshape(%x: tensor<1x1x8xf32>) -> tensor<1x8x1xf32> {
  %0 = edge.transpose %x [0, 2, 1] : tensor<1x1x8xf32> -> tensor<1x8x1xf32>
  return %0 : tensor<1x8x1xf32>
}

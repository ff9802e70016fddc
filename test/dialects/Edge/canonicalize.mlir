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

// CHECK-LABEL: @broadcast_without_repetition_is_a_reshape
// CHECK-NEXT: edge.reshape %{{.*}} : tensor<3xf32> -> tensor<1x3xf32>
func.func @broadcast_without_repetition_is_a_reshape(%x: tensor<3xf32>) -> tensor<1x3xf32> {
  %0 = edge.broadcast_to %x : tensor<3xf32> -> tensor<1x3xf32>
  return %0 : tensor<1x3xf32>
}

// One element looks the same from all sides.
// CHECK-LABEL: @moves_of_a_repeated_element
// CHECK-SAME: %[[X:.*]]: tensor<f32>
// CHECK-NEXT: edge.broadcast_to %[[X]] : tensor<f32> -> tensor<50x100xf32>
// CHECK-NEXT: return
func.func @moves_of_a_repeated_element(%x: tensor<f32>) -> tensor<50x100xf32> {
  %0 = edge.broadcast_to %x : tensor<f32> -> tensor<200x100xf32>
  %1 = edge.transpose %0 [1, 0] : tensor<200x100xf32> -> tensor<100x200xf32>
  %2 = edge.slice %1 starts [0, 0] sizes [100, 50] steps [1, 1] : tensor<100x200xf32> -> tensor<100x50xf32>
  %3 = edge.reshape %2 : tensor<100x50xf32> -> tensor<50x100xf32>
  return %3 : tensor<50x100xf32>
}

// Elementwise operations broadcast by themselves, but something has to give the result its shape.
// CHECK-LABEL: @broadcast_operand
// CHECK-SAME: %[[X:.*]]: tensor<2x3xf32>, %[[Y:.*]]: tensor<3xf32>
// CHECK-NEXT: %[[B:.*]] = edge.broadcast_to %[[Y]]
// CHECK-NEXT: edge.add %[[X]], %[[Y]]
// CHECK-NEXT: edge.relu %[[B]]
func.func @broadcast_operand(%x: tensor<2x3xf32>, %y: tensor<3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>) {
  %0 = edge.broadcast_to %y : tensor<3xf32> -> tensor<2x3xf32>
  %1 = edge.add %x, %0 : tensor<2x3xf32>, tensor<2x3xf32> -> tensor<2x3xf32>
  %2 = edge.relu %0 : tensor<2x3xf32> -> tensor<2x3xf32>
  return %1, %2 : tensor<2x3xf32>, tensor<2x3xf32>
}

// CHECK-LABEL: @slice_of_slice
// CHECK-NEXT: edge.slice %{{.*}} starts [5] sizes [2] steps [-4]
// CHECK-NEXT: return
func.func @slice_of_slice(%x: tensor<10xf32>) -> tensor<2xf32> {
  %0 = edge.slice %x starts [1] sizes [4] steps [2] : tensor<10xf32> -> tensor<4xf32>
  %1 = edge.slice %0 starts [2] sizes [2] steps [-2] : tensor<4xf32> -> tensor<2xf32>
  return %1 : tensor<2xf32>
}

// CHECK-LABEL: @concat_of_concat
// CHECK-SAME: %[[A:.*]]: tensor<2xf32>, %[[B:.*]]: tensor<3xf32>, %[[E:.*]]: tensor<0xf32>
// CHECK-NEXT: edge.concat %[[A]], %[[B]], %[[A]] axis 0
// CHECK-NEXT: return
func.func @concat_of_concat(%a: tensor<2xf32>, %b: tensor<3xf32>, %empty: tensor<0xf32>) -> tensor<7xf32> {
  %0 = edge.concat %a, %b axis 0 : tensor<2xf32>, tensor<3xf32> -> tensor<5xf32>
  %1 = edge.concat %0, %empty, %a axis 0 : tensor<5xf32>, tensor<0xf32>, tensor<2xf32> -> tensor<7xf32>
  return %1 : tensor<7xf32>
}

// Indices at equal distances are a slice; a scalar index drops its dimension.
// CHECK-LABEL: @gather_by_known_indices
// CHECK-DAG: edge.slice %{{.*}} starts [3, 0] sizes [2, 5] steps [-2, 1] : tensor<4x5xf32> -> tensor<2x5xf32>
// CHECK-DAG: %[[S:.*]] = edge.slice %{{.*}} starts [0, 4] sizes [4, 1] steps [1, 1] : tensor<4x5xf32> -> tensor<4x1xf32>
// CHECK-DAG: edge.reshape %[[S]] : tensor<4x1xf32> -> tensor<4xf32>
// CHECK-DAG: edge.gather
func.func @gather_by_known_indices(%x: tensor<4x5xf32>) -> (tensor<2x5xf32>, tensor<4xf32>, tensor<3x5xf32>) {
  %0 = edge.constant dense<[3, 1]> : tensor<2xi64>
  %1 = edge.gather %x[%0] axis 0 : tensor<4x5xf32>, tensor<2xi64> -> tensor<2x5xf32>
  %2 = edge.constant dense<-1> : tensor<i64>
  %3 = edge.gather %x[%2] axis 1 : tensor<4x5xf32>, tensor<i64> -> tensor<4xf32>
  %4 = edge.constant dense<[0, 1, 3]> : tensor<3xi64>
  %5 = edge.gather %x[%4] axis 0 : tensor<4x5xf32>, tensor<3xi64> -> tensor<3x5xf32>
  return %1, %3, %5 : tensor<2x5xf32>, tensor<4xf32>, tensor<3x5xf32>
}

// CHECK-LABEL: @reductions
// CHECK-DAG: edge.reshape %{{.*}} : tensor<2x1x3xf32> -> tensor<2x3xf32>
// CHECK-DAG: edge.reduce sum %{{.*}} axes [0, 2] : tensor<2x1x3xf32> -> tensor<1xf32>
func.func @reductions(%x: tensor<2x1x3xf32>) -> (tensor<2x3xf32>, tensor<1xf32>) {
  %0 = edge.reduce mean %x axes [1] : tensor<2x1x3xf32> -> tensor<2x3xf32>
  %1 = edge.reduce sum %x axes [0] : tensor<2x1x3xf32> -> tensor<1x3xf32>
  %2 = edge.reduce sum %1 axes [1] : tensor<1x3xf32> -> tensor<1xf32>
  return %0, %2 : tensor<2x3xf32>, tensor<1xf32>
}

// Reductions of two kinds stay apart.
// CHECK-LABEL: @reductions_of_two_kinds_are_kept
// CHECK-NEXT: edge.reduce sum
// CHECK-NEXT: edge.reduce max
func.func @reductions_of_two_kinds_are_kept(%x: tensor<2x3xf32>) -> tensor<f32> {
  %0 = edge.reduce sum %x axes [0] : tensor<2x3xf32> -> tensor<3xf32>
  %1 = edge.reduce max %0 axes [0] : tensor<3xf32> -> tensor<f32>
  return %1 : tensor<f32>
}

// CHECK-LABEL: @powers
// CHECK-SAME: %[[X:.*]]: tensor<4xf32>
// CHECK-DAG: edge.mul %[[X]], %[[X]]
// CHECK-DAG: edge.sqrt %[[X]]
// CHECK-DAG: edge.pow %[[X]]
func.func @powers(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %two = edge.constant dense<2.0> : tensor<f32>
  %half = edge.constant dense<0.5> : tensor<f32>
  %other = edge.constant dense<1.5> : tensor<f32>
  %0 = edge.pow %x, %two : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  %1 = edge.pow %x, %half : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  %2 = edge.pow %x, %other : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  return %0, %1, %2 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// Only the reciprocals of powers of two are exact.
// CHECK-LABEL: @divisions
// CHECK-DAG: %[[C:.*]] = edge.constant dense<1.250000e-01>
// CHECK-DAG: edge.mul %{{.*}}, %[[C]]
// CHECK-DAG: edge.div
func.func @divisions(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %eight = edge.constant dense<8.0> : tensor<f32>
  %six = edge.constant dense<6.0> : tensor<f32>
  %0 = edge.div %x, %eight : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  %1 = edge.div %x, %six : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: @maximum_with_zero
// CHECK-NEXT: edge.relu
// CHECK-NEXT: return
func.func @maximum_with_zero(%x: tensor<4xf32>) -> tensor<4xf32> {
  %zero = edge.constant dense<0.0> : tensor<f32>
  %0 = edge.max %zero, %x : tensor<f32>, tensor<4xf32> -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

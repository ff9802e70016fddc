// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(edge-sink-transposes))' | FileCheck %s

// An operation on single elements lets the transpose pass, which then meets its inverse.
// CHECK-LABEL: @elementwise_between_inverse_transposes
// CHECK-SAME: %[[X:.*]]: tensor<1x4x5x8xf32>
// CHECK-NEXT: %[[R:.*]] = edge.relu %[[X]] : tensor<1x4x5x8xf32>
// CHECK-NEXT: return %[[R]]
func.func @elementwise_between_inverse_transposes(%x: tensor<1x4x5x8xf32>) -> tensor<1x4x5x8xf32> {
  %0 = edge.transpose %x [0, 3, 1, 2] : tensor<1x4x5x8xf32> -> tensor<1x8x4x5xf32>
  %1 = edge.relu %0 : tensor<1x8x4x5xf32> -> tensor<1x8x4x5xf32>
  %2 = edge.transpose %1 [0, 2, 3, 1] : tensor<1x8x4x5xf32> -> tensor<1x4x5x8xf32>
  return %2 : tensor<1x4x5x8xf32>
}

// Constants are transposed at compile time, whatever their rank; scalars stay.
// CHECK-LABEL: @constants_are_transposed
// CHECK-DAG: %[[C:.*]] = edge.constant dense<{{.*}}1.000000e+00, 2.000000e+00{{.*}}> : tensor<1x1x2xf32>
// CHECK-DAG: %[[S:.*]] = edge.constant dense<3.000000e+00> : tensor<f32>
// CHECK: edge.mul %{{.*}}, %[[C]]
// CHECK: edge.add %{{.*}}, %[[S]]
// CHECK-NOT: edge.transpose
// CHECK: return
func.func @constants_are_transposed(%x: tensor<1x4x5x2xf32>) -> tensor<1x4x5x2xf32> {
  %c = edge.constant dense<[[[1.0]], [[2.0]]]> : tensor<2x1x1xf32>
  %s = edge.constant dense<3.0> : tensor<f32>
  %0 = edge.transpose %x [0, 3, 1, 2] : tensor<1x4x5x2xf32> -> tensor<1x2x4x5xf32>
  %1 = edge.mul %0, %c : tensor<1x2x4x5xf32>, tensor<2x1x1xf32> -> tensor<1x2x4x5xf32>
  %2 = edge.add %1, %s : tensor<1x2x4x5xf32>, tensor<f32> -> tensor<1x2x4x5xf32>
  %3 = edge.transpose %2 [0, 2, 3, 1] : tensor<1x2x4x5xf32> -> tensor<1x4x5x2xf32>
  return %3 : tensor<1x4x5x2xf32>
}

// A residual addition: both operands come transposed.
// CHECK-LABEL: @operands_alike
// CHECK-SAME: %[[A:.*]]: tensor<1x4x5x8xf32>, %[[B:.*]]: tensor<1x4x5x8xf32>
// CHECK-NEXT: %[[S:.*]] = edge.add %[[A]], %[[B]]
// CHECK-NEXT: %[[T:.*]] = edge.transpose %[[S]] [0, 3, 1, 2]
// CHECK-NEXT: return %[[T]]
func.func @operands_alike(%a: tensor<1x4x5x8xf32>, %b: tensor<1x4x5x8xf32>) -> tensor<1x8x4x5xf32> {
  %0 = edge.transpose %a [0, 3, 1, 2] : tensor<1x4x5x8xf32> -> tensor<1x8x4x5xf32>
  %1 = edge.transpose %b [0, 3, 1, 2] : tensor<1x4x5x8xf32> -> tensor<1x8x4x5xf32>
  %2 = edge.add %0, %1 : tensor<1x8x4x5xf32>, tensor<1x8x4x5xf32> -> tensor<1x8x4x5xf32>
  return %2 : tensor<1x8x4x5xf32>
}

// One operand is in the model's order: it is transposed, once, where that lets two others cancel.
// CHECK-LABEL: @other_operand_is_transposed_for_gain
// CHECK-SAME: %[[A:.*]]: tensor<1x4x5x8xf32>, %[[B:.*]]: tensor<1x8x4x5xf32>
// CHECK-NEXT: %[[T:.*]] = edge.transpose %[[B]] [0, 2, 3, 1]
// CHECK-NEXT: %[[S:.*]] = edge.add %[[A]], %[[T]]
// CHECK-NEXT: return %[[S]]
func.func @other_operand_is_transposed_for_gain(%a: tensor<1x4x5x8xf32>, %b: tensor<1x8x4x5xf32>) -> tensor<1x4x5x8xf32> {
  %0 = edge.transpose %a [0, 3, 1, 2] : tensor<1x4x5x8xf32> -> tensor<1x8x4x5xf32>
  %1 = edge.add %0, %b : tensor<1x8x4x5xf32>, tensor<1x8x4x5xf32> -> tensor<1x8x4x5xf32>
  %2 = edge.transpose %1 [0, 2, 3, 1] : tensor<1x8x4x5xf32> -> tensor<1x4x5x8xf32>
  return %2 : tensor<1x4x5x8xf32>
}

// Without an inverse further down, a second transpose would only add work.
// CHECK-LABEL: @no_gain_is_kept
// CHECK: %[[T:.*]] = edge.transpose %{{.*}} [0, 3, 1, 2]
// CHECK-NEXT: edge.add %[[T]]
func.func @no_gain_is_kept(%a: tensor<1x4x5x8xf32>, %b: tensor<1x8x4x5xf32>) -> tensor<1x8x4x5xf32> {
  %0 = edge.transpose %a [0, 3, 1, 2] : tensor<1x4x5x8xf32> -> tensor<1x8x4x5xf32>
  %1 = edge.add %0, %b : tensor<1x8x4x5xf32>, tensor<1x8x4x5xf32> -> tensor<1x8x4x5xf32>
  return %1 : tensor<1x8x4x5xf32>
}

// Axes and lists with a value per dimension follow.
// CHECK-LABEL: @axes_follow
// CHECK: edge.softmax %{{.*}} axis 3
// CHECK: edge.cum_sum %{{.*}} axis 2
// CHECK: edge.pad {{.*}} low [0, 0, 1, 0] high [0, 1, 0, 0]
// CHECK: edge.slice {{.*}} starts [0, 1, 2, 3] sizes [1, 4, 3, 5] steps [1, 1, 1, 1]
// CHECK: edge.concat {{.*}} axis 3
// CHECK: edge.resize nearest {{.*}} scales [1.000000e+00, 2.000000e+00, 3.000000e+00, 1.000000e+00]
// CHECK-NEXT: return
func.func @axes_follow(%x: tensor<1x4x5x8xf32>) -> tensor<1x8x9x10xf32> {
  %value = edge.constant dense<0.0> : tensor<f32>
  %0 = edge.transpose %x [0, 3, 1, 2] : tensor<1x4x5x8xf32> -> tensor<1x8x4x5xf32>
  %1 = edge.softmax %0 axis 1 : tensor<1x8x4x5xf32> -> tensor<1x8x4x5xf32>
  %2 = edge.cum_sum %1 axis 3 exclusive false reverse false : tensor<1x8x4x5xf32> -> tensor<1x8x4x5xf32>
  %3 = edge.pad %2 value %value : tensor<f32> low [0, 0, 0, 1] high [0, 0, 1, 0] mode constant : tensor<1x8x4x5xf32> -> tensor<1x8x5x6xf32>
  %4 = edge.slice %3 starts [0, 3, 1, 2] sizes [1, 5, 4, 3] steps [1, 1, 1, 1] : tensor<1x8x5x6xf32> -> tensor<1x5x4x3xf32>
  %5 = edge.concat %4, %4 axis 1 : tensor<1x5x4x3xf32>, tensor<1x5x4x3xf32> -> tensor<1x10x4x3xf32>
  %6 = edge.resize nearest %5 scales [1.0, 1.0, 2.0, 3.0] coordinates asymmetric rounding floor : tensor<1x10x4x3xf32> -> tensor<1x10x8x9xf32>
  %7 = edge.transpose %6 [0, 2, 3, 1] : tensor<1x10x8x9xf32> -> tensor<1x8x9x10xf32>
  return %7 : tensor<1x8x9x10xf32>
}

// Global pooling: a reduction of the spatial dimensions leaves the order of the others.
// CHECK-LABEL: @reduction_of_spatial_dimensions
// CHECK-NEXT: edge.reduce mean %{{.*}} axes [1, 2] : tensor<2x4x5x8xf32> -> tensor<2x8xf32>
// CHECK-NEXT: return
func.func @reduction_of_spatial_dimensions(%x: tensor<2x4x5x8xf32>) -> tensor<2x8xf32> {
  %0 = edge.transpose %x [0, 3, 1, 2] : tensor<2x4x5x8xf32> -> tensor<2x8x4x5xf32>
  %1 = edge.reduce mean %0 axes [2, 3] : tensor<2x8x4x5xf32> -> tensor<2x8xf32>
  return %1 : tensor<2x8xf32>
}

// CHECK-LABEL: @arg_reduce_of_channels
// CHECK-NEXT: edge.arg_reduce %{{.*}} axis 3 {{.*}} : tensor<2x4x5x8xf32> -> tensor<2x4x5xi64>
// CHECK-NEXT: return
func.func @arg_reduce_of_channels(%x: tensor<2x4x5x8xf32>) -> tensor<2x4x5xi64> {
  %0 = edge.transpose %x [0, 3, 1, 2] : tensor<2x4x5x8xf32> -> tensor<2x8x4x5xf32>
  %1 = edge.arg_reduce %0 axis 1 largest true select_last false : tensor<2x8x4x5xf32> -> tensor<2x4x5xi64>
  return %1 : tensor<2x4x5xi64>
}

// A single index removes its dimension; several put theirs in its place.
// CHECK-LABEL: @gather_of_channels
// CHECK-NEXT: edge.gather %{{.*}} axis 3 {{.*}} -> tensor<2x4x5xf32>
func.func @gather_of_channels(%x: tensor<2x4x5x8xf32>, %i: tensor<i64>) -> tensor<2x4x5xf32> {
  %0 = edge.transpose %x [0, 3, 1, 2] : tensor<2x4x5x8xf32> -> tensor<2x8x4x5xf32>
  %1 = edge.gather %0[%i] axis 1 : tensor<2x8x4x5xf32>, tensor<i64> -> tensor<2x4x5xf32>
  return %1 : tensor<2x4x5xf32>
}

// CHECK-LABEL: @gather_with_index_tensor
// CHECK-NEXT: %[[G:.*]] = edge.gather %{{.*}} axis 3 {{.*}} -> tensor<2x4x5x3x2xf32>
// CHECK-NEXT: edge.transpose %[[G]] [0, 3, 4, 1, 2]
// CHECK-NEXT: return
func.func @gather_with_index_tensor(%x: tensor<2x4x5x8xf32>, %j: tensor<3x2xi64>) -> tensor<2x3x2x4x5xf32> {
  %0 = edge.transpose %x [0, 3, 1, 2] : tensor<2x4x5x8xf32> -> tensor<2x8x4x5xf32>
  %1 = edge.gather %0[%j] axis 1 : tensor<2x8x4x5xf32>, tensor<3x2xi64> -> tensor<2x3x2x4x5xf32>
  return %1 : tensor<2x3x2x4x5xf32>
}

// A detection head splits its channels and moves them last: all on channels last already.
// CHECK-LABEL: @reshape_that_splits_channels
// CHECK-NEXT: %[[R:.*]] = edge.reshape %{{.*}} : tensor<1x4x5x6xf32> -> tensor<1x4x5x2x3xf32>
// CHECK-NEXT: edge.transpose %[[R]] [0, 3, 1, 2, 4] : tensor<1x4x5x2x3xf32> -> tensor<1x2x4x5x3xf32>
// CHECK-NEXT: return
func.func @reshape_that_splits_channels(%x: tensor<1x4x5x6xf32>) -> tensor<1x2x4x5x3xf32> {
  %0 = edge.transpose %x [0, 3, 1, 2] : tensor<1x4x5x6xf32> -> tensor<1x6x4x5xf32>
  %1 = edge.reshape %0 : tensor<1x6x4x5xf32> -> tensor<1x2x3x4x5xf32>
  %2 = edge.transpose %1 [0, 1, 3, 4, 2] : tensor<1x2x3x4x5xf32> -> tensor<1x2x4x5x3xf32>
  return %2 : tensor<1x2x4x5x3xf32>
}

// Joining height and width, which stay neighbours.
// CHECK-LABEL: @reshape_that_joins_space
// CHECK-NEXT: edge.reshape %{{.*}} : tensor<2x4x5x6xf32> -> tensor<2x20x6xf32>
// CHECK-NEXT: return
func.func @reshape_that_joins_space(%x: tensor<2x4x5x6xf32>) -> tensor<2x20x6xf32> {
  %0 = edge.transpose %x [0, 3, 1, 2] : tensor<2x4x5x6xf32> -> tensor<2x6x4x5xf32>
  %1 = edge.reshape %0 : tensor<2x6x4x5xf32> -> tensor<2x6x20xf32>
  %2 = edge.transpose %1 [0, 2, 1] : tensor<2x6x20xf32> -> tensor<2x20x6xf32>
  return %2 : tensor<2x20x6xf32>
}

// A channel shuffle: what exchanges groups and channels of a group is left, the rest cancels.
// CHECK-LABEL: @channel_shuffle
// CHECK-NEXT: %[[R:.*]] = edge.reshape %{{.*}} : tensor<1x4x5x6xf32> -> tensor<1x4x5x2x3xf32>
// CHECK-NEXT: %[[T:.*]] = edge.transpose %[[R]] [0, 1, 2, 4, 3] : tensor<1x4x5x2x3xf32> -> tensor<1x4x5x3x2xf32>
// CHECK-NEXT: %[[S:.*]] = edge.reshape %[[T]] : tensor<1x4x5x3x2xf32> -> tensor<1x4x5x6xf32>
// CHECK-NEXT: return %[[S]]
func.func @channel_shuffle(%x: tensor<1x4x5x6xf32>) -> tensor<1x4x5x6xf32> {
  %0 = edge.transpose %x [0, 3, 1, 2] : tensor<1x4x5x6xf32> -> tensor<1x6x4x5xf32>
  %1 = edge.reshape %0 : tensor<1x6x4x5xf32> -> tensor<1x2x3x4x5xf32>
  %2 = edge.transpose %1 [0, 2, 1, 3, 4] : tensor<1x2x3x4x5xf32> -> tensor<1x3x2x4x5xf32>
  %3 = edge.reshape %2 : tensor<1x3x2x4x5xf32> -> tensor<1x6x4x5xf32>
  %4 = edge.transpose %3 [0, 2, 3, 1] : tensor<1x6x4x5xf32> -> tensor<1x4x5x6xf32>
  return %4 : tensor<1x4x5x6xf32>
}

// On a single position, transposes are reshapes; these move down and cancel as well.
// CHECK-LABEL: @single_position
// CHECK-SAME: %[[X:.*]]: tensor<1x1x1x8xf32>
// CHECK-NEXT: %[[R:.*]] = edge.relu %[[X]] : tensor<1x1x1x8xf32>
// CHECK-NEXT: return %[[R]]
func.func @single_position(%x: tensor<1x1x1x8xf32>) -> tensor<1x1x1x8xf32> {
  %0 = edge.transpose %x [0, 3, 1, 2] : tensor<1x1x1x8xf32> -> tensor<1x8x1x1xf32>
  %1 = edge.relu %0 : tensor<1x8x1x1xf32> -> tensor<1x8x1x1xf32>
  %2 = edge.transpose %1 [0, 2, 3, 1] : tensor<1x8x1x1xf32> -> tensor<1x1x1x8xf32>
  return %2 : tensor<1x1x1x8xf32>
}

// So are those of a single channel.
// CHECK-LABEL: @single_channel
// CHECK-NEXT: edge.sigmoid %{{.*}} : tensor<1x8x8x1xf32>
// CHECK-NOT: edge.transpose
// CHECK: return
func.func @single_channel(%x: tensor<1x8x8x1xf32>) -> tensor<1x64xf32> {
  %0 = edge.transpose %x [0, 3, 1, 2] : tensor<1x8x8x1xf32> -> tensor<1x1x8x8xf32>
  %1 = edge.sigmoid %0 : tensor<1x1x8x8xf32> -> tensor<1x1x8x8xf32>
  %2 = edge.reshape %1 : tensor<1x1x8x8xf32> -> tensor<1x64xf32>
  return %2 : tensor<1x64xf32>
}

// Joining channels with space needs the elements in that order.
// CHECK-LABEL: @flatten_needs_the_order
// CHECK: edge.transpose
// CHECK-NEXT: edge.reshape
func.func @flatten_needs_the_order(%x: tensor<1x4x5x6xf32>) -> tensor<1x120xf32> {
  %0 = edge.transpose %x [0, 3, 1, 2] : tensor<1x4x5x6xf32> -> tensor<1x6x4x5xf32>
  %1 = edge.reshape %0 : tensor<1x6x4x5xf32> -> tensor<1x120xf32>
  return %1 : tensor<1x120xf32>
}

// ... unless a matmul by constant weights sums it up: their rows change places instead.
// CHECK-LABEL: @flatten_before_constant_weights
// CHECK-DAG: %[[W:.*]] = edge.constant dense<{{\[}}[1.000000e+00], [3.000000e+00], [2.000000e+00], [4.000000e+00]]> : tensor<4x1xf32>
// CHECK-DAG: %[[F:.*]] = edge.reshape %{{.*}} : tensor<3x1x2x2xf32> -> tensor<3x4xf32>
// CHECK: edge.matmul %[[F]], %[[W]]
// CHECK-NEXT: return
func.func @flatten_before_constant_weights(%x: tensor<3x1x2x2xf32>) -> tensor<3x1xf32> {
  %w = edge.constant dense<[[1.0], [2.0], [3.0], [4.0]]> : tensor<4x1xf32>
  %0 = edge.transpose %x [0, 3, 1, 2] : tensor<3x1x2x2xf32> -> tensor<3x2x1x2xf32>
  %1 = edge.reshape %0 : tensor<3x2x1x2xf32> -> tensor<3x4xf32>
  %2 = edge.matmul %1, %w : tensor<3x4xf32>, tensor<4x1xf32> -> tensor<3x1xf32>
  return %2 : tensor<3x1xf32>
}

// A broadcast to a higher rank.
// CHECK-LABEL: @broadcast_to_higher_rank
// CHECK-NEXT: edge.broadcast_to %{{.*}} : tensor<2x4xf32> -> tensor<7x2x4xf32>
// CHECK-NEXT: return
func.func @broadcast_to_higher_rank(%x: tensor<2x4xf32>) -> tensor<7x2x4xf32> {
  %0 = edge.transpose %x [1, 0] : tensor<2x4xf32> -> tensor<4x2xf32>
  %1 = edge.broadcast_to %0 : tensor<4x2xf32> -> tensor<7x4x2xf32>
  %2 = edge.transpose %1 [0, 2, 1] : tensor<7x4x2xf32> -> tensor<7x2x4xf32>
  return %2 : tensor<7x2x4xf32>
}

// A swish uses its input twice.
// CHECK-LABEL: @two_uses
// CHECK-SAME: %[[X:.*]]: tensor<1x4x5x8xf32>
// CHECK-NEXT: %[[S:.*]] = edge.sigmoid %[[X]]
// CHECK-NEXT: %[[M:.*]] = edge.mul %[[X]], %[[S]]
// CHECK-NEXT: return %[[M]]
func.func @two_uses(%x: tensor<1x4x5x8xf32>) -> tensor<1x4x5x8xf32> {
  %0 = edge.transpose %x [0, 3, 1, 2] : tensor<1x4x5x8xf32> -> tensor<1x8x4x5xf32>
  %1 = edge.sigmoid %0 : tensor<1x8x4x5xf32> -> tensor<1x8x4x5xf32>
  %2 = edge.mul %0, %1 : tensor<1x8x4x5xf32>, tensor<1x8x4x5xf32> -> tensor<1x8x4x5xf32>
  %3 = edge.transpose %2 [0, 2, 3, 1] : tensor<1x8x4x5xf32> -> tensor<1x4x5x8xf32>
  return %3 : tensor<1x4x5x8xf32>
}

// A transpose that only moves dimensions of size 1 is a reshape.
// CHECK-LABEL: @single_elements_move_for_free
// CHECK-NEXT: edge.reshape
// CHECK-NEXT: return
func.func @single_elements_move_for_free(%x: tensor<1x4x5x1xf32>) -> tensor<1x1x4x5xf32> {
  %0 = edge.transpose %x [0, 3, 1, 2] : tensor<1x4x5x1xf32> -> tensor<1x1x4x5xf32>
  return %0 : tensor<1x1x4x5xf32>
}

// What a graph does to its input before the first convolution is done channels last, so that the pad can join the
// convolution; the transpose copies the smaller tensor.
// CHECK-LABEL: @transpose_moves_to_the_graph_input
// CHECK-SAME: %[[X:.*]]: tensor<1x3x4x4xf32>
// CHECK: %[[T:.*]] = edge.transpose %[[X]] [0, 2, 3, 1]
// CHECK: %[[S:.*]] = edge.sub %[[T]]
// CHECK: %[[P:.*]] = edge.pad %[[S]] {{.*}} low [0, 1, 1, 0] high [0, 1, 1, 0]
// CHECK: edge.conv %[[P]]
func.func @transpose_moves_to_the_graph_input(%x: tensor<1x3x4x4xf32>, %w: tensor<3x3x3x8xf32>) -> tensor<1x4x4x8xf32> {
  %mean = edge.constant dense<[[[1.0]], [[2.0]], [[3.0]]]> : tensor<3x1x1xf32>
  %value = edge.constant dense<0.0> : tensor<f32>
  %0 = edge.sub %x, %mean : tensor<1x3x4x4xf32>, tensor<3x1x1xf32> -> tensor<1x3x4x4xf32>
  %1 = edge.pad %0 value %value : tensor<f32> low [0, 0, 1, 1] high [0, 0, 1, 1] mode constant : tensor<1x3x4x4xf32> -> tensor<1x3x6x6xf32>
  %2 = edge.transpose %1 [0, 2, 3, 1] : tensor<1x3x6x6xf32> -> tensor<1x6x6x3xf32>
  %3 = edge.conv %2, %w strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] group 1 : tensor<1x6x6x3xf32>, tensor<3x3x3x8xf32> -> tensor<1x4x4x8xf32>
  return %3 : tensor<1x4x4x8xf32>
}

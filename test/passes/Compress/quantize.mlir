// RUN: edgecc-opt %s -edge-quantize -canonicalize -cse | FileCheck %s
// RUN: edgecc-opt %s -edge-quantize=needs-neighbours=true -canonicalize -cse | FileCheck %s --check-prefix=NEAR
// RUN: edgecc-opt %s -edge-quantize=activations=i16 -canonicalize -cse | FileCheck %s --check-prefix=SHORT
// RUN: edgecc-opt %s -edge-quantize=multiplier-bits=15 -canonicalize -cse | FileCheck %s --check-prefix=FIXED
// RUN: not edgecc-opt %s -edge-quantize=multiplier-bits=7 2>&1 | FileCheck %s --check-prefix=BITS
// RUN: not edgecc-opt %s -edge-quantize=activations=u16 2>&1 | FileCheck %s --check-prefix=TYPE
// BITS: edge-quantize: multiplier-bits is 7, expected 8 to 31, or 0
// TYPE: edge-quantize: activations is 'u16', expected u8, i8 or i16

// A convolution whose input was observed: the input is held as integers from where it is computed, the bias stays real.
// CHECK-LABEL: func @conv
// CHECK-DAG:     %[[W:.+]] = edge.constant dense<{{.*}}> : tensor<1x1x2x2xi8>
// CHECK-DAG:     %[[SCALES:.+]] = edge.constant dense<[1.23513979E-4, 3.08784947E-5]> : tensor<2xf32>
// CHECK:         %[[SCALED:.+]] = edge.mul %arg0
// CHECK:         %[[ROUNDED:.+]] = edge.round %[[SCALED]]
// CHECK:         %[[X:.+]] = edge.cast %[[ROUNDED]] : tensor<1x4x4x2xf32> -> tensor<1x4x4x2xui8>
// CHECK:         %[[SUM:.+]] = edge.conv %[[X]], %[[W]] {{.*}} : tensor<1x4x4x2xui8>, tensor<1x1x2x2xi8> -> tensor<1x4x4x2xi32>
// CHECK:         %[[REAL:.+]] = edge.cast %[[SUM]]
// CHECK:         edge.mul %[[REAL]], %[[SCALES]]
func.func @conv(%x: tensor<1x4x4x2xf32> {edge.observed = {min = 0.0, max = 1.0}}) -> tensor<1x4x4x2xf32> {
  %w = edge.constant dense<[[[[4.0, 0.5], [-2.0, 1.0]]]]> : tensor<1x1x2x2xf32>
  %0 = edge.conv %x, %w strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] group 1 : tensor<1x4x4x2xf32>, tensor<1x1x2x2xf32> -> tensor<1x4x4x2xf32>
  return %0 : tensor<1x4x4x2xf32>
}

// Values that can be negative have a zero point; where they are padded, it is the padding.
// Integers of 16 bits have none, and the convolution pads by itself.
// SHORT-LABEL: func @padding_is_the_zero_point
// SHORT-NOT:     edge.pad
// SHORT:         edge.conv {{.*}} pads [1, 1, 1, 1] {{.*}} : tensor<1x4x4x1xi16>, tensor<3x3x1x1xi8> -> tensor<1x4x4x1xi32>
// CHECK-LABEL: func @padding_is_the_zero_point
// CHECK:         %[[ZERO:.+]] = edge.constant dense<51> : tensor<ui8>
// CHECK:         %[[X:.+]] = edge.cast %{{.*}} -> tensor<1x4x4x1xui8>
// CHECK:         %[[PADDED:.+]] = edge.pad %[[X]] value %[[ZERO]]
// CHECK:         edge.conv %[[PADDED]], {{.*}} pads [0, 0, 0, 0]
func.func @padding_is_the_zero_point(%x: tensor<1x4x4x1xf32> {edge.observed = {min = -1.0, max = 4.0}}) -> tensor<1x4x4x1xf32> {
  %w = edge.constant dense<2.0> : tensor<3x3x1x1xf32>
  %0 = edge.conv %x, %w strides [1, 1] dilations [1, 1] pads [1, 1, 1, 1] group 1 : tensor<1x4x4x1xf32>, tensor<3x3x1x1xf32> -> tensor<1x4x4x1xf32>
  return %0 : tensor<1x4x4x1xf32>
}

// Between two products the cast is relu, the pooling takes place on integers, and no real tensor is left.
// In fixed point, saturation is the relu.
// FIXED-LABEL: func @chain
// FIXED:         %[[SUM:.+]] = edge.conv
// FIXED-NEXT:    %[[Q:.+]] = edge.rescale %[[SUM]] {{.*}} -> tensor<1x4x4x2xui8>
// FIXED-NEXT:    %[[POOL:.+]] = edge.max_pool %[[Q]]
// FIXED-NEXT:    edge.conv %[[POOL]]
// CHECK-LABEL: func @chain
// CHECK:         %[[SUM:.+]] = edge.conv
// CHECK:         %[[REAL:.+]] = edge.cast %[[SUM]]
// CHECK:         %[[SCALED:.+]] = edge.mul %[[REAL]]
// CHECK:         %[[ROUNDED:.+]] = edge.round %[[SCALED]]
// CHECK:         %[[Q:.+]] = edge.cast %[[ROUNDED]] : tensor<1x4x4x2xf32> -> tensor<1x4x4x2xui8>
// CHECK:         %[[POOL:.+]] = edge.max_pool %[[Q]] {{.*}} -> tensor<1x2x2x2xui8>
// CHECK:         edge.conv %[[POOL]]
func.func @chain(%x: tensor<1x4x4x2xf32> {edge.observed = {min = 0.0, max = 1.0}}) -> tensor<1x2x2x2xf32> {
  %w = edge.constant dense<[[[[4.0, 0.5], [-2.0, 1.0]]]]> : tensor<1x1x2x2xf32>
  %0 = edge.conv %x, %w strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] group 1 : tensor<1x4x4x2xf32>, tensor<1x1x2x2xf32> -> tensor<1x4x4x2xf32>
  %1 = edge.relu %0 {edge.observed = [{min = 0.0, max = 4.0}]} : tensor<1x4x4x2xf32> -> tensor<1x4x4x2xf32>
  %2 = edge.max_pool %1 kernel [2, 2] strides [2, 2] dilations [1, 1] pads [0, 0, 0, 0] {edge.observed = [{min = 0.0, max = 4.0}]} : tensor<1x4x4x2xf32> -> tensor<1x2x2x2xf32>
  %3 = edge.conv %2, %w strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] group 1 : tensor<1x2x2x2xf32>, tensor<1x1x2x2xf32> -> tensor<1x2x2x2xf32>
  return %3 : tensor<1x2x2x2xf32>
}

// What was not observed stays as it is.
// CHECK-LABEL: func @not_observed
// CHECK:         edge.matmul {{.*}} : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>
func.func @not_observed(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = edge.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %0 = edge.matmul %x, %w : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// Limits are scaled, too, and stay where the integers reach further: 6 is 127.5 of the steps of 12 / 255.
// CHECK-LABEL: func @limits
// CHECK-DAG:     %[[SIX:.+]] = edge.constant dense<1.275000e+02>
// CHECK:         %[[RELU:.+]] = edge.relu
// CHECK:         %[[LIMITED:.+]] = edge.min %[[RELU]], %[[SIX]]
// CHECK:         edge.round %[[LIMITED]]
// CHECK-LABEL: func @limits_of_the_integers
// CHECK-NOT:     edge.min
func.func @limits(%x: tensor<1x4x4x2xf32> {edge.observed = {min = 0.0, max = 1.0}}) -> tensor<1x4x4x2xf32> {
  %w = edge.constant dense<[[[[4.0, 0.5], [-2.0, 1.0]]]]> : tensor<1x1x2x2xf32>
  %six = edge.constant dense<6.0> : tensor<f32>
  %0 = edge.conv %x, %w strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] group 1 : tensor<1x4x4x2xf32>, tensor<1x1x2x2xf32> -> tensor<1x4x4x2xf32>
  %1 = edge.relu %0 : tensor<1x4x4x2xf32> -> tensor<1x4x4x2xf32>
  %2 = edge.min %1, %six {edge.observed = [{min = 0.0, max = 12.0}]} : tensor<1x4x4x2xf32>, tensor<f32> -> tensor<1x4x4x2xf32>
  %3 = edge.conv %2, %w strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] group 1 : tensor<1x4x4x2xf32>, tensor<1x1x2x2xf32> -> tensor<1x4x4x2xf32>
  return %3 : tensor<1x4x4x2xf32>
}
func.func @limits_of_the_integers(%x: tensor<1x4x4x2xf32> {edge.observed = {min = 0.0, max = 1.0}}) -> tensor<1x4x4x2xf32> {
  %w = edge.constant dense<[[[[4.0, 0.5], [-2.0, 1.0]]]]> : tensor<1x1x2x2xf32>
  %six = edge.constant dense<6.0> : tensor<f32>
  %0 = edge.conv %x, %w strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] group 1 : tensor<1x4x4x2xf32>, tensor<1x1x2x2xf32> -> tensor<1x4x4x2xf32>
  %1 = edge.relu %0 : tensor<1x4x4x2xf32> -> tensor<1x4x4x2xf32>
  %2 = edge.min %1, %six {edge.observed = [{min = 0.0, max = 3.0}]} : tensor<1x4x4x2xf32>, tensor<f32> -> tensor<1x4x4x2xf32>
  %3 = edge.conv %2, %w strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] group 1 : tensor<1x4x4x2xf32>, tensor<1x1x2x2xf32> -> tensor<1x4x4x2xf32>
  return %3 : tensor<1x4x4x2xf32>
}

// Depthwise convolutions and those of every second channel have no neighbours to sum.
// CHECK-LABEL: func @without_neighbours
// CHECK-COUNT-2: edge.conv {{.*}} -> tensor<1x4x4x4xi32>
// NEAR-LABEL:  func @without_neighbours
// NEAR-COUNT-2:  edge.conv {{.*}} -> tensor<1x4x4x4xf32>
func.func @without_neighbours(%x: tensor<1x4x4x4xf32> {edge.observed = {min = 0.0, max = 1.0}}, %y: tensor<4x4x4x2xf32> {edge.observed = {min = 0.0, max = 1.0}}) -> (tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) {
  %each = edge.constant dense<[[[[1.0, 2.0, 3.0, 4.0]]]]> : tensor<1x1x1x4xf32>
  %0 = edge.conv %x, %each strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] group 4 : tensor<1x4x4x4xf32>, tensor<1x1x1x4xf32> -> tensor<1x4x4x4xf32>
  %all = edge.constant dense<1.0> : tensor<1x1x4x4xf32>
  %half = edge.slice %y starts [0, 0, 0, 1] sizes [4, 4, 4, 1] steps [1, 1, 1, 1] : tensor<4x4x4x2xf32> -> tensor<4x4x4x1xf32>
  %odd = edge.reshape %half {edge.observed = [{min = 0.0, max = 1.0}]} : tensor<4x4x4x1xf32> -> tensor<1x4x4x4xf32>
  %1 = edge.conv %odd, %all strides [1, 1] dilations [1, 1] pads [0, 0, 0, 0] group 1 : tensor<1x4x4x4xf32>, tensor<1x1x4x4xf32> -> tensor<1x4x4x4xf32>
  return %0, %1 : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>
}

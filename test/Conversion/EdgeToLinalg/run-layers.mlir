// Runs layers with windows, groups, pads and reductions; the expected values are worked out by hand.
// RUN: %lower_and_run | FileCheck %s

func.func private @printMemrefF32(tensor<*xf32>)
func.func private @printMemrefI32(tensor<*xi32>)

// Windows 0 1 2, 2 3 4 and 4 5 0 of the padded input.
func.func @strided_conv() {
  %x = edge.constant dense<[[[1.0], [2.0], [3.0], [4.0], [5.0]]]> : tensor<1x5x1xf32>
  %w = edge.constant dense<[[[1.0]], [[10.0]], [[100.0]]]> : tensor<3x1x1xf32>
  %0 = edge.conv %x, %w strides [2] dilations [1] pads [1, 1] group 1
      : tensor<1x5x1xf32>, tensor<3x1x1xf32> -> tensor<1x3x1xf32>
  %1 = edge.reshape %0 : tensor<1x3x1xf32> -> tensor<3xf32>
  %2 = tensor.cast %1 : tensor<3xf32> to tensor<*xf32>
  // CHECK: [210, 432, 54]
  call @printMemrefF32(%2) : (tensor<*xf32>) -> ()
  return
}

func.func @dilated_conv() {
  %x = edge.constant dense<[[[1.0], [2.0], [3.0], [4.0], [5.0]]]> : tensor<1x5x1xf32>
  %w = edge.constant dense<[[[1.0]], [[10.0]], [[100.0]]]> : tensor<3x1x1xf32>
  %0 = edge.conv %x, %w strides [1] dilations [2] pads [0, 0] group 1
      : tensor<1x5x1xf32>, tensor<3x1x1xf32> -> tensor<1x1x1xf32>
  %1 = edge.reshape %0 : tensor<1x1x1xf32> -> tensor<1xf32>
  %2 = tensor.cast %1 : tensor<1xf32> to tensor<*xf32>
  // CHECK: [531]
  call @printMemrefF32(%2) : (tensor<*xf32>) -> ()
  return
}

// The first output channel sees the first two input channels, the second the others.
func.func @grouped_conv() {
  %x = edge.constant dense<[[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]]> : tensor<1x2x4xf32>
  %w = edge.constant dense<[[[1.0, 10.0], [2.0, 20.0]]]> : tensor<1x2x2xf32>
  %0 = edge.conv %x, %w strides [1] dilations [1] pads [0, 0] group 2
      : tensor<1x2x4xf32>, tensor<1x2x2xf32> -> tensor<1x2x2xf32>
  %1 = edge.reshape %0 : tensor<1x2x2xf32> -> tensor<4xf32>
  %2 = tensor.cast %1 : tensor<4xf32> to tensor<*xf32>
  // CHECK: [5, 110, 17, 230]
  call @printMemrefF32(%2) : (tensor<*xf32>) -> ()
  return
}

// Two output channels per input channel.
func.func @depth_multiplier() {
  %x = edge.constant dense<[[[1.0, 2.0], [3.0, 4.0]]]> : tensor<1x2x2xf32>
  %w = edge.constant dense<[[[1.0, 10.0, 100.0, 1000.0]]]> : tensor<1x1x4xf32>
  %0 = edge.conv %x, %w strides [1] dilations [1] pads [0, 0] group 2
      : tensor<1x2x2xf32>, tensor<1x1x4xf32> -> tensor<1x2x4xf32>
  %1 = edge.reshape %0 : tensor<1x2x4xf32> -> tensor<8xf32>
  %2 = tensor.cast %1 : tensor<8xf32> to tensor<*xf32>
  // CHECK: [1, 10, 200, 2000, 3, 30, 400, 4000]
  call @printMemrefF32(%2) : (tensor<*xf32>) -> ()
  return
}

// 255 * -128 + 1 * 2, then 200 * -128 - 3 * 2, with a padded position before and behind.
func.func @narrow_conv() {
  %x = edge.constant dense<[[[255, 1], [200, 3]]]> : tensor<1x2x2xui8>
  %w = edge.constant dense<[[[-128], [2]], [[1], [-1]]]> : tensor<2x2x1xi8>
  %0 = edge.conv %x, %w strides [1] dilations [1] pads [1, 1] group 1
      : tensor<1x2x2xui8>, tensor<2x2x1xi8> -> tensor<1x3x1xi32>
  %1 = edge.reshape %0 : tensor<1x3x1xi32> -> tensor<3xi32>
  %2 = tensor.cast %1 : tensor<3xi32> to tensor<*xi32>
  // CHECK: [254, -32441, -25594]
  call @printMemrefI32(%2) : (tensor<*xi32>) -> ()
  return
}

// Pads may be longer than the input: the pattern goes on.
func.func @pads() {
  %x = edge.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %0 = edge.pad %x low [2] high [4] mode reflect : tensor<3xf32> -> tensor<9xf32>
  %1 = tensor.cast %0 : tensor<9xf32> to tensor<*xf32>
  // CHECK: [3, 2, 1, 2, 3, 2, 1, 2, 3]
  call @printMemrefF32(%1) : (tensor<*xf32>) -> ()
  %2 = edge.pad %x low [2] high [4] mode wrap : tensor<3xf32> -> tensor<9xf32>
  %3 = tensor.cast %2 : tensor<9xf32> to tensor<*xf32>
  // CHECK: [2, 3, 1, 2, 3, 1, 2, 3, 1]
  call @printMemrefF32(%3) : (tensor<*xf32>) -> ()
  %4 = edge.pad %x low [2] high [4] mode edge : tensor<3xf32> -> tensor<9xf32>
  %5 = tensor.cast %4 : tensor<9xf32> to tensor<*xf32>
  // CHECK: [1, 1, 1, 2, 3, 3, 3, 3, 3]
  call @printMemrefF32(%5) : (tensor<*xf32>) -> ()
  return
}

func.func @backward_slice() {
  %x = edge.constant dense<[1.0, 2.0, 3.0, 4.0, 5.0]> : tensor<5xf32>
  %0 = edge.slice %x starts [4] sizes [3] steps [-2] : tensor<5xf32> -> tensor<3xf32>
  %1 = tensor.cast %0 : tensor<3xf32> to tensor<*xf32>
  // CHECK: [5, 3, 1]
  call @printMemrefF32(%1) : (tensor<*xf32>) -> ()
  return
}

// Sums wrap in their own type, the mean of integers rounds toward zero, and nothing has the mean NaN.
func.func @reductions(%nothing: tensor<0xf32>) {
  %x = edge.constant dense<[200, 100]> : tensor<2xui8>
  %0 = edge.reduce sum %x axes [0] : tensor<2xui8> -> tensor<ui8>
  %y = edge.constant dense<[-7, 0]> : tensor<2xi8>
  %1 = edge.reduce mean %y axes [0] : tensor<2xi8> -> tensor<i8>
  %2 = edge.cast %0 : tensor<ui8> -> tensor<i32>
  %3 = tensor.cast %2 : tensor<i32> to tensor<*xi32>
  // CHECK: [44]
  call @printMemrefI32(%3) : (tensor<*xi32>) -> ()
  %4 = edge.cast %1 : tensor<i8> -> tensor<i32>
  %5 = tensor.cast %4 : tensor<i32> to tensor<*xi32>
  // CHECK: [-3]
  call @printMemrefI32(%5) : (tensor<*xi32>) -> ()
  %6 = edge.reduce mean %nothing axes [0] : tensor<0xf32> -> tensor<f32>
  %7 = tensor.cast %6 : tensor<f32> to tensor<*xf32>
  // CHECK: [{{-?}}nan]
  call @printMemrefF32(%7) : (tensor<*xf32>) -> ()
  %8 = edge.reduce max %nothing axes [0] : tensor<0xf32> -> tensor<f32>
  %9 = tensor.cast %8 : tensor<f32> to tensor<*xf32>
  // CHECK: [-inf]
  call @printMemrefF32(%9) : (tensor<*xf32>) -> ()
  return
}

// A product over no column is 0.
func.func @empty_product(%x: tensor<2x0xf32>, %y: tensor<0x2xf32>) {
  %0 = edge.matmul %x, %y : tensor<2x0xf32>, tensor<0x2xf32> -> tensor<2x2xf32>
  %1 = edge.reshape %0 : tensor<2x2xf32> -> tensor<4xf32>
  %2 = tensor.cast %1 : tensor<4xf32> to tensor<*xf32>
  // CHECK: [0, 0, 0, 0]
  call @printMemrefF32(%2) : (tensor<*xf32>) -> ()
  return
}

// Large inputs do not overflow.
func.func @softmax() {
  %x = edge.constant dense<[[1000.0, 1000.0, -1000.0]]> : tensor<1x3xf32>
  %0 = edge.softmax %x axis 1 : tensor<1x3xf32> -> tensor<1x3xf32>
  %1 = tensor.cast %0 : tensor<1x3xf32> to tensor<*xf32>
  // CHECK: [0.5, 0.5, 0]
  call @printMemrefF32(%1) : (tensor<*xf32>) -> ()
  return
}

func.func @main() {
  call @strided_conv() : () -> ()
  call @dilated_conv() : () -> ()
  call @grouped_conv() : () -> ()
  call @depth_multiplier() : () -> ()
  call @narrow_conv() : () -> ()
  call @pads() : () -> ()
  call @backward_slice() : () -> ()
  %nothing = tensor.empty() : tensor<0xf32>
  call @reductions(%nothing) : (tensor<0xf32>) -> ()
  %x = tensor.empty() : tensor<2x0xf32>
  %y = tensor.empty() : tensor<0x2xf32>
  call @empty_product(%x, %y) : (tensor<2x0xf32>, tensor<0x2xf32>) -> ()
  call @softmax() : () -> ()
  return
}

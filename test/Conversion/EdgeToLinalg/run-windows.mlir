// Runs pooling and transposed convolution on integers and small numbers; expected values are worked out by hand.
// RUN: %lower_and_run | FileCheck %s

func.func private @printMemrefF32(tensor<*xf32>)
func.func private @printMemrefI32(tensor<*xi32>)

func.func @print_i32(%x: tensor<3xi32>) {
  %0 = tensor.cast %x : tensor<3xi32> to tensor<*xi32>
  call @printMemrefI32(%0) : (tensor<*xi32>) -> ()
  return
}

// Unsigned values above 127 win; the mean of integers rounds toward zero and sums more than fits a byte.
func.func @pools() {
  %x = edge.constant dense<[[[100], [200], [7], [250], [251]]]> : tensor<1x5x1xui8>
  %max = edge.max_pool %x kernel [2] strides [2] dilations [1] pads [1, 0] : tensor<1x5x1xui8> -> tensor<1x3x1xui8>
  %0 = edge.cast %max : tensor<1x3x1xui8> -> tensor<1x3x1xi32>
  %1 = edge.reshape %0 : tensor<1x3x1xi32> -> tensor<3xi32>
  // CHECK: [100, 200, 251]
  call @print_i32(%1) : (tensor<3xi32>) -> ()
  %mean = edge.avg_pool %x kernel [2] strides [2] dilations [1] pads [1, 0] ceil_pads [0] count_include_pad false : tensor<1x5x1xui8> -> tensor<1x3x1xui8>
  %2 = edge.cast %mean : tensor<1x3x1xui8> -> tensor<1x3x1xi32>
  %3 = edge.reshape %2 : tensor<1x3x1xi32> -> tensor<3xi32>
  // CHECK: [100, 103, 250]
  call @print_i32(%3) : (tensor<3xi32>) -> ()
  %padded = edge.avg_pool %x kernel [2] strides [2] dilations [1] pads [1, 0] ceil_pads [0] count_include_pad true : tensor<1x5x1xui8> -> tensor<1x3x1xui8>
  %4 = edge.cast %padded : tensor<1x3x1xui8> -> tensor<1x3x1xi32>
  %5 = edge.reshape %4 : tensor<1x3x1xi32> -> tensor<3xi32>
  // CHECK: [50, 103, 250]
  call @print_i32(%5) : (tensor<3xi32>) -> ()
  return
}

// The input (1, 10, 100) spreads by the stride, each time with the filter (1, 2, 3) behind it.
func.func @conv_transpose() {
  %x = edge.constant dense<[[[1.0], [10.0], [100.0]]]> : tensor<1x3x1xf32>
  %f = edge.constant dense<[[[1.0]], [[2.0]], [[3.0]]]> : tensor<3x1x1xf32>
  %0 = edge.conv_transpose %x, %f strides [2] dilations [1] pads [0, 0] output_padding [1] group 1 : tensor<1x3x1xf32>, tensor<3x1x1xf32> -> tensor<1x8x1xf32>
  %1 = edge.reshape %0 : tensor<1x8x1xf32> -> tensor<8xf32>
  %2 = tensor.cast %1 : tensor<8xf32> to tensor<*xf32>
  // CHECK: [1, 2, 13, 20, 130, 200, 300, 0]
  call @printMemrefF32(%2) : (tensor<*xf32>) -> ()
  %3 = edge.conv_transpose %x, %f strides [2] dilations [2] pads [1, 2] output_padding [0] group 1 : tensor<1x3x1xf32>, tensor<3x1x1xf32> -> tensor<1x6x1xf32>
  %4 = edge.reshape %3 : tensor<1x6x1xf32> -> tensor<6xf32>
  %5 = tensor.cast %4 : tensor<6xf32> to tensor<*xf32>
  // CHECK: [0, 12, 0, 123, 0, 230]
  call @printMemrefF32(%5) : (tensor<*xf32>) -> ()
  return
}

func.func @main() {
  call @pools() : () -> ()
  call @conv_transpose() : () -> ()
  return
}

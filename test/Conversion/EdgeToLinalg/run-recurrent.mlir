// Runs a layer backwards and checks it against the layer run forwards over the reversed input: the states must agree.
// RUN: %lower_and_run | FileCheck %s

func.func private @printMemrefF32(tensor<*xf32>)

func.func @lstm(%x: tensor<3x1x2xf32>, %backwards: tensor<3x1x2xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>) {
  %w = edge.constant dense<[[0.1, -0.2, 0.3, -0.4, 0.5, -0.6, 0.7, -0.8], [0.8, 0.7, -0.6, 0.5, -0.4, 0.3, 0.2, 0.1]]> : tensor<2x8xf32>
  %r = edge.constant dense<[[0.3, -0.1, 0.2, -0.5, 0.4, -0.6, 0.1, -0.2], [0.2, 0.4, -0.3, 0.6, -0.1, 0.5, 0.7, 0.3]]> : tensor<2x8xf32>
  %b = edge.constant dense<0.1> : tensor<8xf32>
  %p = edge.constant dense<0.2> : tensor<6xf32>
  %s = edge.constant dense<0.0> : tensor<1x2xf32>
  %y, %yh, %yc = edge.lstm %x, %w, %r, %b, %s, %s peephole %p : tensor<6xf32> reverse false input_forget false activations [0, 1, 1]
    : tensor<3x1x2xf32>, tensor<2x8xf32>, tensor<2x8xf32>, tensor<8xf32>, tensor<1x2xf32>, tensor<1x2xf32> -> tensor<3x1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>
  %z, %zh, %zc = edge.lstm %backwards, %w, %r, %b, %s, %s peephole %p : tensor<6xf32> reverse true input_forget false activations [0, 1, 1]
    : tensor<3x1x2xf32>, tensor<2x8xf32>, tensor<2x8xf32>, tensor<8xf32>, tensor<1x2xf32>, tensor<1x2xf32> -> tensor<3x1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>
  // The last state of the forward run is y's last row, that of the backward run z's first.
  %last = edge.slice %y starts [2, 0, 0] sizes [1, 1, 2] steps [1, 1, 1] : tensor<3x1x2xf32> -> tensor<1x1x2xf32>
  %first = edge.slice %z starts [0, 0, 0] sizes [1, 1, 2] steps [1, 1, 1] : tensor<3x1x2xf32> -> tensor<1x1x2xf32>
  %0 = edge.sub %last, %first : tensor<1x1x2xf32>, tensor<1x1x2xf32> -> tensor<1x1x2xf32>
  %1 = edge.reshape %0 : tensor<1x1x2xf32> -> tensor<1x2xf32>
  %2 = edge.sub %yc, %zc : tensor<1x2xf32>, tensor<1x2xf32> -> tensor<1x2xf32>
  return %1, %2 : tensor<1x2xf32>, tensor<1x2xf32>
}

func.func @main() {
  %x = edge.constant dense<[[[1.0, 2.0]], [[-1.0, 0.5]], [[0.25, -2.0]]]> : tensor<3x1x2xf32>
  %backwards = edge.slice %x starts [2, 0, 0] sizes [3, 1, 2] steps [-1, 1, 1] : tensor<3x1x2xf32> -> tensor<3x1x2xf32>
  %0:2 = call @lstm(%x, %backwards) : (tensor<3x1x2xf32>, tensor<3x1x2xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>)
  %1 = tensor.cast %0#0 : tensor<1x2xf32> to tensor<*xf32>
  // CHECK: [0, 0]
  call @printMemrefF32(%1) : (tensor<*xf32>) -> ()
  %2 = tensor.cast %0#1 : tensor<1x2xf32> to tensor<*xf32>
  // CHECK: [0, 0]
  call @printMemrefF32(%2) : (tensor<*xf32>) -> ()
  return
}

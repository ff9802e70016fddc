// Runs gathers and scatters with negative and repeated indices; expected values follow from ONNX by hand.
// RUN: %lower_and_run | FileCheck %s

func.func private @printMemrefF32(tensor<*xf32>)

func.func @print(%x: tensor<3x4xf32>) {
  %0 = tensor.cast %x : tensor<3x4xf32> to tensor<*xf32>
  call @printMemrefF32(%0) : (tensor<*xf32>) -> ()
  return
}

func.func @gather_rows(%x: tensor<4x4xf32>, %i: tensor<3xi64>) -> tensor<3x4xf32> {
  %0 = edge.gather %x[%i] axis 0 : tensor<4x4xf32>, tensor<3xi64> -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}
func.func @gather_columns(%x: tensor<3x5xf32>, %i: tensor<2x2xi32>) -> tensor<3x2x2xf32> {
  %0 = edge.gather %x[%i] axis 1 : tensor<3x5xf32>, tensor<2x2xi32> -> tensor<3x2x2xf32>
  return %0 : tensor<3x2x2xf32>
}
func.func @gather_scalar(%x: tensor<3x4x5xf32>, %i: tensor<i64>) -> tensor<3x4xf32> {
  %0 = edge.gather %x[%i] axis 2 : tensor<3x4x5xf32>, tensor<i64> -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}
func.func @gather_elements(%x: tensor<4x4xf32>, %i: tensor<3x4xi64>) -> tensor<3x4xf32> {
  %0 = edge.gather_elements %x[%i] axis 0 : tensor<4x4xf32>, tensor<3x4xi64> -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}
func.func @gather_nd(%x: tensor<2x2x4xf32>, %i: tensor<3x2xi64>) -> tensor<3x4xf32> {
  %0 = edge.gather_nd %x[%i] batch_dims 0 : tensor<2x2x4xf32>, tensor<3x2xi64> -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}
func.func @gather_nd_batched(%x: tensor<3x3x4xf32>, %i: tensor<3x1xi64>) -> tensor<3x4xf32> {
  %0 = edge.gather_nd %x[%i] batch_dims 1 : tensor<3x3x4xf32>, tensor<3x1xi64> -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}
func.func @scatter_elements(%x: tensor<3x4xf32>, %i: tensor<2x3xi64>, %u: tensor<2x3xf32>) -> tensor<3x4xf32> {
  %0 = edge.scatter_elements %x[%i] = %u axis 0 mode add : tensor<3x4xf32>, tensor<2x3xi64>, tensor<2x3xf32> -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}
func.func @scatter_nd(%x: tensor<3x4xf32>, %i: tensor<2x1xi64>, %u: tensor<2x4xf32>) -> tensor<3x4xf32> {
  %0 = edge.scatter_nd %x[%i] = %u mode assign : tensor<3x4xf32>, tensor<2x1xi64>, tensor<2x4xf32> -> tensor<3x4xf32>
  %1 = edge.scatter_nd %0[%i] = %u mode mul : tensor<3x4xf32>, tensor<2x1xi64>, tensor<2x4xf32> -> tensor<3x4xf32>
  return %1 : tensor<3x4xf32>
}
func.func @scatter_nd_elements(%x: tensor<3x4xf32>, %i: tensor<2x2xi64>, %u: tensor<2xf32>) -> tensor<3x4xf32> {
  %0 = edge.scatter_nd %x[%i] = %u mode max : tensor<3x4xf32>, tensor<2x2xi64>, tensor<2xf32> -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

func.func @main() {
  %x44 = edge.constant dense<[[0.0, 1.0, 2.0, 3.0], [10.0, 11.0, 12.0, 13.0], [20.0, 21.0, 22.0, 23.0], [30.0, 31.0, 32.0, 33.0]]> : tensor<4x4xf32>
  %rows = edge.constant dense<[2, -1, 0]> : tensor<3xi64>
  // CHECK: [20, 21, 22, 23]
  // CHECK-NEXT: [30, 31, 32, 33]
  // CHECK-NEXT: [0, 1, 2, 3]
  %0 = call @gather_rows(%x44, %rows) : (tensor<4x4xf32>, tensor<3xi64>) -> tensor<3x4xf32>
  call @print(%0) : (tensor<3x4xf32>) -> ()

  // An index that ONNX forbids stays inside the tensor.
  // CHECK: [30, 31, 32, 33]
  // CHECK-NEXT: [0, 1, 2, 3]
  // CHECK-NEXT: [10, 11, 12, 13]
  %wild = edge.constant dense<[4000000000, -9, 1]> : tensor<3xi64>
  %1 = call @gather_rows(%x44, %wild) : (tensor<4x4xf32>, tensor<3xi64>) -> tensor<3x4xf32>
  call @print(%1) : (tensor<3x4xf32>) -> ()

  // CHECK: [4, 0, 1, 1]
  // CHECK-NEXT: [14, 10, 11, 11]
  // CHECK-NEXT: [24, 20, 21, 21]
  %x35 = edge.constant dense<[[0.0, 1.0, 2.0, 3.0, 4.0], [10.0, 11.0, 12.0, 13.0, 14.0], [20.0, 21.0, 22.0, 23.0, 24.0]]> : tensor<3x5xf32>
  %columns = edge.constant dense<[[-1, 0], [1, 1]]> : tensor<2x2xi32>
  %2 = call @gather_columns(%x35, %columns) : (tensor<3x5xf32>, tensor<2x2xi32>) -> tensor<3x2x2xf32>
  %3 = edge.reshape %2 : tensor<3x2x2xf32> -> tensor<3x4xf32>
  call @print(%3) : (tensor<3x4xf32>) -> ()

  // CHECK: [3, 3, 3, 3]
  // CHECK-NEXT: [13, 13, 13, 13]
  // CHECK-NEXT: [23, 23, 23, 23]
  %r = edge.reshape %x35 : tensor<3x5xf32> -> tensor<3x1x5xf32>
  %x345 = edge.broadcast_to %r : tensor<3x1x5xf32> -> tensor<3x4x5xf32>
  %scalar = edge.constant dense<-2> : tensor<i64>
  %4 = call @gather_scalar(%x345, %scalar) : (tensor<3x4x5xf32>, tensor<i64>) -> tensor<3x4xf32>
  call @print(%4) : (tensor<3x4xf32>) -> ()

  // CHECK: [0, 11, 22, 33]
  // CHECK-NEXT: [30, 21, 12, 3]
  // CHECK-NEXT: [10, 1, 32, 23]
  %elements = edge.constant dense<[[0, 1, 2, 3], [-1, -2, -3, -4], [1, 0, 3, 2]]> : tensor<3x4xi64>
  %5 = call @gather_elements(%x44, %elements) : (tensor<4x4xf32>, tensor<3x4xi64>) -> tensor<3x4xf32>
  call @print(%5) : (tensor<3x4xf32>) -> ()

  // CHECK: [10, 11, 12, 13]
  // CHECK-NEXT: [20, 21, 22, 23]
  // CHECK-NEXT: [30, 31, 32, 33]
  %x224 = edge.reshape %x44 : tensor<4x4xf32> -> tensor<2x2x4xf32>
  %tuples = edge.constant dense<[[0, 1], [1, 0], [-1, -1]]> : tensor<3x2xi64>
  %6 = call @gather_nd(%x224, %tuples) : (tensor<2x2x4xf32>, tensor<3x2xi64>) -> tensor<3x4xf32>
  call @print(%6) : (tensor<3x4xf32>) -> ()

  // CHECK: [20, 21, 22, 23]
  // CHECK-NEXT: [0, 1, 2, 3]
  // CHECK-NEXT: [10, 11, 12, 13]
  %three = edge.slice %x44 starts [0, 0] sizes [3, 4] steps [1, 1] : tensor<4x4xf32> -> tensor<3x4xf32>
  %b = edge.reshape %three : tensor<3x4xf32> -> tensor<1x3x4xf32>
  %x334 = edge.broadcast_to %b : tensor<1x3x4xf32> -> tensor<3x3x4xf32>
  %each = edge.constant dense<[[-1], [0], [1]]> : tensor<3x1xi64>
  %7 = call @gather_nd_batched(%x334, %each) : (tensor<3x3x4xf32>, tensor<3x1xi64>) -> tensor<3x4xf32>
  call @print(%7) : (tensor<3x4xf32>) -> ()

  // CHECK: [0, 1, 502, 3]
  // CHECK-NEXT: [10, 211, 12, 13]
  // CHECK-NEXT: [520, 521, 322, 23]
  %places = edge.constant dense<[[2, 1, -1], [2, 2, 0]]> : tensor<2x3xi64>
  %values = edge.constant dense<[[100.0, 200.0, 300.0], [400.0, 500.0, 500.0]]> : tensor<2x3xf32>
  %8 = call @scatter_elements(%three, %places, %values) : (tensor<3x4xf32>, tensor<2x3xi64>, tensor<2x3xf32>) -> tensor<3x4xf32>
  call @print(%8) : (tensor<3x4xf32>) -> ()

  // CHECK: [25, 25, 25, 25]
  // CHECK-NEXT: [10, 11, 12, 13]
  // CHECK-NEXT: [16, 16, 16, 16]
  %at = edge.constant dense<[[2], [0]]> : tensor<2x1xi64>
  %slices = edge.constant dense<[[4.0, 4.0, 4.0, 4.0], [5.0, 5.0, 5.0, 5.0]]> : tensor<2x4xf32>
  %9 = call @scatter_nd(%three, %at, %slices) : (tensor<3x4xf32>, tensor<2x1xi64>, tensor<2x4xf32>) -> tensor<3x4xf32>
  call @print(%9) : (tensor<3x4xf32>) -> ()

  // CHECK: [0, 50, 2, 3]
  // CHECK-NEXT: [10, 11, 12, 13]
  // CHECK-NEXT: [20, 21, 22, 23]
  %pairs = edge.constant dense<[[0, 1], [-1, -1]]> : tensor<2x2xi64>
  %two = edge.constant dense<[50.0, 5.0]> : tensor<2xf32>
  %10 = call @scatter_nd_elements(%three, %pairs, %two) : (tensor<3x4xf32>, tensor<2x2xi64>, tensor<2xf32>) -> tensor<3x4xf32>
  call @print(%10) : (tensor<3x4xf32>) -> ()
  return
}

// Runs top_k, cum_sum and arg_reduce where ties, order, signedness or NaN decide.
// RUN: %lower_and_run | FileCheck %s

func.func private @printMemrefF32(tensor<*xf32>)
func.func private @printMemrefI64(tensor<*xi64>)

func.func @print_f32(%x: tensor<3x4xf32>) {
  %0 = tensor.cast %x : tensor<3x4xf32> to tensor<*xf32>
  call @printMemrefF32(%0) : (tensor<*xf32>) -> ()
  return
}
func.func @print_i64(%x: tensor<4xi64>) {
  %0 = tensor.cast %x : tensor<4xi64> to tensor<*xi64>
  call @printMemrefI64(%0) : (tensor<*xi64>) -> ()
  return
}

// Sorted from the best; equal elements in the order of their indices.
func.func @sorted() {
  %x = edge.constant dense<[3.0, 9.0, 3.0, -1.0, 9.0, 4.0, 9.5]> : tensor<7xf32>
  %values, %indices = edge.top_k %x k 4 axis 0 largest true : tensor<7xf32> -> tensor<4xf32>, tensor<4xi64>
  %0 = tensor.cast %values : tensor<4xf32> to tensor<*xf32>
  // CHECK: [9.5, 9, 9, 4]
  call @printMemrefF32(%0) : (tensor<*xf32>) -> ()
  // CHECK: [6, 1, 4, 5]
  call @print_i64(%indices) : (tensor<4xi64>) -> ()
  %values_1, %indices_1 = edge.top_k %x k 4 axis 0 largest false : tensor<7xf32> -> tensor<4xf32>, tensor<4xi64>
  // CHECK: [3, 0, 2, 5]
  call @print_i64(%indices_1) : (tensor<4xi64>) -> ()
  %u = edge.constant dense<[1, 200, 100, 255]> : tensor<4xui8>
  %values_2, %indices_2 = edge.top_k %u k 4 axis 0 largest true : tensor<4xui8> -> tensor<4xui8>, tensor<4xi64>
  // CHECK: [3, 1, 2, 0]
  call @print_i64(%indices_2) : (tensor<4xi64>) -> ()
  return
}

func.func @first_axis() {
  %x = edge.constant dense<[[1.0, 8.0, 3.0, 4.0], [5.0, 2.0, 3.0, 6.0], [4.0, 7.0, 9.0, 5.0]]> : tensor<3x4xf32>
  %values, %indices = edge.top_k %x k 3 axis 0 largest true : tensor<3x4xf32> -> tensor<3x4xf32>, tensor<3x4xi64>
  // CHECK: [5, 8, 9, 6]
  // CHECK-NEXT: [4, 7, 3, 5]
  // CHECK-NEXT: [1, 2, 3, 4]
  call @print_f32(%values) : (tensor<3x4xf32>) -> ()
  %sum = edge.cum_sum %x axis 0 exclusive false reverse false : tensor<3x4xf32> -> tensor<3x4xf32>
  // CHECK: [1, 8, 3, 4]
  // CHECK-NEXT: [6, 10, 6, 10]
  // CHECK-NEXT: [10, 17, 15, 15]
  call @print_f32(%sum) : (tensor<3x4xf32>) -> ()
  %back = edge.cum_sum %x axis 1 exclusive true reverse true : tensor<3x4xf32> -> tensor<3x4xf32>
  // CHECK: [15, 7, 4, 0]
  // CHECK-NEXT: [11, 9, 6, 0]
  // CHECK-NEXT: [21, 14, 5, 0]
  call @print_f32(%back) : (tensor<3x4xf32>) -> ()
  %forth = edge.cum_sum %x axis 1 exclusive true reverse false : tensor<3x4xf32> -> tensor<3x4xf32>
  // CHECK: [0, 1, 9, 12]
  call @print_f32(%forth) : (tensor<3x4xf32>) -> ()
  return
}

// The first of equal elements unless the last is asked for; a NaN wins.
func.func @arg_reduce() {
  %x = edge.constant dense<[[1.0, 0xFF800000, 7.0, 2.0], [5.0, 0xFF800000, 0x7FC00000, 2.0], [5.0, 0xFF800000, 9.0, 3.0]]> : tensor<3x4xf32>
  %first = edge.arg_reduce %x axis 0 largest true select_last false : tensor<3x4xf32> -> tensor<4xi64>
  // CHECK: [1, 0, 1, 2]
  call @print_i64(%first) : (tensor<4xi64>) -> ()
  %last = edge.arg_reduce %x axis 0 largest true select_last true : tensor<3x4xf32> -> tensor<4xi64>
  // CHECK: [2, 2, 1, 2]
  call @print_i64(%last) : (tensor<4xi64>) -> ()
  %least = edge.arg_reduce %x axis 0 largest false select_last false : tensor<3x4xf32> -> tensor<4xi64>
  // CHECK: [0, 0, 1, 0]
  call @print_i64(%least) : (tensor<4xi64>) -> ()
  %u = edge.constant dense<[[1, 200], [100, 100], [5, 5], [255, 255]]> : tensor<4x2xui8>
  %unsigned = edge.arg_reduce %u axis 1 largest true select_last false : tensor<4x2xui8> -> tensor<4xi64>
  // CHECK: [1, 0, 0, 0]
  call @print_i64(%unsigned) : (tensor<4xi64>) -> ()
  return
}

func.func @main() {
  call @sorted() : () -> ()
  call @first_axis() : () -> ()
  call @arg_reduce() : () -> ()
  return
}

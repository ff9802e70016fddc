// Runs elementwise layers whose results depend on signedness, rounding, NaN or saturation.
// RUN: %lower_and_run | FileCheck %s

func.func private @printMemrefF32(tensor<*xf32>)
func.func private @printMemrefI32(tensor<*xi32>)
func.func private @printMemrefI64(tensor<*xi64>)

func.func @print_f32(%x: tensor<6xf32>) {
  %0 = tensor.cast %x : tensor<6xf32> to tensor<*xf32>
  call @printMemrefF32(%0) : (tensor<*xf32>) -> ()
  return
}
func.func @print_i32(%x: tensor<6xi32>) {
  %0 = tensor.cast %x : tensor<6xi32> to tensor<*xi32>
  call @printMemrefI32(%0) : (tensor<*xi32>) -> ()
  return
}
func.func @print_i64(%x: tensor<6xi64>) {
  %0 = tensor.cast %x : tensor<6xi64> to tensor<*xi64>
  call @printMemrefI64(%0) : (tensor<*xi64>) -> ()
  return
}

// Floats truncate toward zero and saturate; NaN becomes 0.
func.func @float_to_integer() {
  %x = edge.constant dense<[1.0e10, -1.0e10, -2.75, 2.75, 0x7FC00000, 300.0]> : tensor<6xf32>
  %0 = edge.cast %x : tensor<6xf32> -> tensor<6xi32>
  // CHECK: [2147483647, -2147483648, -2, 2, 0, 300]
  call @print_i32(%0) : (tensor<6xi32>) -> ()
  %1 = edge.cast %x : tensor<6xf32> -> tensor<6xi8>
  %2 = edge.cast %1 : tensor<6xi8> -> tensor<6xi32>
  // CHECK: [127, -128, -2, 2, 0, 127]
  call @print_i32(%2) : (tensor<6xi32>) -> ()
  %3 = edge.cast %x : tensor<6xf32> -> tensor<6xui8>
  %4 = edge.cast %3 : tensor<6xui8> -> tensor<6xi32>
  // CHECK: [255, 0, 0, 2, 0, 255]
  call @print_i32(%4) : (tensor<6xi32>) -> ()
  %y = edge.constant dense<[1.0e30, -1.0e30, -2.75, 2.75, 0x7FC00000, 300.0]> : tensor<6xf32>
  %5 = edge.cast %y : tensor<6xf32> -> tensor<6xi64>
  // CHECK: [9223372036854775807, -9223372036854775808, -2, 2, 0, 300]
  call @print_i64(%5) : (tensor<6xi64>) -> ()
  %6 = edge.cast %x : tensor<6xf32> -> tensor<6xi1>
  %7 = edge.cast %6 : tensor<6xi1> -> tensor<6xf32>
  // CHECK: [1, 1, 1, 1, 1, 1]
  call @print_f32(%7) : (tensor<6xf32>) -> ()
  %8 = edge.cast %x : tensor<6xf32> -> tensor<6xui32>
  %9 = edge.cast %8 : tensor<6xui32> -> tensor<6xi64>
  // CHECK: [4294967295, 0, 0, 2, 0, 300]
  call @print_i64(%9) : (tensor<6xi64>) -> ()
  return
}

// Integers wrap and are extended by their own signedness.
func.func @integer_to_others() {
  %x = edge.constant dense<[0, 127, 128, 200, 255, 1]> : tensor<6xui8>
  %0 = edge.cast %x : tensor<6xui8> -> tensor<6xf32>
  // CHECK: [0, 127, 128, 200, 255, 1]
  call @print_f32(%0) : (tensor<6xf32>) -> ()
  %1 = edge.cast %x : tensor<6xui8> -> tensor<6xi8>
  %2 = edge.cast %1 : tensor<6xi8> -> tensor<6xi32>
  // CHECK: [0, 127, -128, -56, -1, 1]
  call @print_i32(%2) : (tensor<6xi32>) -> ()
  %3 = edge.cast %x : tensor<6xui8> -> tensor<6xi1>
  %4 = edge.cast %3 : tensor<6xi1> -> tensor<6xi32>
  // CHECK: [0, 1, 1, 1, 1, 1]
  call @print_i32(%4) : (tensor<6xi32>) -> ()
  %5 = edge.cast %1 : tensor<6xi8> -> tensor<6xf16>
  %6 = edge.cast %5 : tensor<6xf16> -> tensor<6xf32>
  // CHECK: [0, 127, -128, -56, -1, 1]
  call @print_f32(%6) : (tensor<6xf32>) -> ()
  return
}

// div rounds toward zero, rem has the dividend's sign, mod the divisor's.
func.func @division() {
  %a = edge.constant dense<[7, -7, 7, -7, 6, 0]> : tensor<6xi32>
  %b = edge.constant dense<[3, 3, -3, -3, -3, 5]> : tensor<6xi32>
  %0 = edge.div %a, %b : tensor<6xi32>, tensor<6xi32> -> tensor<6xi32>
  // CHECK: [2, -2, -2, 2, -2, 0]
  call @print_i32(%0) : (tensor<6xi32>) -> ()
  %1 = edge.rem %a, %b : tensor<6xi32>, tensor<6xi32> -> tensor<6xi32>
  // CHECK: [1, -1, 1, -1, 0, 0]
  call @print_i32(%1) : (tensor<6xi32>) -> ()
  %2 = edge.mod %a, %b : tensor<6xi32>, tensor<6xi32> -> tensor<6xi32>
  // CHECK: [1, 2, -2, -1, 0, 0]
  call @print_i32(%2) : (tensor<6xi32>) -> ()
  %c = edge.cast %a : tensor<6xi32> -> tensor<6xf32>
  %d = edge.cast %b : tensor<6xi32> -> tensor<6xf32>
  %3 = edge.mod %c, %d : tensor<6xf32>, tensor<6xf32> -> tensor<6xf32>
  // CHECK: [1, 2, -2, -1, {{-?}}0, 0]
  call @print_f32(%3) : (tensor<6xf32>) -> ()
  return
}

// Unsigned values compare, divide and shift as unsigned.
func.func @unsigned() {
  %a = edge.constant dense<[200, 3, 255, 128, 7, 0]> : tensor<6xui8>
  %b = edge.constant dense<[100, 100, 1, 2, 200, 9]> : tensor<6xui8>
  %0 = edge.div %a, %b : tensor<6xui8>, tensor<6xui8> -> tensor<6xui8>
  %1 = edge.cast %0 : tensor<6xui8> -> tensor<6xi32>
  // CHECK: [2, 0, 255, 64, 0, 0]
  call @print_i32(%1) : (tensor<6xi32>) -> ()
  %2 = edge.less %a, %b : tensor<6xui8>, tensor<6xui8> -> tensor<6xi1>
  %3 = edge.cast %2 : tensor<6xi1> -> tensor<6xi32>
  // CHECK: [0, 1, 0, 0, 1, 1]
  call @print_i32(%3) : (tensor<6xi32>) -> ()
  %one = edge.constant dense<1> : tensor<ui8>
  %4 = edge.shift_right %a, %one : tensor<6xui8>, tensor<ui8> -> tensor<6xui8>
  %5 = edge.cast %4 : tensor<6xui8> -> tensor<6xi32>
  // CHECK: [100, 1, 127, 64, 3, 0]
  call @print_i32(%5) : (tensor<6xi32>) -> ()
  %6 = edge.min %a, %b : tensor<6xui8>, tensor<6xui8> -> tensor<6xui8>
  %7 = edge.cast %6 : tensor<6xui8> -> tensor<6xi32>
  // CHECK: [100, 3, 1, 2, 7, 0]
  call @print_i32(%7) : (tensor<6xi32>) -> ()
  return
}

func.func @powers() {
  %x = edge.constant dense<[-2.0, 0.5, 3.0, 0xFF800000, 4.0, -0.0]> : tensor<6xf32>
  %half = edge.constant dense<0.5> : tensor<f32>
  %0 = edge.pow %x, %half : tensor<6xf32>, tensor<f32> -> tensor<6xf32>
  // CHECK: [{{-?}}nan, 0.707107, 1.73205, inf, 2, 0]
  call @print_f32(%0) : (tensor<6xf32>) -> ()
  %three = edge.constant dense<3.0> : tensor<1xf32>
  %1 = edge.pow %x, %three : tensor<6xf32>, tensor<1xf32> -> tensor<6xf32>
  // CHECK: [-8, 0.125, 27, -inf, 64, -0]
  call @print_f32(%1) : (tensor<6xf32>) -> ()
  %i = edge.constant dense<[-2, 3, 0, 1, 10, -1]> : tensor<6xi32>
  %five = edge.constant dense<5> : tensor<i32>
  %2 = edge.pow %i, %five : tensor<6xi32>, tensor<i32> -> tensor<6xi32>
  // CHECK: [-32, 243, 0, 1, 100000, -1]
  call @print_i32(%2) : (tensor<6xi32>) -> ()
  %e = edge.constant dense<[3, 4, 2, 7, 9, 3]> : tensor<6xi32>
  %3 = edge.pow %i, %e : tensor<6xi32>, tensor<6xi32> -> tensor<6xi32>
  // CHECK: [-8, 81, 0, 1, 1000000000, -1]
  call @print_i32(%3) : (tensor<6xi32>) -> ()
  return
}

func.func @functions() {
  %x = edge.constant dense<[-2.5, 0.5, 1.5, 0xFF800000, 0x7FC00000, -0.0]> : tensor<6xf32>
  %0 = edge.round %x : tensor<6xf32> -> tensor<6xf32>
  // CHECK: [-2, 0, 2, -inf, nan, -0]
  call @print_f32(%0) : (tensor<6xf32>) -> ()
  %1 = edge.sign %x : tensor<6xf32> -> tensor<6xf32>
  // CHECK: [-1, 1, 1, -1, nan, -0]
  call @print_f32(%1) : (tensor<6xf32>) -> ()
  %2 = edge.sigmoid %x : tensor<6xf32> -> tensor<6xf32>
  // CHECK: [0.0758582, 0.622459, 0.817574, 0, {{-?}}nan, 0.5]
  call @print_f32(%2) : (tensor<6xf32>) -> ()
  %3 = edge.relu %x : tensor<6xf32> -> tensor<6xf32>
  // CHECK: [0, 0.5, 1.5, 0, nan, 0]
  call @print_f32(%3) : (tensor<6xf32>) -> ()
  %4 = edge.is_inf %x : tensor<6xf32> -> tensor<6xi1>
  %5 = edge.is_nan %x : tensor<6xf32> -> tensor<6xi1>
  %6 = edge.or %4, %5 : tensor<6xi1>, tensor<6xi1> -> tensor<6xi1>
  %7 = edge.not %6 : tensor<6xi1> -> tensor<6xi1>
  %zero = edge.constant dense<9.0> : tensor<1xf32>
  %8 = edge.select %7, %x, %zero : tensor<6xi1>, tensor<6xf32>, tensor<1xf32> -> tensor<6xf32>
  // CHECK: [-2.5, 0.5, 1.5, 9, 9, -0]
  call @print_f32(%8) : (tensor<6xf32>) -> ()
  %h = edge.cast %x : tensor<6xf32> -> tensor<6xbf16>
  %9 = edge.add %h, %h : tensor<6xbf16>, tensor<6xbf16> -> tensor<6xbf16>
  %10 = edge.cast %9 : tensor<6xbf16> -> tensor<6xf32>
  // CHECK: [-5, 1, 3, -inf, nan, -0]
  call @print_f32(%10) : (tensor<6xf32>) -> ()
  return
}

// Products beyond 32 bits, halves that round up, saturation by the type of the result, several inputs.
func.func @rescale() {
  %x = edge.constant dense<[2147483647, -2147483648, 3, -3, 1000, 12]> : tensor<6xi32>
  %m = edge.constant dense<[1073741824, 1073741824, 32, 32, 1000, 640]> : tensor<6xi32>
  %half = edge.constant dense<32> : tensor<i64>
  %0 = edge.rescale %x by %m plus %half shift 6 : tensor<6xi32> by tensor<6xi32> plus tensor<i64> -> tensor<6xi16>
  %1 = edge.cast %0 : tensor<6xi16> -> tensor<6xi32>
  // CHECK: [32767, -32768, 2, -1, 15625, 120]
  call @print_i32(%1) : (tensor<6xi32>) -> ()
  %b = edge.constant dense<[255, 0, 7, 7, 1, 200]> : tensor<6xui8>
  %n = edge.constant dense<-64> : tensor<i16>
  %2 = edge.rescale %x, %b by %m, %n plus %half shift 6 : tensor<6xi32>, tensor<6xui8> by tensor<6xi32>, tensor<i16> plus tensor<i64> -> tensor<6xui8>
  %3 = edge.cast %2 : tensor<6xui8> -> tensor<6xi32>
  // CHECK: [255, 0, 0, 0, 255, 0]
  call @print_i32(%3) : (tensor<6xi32>) -> ()
  return
}

func.func @main() {
  call @float_to_integer() : () -> ()
  call @integer_to_others() : () -> ()
  call @division() : () -> ()
  call @unsigned() : () -> ()
  call @powers() : () -> ()
  call @functions() : () -> ()
  call @rescale() : () -> ()
  return
}

// Constant folding: values are exact in the element type, and every folded result below is a single constant.
// RUN: edgecc-opt %s --canonicalize --split-input-file | FileCheck %s

// NumPy broadcasting of a column against a row.
// CHECK-LABEL: @add_broadcasts
// CHECK: edge.constant dense<{{\[}}[11, 21, 31], [12, 22, 32]]> : tensor<2x3xi64>
func.func @add_broadcasts() -> tensor<2x3xi64> {
  %0 = edge.constant dense<[[1], [2]]> : tensor<2x1xi64>
  %1 = edge.constant dense<[10, 20, 30]> : tensor<3xi64>
  %2 = edge.add %0, %1 : tensor<2x1xi64>, tensor<3xi64> -> tensor<2x3xi64>
  return %2 : tensor<2x3xi64>
}

// -----

// Integers wrap in their width, signed and unsigned.
// CHECK-LABEL: @integers_wrap
// CHECK-DAG: edge.constant dense<[-128, 127]> : tensor<2xi8>
// CHECK-DAG: edge.constant dense<4> : tensor<2xui8>
// CHECK-DAG: edge.constant dense<-9223372036854775808> : tensor<i64>
func.func @integers_wrap() -> (tensor<2xi8>, tensor<2xui8>, tensor<i64>) {
  %0 = edge.constant dense<[127, -128]> : tensor<2xi8>
  %1 = edge.constant dense<[1, -1]> : tensor<2xi8>
  %2 = edge.add %0, %1 : tensor<2xi8>, tensor<2xi8> -> tensor<2xi8>
  %3 = edge.constant dense<130> : tensor<2xui8>
  %4 = edge.mul %3, %3 : tensor<2xui8>, tensor<2xui8> -> tensor<2xui8>
  %5 = edge.constant dense<-9223372036854775808> : tensor<i64>
  %6 = edge.constant dense<-1> : tensor<i64>
  %7 = edge.div %5, %6 : tensor<i64>, tensor<i64> -> tensor<i64>
  return %2, %4, %7 : tensor<2xi8>, tensor<2xui8>, tensor<i64>
}

// -----

// A division by zero has no value, so it stays for the run time.
// CHECK-LABEL: @integer_division_by_zero_is_kept
// CHECK: edge.div
func.func @integer_division_by_zero_is_kept() -> tensor<2xi32> {
  %0 = edge.constant dense<[4, 6]> : tensor<2xi32>
  %1 = edge.constant dense<[2, 0]> : tensor<2xi32>
  %2 = edge.div %0, %1 : tensor<2xi32>, tensor<2xi32> -> tensor<2xi32>
  return %2 : tensor<2xi32>
}

// -----

// `rem` has the sign of the dividend, `mod` that of the divisor; division rounds toward zero.
// CHECK-LABEL: @remainders
// CHECK-DAG: edge.constant dense<[-1, 1]> : tensor<2xi32>
// CHECK-DAG: edge.constant dense<[2, -2]> : tensor<2xi32>
// CHECK-DAG: edge.constant dense<-2> : tensor<2xi32>
func.func @remainders() -> (tensor<2xi32>, tensor<2xi32>, tensor<2xi32>) {
  %0 = edge.constant dense<[-7, 7]> : tensor<2xi32>
  %1 = edge.constant dense<[3, -3]> : tensor<2xi32>
  %2 = edge.rem %0, %1 : tensor<2xi32>, tensor<2xi32> -> tensor<2xi32>
  %3 = edge.mod %0, %1 : tensor<2xi32>, tensor<2xi32> -> tensor<2xi32>
  %4 = edge.div %0, %1 : tensor<2xi32>, tensor<2xi32> -> tensor<2xi32>
  return %2, %3, %4 : tensor<2xi32>, tensor<2xi32>, tensor<2xi32>
}

// -----

// Halves go to even; half precision is rounded after each operation.
// CHECK-LABEL: @rounding
// CHECK-DAG: edge.constant dense<[0.000000e+00, 2.000000e+00, -2.000000e+00]> : tensor<3xf32>
// CHECK-DAG: edge.constant dense<2.048000e+03> : tensor<f16>
// CHECK-DAG: edge.constant dense<2.560000e+02> : tensor<bf16>
func.func @rounding() -> (tensor<3xf32>, tensor<f16>, tensor<bf16>) {
  %0 = edge.constant dense<[0.5, 1.5, -2.5]> : tensor<3xf32>
  %1 = edge.round %0 : tensor<3xf32> -> tensor<3xf32>
  %2 = edge.constant dense<2048.0> : tensor<f16>
  %3 = edge.constant dense<1.0> : tensor<f16>
  %4 = edge.add %2, %3 : tensor<f16>, tensor<f16> -> tensor<f16>
  %5 = edge.constant dense<256.0> : tensor<bf16>
  %6 = edge.constant dense<1.0> : tensor<bf16>
  %7 = edge.add %5, %6 : tensor<bf16>, tensor<bf16> -> tensor<bf16>
  return %1, %4, %7 : tensor<3xf32>, tensor<f16>, tensor<bf16>
}

// -----

// NaN wins in max and min.
// CHECK-LABEL: @nan_wins
// CHECK-DAG: edge.constant dense<[0x7FC00000, 0x7FC00000, 3.000000e+00]> : tensor<3xf32>
// CHECK-DAG: edge.constant dense<[0x7FC00000, 0x7FC00000, 2.000000e+00]> : tensor<3xf32>
func.func @nan_wins() -> (tensor<3xf32>, tensor<3xf32>) {
  %0 = edge.constant dense<[0x7FC00000, 1.0, 2.0]> : tensor<3xf32>
  %1 = edge.constant dense<[1.0, 0x7FC00000, 3.0]> : tensor<3xf32>
  %2 = edge.max %0, %1 : tensor<3xf32>, tensor<3xf32> -> tensor<3xf32>
  %3 = edge.min %0, %1 : tensor<3xf32>, tensor<3xf32> -> tensor<3xf32>
  return %2, %3 : tensor<3xf32>, tensor<3xf32>
}

// -----

// Casts from floats truncate and saturate, NaN gives 0; casts between integers wrap; to i1: not 0.
// CHECK-LABEL: @casts
// CHECK-DAG: edge.constant dense<[127, -128, -1, 0]> : tensor<4xi8>
// CHECK-DAG: edge.constant dense<[255, 0, 0, 0]> : tensor<4xui8>
// CHECK-DAG: edge.constant dense<9223372036854775807> : tensor<i64>
// CHECK-DAG: edge.constant dense<[44, -1]> : tensor<2xi8>
// CHECK-DAG: edge.constant dense<[true, false, true, true]> : tensor<4xi1>
func.func @casts() -> (tensor<4xi8>, tensor<4xui8>, tensor<i64>, tensor<2xi8>, tensor<4xi1>) {
  %0 = edge.constant dense<[300.0, -300.0, -1.9, 0x7FC00000]> : tensor<4xf32>
  %1 = edge.cast %0 : tensor<4xf32> -> tensor<4xi8>
  %2 = edge.cast %0 : tensor<4xf32> -> tensor<4xui8>
  %3 = edge.constant dense<1.0e30> : tensor<f32>
  %4 = edge.cast %3 : tensor<f32> -> tensor<i64>
  %5 = edge.constant dense<[300, -1]> : tensor<2xi32>
  %6 = edge.cast %5 : tensor<2xi32> -> tensor<2xi8>
  %7 = edge.constant dense<[0.5, 0.0, -1.0, 0x7FC00000]> : tensor<4xf32>
  %8 = edge.cast %7 : tensor<4xf32> -> tensor<4xi1>
  return %1, %2, %4, %6, %8 : tensor<4xi8>, tensor<4xui8>, tensor<i64>, tensor<2xi8>, tensor<4xi1>
}

// -----

// CHECK-LABEL: @compare_and_select
// CHECK-DAG: edge.constant dense<[true, false, false]> : tensor<3xi1>
// CHECK-DAG: edge.constant dense<[9, 2, 3]> : tensor<3xi64>
func.func @compare_and_select() -> (tensor<3xi1>, tensor<3xi64>) {
  %0 = edge.constant dense<[1, 2, 3]> : tensor<3xi64>
  %1 = edge.constant dense<2> : tensor<i64>
  %2 = edge.less %0, %1 : tensor<3xi64>, tensor<i64> -> tensor<3xi1>
  %3 = edge.constant dense<9> : tensor<i64>
  %4 = edge.select %2, %3, %0 : tensor<3xi1>, tensor<i64>, tensor<3xi64> -> tensor<3xi64>
  return %2, %4 : tensor<3xi1>, tensor<3xi64>
}

// -----

// CHECK-LABEL: @logic
// CHECK-DAG: edge.constant dense<[false, true]> : tensor<2xi1>
// CHECK-DAG: edge.constant dense<[-4, 1]> : tensor<2xi32>
// CHECK-DAG: edge.constant dense<[-2, 0]> : tensor<2xi32>
func.func @logic() -> (tensor<2xi1>, tensor<2xi32>, tensor<2xi32>) {
  %0 = edge.constant dense<[true, false]> : tensor<2xi1>
  %1 = edge.not %0 : tensor<2xi1> -> tensor<2xi1>
  %2 = edge.constant dense<[3, -2]> : tensor<2xi32>
  %3 = edge.not %2 : tensor<2xi32> -> tensor<2xi32>
  %4 = edge.constant dense<[-8, 1]> : tensor<2xi32>
  %5 = edge.constant dense<[2, 40]> : tensor<2xi32>
  %6 = edge.shift_right %4, %5 : tensor<2xi32>, tensor<2xi32> -> tensor<2xi32>
  return %1, %3, %6 : tensor<2xi1>, tensor<2xi32>, tensor<2xi32>
}

// -----

// CHECK-LABEL: @data_movement
// CHECK-DAG: edge.constant dense<{{\[}}[1, 4], [2, 5], [3, 6]]> : tensor<3x2xi32>
// CHECK-DAG: edge.constant dense<{{\[}}[6, 4], [3, 1]]> : tensor<2x2xi32>
// CHECK-DAG: edge.constant dense<{{\[}}[1, 2, 3, 0], [4, 5, 6, 0]]> : tensor<2x4xi32>
// CHECK-DAG: edge.constant dense<{{\[}}[1, 2, 3, 1, 2, 3], [4, 5, 6, 4, 5, 6]]> : tensor<2x6xi32>
// CHECK-DAG: edge.constant dense<{{\[}}[3, 1], [6, 4]]> : tensor<2x2xi32>
func.func @data_movement() -> (tensor<3x2xi32>, tensor<2x2xi32>, tensor<2x4xi32>, tensor<2x6xi32>, tensor<2x2xi32>) {
  %0 = edge.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32>
  %1 = edge.transpose %0 [1, 0] : tensor<2x3xi32> -> tensor<3x2xi32>
  %2 = edge.slice %0 starts [1, 2] sizes [2, 2] steps [-1, -2] : tensor<2x3xi32> -> tensor<2x2xi32>
  %3 = edge.constant dense<0> : tensor<i32>
  %4 = edge.pad %0 value %3 : tensor<i32> low [0, 0] high [0, 1] mode constant : tensor<2x3xi32> -> tensor<2x4xi32>
  %5 = edge.concat %0, %0 axis 1 : tensor<2x3xi32>, tensor<2x3xi32> -> tensor<2x6xi32>
  %6 = edge.constant dense<[-1, 0]> : tensor<2xi64>
  %7 = edge.gather %0[%6] axis 1 : tensor<2x3xi32>, tensor<2xi64> -> tensor<2x2xi32>
  return %1, %2, %4, %5, %7 : tensor<3x2xi32>, tensor<2x2xi32>, tensor<2x4xi32>, tensor<2x6xi32>, tensor<2x2xi32>
}

// -----

// CHECK-LABEL: @pad_modes
// CHECK-DAG: edge.constant dense<[3, 2, 1, 2, 3, 2]> : tensor<6xi32>
// CHECK-DAG: edge.constant dense<[1, 1, 1, 2, 3, 3]> : tensor<6xi32>
// CHECK-DAG: edge.constant dense<[2, 3, 1, 2, 3, 1]> : tensor<6xi32>
func.func @pad_modes() -> (tensor<6xi32>, tensor<6xi32>, tensor<6xi32>) {
  %0 = edge.constant dense<[1, 2, 3]> : tensor<3xi32>
  %1 = edge.pad %0 low [2] high [1] mode reflect : tensor<3xi32> -> tensor<6xi32>
  %2 = edge.pad %0 low [2] high [1] mode edge : tensor<3xi32> -> tensor<6xi32>
  %3 = edge.pad %0 low [2] high [1] mode wrap : tensor<3xi32> -> tensor<6xi32>
  return %1, %2, %3 : tensor<6xi32>, tensor<6xi32>, tensor<6xi32>
}

// -----

// An index outside the tensor is left for the run time to meet.
// CHECK-LABEL: @gather_outside_is_kept
// CHECK: edge.gather
func.func @gather_outside_is_kept() -> tensor<i32> {
  %0 = edge.constant dense<[1, 2, 3]> : tensor<3xi32>
  %1 = edge.constant dense<3> : tensor<i64>
  %2 = edge.gather %0[%1] axis 0 : tensor<3xi32>, tensor<i64> -> tensor<i32>
  return %2 : tensor<i32>
}

// -----

// CHECK-LABEL: @reductions
// CHECK-DAG: edge.constant dense<[5, 7, 9]> : tensor<3xi32>
// CHECK-DAG: edge.constant dense<[6, 120]> : tensor<2xi32>
// CHECK-DAG: edge.constant dense<6> : tensor<i32>
// CHECK-DAG: edge.constant dense<1> : tensor<i32>
// CHECK-DAG: edge.constant dense<[2, 3, 4]> : tensor<3xi32>
func.func @reductions() -> (tensor<3xi32>, tensor<2xi32>, tensor<i32>, tensor<i32>, tensor<3xi32>) {
  %0 = edge.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32>
  %1 = edge.reduce sum %0 axes [0] : tensor<2x3xi32> -> tensor<3xi32>
  %2 = edge.reduce prod %0 axes [1] : tensor<2x3xi32> -> tensor<2xi32>
  %3 = edge.reduce max %0 axes [0, 1] : tensor<2x3xi32> -> tensor<i32>
  %4 = edge.reduce min %0 axes [0, 1] : tensor<2x3xi32> -> tensor<i32>
  %5 = edge.reduce mean %0 axes [0] : tensor<2x3xi32> -> tensor<3xi32>
  return %1, %2, %3, %4, %5 : tensor<3xi32>, tensor<2xi32>, tensor<i32>, tensor<i32>, tensor<3xi32>
}

// -----

// What a reduction over nothing gives.
// CHECK-LABEL: @empty_reductions
// CHECK-DAG: edge.constant dense<0.000000e+00> : tensor<2xf32>
// CHECK-DAG: edge.constant dense<0xFF800000> : tensor<2xf32>
// CHECK-DAG: edge.constant dense<{{0xFFC00000|0x7FC00000}}> : tensor<2xf32>
func.func @empty_reductions() -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  %0 = edge.constant dense<> : tensor<2x0xf32>
  %1 = edge.reduce sum %0 axes [1] : tensor<2x0xf32> -> tensor<2xf32>
  %2 = edge.reduce max %0 axes [1] : tensor<2x0xf32> -> tensor<2xf32>
  %3 = edge.reduce mean %0 axes [1] : tensor<2x0xf32> -> tensor<2xf32>
  return %1, %2, %3 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}

// -----

// A result of more than 16 elements becomes a resource; a splat stays a splat, whatever its size.
// CHECK-LABEL: @large_results
// CHECK-DAG: edge.constant dense_resource<{{.*}}> : tensor<4x5xi32>
// CHECK-DAG: edge.constant dense<2.000000e+00> : tensor<1024x1024x64xf32>
func.func @large_results() -> (tensor<4x5xi32>, tensor<1024x1024x64xf32>) {
  %0 = edge.constant dense<[[1], [2], [3], [4]]> : tensor<4x1xi32>
  %1 = edge.constant dense<[1, 2, 3, 4, 5]> : tensor<5xi32>
  %2 = edge.mul %0, %1 : tensor<4x1xi32>, tensor<5xi32> -> tensor<4x5xi32>
  %3 = edge.constant dense<4.0> : tensor<1024x1024x64xf32>
  %4 = edge.sqrt %3 : tensor<1024x1024x64xf32> -> tensor<1024x1024x64xf32>
  return %2, %4 : tensor<4x5xi32>, tensor<1024x1024x64xf32>
}

// -----

// A broadcast is folded while it is small; memory for more would cost more than the loop that repeats it.
// CHECK-LABEL: @broadcasts
// CHECK-DAG: edge.constant dense<{{\[}}[1, 2], [1, 2]]> : tensor<2x2xi32>
// CHECK-DAG: edge.broadcast_to {{.*}} -> tensor<4096x2xi32>
func.func @broadcasts() -> (tensor<2x2xi32>, tensor<4096x2xi32>) {
  %0 = edge.constant dense<[1, 2]> : tensor<2xi32>
  %1 = edge.broadcast_to %0 : tensor<2xi32> -> tensor<2x2xi32>
  %2 = edge.broadcast_to %0 : tensor<2xi32> -> tensor<4096x2xi32>
  return %1, %2 : tensor<2x2xi32>, tensor<4096x2xi32>
}

// -----

// Reshaping a resource renames its shape; its bytes are shared. Booleans there have one byte each.
// CHECK-LABEL: @resources
// CHECK-DAG: edge.constant dense_resource<weights> : tensor<2x2xi32>
// CHECK-DAG: edge.constant dense<{{\[}}[1, 3], [2, 4]]> : tensor<2x2xi32>
// CHECK-DAG: edge.constant dense<[false, true, true]> : tensor<3xi1>
func.func @resources() -> (tensor<2x2xi32>, tensor<2x2xi32>, tensor<3xi1>) {
  %0 = edge.constant dense_resource<weights> : tensor<4xi32>
  %1 = edge.reshape %0 : tensor<4xi32> -> tensor<2x2xi32>
  %2 = edge.transpose %1 [1, 0] : tensor<2x2xi32> -> tensor<2x2xi32>
  %3 = edge.constant dense_resource<mask> : tensor<3xi1>
  %4 = edge.not %3 : tensor<3xi1> -> tensor<3xi1>
  return %1, %2, %4 : tensor<2x2xi32>, tensor<2x2xi32>, tensor<3xi1>
}

{-#
  dialect_resources: {
    builtin: {
      weights: "0x0400000001000000020000000300000004000000",
      mask: "0x01000000010000"
    }
  }
#-}

// -----

// A shape computation as exporters write it: [batch, 3 * 4].
// CHECK-LABEL: @shape_subgraph
// CHECK-NEXT: edge.constant dense<[2, 12]> : tensor<2xi64>
// CHECK-NEXT: return
func.func @shape_subgraph() -> tensor<2xi64> {
  %shape = edge.constant dense<[2, 3, 4]> : tensor<3xi64>
  %zero = edge.constant dense<0> : tensor<i64>
  %batch = edge.gather %shape[%zero] axis 0 : tensor<3xi64>, tensor<i64> -> tensor<i64>
  %batches = edge.reshape %batch : tensor<i64> -> tensor<1xi64>
  %rest = edge.slice %shape starts [1] sizes [2] steps [1] : tensor<3xi64> -> tensor<2xi64>
  %product = edge.reduce prod %rest axes [0] : tensor<2xi64> -> tensor<i64>
  %products = edge.reshape %product : tensor<i64> -> tensor<1xi64>
  %0 = edge.concat %batches, %products axis 0 : tensor<1xi64>, tensor<1xi64> -> tensor<2xi64>
  return %0 : tensor<2xi64>
}

// A network may come in TOSA; upstream's conversions bring it to linalg.
// RUN: edgecc %s --name=small --compile-to=lower | FileCheck %s
// RUN: edgecc %s --name=small --compile-to=schedule | FileCheck %s --check-prefix=SCHEDULE
// RUN: rm -rf %t && edgecc %s --name=small -o %t && ls %t | FileCheck %s --check-prefix=FILES

// CHECK: func.func @small(
// CHECK-NOT: = tosa
// CHECK: linalg

// The fill of the padded input, and the convolution with bias and clamp.
// SCHEDULE-COUNT-2: kernel.compute
// SCHEDULE-NOT: kernel.compute
// FILES: libsmall.a
func.func @main(%x: tensor<1x8x8x3xf32>) -> tensor<1x8x8x4xf32> {
  %w = "tosa.const"() <{values = dense<0.5> : tensor<4x3x3x3xf32>}> : () -> tensor<4x3x3x3xf32>
  %b = "tosa.const"() <{values = dense<1.0> : tensor<4xf32>}> : () -> tensor<4xf32>
  %zp = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %0 = tosa.conv2d %x, %w, %b, %zp, %zp {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x8x8x3xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x8x8x4xf32>
  %1 = tosa.clamp %0 {max_val = 6.0 : f32, min_val = 0.0 : f32} : (tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32>
  return %1 : tensor<1x8x8x4xf32>
}

// RUN: edgecc-opt %s -edge-rescale-integers=multiplier-bits=15 -canonicalize -cse -split-input-file | FileCheck %s
// RUN: edgecc-opt %s -edge-rescale-integers -canonicalize -cse -split-input-file | FileCheck %s --check-prefix=WIDE
// RUN: not edgecc-opt %s -edge-rescale-integers=multiplier-bits=40 -split-input-file 2>&1 | FileCheck %s --check-prefix=BITS
// BITS: edge-rescale-integers: multiplier-bits is 40, expected 8 to 31

// Scales of 2^-10 and 2^-11, a bias, relu and a quotient by 0.5: multipliers of 2^14 and 2^13 over 2^23.
// CHECK-LABEL: func @epilogue
// CHECK-DAG:     %[[M:.+]] = edge.constant dense<[16384, 8192]> : tensor<2xi16>
// CHECK-DAG:     %[[B:.+]] = edge.constant dense<[37748736, -12582912]> : tensor<2xi64>
// CHECK:         %[[Q:.+]] = edge.rescale %arg0 by %[[M]] plus %[[B]] shift 23 : tensor<1x4x2xi32> by tensor<2xi16> plus tensor<2xi64> -> tensor<1x4x2xui8>
// CHECK-NEXT:    return %[[Q]]
// WIDE-LABEL: func @epilogue
// WIDE:         edge.constant dense<[1073741824, 536870912]> : tensor<2xi32>
// WIDE:         edge.rescale {{.*}} shift 39
func.func @epilogue(%sum: tensor<1x4x2xi32>) -> tensor<1x4x2xui8> {
  %scales = edge.constant dense<[9.765625e-4, 4.8828125e-4]> : tensor<2xf32>
  %bias = edge.constant dense<[2.0, -1.0]> : tensor<2xf32>
  %two = edge.constant dense<2.0> : tensor<f32>
  %0 = edge.cast %sum : tensor<1x4x2xi32> -> tensor<1x4x2xf32>
  %1 = edge.mul %0, %scales : tensor<1x4x2xf32>, tensor<2xf32> -> tensor<1x4x2xf32>
  %2 = edge.add %1, %bias : tensor<1x4x2xf32>, tensor<2xf32> -> tensor<1x4x2xf32>
  %3 = edge.relu %2 : tensor<1x4x2xf32> -> tensor<1x4x2xf32>
  %4 = edge.mul %3, %two : tensor<1x4x2xf32>, tensor<f32> -> tensor<1x4x2xf32>
  %5 = edge.round %4 : tensor<1x4x2xf32> -> tensor<1x4x2xf32>
  %6 = edge.cast %5 : tensor<1x4x2xf32> -> tensor<1x4x2xui8>
  return %6 : tensor<1x4x2xui8>
}

// -----

// A zero point behind the rounding, and clamps inside of the type: relu6 of a scale of 1/20 with a zero point of -100.
// CHECK-LABEL: func @clamps
// CHECK-DAG:     %[[LOW:.+]] = edge.constant dense<-100> : tensor<i8>
// CHECK-DAG:     %[[HIGH:.+]] = edge.constant dense<20> : tensor<i8>
// CHECK:         %[[Q:.+]] = edge.rescale
// CHECK:         %[[MAX:.+]] = edge.max %[[Q]], %[[LOW]]
// CHECK:         edge.min %[[MAX]], %[[HIGH]]
func.func @clamps(%sum: tensor<4x2xi32>) -> tensor<4x2xi8> {
  %scale = edge.constant dense<1.0e-3> : tensor<f32>
  %six = edge.constant dense<6.0> : tensor<f32>
  %step = edge.constant dense<0.05> : tensor<f32>
  %zero = edge.constant dense<-100.0> : tensor<f32>
  %0 = edge.cast %sum : tensor<4x2xi32> -> tensor<4x2xf32>
  %1 = edge.mul %0, %scale : tensor<4x2xf32>, tensor<f32> -> tensor<4x2xf32>
  %2 = edge.relu %1 : tensor<4x2xf32> -> tensor<4x2xf32>
  %3 = edge.min %2, %six : tensor<4x2xf32>, tensor<f32> -> tensor<4x2xf32>
  %4 = edge.div %3, %step : tensor<4x2xf32>, tensor<f32> -> tensor<4x2xf32>
  %5 = edge.round %4 : tensor<4x2xf32> -> tensor<4x2xf32>
  %6 = edge.add %5, %zero : tensor<4x2xf32>, tensor<f32> -> tensor<4x2xf32>
  %7 = edge.cast %6 : tensor<4x2xf32> -> tensor<4x2xi8>
  return %7 : tensor<4x2xi8>
}

// -----

// A residual addition takes the integers of both sides.
// CHECK-LABEL: func @residual
// CHECK:         edge.rescale %arg0, %arg1 by {{.*}} : tensor<4x2xi32>, tensor<4x2xui8> by tensor<i16>, tensor<i32> plus tensor<i64> -> tensor<4x2xui8>
func.func @residual(%sum: tensor<4x2xi32>, %other: tensor<4x2xui8>) -> tensor<4x2xui8> {
  %scale = edge.constant dense<1.0e-3> : tensor<f32>
  %small = edge.constant dense<0.25> : tensor<f32>
  %zero = edge.constant dense<7.0> : tensor<f32>
  %0 = edge.cast %sum : tensor<4x2xi32> -> tensor<4x2xf32>
  %1 = edge.mul %0, %scale : tensor<4x2xf32>, tensor<f32> -> tensor<4x2xf32>
  %2 = edge.cast %other : tensor<4x2xui8> -> tensor<4x2xf32>
  %3 = edge.sub %2, %zero : tensor<4x2xf32>, tensor<f32> -> tensor<4x2xf32>
  %4 = edge.mul %3, %small : tensor<4x2xf32>, tensor<f32> -> tensor<4x2xf32>
  %5 = edge.add %1, %4 : tensor<4x2xf32>, tensor<4x2xf32> -> tensor<4x2xf32>
  %6 = edge.round %5 : tensor<4x2xf32> -> tensor<4x2xf32>
  %7 = edge.cast %6 : tensor<4x2xf32> -> tensor<4x2xui8>
  return %7 : tensor<4x2xui8>
}

// -----

// What stays in f32: an activation of one side only, a conversion that truncates, also behind a clamp, a function, and
// inputs in f32.
// CHECK-LABEL: func @real
// CHECK-NOT:     edge.rescale
func.func @real(%sum: tensor<4xi32>, %x: tensor<4xf32>) -> (tensor<4xi8>, tensor<4xi8>, tensor<4xi8>, tensor<4xi8>, tensor<4xi8>) {
  %scale = edge.constant dense<1.0e-3> : tensor<f32>
  %0 = edge.cast %sum : tensor<4xi32> -> tensor<4xf32>
  %1 = edge.mul %0, %scale : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  %2 = edge.relu %1 : tensor<4xf32> -> tensor<4xf32>
  %3 = edge.add %2, %1 : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  %4 = edge.round %3 : tensor<4xf32> -> tensor<4xf32>
  %5 = edge.cast %4 : tensor<4xf32> -> tensor<4xi8>
  %half = edge.constant dense<5.5> : tensor<f32>
  %clamped = edge.min %4, %half : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  %6 = edge.cast %clamped : tensor<4xf32> -> tensor<4xi8>
  %7 = edge.sigmoid %1 : tensor<4xf32> -> tensor<4xf32>
  %8 = edge.round %7 : tensor<4xf32> -> tensor<4xf32>
  %9 = edge.cast %8 : tensor<4xf32> -> tensor<4xi8>
  %10 = edge.round %x : tensor<4xf32> -> tensor<4xf32>
  %11 = edge.cast %10 : tensor<4xf32> -> tensor<4xi8>
  %12 = edge.cast %1 : tensor<4xf32> -> tensor<4xi8>
  return %5, %6, %9, %11, %12 : tensor<4xi8>, tensor<4xi8>, tensor<4xi8>, tensor<4xi8>, tensor<4xi8>
}

// RUN: edgecc-opt --convert-edge-to-linalg --split-input-file %s | FileCheck %s

// Loops are the kept dimensions, then the reduced ones.
// CHECK-DAG: #[[IN:.*]] = affine_map<(d0, d1, d2) -> (d0, d2, d1)>
// CHECK-DAG: #[[OUT:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-LABEL: @sum
// CHECK: %[[INIT:.*]] = linalg.fill ins(%{{.*}} : f32) outs(%{{.*}} : tensor<2x4xf32>)
// CHECK: linalg.generic {indexing_maps = [#[[IN]], #[[OUT]]], iterator_types = ["parallel", "parallel", "reduction"]}
// CHECK-SAME: outs(%[[INIT]]
// CHECK: arith.addf
func.func @sum(%x: tensor<2x3x4xf32>) -> tensor<2x4xf32> {
  %0 = edge.reduce sum %x axes [1] : tensor<2x3x4xf32> -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// -----

// The mean is the sum times 1 / n.
// CHECK-LABEL: @mean
// CHECK: arith.addf
// CHECK: linalg.generic
// CHECK: %[[SCALE:.*]] = arith.constant 2.500000e-01 : f32
// CHECK: arith.mulf %{{.*}}, %[[SCALE]]
func.func @mean(%x: tensor<2x4xf32>) -> tensor<2xf32> {
  %0 = edge.reduce mean %x axes [1] : tensor<2x4xf32> -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

// Small integers add up in i32, with the sign they have.
// CHECK-LABEL: @sum_of_bytes
// CHECK: arith.extui %{{.*}} : i8 to i32
// CHECK: arith.addi {{.*}} : i32
// CHECK: arith.trunci %{{.*}} : i32 to i8
func.func @sum_of_bytes(%x: tensor<4xui8>) -> tensor<ui8> {
  %0 = edge.reduce sum %x axes [0] : tensor<4xui8> -> tensor<ui8>
  return %0 : tensor<ui8>
}

// -----

// CHECK-LABEL: @extrema
// CHECK: arith.constant -128 : i8
// CHECK: arith.maxsi {{.*}} : i8
// CHECK: arith.constant -1 : i8
// CHECK: arith.minui {{.*}} : i8
// CHECK: arith.constant 0xFF800000 : f32
// CHECK: arith.maximumf
func.func @extrema(%x: tensor<4xi8>, %y: tensor<4xui8>, %z: tensor<4xf32>) -> (tensor<i8>, tensor<ui8>, tensor<f32>) {
  %0 = edge.reduce max %x axes [0] : tensor<4xi8> -> tensor<i8>
  %1 = edge.reduce min %y axes [0] : tensor<4xui8> -> tensor<ui8>
  %2 = edge.reduce max %z axes [0] : tensor<4xf32> -> tensor<f32>
  return %0, %1, %2 : tensor<i8>, tensor<ui8>, tensor<f32>
}

// -----

// Over one element there is nothing to reduce.
// CHECK-LABEL: @single_elements
// CHECK-NEXT: tensor.collapse_shape
// CHECK-NEXT: return
func.func @single_elements(%x: tensor<4x1xf32>) -> tensor<4xf32> {
  %0 = edge.reduce mean %x axes [1] : tensor<4x1xf32> -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// Four generics: maximum, exponentials, their sum, quotients.
// CHECK-LABEL: @softmax
// CHECK: arith.maximumf
// CHECK: arith.subf
// CHECK: math.exp
// CHECK: arith.addf
// CHECK: arith.divf
func.func @softmax(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %0 = edge.softmax %x axis 1 : tensor<2x3x4xf32> -> tensor<2x3x4xf32>
  return %0 : tensor<2x3x4xf32>
}

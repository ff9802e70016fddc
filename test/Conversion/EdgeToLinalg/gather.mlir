// RUN: edgecc-opt %s --convert-edge-to-linalg --canonicalize --split-input-file --verify-diagnostics | FileCheck %s

// Run-time indices are wrapped and kept inside; the copied dimension stays a plain index.
// CHECK-LABEL: @gather_rows
func.func @gather_rows(%x: tensor<10x8xf32>, %i: tensor<3xi64>) -> tensor<3x8xf32> {
  // CHECK: linalg.generic
  // CHECK: arith.cmpi slt
  // CHECK: arith.select
  // CHECK: arith.maxsi
  // CHECK: %[[ROW:.+]] = arith.minsi
  // CHECK: %[[COLUMN:.+]] = linalg.index 1
  // CHECK: tensor.extract %arg0[%[[ROW]], %[[COLUMN]]]
  %0 = edge.gather %x[%i] axis 0 : tensor<10x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  return %0 : tensor<3x8xf32>
}

// -----

// A constant index is a slice, and so are indices with an even step.
// CHECK-LABEL: @gather_constant
func.func @gather_constant(%x: tensor<10x8xf32>) -> (tensor<8xf32>, tensor<10x4xf32>) {
  // CHECK: tensor.extract_slice %arg0[9, 0] [1, 8] [1, 1]
  // CHECK: tensor.extract_slice %arg0[0, 1] [10, 4] [1, 2]
  // CHECK-NOT: linalg.generic
  %last = edge.constant dense<-1> : tensor<i64>
  %odd = edge.constant dense<[1, 3, 5, -1]> : tensor<4xi32>
  %0 = edge.gather %x[%last] axis 0 : tensor<10x8xf32>, tensor<i64> -> tensor<8xf32>
  %1 = edge.gather %x[%odd] axis 1 : tensor<10x8xf32>, tensor<4xi32> -> tensor<10x4xf32>
  return %0, %1 : tensor<8xf32>, tensor<10x4xf32>
}

// -----

// Other constants are wrapped at compile time.
// CHECK-LABEL: @gather_constant_table
func.func @gather_constant_table(%x: tensor<10x8xi1>) -> tensor<3x8xi1> {
  // CHECK: arith.constant dense<[4, 9, 4]> : tensor<3xi64>
  // CHECK-NOT: arith.cmpi
  // CHECK: tensor.extract %arg0[%{{.+}}, %{{.+}}] : tensor<10x8xi8>
  %i = edge.constant dense<[4, -1, 4]> : tensor<3xi64>
  %0 = edge.gather %x[%i] axis 0 : tensor<10x8xi1>, tensor<3xi64> -> tensor<3x8xi1>
  return %0 : tensor<3x8xi1>
}

// -----

func.func @gather_constant_outside(%x: tensor<10x8xf32>) -> tensor<3x8xf32> {
  %i = edge.constant dense<[4, 10, 4]> : tensor<3xi64>
  // expected-error @+2 {{index 10 is outside a dimension of size 10}}
  // expected-error @+1 {{failed to legalize operation}}
  %0 = edge.gather %x[%i] axis 0 : tensor<10x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  return %0 : tensor<3x8xf32>
}

// -----

// Whole slices are written at once.
// CHECK-LABEL: @scatter_nd_slices
func.func @scatter_nd_slices(%x: tensor<10x8xf32>, %i: tensor<3x1xi64>, %u: tensor<3x8xf32>) -> tensor<10x8xf32> {
  // CHECK: scf.for {{.*}} iter_args(%[[CARRIED:.+]] = %arg0) -> (tensor<10x8xf32>)
  // CHECK: %[[ROW:.+]] = arith.minsi
  // CHECK: %[[SLICE:.+]] = tensor.extract_slice %arg2
  // CHECK: tensor.insert_slice %[[SLICE]] into %[[CARRIED]][%[[ROW]], 0] [1, 8]
  %0 = edge.scatter_nd %x[%i] = %u mode assign : tensor<10x8xf32>, tensor<3x1xi64>, tensor<3x8xf32> -> tensor<10x8xf32>
  return %0 : tensor<10x8xf32>
}

// -----

// CHECK-LABEL: @scatter_elements_add
func.func @scatter_elements_add(%x: tensor<10xf32>, %i: tensor<3xi64>, %u: tensor<3xf32>) -> tensor<10xf32> {
  // CHECK: scf.for {{.*}} iter_args(%[[CARRIED:.+]] = %arg0) -> (tensor<10xf32>)
  // CHECK: %[[OLD:.+]] = tensor.extract %[[CARRIED]]
  // CHECK: %[[NEW:.+]] = arith.addf %[[OLD]]
  // CHECK: tensor.insert %[[NEW]] into %[[CARRIED]]
  %0 = edge.scatter_elements %x[%i] = %u axis 0 mode add : tensor<10xf32>, tensor<3xi64>, tensor<3xf32> -> tensor<10xf32>
  return %0 : tensor<10xf32>
}

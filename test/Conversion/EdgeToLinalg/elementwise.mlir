// RUN: edgecc-opt --convert-edge-to-linalg --split-input-file %s | FileCheck %s

// Operands of one shape share the identity map.
// CHECK-DAG: #[[ID:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-LABEL: @same_shape
// CHECK: %[[OUT:.*]] = tensor.empty() : tensor<4x8xf32>
// CHECK: linalg.generic {indexing_maps = [#[[ID]], #[[ID]], #[[ID]]], iterator_types = ["parallel", "parallel"]}
// CHECK-SAME: outs(%[[OUT]] : tensor<4x8xf32>)
// CHECK: %[[SUM:.*]] = arith.addf
// CHECK: linalg.yield %[[SUM]]
func.func @same_shape(%a: tensor<4x8xf32>, %b: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = edge.add %a, %b : tensor<4x8xf32>, tensor<4x8xf32> -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// -----

// Missing dimensions are dropped from the map, dimensions of size 1 are read at 0.
// CHECK-DAG: #[[COLUMN:.*]] = affine_map<(d0, d1) -> (d0, 0)>
// CHECK-DAG: #[[ROW:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL: @broadcast
// CHECK: linalg.generic {indexing_maps = [#[[COLUMN]], #[[ROW]], #{{.*}}]
func.func @broadcast(%a: tensor<4x1xf32>, %b: tensor<8xf32>) -> tensor<4x8xf32> {
  %0 = edge.mul %a, %b : tensor<4x1xf32>, tensor<8xf32> -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// -----

// A constant of one value is written in the body, also when it lies in a resource.
// CHECK-LABEL: @scalar_constant
// CHECK-NOT: tensor<1xf32>
// CHECK: linalg.generic {{.*}} ins(%{{[a-z0-9]+}} : tensor<4xf32>)
// CHECK: %[[C:.*]] = arith.constant 5.000000e-01 : f32
// CHECK: arith.mulf %{{.*}}, %[[C]]
// CHECK: linalg.generic {{.*}} ins(%{{[a-z0-9]+}} : tensor<4xf32>)
// CHECK: %[[D:.*]] = arith.constant 2.000000e+00 : f32
// CHECK: arith.subf %{{.*}}, %[[D]]
func.func @scalar_constant(%a: tensor<4xf32>) -> tensor<4xf32> {
  %c = edge.constant dense<0.5> : tensor<1xf32>
  %0 = edge.mul %a, %c : tensor<4xf32>, tensor<1xf32> -> tensor<4xf32>
  %d = edge.constant dense_resource<two> : tensor<1xf32>
  %1 = edge.sub %0, %d : tensor<4xf32>, tensor<1xf32> -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

{-#
  dialect_resources: {
    builtin: {
      two: "0x0400000000000040"
    }
  }
#-}

// -----

// Half-width floats are computed in f32.
// CHECK-LABEL: @half
// CHECK: %[[X:.*]] = arith.extf %{{.*}} : f16 to f32
// CHECK: %[[E:.*]] = math.exp %[[X]] : f32
// CHECK: %[[Y:.*]] = arith.truncf %[[E]] : f32 to f16
// CHECK: linalg.yield %[[Y]] : f16
func.func @half(%a: tensor<4xf16>) -> tensor<4xf16> {
  %0 = edge.exp %a : tensor<4xf16> -> tensor<4xf16>
  return %0 : tensor<4xf16>
}

// -----

// Signedness comes of the edge type.
// CHECK-LABEL: @signedness
// CHECK: arith.divsi
// CHECK: arith.divui
// CHECK: arith.cmpi slt
// CHECK: arith.cmpi ult
func.func @signedness(%a: tensor<4xi32>, %b: tensor<4xui32>)
    -> (tensor<4xi32>, tensor<4xui32>, tensor<4xi1>, tensor<4xi1>) {
  %0 = edge.div %a, %a : tensor<4xi32>, tensor<4xi32> -> tensor<4xi32>
  %1 = edge.div %b, %b : tensor<4xui32>, tensor<4xui32> -> tensor<4xui32>
  %2 = edge.less %a, %a : tensor<4xi32>, tensor<4xi32> -> tensor<4xi1>
  %3 = edge.less %b, %b : tensor<4xui32>, tensor<4xui32> -> tensor<4xi1>
  return %0, %1, %2, %3 : tensor<4xi32>, tensor<4xui32>, tensor<4xi1>, tensor<4xi1>
}

// -----

// A comparison is stored as an i8; select reads it as such.
// CHECK-LABEL: @booleans
// CHECK: %[[LESS:.*]] = arith.cmpf olt
// CHECK: arith.extui %[[LESS]] : i1 to i8
// CHECK: %[[CONDITION:.*]] = arith.cmpi ne
// CHECK: arith.select %[[CONDITION]]
func.func @booleans(%a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {
  %0 = edge.less %a, %b : tensor<4xf32>, tensor<4xf32> -> tensor<4xi1>
  %1 = edge.select %0, %a, %b : tensor<4xi1>, tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

// relu is one maximum.
// CHECK-LABEL: @relu
// CHECK: arith.maximumf
// CHECK-NEXT: linalg.yield
func.func @relu(%a: tensor<4xf32>) -> tensor<4xf32> {
  %0 = edge.relu %a : tensor<4xf32> -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// A small constant exponent becomes products.
// CHECK-LABEL: @cube
// CHECK-NOT: powf
// CHECK: %[[SQUARE:.*]] = arith.mulf %[[X:.*]], %[[X]]
// CHECK: arith.mulf %[[X]], %[[SQUARE]]
// CHECK-LABEL: @any_power
// CHECK: math.powf
func.func @cube(%a: tensor<4xf32>) -> tensor<4xf32> {
  %c = edge.constant dense<3.0> : tensor<f32>
  %0 = edge.pow %a, %c : tensor<4xf32>, tensor<f32> -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func @any_power(%a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {
  %0 = edge.pow %a, %b : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// A cast that keeps the bits is nothing.
// CHECK-LABEL: @cast_of_sign
// CHECK-NEXT: return
func.func @cast_of_sign(%a: tensor<4xui8>, %b: tensor<4xi1>) -> (tensor<4xi8>, tensor<4xui8>) {
  %0 = edge.cast %a : tensor<4xui8> -> tensor<4xi8>
  %1 = edge.cast %b : tensor<4xi1> -> tensor<4xui8>
  return %0, %1 : tensor<4xi8>, tensor<4xui8>
}

// RUN: edgecc-opt --convert-edge-to-linalg --split-input-file %s | FileCheck %s

// CHECK-LABEL: @slice
// CHECK: tensor.extract_slice %{{.*}}[1, 0] [2, 4] [2, 1] : tensor<5x4xf32> to tensor<2x4xf32>
func.func @slice(%x: tensor<5x4xf32>) -> tensor<2x4xf32> {
  %0 = edge.slice %x starts [1, 0] sizes [2, 4] steps [2, 1] : tensor<5x4xf32> -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// -----

// Backward steps read at a computed index.
// CHECK-LABEL: @reverse
// CHECK: linalg.generic
// CHECK: %[[I:.*]] = linalg.index 0
// CHECK: %[[OFFSET:.*]] = arith.muli %[[I]], %{{.*}} : index
// CHECK: %[[AT:.*]] = arith.addi %{{.*}}, %[[OFFSET]] : index
// CHECK: tensor.extract %{{.*}}[%[[AT]]] : tensor<5xf32>
func.func @reverse(%x: tensor<5xf32>) -> tensor<5xf32> {
  %0 = edge.slice %x starts [4] sizes [5] steps [-1] : tensor<5xf32> -> tensor<5xf32>
  return %0 : tensor<5xf32>
}

// -----

// Inputs are inserted one after the other; empty ones are left out.
// CHECK-LABEL: @concat
// CHECK: %[[OUT:.*]] = tensor.empty() : tensor<5x3xf32>
// CHECK: %[[FIRST:.*]] = tensor.insert_slice %{{.*}} into %[[OUT]][0, 0] [2, 3] [1, 1]
// CHECK: tensor.insert_slice %{{.*}} into %[[FIRST]][2, 0] [3, 3] [1, 1]
// CHECK-NOT: insert_slice
func.func @concat(%x: tensor<2x3xf32>, %y: tensor<3x3xf32>, %z: tensor<0x3xf32>) -> tensor<5x3xf32> {
  %0 = edge.concat %x, %z, %y axis 0 : tensor<2x3xf32>, tensor<0x3xf32>, tensor<3x3xf32> -> tensor<5x3xf32>
  return %0 : tensor<5x3xf32>
}

// -----

// CHECK-LABEL: @pad_constant
// CHECK: %[[VALUE:.*]] = arith.constant 5.000000e-01 : f32
// CHECK: %[[OUT:.*]] = linalg.fill ins(%[[VALUE]] : f32) outs(%{{.*}} : tensor<5x4xf32>)
// CHECK: tensor.insert_slice %{{.*}} into %[[OUT]][1, 0] [2, 3] [1, 1]
func.func @pad_constant(%x: tensor<2x3xf32>) -> tensor<5x4xf32> {
  %v = edge.constant dense<0.5> : tensor<f32>
  %0 = edge.pad %x value %v : tensor<f32> low [1, 0] high [2, 1] mode constant : tensor<2x3xf32> -> tensor<5x4xf32>
  return %0 : tensor<5x4xf32>
}

// -----

// CHECK-LABEL: @pad_by_variable
// CHECK: %[[VALUE:.*]] = tensor.extract %{{.*}}[] : tensor<f32>
// CHECK: linalg.fill ins(%[[VALUE]] : f32)
func.func @pad_by_variable(%x: tensor<2xf32>, %v: tensor<f32>) -> tensor<3xf32> {
  %0 = edge.pad %x value %v : tensor<f32> low [1] high [0] mode constant : tensor<2xf32> -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// -----

// Dimensions without pads are read where they are.
// CHECK-LABEL: @pad_edge
// CHECK: %[[ROW:.*]] = linalg.index 0
// CHECK: %[[COLUMN:.*]] = linalg.index 1
// CHECK: %[[INSIDE:.*]] = arith.minsi
// CHECK: tensor.extract %{{.*}}[%[[ROW]], %[[INSIDE]]]
func.func @pad_edge(%x: tensor<2x3xf32>) -> tensor<2x6xf32> {
  %0 = edge.pad %x low [0, 2] high [0, 1] mode edge : tensor<2x3xf32> -> tensor<2x6xf32>
  return %0 : tensor<2x6xf32>
}

// RUN: edgecc-opt %s --convert-edge-to-linalg --canonicalize | FileCheck %s

// All inputs are projected before the loop; each step has one product and one generic per state.
// CHECK-LABEL: @lstm
func.func @lstm(%x: tensor<5x2x3xf32>, %w: tensor<3x16xf32>, %r: tensor<4x16xf32>, %b: tensor<16xf32>, %h: tensor<2x4xf32>,
                %c: tensor<2x4xf32>) -> (tensor<5x2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>) {
  // CHECK: linalg.generic {{.*}} outs(%{{.+}} : tensor<10x16xf32>)
  // CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "reduction"]} {{.*}} outs(%{{.+}} : tensor<10x16xf32>)
  // CHECK: scf.for {{.*}} iter_args(%{{.+}} = %{{.+}}, %[[H:.+]] = %arg4, %[[C:.+]] = %arg5)
  // CHECK: tensor.extract_slice {{.*}} to tensor<2x16xf32>
  // CHECK: linalg.generic {{.*}} outs(%{{.+}} : tensor<2x16xf32>)
  // CHECK: %[[NEXT_C:.+]] = linalg.generic {{.*}} outs(%[[C]] : tensor<2x4xf32>)
  // CHECK: %[[NEXT_H:.+]] = linalg.generic {{.*}} outs(%[[H]] : tensor<2x4xf32>)
  // CHECK: tensor.insert_slice %[[NEXT_H]]
  // CHECK: scf.yield %{{.+}}, %[[NEXT_H]], %[[NEXT_C]]
  %y, %yh, %yc = edge.lstm %x, %w, %r, %b, %h, %c reverse false input_forget false activations [0, 1, 1] : tensor<5x2x3xf32>, tensor<3x16xf32>, tensor<4x16xf32>, tensor<16xf32>, tensor<2x4xf32>, tensor<2x4xf32> -> tensor<5x2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>
  return %y, %yh, %yc : tensor<5x2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>
}

// Time runs backwards, and the recurrent weights of the gates are split at compile time.
// CHECK-LABEL: @gru_reverse
func.func @gru_reverse(%x: tensor<5x1x3xf32>, %w: tensor<3x12xf32>, %b: tensor<12xf32>, %h: tensor<1x4xf32>) -> (tensor<5x1x4xf32>, tensor<1x4xf32>) {
  // CHECK-DAG: arith.constant dense<5.000000e-01> : tensor<4x8xf32>
  // CHECK-DAG: arith.constant dense<5.000000e-01> : tensor<4x4xf32>
  // CHECK-DAG: %[[LAST:.+]] = arith.constant 4 : index
  // CHECK: scf.for %[[STEP:[^ ]+]] =
  // CHECK: arith.subi %[[LAST]], %[[STEP]]
  %r = edge.constant dense<0.5> : tensor<4x12xf32>
  %y, %yh = edge.gru %x, %w, %r, %b, %b, %h reverse true linear_before_reset false activations [0, 1] : tensor<5x1x3xf32>, tensor<3x12xf32>, tensor<4x12xf32>, tensor<12xf32>, tensor<12xf32>, tensor<1x4xf32> -> tensor<5x1x4xf32>, tensor<1x4xf32>
  return %y, %yh : tensor<5x1x4xf32>, tensor<1x4xf32>
}

// One step needs no loop.
// CHECK-LABEL: @rnn_of_one_step
func.func @rnn_of_one_step(%x: tensor<1x2x3xf16>, %w: tensor<3x4xf16>, %r: tensor<4x4xf16>, %b: tensor<4xf16>, %h: tensor<2x4xf16>) -> (tensor<1x2x4xf16>, tensor<2x4xf16>) {
  // CHECK-NOT: scf.for
  // CHECK: math.tanh {{.*}} : f32
  %y, %yh = edge.rnn %x, %w, %r, %b, %h reverse false activations [1] {clip = 3.0 : f64} : tensor<1x2x3xf16>, tensor<3x4xf16>, tensor<4x4xf16>, tensor<4xf16>, tensor<2x4xf16> -> tensor<1x2x4xf16>, tensor<2x4xf16>
  return %y, %yh : tensor<1x2x4xf16>, tensor<2x4xf16>
}

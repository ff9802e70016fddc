// Which loop the lanes walk: channels where they lie side by side, the reduction where nothing else does.
// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(tensor-form-kernels),memory-bufferize,func.func(memory-plan-arena),kernel-expand{vector-bits=256 registers=16},canonicalize,cse)' | FileCheck %s

// A sum over the last dimension adds vectors and then their lanes; 67 values are 8 vectors and 3 single ones.
// CHECK-LABEL: func.func private @last_dimension_k{{[0-9]+}}
// CHECK: vector.load {{.*}}, vector<8xf32>
// CHECK: vector.reduction <add>, {{.*}} : vector<8xf32> into f32
// CHECK: memref.load
// CHECK: memref.store
// CHECK-LABEL: func.func @last_dimension(
func.func @last_dimension(%x: tensor<8x67xf32>) -> tensor<8xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<8xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  %0 = linalg.reduce { arith.addf } ins(%x : tensor<8x67xf32>) outs(%init : tensor<8xf32>) dimensions = [1]
  return %0 : tensor<8xf32>
}

// A sum over the first dimension keeps one sum per lane.
// CHECK-LABEL: func.func private @first_dimension_k{{[0-9]+}}
// CHECK-NOT: vector.reduction
// CHECK: vector.load {{.*}}, vector<8xf32>
// CHECK: vector.store {{.*}}, vector<8xf32>
// CHECK-LABEL: func.func @first_dimension(
func.func @first_dimension(%x: tensor<67x8xf32>) -> tensor<8xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<8xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  %0 = linalg.reduce { arith.addf } ins(%x : tensor<67x8xf32>) outs(%init : tensor<8xf32>) dimensions = [0]
  return %0 : tensor<8xf32>
}

// A depthwise convolution walks the channels with its lanes; input, weights and output are contiguous there.
// CHECK-LABEL: func.func private @depthwise_k{{[0-9]+}}
// CHECK-NOT: vector.reduction
// CHECK-NOT: memref.load
// CHECK: vector.load {{.*}}, vector<8xf32>
// CHECK: vector.store {{.*}}, vector<8xf32>
// CHECK-LABEL: func.func @depthwise(
func.func @depthwise(%x: tensor<1x10x10x16xf32>, %w: tensor<3x3x16xf32>) -> tensor<1x8x8x16xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x8x8x16xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
  %0 = linalg.depthwise_conv_2d_nhwc_hwc {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} ins(%x, %w : tensor<1x10x10x16xf32>, tensor<3x3x16xf32>) outs(%init : tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// An elementwise operation over a whole tensor is one loop, whatever the rank.
// CHECK-LABEL: func.func private @loops_merge_k{{[0-9]+}}
// CHECK: scf.for
// CHECK-NOT: scf.for
// CHECK: math.exp {{.*}} : vector<8xf32>
// CHECK-LABEL: func.func @loops_merge(
func.func @loops_merge(%x: tensor<2x3x4x32xf32>) -> tensor<2x3x4x32xf32> {
  %e = tensor.empty() : tensor<2x3x4x32xf32>
  %0 = linalg.exp ins(%x : tensor<2x3x4x32xf32>) outs(%e : tensor<2x3x4x32xf32>) -> tensor<2x3x4x32xf32>
  return %0 : tensor<2x3x4x32xf32>
}


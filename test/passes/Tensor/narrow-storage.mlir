// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(tensor-form-kernels,tensor-narrow-storage))' 2>%t | FileCheck %s
// RUN: FileCheck %s --check-prefix=WARN < %t

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>
#swap = affine_map<(d0, d1) -> (d1, d0)>
#f16 = {element = f16, float_layers = [], values = true}

// Weights, and values from one kernel to another, are widened by their readers and rounded by their writer. What the
// caller sees, and biases, stay.
// CHECK-LABEL: @layers(
// CHECK-SAME: %[[X:.*]]: tensor<2x3xf32>) -> tensor<2x3xf32> {
// CHECK: %[[W:.*]] = arith.constant dense<{{.*}}> : tensor<3x3xf16>
// CHECK: %[[BIAS:.*]] = arith.constant dense<{{.*}}> : tensor<3xf32>
// CHECK: %[[H:.*]] = kernel.compute ins(%[[X]], %[[W]], %[[BIAS]] : {{.*}}) outs(%{{.*}} : tensor<2x3xf16>)
// CHECK: ^bb0(%{{.*}}: f32, %[[A:.*]]: f16, %[[SUM:.*]]: f32):
// CHECK: arith.extf %[[A]] : f16 to f32
// CHECK: ^bb0(%[[P:.*]]: f32, %[[B:.*]]: f32, %{{.*}}: f16):
// CHECK: %[[S:.*]] = arith.addf %[[P]], %[[B]] : f32
// CHECK: %[[N:.*]] = arith.truncf %[[S]] : f32 to f16
// CHECK: linalg.yield %[[N]] : f16
// CHECK: kernel.compute ins(%[[H]] : tensor<2x3xf16>) outs(%{{.*}} : tensor<2x3xf32>)
// CHECK: arith.extf
// CHECK-NOT: arith.truncf
// CHECK: return
func.func @layers(%x: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {edge.narrow_storage = #f16} {
  %zero = arith.constant 0.0 : f32
  %w = arith.constant dense<[[1.0, 0.0, 0.5], [0.0, 1.0, 2.0], [3.0, 0.0, 1.0]]> : tensor<3x3xf32>
  %bias = arith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %e = tensor.empty() : tensor<2x3xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<2x3xf32>) -> tensor<2x3xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<2x3xf32>, tensor<3x3xf32>) outs(%init : tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%0, %bias : tensor<2x3xf32>, tensor<3xf32>) outs(%e : tensor<2x3xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<2x3xf32>
  %2 = linalg.exp ins(%1 : tensor<2x3xf32>) outs(%e : tensor<2x3xf32>) -> tensor<2x3xf32>
  return %2 : tensor<2x3xf32>
}

// A sum is kept in f32 and rounded behind its last term. The padded tensor has the type of what lies in it, and what is
// only moved is not widened.
// CHECK-LABEL: @moved(
// CHECK: kernel.compute ins(%{{.*}} : tensor<2x3xf32>) outs(%{{.*}} : tensor<2xf16>)
// CHECK: linalg.generic {{.*}}["parallel", "reduction"]
// CHECK: ^bb0(%{{.*}}: f32, %{{.*}}: f32):
// CHECK: linalg.generic {{.*}}["parallel"]
// CHECK-NEXT: ^bb0(%[[SUM:.*]]: f32, %{{.*}}: f16):
// CHECK-NEXT: arith.truncf %[[SUM]] : f32 to f16
// CHECK: kernel.compute ins() outs(%{{.*}} : tensor<4xf16>)
// CHECK: tensor.insert_slice %{{.*}} into %{{.*}}[1] [2] [1] : tensor<2xf16> into tensor<4xf16>
// CHECK: tensor.expand_shape {{.*}} : tensor<4xf16> into tensor<2x2xf16>
// CHECK: kernel.compute ins(%{{.*}} : tensor<2x2xf16>) outs(%{{.*}} : tensor<2x2xf16>)
// CHECK: ^bb0(%[[A:.*]]: f16, %{{.*}}: f16):
// CHECK-NEXT: linalg.yield %[[A]] : f16
func.func @moved(%x: tensor<2x3xf32>) -> tensor<2x2xf32> attributes {edge.narrow_storage = #f16} {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<2xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<2xf32>) -> tensor<2xf32>
  %0 = linalg.reduce { arith.addf } ins(%x : tensor<2x3xf32>) outs(%init : tensor<2xf32>) dimensions = [1]
  %e4 = tensor.empty() : tensor<4xf32>
  %fill = linalg.fill ins(%zero : f32) outs(%e4 : tensor<4xf32>) -> tensor<4xf32>
  %1 = tensor.insert_slice %0 into %fill[1] [2] [1] : tensor<2xf32> into tensor<4xf32>
  %2 = tensor.expand_shape %1 [[0, 1]] output_shape [2, 2] : tensor<4xf32> into tensor<2x2xf32>
  %e22 = tensor.empty() : tensor<2x2xf32>
  %3 = linalg.generic {indexing_maps = [#id, #swap], iterator_types = ["parallel", "parallel"]} ins(%2 : tensor<2x2xf32>) outs(%e22 : tensor<2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  } -> tensor<2x2xf32>
  %4 = linalg.exp ins(%3 : tensor<2x2xf32>) outs(%e22 : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %4 : tensor<2x2xf32>
}

// What a loop carries keeps its type; what is read in it does not.
// CHECK-LABEL: @carried(
// CHECK: %[[H:.*]] = kernel.compute {{.*}} outs(%{{.*}} : tensor<2x3xf16>)
// CHECK: scf.for {{.*}} -> (tensor<2x3xf32>)
// CHECK: kernel.compute ins(%{{.*}}, %[[H]] : tensor<2x3xf32>, tensor<2x3xf16>) outs(%{{.*}} : tensor<2x3xf32>)
func.func @carried(%x: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {edge.narrow_storage = #f16} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %e = tensor.empty() : tensor<2x3xf32>
  %0 = linalg.exp ins(%x : tensor<2x3xf32>) outs(%e : tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = scf.for %i = %c0 to %c4 step %c1 iter_args(%state = %x) -> (tensor<2x3xf32>) {
    %2 = linalg.add ins(%state, %0 : tensor<2x3xf32>, tensor<2x3xf32>) outs(%e : tensor<2x3xf32>) -> tensor<2x3xf32>
    scf.yield %2 : tensor<2x3xf32>
  }
  return %1 : tensor<2x3xf32>
}

// A table that elements are looked up in counts as weights; integers stay.
// CHECK-LABEL: @lookup(
// CHECK: arith.constant dense<{{.*}}> : tensor<4xf16>
// CHECK: %[[E:.*]] = tensor.extract %{{.*}} : tensor<4xf16>
// CHECK: arith.extf %[[E]] : f16 to f32
func.func @lookup(%x: tensor<2x3xi32>) -> tensor<2x3xf32> attributes {edge.narrow_storage = {element = f16, float_layers = [], values = false}} {
  %table = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %e = tensor.empty() : tensor<2x3xf32>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<2x3xi32>) outs(%e : tensor<2x3xf32>) {
  ^bb0(%a: i32, %o: f32):
    %i = arith.index_cast %a : i32 to index
    %v = tensor.extract %table[%i] : tensor<4xf32>
    linalg.yield %v : f32
  } -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// Weights that f16 cannot hold stay in f32.
// CHECK-LABEL: @large(
// CHECK: kernel.compute {{.*}}tensor<2x2xf32>, tensor<2x2xf32>) outs(%{{.*}} : tensor<2x2xf32>)
// WARN: warning: layer 'large' has constants beyond the range of 'f16', which stay in f32; bf16 has the range of f32
func.func @large(%x: tensor<2x2xf32>) -> tensor<2x2xf32> attributes {edge.narrow_storage = #f16} {
  %zero = arith.constant 0.0 : f32
  %w = arith.constant dense<[[1.0, 0.0], [0.0, 70000.0]]> : tensor<2x2xf32>
  %e = tensor.empty() : tensor<2x2xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<2x2xf32>, tensor<2x2xf32>) outs(%init : tensor<2x2xf32>) -> tensor<2x2xf32> loc("large")
  return %0 : tensor<2x2xf32>
}

// A layer that is named reads and writes f32.
// CHECK-LABEL: @named(
// CHECK: kernel.compute {{.*}} outs(%{{.*}} : tensor<2x3xf16>)
// CHECK: kernel.compute ins(%{{.*}} : tensor<2x3xf16>) outs(%{{.*}} : tensor<2x3xf32>)
// CHECK: kernel.compute ins(%{{.*}} : tensor<2x3xf32>) outs(%{{.*}} : tensor<2x3xf32>)
func.func @named(%x: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {edge.narrow_storage = {element = f16, float_layers = ["act"], values = true}} {
  %e = tensor.empty() : tensor<2x3xf32>
  %0 = linalg.exp ins(%x : tensor<2x3xf32>) outs(%e : tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = linalg.exp ins(%0 : tensor<2x3xf32>) outs(%e : tensor<2x3xf32>) -> tensor<2x3xf32>
  %2 = linalg.exp ins(%1 : tensor<2x3xf32>) outs(%e : tensor<2x3xf32>) -> tensor<2x3xf32> loc("act")
  return %2 : tensor<2x3xf32>
}

// Without being asked, nothing changes.
// CHECK-LABEL: @unasked(
// CHECK-NOT: f16
func.func @unasked(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %e = tensor.empty() : tensor<2x3xf32>
  %0 = linalg.exp ins(%x : tensor<2x3xf32>) outs(%e : tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = linalg.exp ins(%0 : tensor<2x3xf32>) outs(%e : tensor<2x3xf32>) -> tensor<2x3xf32>
  return %1 : tensor<2x3xf32>
}

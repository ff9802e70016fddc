// RUN: edgecc-opt %s --pass-pipeline='builtin.module(func.func(tensor-form-kernels))' | FileCheck %s

#id2 = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>
#column = affine_map<(d0, d1) -> (d0)>

// One operation becomes one kernel; named operations are written as linalg.generic.
// CHECK-LABEL: @single_operation
// CHECK-SAME: %[[X:.*]]: tensor<8xf32>)
// CHECK: %[[E:.*]] = tensor.empty
// CHECK: %[[R:.*]] = kernel.compute ins(%[[X]] : tensor<8xf32>) outs(%[[E]] : tensor<8xf32>)
// CHECK-NEXT: ^bb0(%[[A:.*]]: tensor<8xf32>, %{{.*}}: tensor<8xf32>):
// CHECK: linalg.generic {{.*}} ins(%[[A]] : tensor<8xf32>)
// CHECK: return %[[R]]
func.func @single_operation(%x: tensor<8xf32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %0 = linalg.exp ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  return %0 : tensor<8xf32>
}

// A reduction takes in the fill that it starts from and the bias and activation that follow: nothing of it is stored
// before its only store.
// CHECK-LABEL: @reduction_with_init_and_epilogue
// CHECK-SAME: %[[X:.*]]: tensor<8x4xf32>, %[[W:.*]]: tensor<4x6xf32>, %[[BIAS:.*]]: tensor<6xf32>)
// CHECK: kernel.compute ins(%[[X]], %[[W]], %[[BIAS]] :
// CHECK: linalg.generic {{.*}}["parallel", "parallel"]
// CHECK: linalg.generic {{.*}}["parallel", "parallel", "reduction"]
// CHECK: linalg.generic {{.*}}["parallel", "parallel"]
// CHECK: arith.maximumf
// CHECK: kernel.yield
// CHECK-NOT: kernel.compute
// CHECK-NOT: linalg
// CHECK: return
func.func @reduction_with_init_and_epilogue(%x: tensor<8x4xf32>, %w: tensor<4x6xf32>, %bias: tensor<6xf32>) -> tensor<8x6xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<8x6xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<8x6xf32>) -> tensor<8x6xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<8x4xf32>, tensor<4x6xf32>) outs(%init : tensor<8x6xf32>) -> tensor<8x6xf32>
  %1 = linalg.generic {indexing_maps = [#id2, #row, #id2], iterator_types = ["parallel", "parallel"]} ins(%0, %bias : tensor<8x6xf32>, tensor<6xf32>) outs(%e : tensor<8x6xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.addf %a, %b : f32
    %m = arith.maximumf %s, %zero : f32
    linalg.yield %m : f32
  } -> tensor<8x6xf32>
  return %1 : tensor<8x6xf32>
}

// A fill that two reductions start from is made in each of them.
// CHECK-LABEL: @shared_fill
// CHECK-COUNT-2: kernel.compute ins(%{{.*}} : tensor<8x4xf32>)
// CHECK-NOT: kernel.compute
func.func @shared_fill(%x: tensor<8x4xf32>, %y: tensor<8x4xf32>) -> (tensor<8xf32>, tensor<8xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<8xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  %0 = linalg.reduce { arith.addf } ins(%x : tensor<8x4xf32>) outs(%init : tensor<8xf32>) dimensions = [1]
  %1 = linalg.reduce { arith.addf } ins(%y : tensor<8x4xf32>) outs(%init : tensor<8xf32>) dimensions = [1]
  return %0, %1 : tensor<8xf32>, tensor<8xf32>
}

// What the reduction starts from may come from outside: the kernel reads it as an input.
// CHECK-LABEL: @accumulates_onto_argument
// CHECK-SAME: %[[X:.*]]: tensor<8x4xf32>, %[[INIT:.*]]: tensor<8xf32>)
// CHECK: kernel.compute ins(%[[X]], %[[INIT]] :
func.func @accumulates_onto_argument(%x: tensor<8x4xf32>, %init: tensor<8xf32>) -> tensor<8xf32> {
  %0 = linalg.reduce { arith.addf } ins(%x : tensor<8x4xf32>) outs(%init : tensor<8xf32>) dimensions = [1]
  return %0 : tensor<8xf32>
}

// An elementwise operation over other points than those of the result is no epilogue.
// CHECK-LABEL: @broadcast_is_no_epilogue
// CHECK: kernel.compute
// CHECK: "reduction"
// CHECK: kernel.yield
// CHECK: kernel.compute
// CHECK: arith.subf
func.func @broadcast_is_no_epilogue(%x: tensor<8x4xf32>, %init: tensor<8xf32>) -> tensor<8x4xf32> {
  %0 = linalg.reduce { arith.maximumf } ins(%x : tensor<8x4xf32>) outs(%init : tensor<8xf32>) dimensions = [1]
  %e = tensor.empty() : tensor<8x4xf32>
  %1 = linalg.generic {indexing_maps = [#id2, #column, #id2], iterator_types = ["parallel", "parallel"]} ins(%x, %0 : tensor<8x4xf32>, tensor<8xf32>) outs(%e : tensor<8x4xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.subf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<8x4xf32>
  return %1 : tensor<8x4xf32>
}

// A sum that is returned as well as used must be stored, so that its reader stays a kernel of its own.
// CHECK-LABEL: @returned_reduction_has_no_epilogue
// CHECK-COUNT-2: kernel.compute
func.func @returned_reduction_has_no_epilogue(%x: tensor<8x4xf32>, %init: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>) {
  %0 = linalg.reduce { arith.addf } ins(%x : tensor<8x4xf32>) outs(%init : tensor<8xf32>) dimensions = [1]
  %e = tensor.empty() : tensor<8xf32>
  %1 = linalg.exp ins(%0 : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  return %0, %1 : tensor<8xf32>, tensor<8xf32>
}

// A tensor that the body reads element by element is an input like any other.
// CHECK-LABEL: @captured_tensor_is_an_input
// CHECK-SAME: %[[INDEX:.*]]: tensor<3xi64>, %[[TABLE:.*]]: tensor<9xf32>)
// CHECK: kernel.compute ins(%[[INDEX]], %[[TABLE]] :
// CHECK-NEXT: ^bb0(%{{.*}}: tensor<3xi64>, %[[T:.*]]: tensor<9xf32>, %{{.*}}: tensor<3xf32>):
// CHECK: tensor.extract %[[T]]
func.func @captured_tensor_is_an_input(%index: tensor<3xi64>, %table: tensor<9xf32>) -> tensor<3xf32> {
  %e = tensor.empty() : tensor<3xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%index : tensor<3xi64>) outs(%e : tensor<3xf32>) {
  ^bb0(%i: i64, %o: f32):
    %at = arith.index_cast %i : i64 to index
    %v = tensor.extract %table[%at] : tensor<9xf32>
    linalg.yield %v : f32
  } -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// A reduction over nothing is what it starts from.
// CHECK-LABEL: @empty_reduction
// CHECK: %[[FILLED:.*]] = kernel.compute ins() outs(%{{.*}} : tensor<4xf32>)
// CHECK-NOT: kernel.compute
// CHECK: return %[[FILLED]]
func.func @empty_reduction(%x: tensor<4x0xf32>) -> tensor<4xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %0 = linalg.reduce { arith.addf } ins(%x : tensor<4x0xf32>) outs(%init : tensor<4xf32>) dimensions = [1]
  return %0 : tensor<4xf32>
}

#id = affine_map<(d0) -> (d0)>
#sum = affine_map<(d0) -> ()>

// A scalar that the body captures is computed inside, from the tensor it is read from.
// CHECK-LABEL: @captured_scalar
// CHECK-SAME: (%[[X:[a-z0-9]+]]: tensor<4xf32>, %[[S:[a-z0-9]+]]: tensor<f32>)
// CHECK: kernel.compute ins(%[[X]], %[[S]] :
// CHECK: linalg.generic
// CHECK-NEXT: ^bb0
// CHECK: tensor.extract
// CHECK: arith.negf
// CHECK: arith.addf
func.func @captured_scalar(%x: tensor<4xf32>, %s: tensor<f32>) -> tensor<4xf32> {
  %e = tensor.extract %s[] : tensor<f32>
  %n = arith.negf %e : f32
  %0 = tensor.empty() : tensor<4xf32>
  %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%0 : tensor<4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %2 = arith.addf %in, %n : f32
    linalg.yield %2 : f32
  } -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// So is a scalar operand.
// CHECK-LABEL: @scalar_operand
// CHECK-SAME: (%[[S:.*]]: tensor<f32>)
// CHECK: kernel.compute ins(%[[S]] :
// CHECK: linalg.generic
// CHECK-SAME: outs(
// CHECK: tensor.extract
func.func @scalar_operand(%s: tensor<f32>) -> tensor<4xf32> {
  %e = tensor.extract %s[] : tensor<f32>
  %0 = tensor.empty() : tensor<4xf32>
  %1 = linalg.fill ins(%e : f32) outs(%0 : tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// Nothing is computed for a tensor without elements.
// CHECK-LABEL: @no_elements
// CHECK-NOT: kernel.compute
// CHECK: %[[E:.*]] = tensor.empty() : tensor<0xf32>
// CHECK: return %[[E]]
func.func @no_elements(%x: tensor<0xf32>) -> tensor<0xf32> {
  %0 = tensor.empty() : tensor<0xf32>
  %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<0xf32>) outs(%0 : tensor<0xf32>) {
  ^bb0(%in: f32, %out: f32):
    %2 = arith.negf %in : f32
    linalg.yield %2 : f32
  } -> tensor<0xf32>
  return %1 : tensor<0xf32>
}

// A sum of no terms is what it starts from.
// CHECK-LABEL: @sum_of_nothing
// CHECK-SAME: %[[INIT:[a-z0-9]+]]: tensor<f32>)
// CHECK: return %[[INIT]]
func.func @sum_of_nothing(%x: tensor<0xf32>, %init: tensor<f32>) -> tensor<f32> {
  %0 = linalg.generic {indexing_maps = [#id, #sum], iterator_types = ["reduction"]}
      ins(%x : tensor<0xf32>) outs(%init : tensor<f32>) {
  ^bb0(%in: f32, %out: f32):
    %1 = arith.addf %in, %out : f32
    linalg.yield %1 : f32
  } -> tensor<f32>
  return %0 : tensor<f32>
}

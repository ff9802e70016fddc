// One case for each constraint, by its label in KernelOps.td.
// RUN: edgecc-opt %s --split-input-file --verify-diagnostics

func.func @compute_c1_arguments(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{[C1] has 2 operands but its body 1 arguments}}
  %r = kernel.compute ins(%x : tensor<4xf32>) outs(%x : tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: tensor<4xf32>):
    kernel.yield %a : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}

// -----

func.func @compute_c1_argument_shape(%x: tensor<4xf32>, %y: tensor<8xf32>) -> tensor<8xf32> {
  // expected-error @+1 {{[C1] operand 'tensor<4xf32>' does not match body argument 'tensor<5xf32>'}}
  %r = kernel.compute ins(%x : tensor<4xf32>) outs(%y : tensor<8xf32>) -> tensor<8xf32> {
  ^bb0(%a: tensor<5xf32>, %o: tensor<8xf32>):
    kernel.yield %o : tensor<8xf32>
  }
  return %r : tensor<8xf32>
}

// -----

func.func @compute_c1_argument_element_type(%x: memref<4xf32>, %y: memref<4xf32>) {
  // expected-error @+1 {{[C1] operand 'memref<4xf32>' does not match body argument 'tensor<4xi32>'}}
  kernel.compute ins(%x : memref<4xf32>) outs(%y : memref<4xf32>) {
  ^bb0(%a: tensor<4xi32>, %o: tensor<4xf32>):
    kernel.yield %o : tensor<4xf32>
  }
  return
}

// -----

func.func @compute_c1_number_of_yields(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{[C1] yields 2 values for 1 outputs}}
  %r = kernel.compute ins() outs(%x : tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%o: tensor<4xf32>):
    kernel.yield %o, %o : tensor<4xf32>, tensor<4xf32>
  }
  return %r : tensor<4xf32>
}

// -----

func.func @compute_c1_yielded_shape(%x: tensor<4xf32>, %y: tensor<8xf32>) -> tensor<8xf32> {
  // expected-error @+1 {{[C1] yields 'tensor<4xf32>' for output 'tensor<8xf32>'}}
  %r = kernel.compute ins(%x : tensor<4xf32>) outs(%y : tensor<8xf32>) -> tensor<8xf32> {
  ^bb0(%a: tensor<4xf32>, %o: tensor<8xf32>):
    kernel.yield %a : tensor<4xf32>
  }
  return %r : tensor<8xf32>
}

// -----

func.func @compute_c1_results_of_buffers(%x: memref<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{[C1] has 1 results for 1 outputs}}
  %r = kernel.compute ins() outs(%x : memref<4xf32>) -> tensor<4xf32> {
  ^bb0(%o: tensor<4xf32>):
    kernel.yield %o : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}

// -----

func.func @compute_c2(%x: tensor<4xf32>, %y: memref<4xf32>) {
  // expected-error @+1 {{[C2] mixes tensors and buffers}}
  kernel.compute ins(%x : tensor<4xf32>) outs(%y : memref<4xf32>) {
  ^bb0(%a: tensor<4xf32>, %o: tensor<4xf32>):
    kernel.yield %a : tensor<4xf32>
  }
  return
}

// -----

// A body reads nothing but its arguments.
func.func @compute_is_isolated(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-note @+1 {{required by region isolation constraints}}
  %r = kernel.compute ins() outs(%x : tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%o: tensor<4xf32>):
    // expected-error @+1 {{using value defined outside the region}}
    kernel.yield %x : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}

// -----

func.func @dot_c1(%sum: vector<8xi32>, %bytes: vector<4xi8>, %w: vector<16xi8>) {
  // expected-error @+1 {{[C1] has 16 weights for 8 lanes and groups of 4}}
  %0 = kernel.dot %sum, %bytes, %w : vector<8xi32>, vector<4xi8>, vector<16xi8>
  return
}

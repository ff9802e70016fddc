// RUN: edgecc-opt --convert-edge-to-linalg --split-input-file --verify-diagnostics %s

func.func @exp_of_integers(%x: tensor<4xi32>) -> tensor<4xi32> {
  // expected-error @+2 {{needs a float element type, got 'i32'}}
  // expected-error @+1 {{failed to legalize operation 'edge.exp'}}
  %0 = edge.exp %x : tensor<4xi32> -> tensor<4xi32>
  return %0 : tensor<4xi32>
}

// -----

func.func @reflection_of_nothing(%x: tensor<0xf32>) -> tensor<2xf32> {
  // expected-error @+2 {{cannot repeat the elements of an empty input}}
  // expected-error @+1 {{failed to legalize operation 'edge.pad'}}
  %0 = edge.pad %x low [1] high [1] mode reflect : tensor<0xf32> -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

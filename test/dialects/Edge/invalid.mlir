// One case per constraint of EdgeOps.td and EdgeElementwise.td, named by its label.
// RUN: edgecc-opt %s --split-input-file --verify-diagnostics

func.func @binary_c1(%x: tensor<2xf32>, %y: tensor<2xi32>) {
  // expected-error @+2 {{failed to infer returned types}}
  // expected-error @+1 {{operands have different element types, 'f32' and 'i32'}}
  %0 = edge.add %x, %y : tensor<2xf32>, tensor<2xi32> -> tensor<2xf32>
  return
}

// -----

func.func @binary_c2(%x: tensor<2xf32>, %y: tensor<3xf32>) {
  // expected-error @+2 {{failed to infer returned types}}
  // expected-error @+1 {{operand shapes do not broadcast}}
  %0 = edge.add %x, %y : tensor<2xf32>, tensor<3xf32> -> tensor<3xf32>
  return
}

// -----

// The result of an inferred operation has one type only.
func.func @binary_result(%x: tensor<2xf32>) {
  // expected-error @+2 {{failed to infer returned types}}
  // expected-error @+1 {{inferred type(s) 'tensor<2xf32>' are incompatible with return type(s) of operation 'tensor<3xf32>'}}
  %0 = edge.add %x, %x : tensor<2xf32>, tensor<2xf32> -> tensor<3xf32>
  return
}

// -----

func.func @select_values(%c: tensor<2xi1>, %x: tensor<2xf32>, %y: tensor<2xi32>) {
  // expected-error @+2 {{failed to infer returned types}}
  // expected-error @+1 {{both values must have one element type}}
  %0 = edge.select %c, %x, %y : tensor<2xi1>, tensor<2xf32>, tensor<2xi32> -> tensor<2xf32>
  return
}

// -----

func.func @cast_c1(%x: tensor<2xf32>) {
  // expected-error @+1 {{[C1] the shapes of input and output differ}}
  %0 = edge.cast %x : tensor<2xf32> -> tensor<3xi32>
  return
}

// -----

func.func @rescale_c1(%x: tensor<2xf32>, %m: tensor<2xi16>, %o: tensor<i64>) {
  // expected-error @+1 {{[C1] expected integers of 8, 16 or 32 bits, and an offset of i64}}
  %0 = edge.rescale %x by %m plus %o shift 3 : tensor<2xf32> by tensor<2xi16> plus tensor<i64> -> tensor<2xi8>
  return
}

// -----

func.func @rescale_c2(%x: tensor<2xi32>, %m: tensor<3xi16>, %o: tensor<i64>) {
  // expected-error @+1 {{[C2] multipliers and offset do not broadcast to the output}}
  %0 = edge.rescale %x by %m plus %o shift 3 : tensor<2xi32> by tensor<3xi16> plus tensor<i64> -> tensor<2xi8>
  return
}

// -----

func.func @rescale_c2_input(%x: tensor<2xi32>, %m: tensor<i16>, %o: tensor<i64>) {
  // expected-error @+1 {{[C2] an input has not the shape of the output}}
  %0 = edge.rescale %x by %m plus %o shift 3 : tensor<2xi32> by tensor<i16> plus tensor<i64> -> tensor<3x2xi8>
  return
}

// -----

func.func @rescale_c3(%x: tensor<2xi32>, %m: tensor<i16>, %o: tensor<i64>) {
  // expected-error @+1 {{[C3] the shift is 64, expected 0 to 63}}
  %0 = edge.rescale %x by %m plus %o shift 64 : tensor<2xi32> by tensor<i16> plus tensor<i64> -> tensor<2xi8>
  return
}

// -----

func.func @reshape_c1(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{[C1] cannot view 'tensor<2x3xf32>' as 'tensor<5xf32>'}}
  %0 = edge.reshape %x : tensor<2x3xf32> -> tensor<5xf32>
  return
}

// -----

func.func @broadcast_to_c1(%x: tensor<2xf32>) {
  // expected-error @+1 {{[C1] 'tensor<2xf32>' does not broadcast to 'tensor<2x3xf32>'}}
  %0 = edge.broadcast_to %x : tensor<2xf32> -> tensor<2x3xf32>
  return
}

// -----

func.func @transpose_c1(%x: tensor<2x3xf32>) {
  // expected-error @+2 {{failed to infer returned types}}
  // expected-error @+1 {{[C1] not a permutation of the input's dimensions}}
  %0 = edge.transpose %x [1, 1] : tensor<2x3xf32> -> tensor<3x3xf32>
  return
}

// -----

func.func @transpose_c1_rank(%x: tensor<2x3xf32>) {
  // expected-error @+2 {{failed to infer returned types}}
  // expected-error @+1 {{[C1] the permutation has 1 entries for rank 2}}
  %0 = edge.transpose %x [0] : tensor<2x3xf32> -> tensor<2xf32>
  return
}

// -----

func.func @slice_c1(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{[C1] expected one start, size and step per dimension}}
  %0 = edge.slice %x starts [0] sizes [2, 3] steps [1, 1] : tensor<2x3xf32> -> tensor<2x3xf32>
  return
}

// -----

func.func @slice_c2(%x: tensor<4xf32>) {
  // expected-error @+1 {{[C2] reads outside dimension 0 of 'tensor<4xf32>'}}
  %0 = edge.slice %x starts [1] sizes [3] steps [2] : tensor<4xf32> -> tensor<3xf32>
  return
}

// -----

func.func @concat_c1(%x: tensor<2x3xf32>, %y: tensor<4x4xf32>) {
  // expected-error @+2 {{failed to infer returned types}}
  // expected-error @+1 {{[C1]}}
  %0 = edge.concat %x, %y axis 0 : tensor<2x3xf32>, tensor<4x4xf32> -> tensor<6x3xf32>
  return
}

// -----

func.func @pad_c1(%x: tensor<4xf32>, %v: tensor<f32>) {
  // expected-error @+1 {{[C1] pads must be at least 0}}
  %0 = edge.pad %x value %v : tensor<f32> low [-1] high [0] mode constant : tensor<4xf32> -> tensor<3xf32>
  return
}

// -----

func.func @pad_c2(%x: tensor<4xf32>) {
  // expected-error @+1 {{[C2] `value` is needed in constant mode and only there}}
  %0 = edge.pad %x low [1] high [0] mode constant : tensor<4xf32> -> tensor<5xf32>
  return
}

// -----

func.func @pad_c2_type(%x: tensor<4xf32>, %v: tensor<1xf32>) {
  // expected-error @+1 {{[C2] `value` must be a scalar of the input's element type}}
  %0 = edge.pad %x value %v : tensor<1xf32> low [1] high [0] mode constant : tensor<4xf32> -> tensor<5xf32>
  return
}

// -----

func.func @gather_c1(%x: tensor<4xf32>, %i: tensor<i64>) {
  // expected-error @+2 {{failed to infer returned types}}
  // expected-error @+1 {{[C1] axis 1 is outside rank 1}}
  %0 = edge.gather %x[%i] axis 1 : tensor<4xf32>, tensor<i64> -> tensor<f32>
  return
}

// -----

func.func @reduce_c1(%x: tensor<4x5xf32>) {
  // expected-error @+1 {{[C1] axes must be ascending and distinct}}
  %0 = edge.reduce sum %x axes [1, 0] : tensor<4x5xf32> -> tensor<f32>
  return
}

// -----

func.func @matmul_c1(%x: tensor<4xf32>, %y: tensor<4x5xf32>) {
  // expected-error @+2 {{failed to infer returned types}}
  // expected-error @+1 {{[C1] operands need rank 2 or more and one element type}}
  %0 = edge.matmul %x, %y : tensor<4xf32>, tensor<4x5xf32> -> tensor<5xf32>
  return
}

// -----

func.func @matmul_c2(%x: tensor<2x3xf32>, %y: tensor<4x5xf32>) {
  // expected-error @+2 {{failed to infer returned types}}
  // expected-error @+1 {{[C2] inner dimensions differ: 3 and 4}}
  %0 = edge.matmul %x, %y : tensor<2x3xf32>, tensor<4x5xf32> -> tensor<2x5xf32>
  return
}

// -----

func.func @conv_c1(%x: tensor<1x8x4xf32>, %w: tensor<3x3x4x6xf32>) {
  // expected-error @+2 {{failed to infer returned types}}
  // expected-error @+1 {{[C1] input and filter need one rank between 3 and 5 and one element type}}
  %0 = edge.conv %x, %w strides [1] dilations [1] pads [0, 0] group 1 : tensor<1x8x4xf32>, tensor<3x3x4x6xf32> -> tensor<1x6x6xf32>
  return
}

// -----

func.func @conv_c2(%x: tensor<1x8x4xf32>, %w: tensor<3x4x6xf32>) {
  // expected-error @+2 {{failed to infer returned types}}
  // expected-error @+1 {{kernel sizes, strides and dilations must be at least 1}}
  %0 = edge.conv %x, %w strides [0] dilations [1] pads [0, 0] group 1 : tensor<1x8x4xf32>, tensor<3x4x6xf32> -> tensor<1x6x6xf32>
  return
}

// -----

func.func @matmul_c3(%x: tensor<2x3xi8>, %y: tensor<3x4xui8>) {
  // expected-error @+1 {{[C3] bits come in tensors of i8}}
  %0 = edge.matmul %x, %y {bits} : tensor<2x3xi8>, tensor<3x4xui8> -> tensor<2x4xi32>
  return
}

// -----

func.func @conv_c5(%x: tensor<1x8x4xi8>, %w: tensor<3x2x6xi8>) {
  // expected-error @+1 {{[C5] bits come in tensors of i8, and in one group}}
  %0 = edge.conv %x, %w strides [1] dilations [1] pads [0, 0] group 2 {bits} : tensor<1x8x4xi8>, tensor<3x2x6xi8> -> tensor<1x6x6xi32>
  return
}

// -----

func.func @pack_bits_c1(%x: tensor<4x0xi1>) {
  // expected-error @+2 {{[C1] there is no last dimension with elements}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = edge.pack_bits %x : tensor<4x0xi1> -> tensor<4x0xi8>
  return
}

// -----

func.func @conv_c3(%x: tensor<1x8x4xf32>, %w: tensor<3x4x6xf32>) {
  // expected-error @+1 {{[C3] group is 2 but the input has 4 channels, the filter 4 and the output 6}}
  %0 = edge.conv %x, %w strides [1] dilations [1] pads [0, 0] group 2 : tensor<1x8x4xf32>, tensor<3x4x6xf32> -> tensor<1x6x6xf32>
  return
}

// -----

func.func @conv_c4(%x: tensor<1x2x4xf32>, %w: tensor<3x4x6xf32>) {
  // expected-error @+2 {{failed to infer returned types}}
  // expected-error @+1 {{the kernel is larger than the padded input in spatial dimension 0}}
  %0 = edge.conv %x, %w strides [1] dilations [1] pads [0, 0] group 1 : tensor<1x2x4xf32>, tensor<3x4x6xf32> -> tensor<1x0x6xf32>
  return
}

// -----

func.func @conv_transpose_c1(%x: tensor<1x4x3xf32>, %w: tensor<2x4x5xf32>) {
  // expected-error @+1 {{[C1] the input has 3 channels, which do not fit the filter and group 1}}
  %0 = edge.conv_transpose %x, %w strides [1] dilations [1] pads [0, 0] output_padding [0] group 1 : tensor<1x4x3xf32>, tensor<2x4x5xf32> -> tensor<1x5x5xf32>
  return
}

// -----

func.func @conv_transpose_c2(%x: tensor<1x4x4xf32>, %w: tensor<2x4x5xf32>) {
  // expected-error @+1 {{[C2] output_padding must be at least 0}}
  %0 = edge.conv_transpose %x, %w strides [1] dilations [1] pads [0, 0] output_padding [-1] group 1 : tensor<1x4x4xf32>, tensor<2x4x5xf32> -> tensor<1x4x5xf32>
  return
}

// -----

func.func @max_pool_c1(%x: tensor<1x8x4xf32>) {
  // expected-error @+2 {{failed to infer returned types}}
  // expected-error @+1 {{expected one kernel size, stride and dilation and two pads per spatial dimension}}
  %0 = edge.max_pool %x kernel [2, 2] strides [1] dilations [1] pads [0, 0] : tensor<1x8x4xf32> -> tensor<1x7x4xf32>
  return
}

// -----

func.func @avg_pool_c1(%x: tensor<1x8x4xf32>) {
  // expected-error @+1 {{pads must be at least 0}}
  %0 = edge.avg_pool %x kernel [2] strides [1] dilations [1] pads [-1, 1] ceil_pads [0] count_include_pad false : tensor<1x8x4xf32> -> tensor<1x7x4xf32>
  return
}

// -----

func.func @resize_c1(%x: tensor<1x8x4xf32>) {
  // expected-error @+1 {{[C1] expected one scale per dimension and none or two roi values}}
  %0 = edge.resize nearest %x scales [2.0] coordinates asymmetric rounding floor : tensor<1x8x4xf32> -> tensor<1x16x4xf32>
  return
}

// -----

func.func @resize_c2(%x: tensor<1x8x4xf32>) {
  // expected-error @+1 {{[C2] input and output differ in rank or element type}}
  %0 = edge.resize nearest %x scales [1.0, 2.0, 1.0] coordinates asymmetric rounding floor : tensor<1x8x4xf32> -> tensor<1x16x4xf16>
  return
}

// -----

func.func @matmul_c1_mixed(%x: tensor<2x3xi8>, %y: tensor<3x4xi32>) {
  // expected-error @+2 {{failed to infer returned types}}
  // expected-error @+1 {{[C1] operands need rank 2 or more and one element type, or integers of 8 or 16 bits}}
  %0 = edge.matmul %x, %y : tensor<2x3xi8>, tensor<3x4xi32> -> tensor<2x4xi32>
  return
}

// -----

func.func @conv_c1_result(%x: tensor<1x8x4xi8>, %w: tensor<3x4x6xi8>) {
  // expected-error @+2 {{failed to infer returned types}}
  // expected-error @+1 {{inferred type(s) 'tensor<1x6x6xi32>' are incompatible with return type(s) of operation 'tensor<1x6x6xi8>'}}
  %0 = edge.conv %x, %w strides [1] dilations [1] pads [0, 0] group 1 : tensor<1x8x4xi8>, tensor<3x4x6xi8> -> tensor<1x6x6xi8>
  return
}

// All operations of the `edge` dialect, by family: constants, elementwise, shape, data movement, reductions, products,
// windows, sequences.
#ifndef EDGECC_DIALECTS_EDGE_EDGEOPS_TD
#define EDGECC_DIALECTS_EDGE_EDGEOPS_TD

include "dialects/Edge/EdgeBase.td"
include "dialects/Edge/EdgeElementwise.td"

def Edge_ConstantOp : Edge_Op<"constant", [ConstantLike, DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "a tensor known at compile time";
  let description = [{
    Weights are `dense_resource`, so that large ones are neither printed nor uniqued; small ones may be `dense`.
    Example: `%0 = edge.constant dense<[1, 2]> : tensor<2xi64>`
  }];
  let arguments = (ins ElementsAttr:$value);
  let results = (outs Edge_Tensor:$output);
  let assemblyFormat = "attr-dict $value";
  let hasFolder = 1;
}

//===-- Shape: the elements stay in row-major order or are repeated --------------------------------------------------===//

def Edge_ReshapeOp : Edge_Op<"reshape"> {
  let summary = "the same elements in row-major order under another shape";
  let description = "- C1: `input` and `output` have the same element type and number of elements.";
  let arguments = (ins Edge_Tensor:$input);
  let results = (outs Edge_Tensor:$output);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($output)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Edge_BroadcastToOp : Edge_Op<"broadcast_to"> {
  let summary = "repeats along dimensions of size 1 or missing at the front, as NumPy and ONNX do";
  let description = "- C1: `input` broadcasts to the shape of `output`; the element types are the same.";
  let arguments = (ins Edge_Tensor:$input);
  let results = (outs Edge_Tensor:$output);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($output)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Edge_TransposeOp : Edge_InferredOp<"transpose"> {
  let summary = "permutes dimensions: output dimension i is input dimension permutation[i]";
  let description = "- C1: `permutation` is a permutation of the input's dimensions.";
  let arguments = (ins Edge_Tensor:$input, DenseI64ArrayAttr:$permutation);
  let results = (outs Edge_Tensor:$output);
  let assemblyFormat = "$input $permutation attr-dict `:` type($input) `->` type($output)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

//===-- Data movement ------------------------------------------------------------------------------------------------===//

def Edge_SliceOp : Edge_InferredOp<"slice"> {
  let summary = "a strided box of a tensor";
  let description = [{
    Element i of output dimension d is element `starts[d] + i * steps[d]` of the input. A step may be negative.

    - C1: `starts`, `sizes` and `steps` hold one value per dimension.
    - C2: all elements read lie inside `input`.
  }];
  let arguments = (ins Edge_Tensor:$input, DenseI64ArrayAttr:$starts, DenseI64ArrayAttr:$sizes,
                       DenseI64ArrayAttr:$steps);
  let results = (outs Edge_Tensor:$output);
  let assemblyFormat = "$input `starts` $starts `sizes` $sizes `steps` $steps attr-dict `:` type($input) `->` type($output)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Edge_ConcatOp : Edge_InferredOp<"concat"> {
  let summary = "joins tensors along `axis`";
  let description = "- C1: `inputs` have the same type but for the size of dimension `axis`; 0 <= axis < rank.";
  let arguments = (ins Variadic<Edge_Tensor>:$inputs, I64Attr:$axis);
  let results = (outs Edge_Tensor:$output);
  let assemblyFormat = "$inputs `axis` $axis attr-dict `:` type($inputs) `->` type($output)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Edge_PadMode : I32EnumAttr<"PadMode", "what lies beyond the edge of a padded tensor", [
    I32EnumAttrCase<"constant", 0>, I32EnumAttrCase<"reflect", 1>, I32EnumAttrCase<"edge", 2>,
    I32EnumAttrCase<"wrap", 3>]> {
  let cppNamespace = "::edgecc::edge";
}

def Edge_PadOp : Edge_InferredOp<"pad"> {
  let summary = "adds `low` elements before and `high` after each dimension";
  let description = [{
    Constant mode writes `value` (a scalar tensor of rank 0); the others repeat the input as ONNX Pad says.

    - C1: `low` and `high` hold one value per dimension, each at least 0.
    - C2: `value` is there exactly in constant mode and has the element type of `input`.
  }];
  let arguments = (ins Edge_Tensor:$input, Optional<Edge_Tensor>:$value, DenseI64ArrayAttr:$low, DenseI64ArrayAttr:$high,
                       DefaultValuedAttr<Edge_PadMode, "::edgecc::edge::PadMode::constant">:$mode);
  let results = (outs Edge_Tensor:$output);
  let assemblyFormat = [{ $input (`value` $value^ `:` type($value))? `low` $low `high` $high `mode` $mode attr-dict
                          `:` type($input) `->` type($output) }];
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Edge_GatherOp : Edge_InferredOp<"gather"> {
  let summary = "picks slices of `input` along `axis` by `indices` (ONNX Gather)";
  let description = [{
    The output shape is input[:axis] + indices + input[axis+1:]. A negative index counts from the end.

    - C1: 0 <= axis < rank of `input`.
  }];
  let arguments = (ins Edge_Tensor:$input, Edge_IndexTensor:$indices, I64Attr:$axis);
  let results = (outs Edge_Tensor:$output);
  let assemblyFormat = "$input `[` $indices `]` `axis` $axis attr-dict `:` type($input) `,` type($indices) `->` type($output)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Edge_GatherElementsOp : Edge_InferredOp<"gather_elements"> {
  let summary = "picks single elements along `axis`; the output has the shape of `indices` (ONNX GatherElements)";
  let arguments = (ins Edge_Tensor:$input, Edge_IndexTensor:$indices, I64Attr:$axis);
  let results = (outs Edge_Tensor:$output);
  let assemblyFormat = "$input `[` $indices `]` `axis` $axis attr-dict `:` type($input) `,` type($indices) `->` type($output)";
}

def Edge_GatherNdOp : Edge_InferredOp<"gather_nd"> {
  let summary = "picks slices by index tuples in the last dimension of `indices` (ONNX GatherND)";
  let arguments = (ins Edge_Tensor:$input, Edge_IndexTensor:$indices, I64Attr:$batch_dims);
  let results = (outs Edge_Tensor:$output);
  let assemblyFormat = [{ $input `[` $indices `]` `batch_dims` $batch_dims attr-dict
                          `:` type($input) `,` type($indices) `->` type($output) }];
}

def Edge_ScatterMode : I32EnumAttr<"ScatterMode", "how an update meets the element it writes to", [
    I32EnumAttrCase<"assign", 0>, I32EnumAttrCase<"add", 1>, I32EnumAttrCase<"mul", 2>, I32EnumAttrCase<"max", 3>,
    I32EnumAttrCase<"min", 4>]> {
  let cppNamespace = "::edgecc::edge";
}

def Edge_ScatterElementsOp : Edge_InferredOp<"scatter_elements"> {
  let summary = "`input` with single elements replaced along `axis` (ONNX ScatterElements); later updates win";
  let arguments = (ins Edge_Tensor:$input, Edge_IndexTensor:$indices, Edge_Tensor:$updates, I64Attr:$axis,
                       Edge_ScatterMode:$mode);
  let results = (outs Edge_Tensor:$output);
  let assemblyFormat = [{ $input `[` $indices `]` `=` $updates `axis` $axis `mode` $mode attr-dict
                          `:` type($input) `,` type($indices) `,` type($updates) `->` type($output) }];
}

def Edge_ScatterNdOp : Edge_InferredOp<"scatter_nd"> {
  let summary = "`input` with slices replaced at index tuples (ONNX ScatterND); later updates win";
  let arguments = (ins Edge_Tensor:$input, Edge_IndexTensor:$indices, Edge_Tensor:$updates, Edge_ScatterMode:$mode);
  let results = (outs Edge_Tensor:$output);
  let assemblyFormat = [{ $input `[` $indices `]` `=` $updates `mode` $mode attr-dict
                          `:` type($input) `,` type($indices) `,` type($updates) `->` type($output) }];
}

//===-- Reductions and scans -----------------------------------------------------------------------------------------===//

def Edge_ReduceKind : I32EnumAttr<"ReduceKind", "how elements are combined", [
    I32EnumAttrCase<"sum", 0>, I32EnumAttrCase<"prod", 1>, I32EnumAttrCase<"max", 2>, I32EnumAttrCase<"min", 3>,
    I32EnumAttrCase<"mean", 4>]> {
  let cppNamespace = "::edgecc::edge";
}

def Edge_ReduceOp : Edge_InferredOp<"reduce"> {
  let summary = "combines all elements along `axes`, which vanish from the shape";
  let description = [{
    Max and min propagate NaN. The mean of integers rounds toward zero. Over no elements: 0, 1, -inf, +inf, NaN.

    - C1: `axes` are ascending, distinct and inside the rank.
  }];
  let arguments = (ins Edge_Tensor:$input, Edge_ReduceKind:$kind, DenseI64ArrayAttr:$axes);
  let results = (outs Edge_Tensor:$output);
  let assemblyFormat = "$kind $input `axes` $axes attr-dict `:` type($input) `->` type($output)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Edge_ArgReduceOp : Edge_InferredOp<"arg_reduce"> {
  let summary = "the i64 index of the largest (or smallest) element along `axis`, which vanishes from the shape";
  let description = "`select_last` prefers the last of equal elements; otherwise the first wins.";
  let arguments = (ins Edge_Tensor:$input, I64Attr:$axis, BoolAttr:$largest, BoolAttr:$select_last);
  let results = (outs Edge_Tensor:$output);
  let assemblyFormat = "$input `axis` $axis `largest` $largest `select_last` $select_last attr-dict `:` type($input) `->` type($output)";
}

def Edge_TopKOp : Edge_InferredOp<"top_k"> {
  let summary = "the `k` largest (or smallest) elements along `axis`, sorted, with their i64 indices";
  let description = "Equal elements come in the order of their indices.";
  let arguments = (ins Edge_Tensor:$input, I64Attr:$k, I64Attr:$axis, BoolAttr:$largest);
  let results = (outs Edge_Tensor:$values, Edge_Tensor:$indices);
  let assemblyFormat = "$input `k` $k `axis` $axis `largest` $largest attr-dict `:` type($input) `->` type($values) `,` type($indices)";
}

def Edge_CumSumOp : Edge_InferredOp<"cum_sum"> {
  let summary = "running sum along `axis`";
  let arguments = (ins Edge_Tensor:$input, I64Attr:$axis, BoolAttr:$exclusive, BoolAttr:$reverse);
  let results = (outs Edge_Tensor:$output);
  let assemblyFormat = "$input `axis` $axis `exclusive` $exclusive `reverse` $reverse attr-dict `:` type($input) `->` type($output)";
}

def Edge_SoftmaxOp : Edge_InferredOp<"softmax"> {
  let summary = "exp(x - max) / sum(exp(x - max)) along `axis`";
  let arguments = (ins Edge_Tensor:$input, I64Attr:$axis);
  let results = (outs Edge_Tensor:$output);
  let assemblyFormat = "$input `axis` $axis attr-dict `:` type($input) `->` type($output)";
}

//===-- Products and windows -----------------------------------------------------------------------------------------===//

def Edge_PackBitsOp : Edge_InferredOp<"pack_bits"> {
  let summary = "booleans of the last dimension as bits of bytes";
  let description = [{
    The c elements of the last dimension become b = ceil(c / 8) bytes: bit j of byte i is element j * b + i, clear where there
    is none. Neighbouring bytes so come of neighbouring elements, which makes the packing one of whole vectors.

    - C1: the rank is 1 or more and the last dimension is not empty.
  }];
  let arguments = (ins Edge_BoolTensor:$input);
  let results = (outs Edge_Tensor:$output);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($output)";
}

// What all products say of integers.
defvar productDescription = [{
    Integers of 8 or 16 bits, of any signedness on either side, are summed in i32, the type of the result. Sums are exact
    where i32 holds them and wrap beyond, whatever the target computes them with. Other types sum in the type they have.

    With `bits`, the bytes of both sides are eight bits each, as `edge.pack_bits` makes them, and their product is the
    number of bits in which they differ (Rastegari et al., *XNOR-Net*, 2016, count those that agree).

}];

def Edge_MatMulOp : Edge_InferredOp<"matmul"> {
  let summary = "matrix product of the last two dimensions; the others broadcast (numpy.matmul)";
  let description = productDescription # [{
    - C1: both operands have rank 2 or more, and one element type or both integers of 8 or 16 bits.
    - C2: the last dimension of `lhs` equals the last but one of `rhs`; the batch dimensions broadcast.
    - C3: with `bits`, both operands are of i8.
  }];
  let arguments = (ins Edge_Tensor:$lhs, Edge_Tensor:$rhs, UnitAttr:$bits);
  let results = (outs Edge_Tensor:$output);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs) `->` type($output)";
  let hasVerifier = 1; // C3
}

def Edge_ConvOp : Edge_InferredOp<"conv"> {
  let summary = "convolution (cross-correlation) in 1, 2 or 3 dimensions, channels last";
  let description = [{
    `input` is (n, spatial..., ic), `filter` (kernel..., ic / group, oc), `output` (n, spatial..., oc). Output channel o
    belongs to group o / (oc / group). `pads` holds all begins, then all ends, as in ONNX; padded positions are zero.
    A depthwise convolution has group = ic.

  }] # productDescription # [{
    - C1: ranks are equal and between 3 and 5; element types are equal, or both integers of 8 or 16 bits.
    - C2: `strides` and `dilations` hold one value > 0 per spatial dimension, `pads` two values >= 0.
    - C3: ic is filter's channels times `group`; oc is a multiple of `group`.
    - C4: the padded input is at least as large as the dilated kernel.
    - C5: with `bits`, both operands are of i8 and `group` is 1.
  }];
  let arguments = (ins Edge_Tensor:$input, Edge_Tensor:$filter, DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$dilations,
                       DenseI64ArrayAttr:$pads, I64Attr:$group, UnitAttr:$bits);
  let results = (outs Edge_Tensor:$output);
  let assemblyFormat = [{ $input `,` $filter `strides` $strides `dilations` $dilations `pads` $pads `group` $group attr-dict
                          `:` type($input) `,` type($filter) `->` type($output) }];
  let hasVerifier = 1;
}

def Edge_ConvTransposeOp : Edge_InferredOp<"conv_transpose"> {
  let summary = "transposed convolution in 1, 2 or 3 dimensions, channels last";
  let description = [{
    `input` is (n, spatial..., ic), `filter` (kernel..., ic, oc / group), `output` (n, spatial..., oc). Each spatial size is
    stride * (in - 1) + output_padding + (kernel - 1) * dilation + 1 - pad_begin - pad_end.
    Input channel i belongs to group i / (ic / group).

  }] # productDescription # [{
    - C1: as C1 and C2 of `edge.conv`. C2: `output_padding` holds one value >= 0 per spatial dimension.
  }];
  let arguments = (ins Edge_Tensor:$input, Edge_Tensor:$filter, DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$dilations,
                       DenseI64ArrayAttr:$pads, DenseI64ArrayAttr:$output_padding, I64Attr:$group);
  let results = (outs Edge_Tensor:$output);
  let assemblyFormat = [{ $input `,` $filter `strides` $strides `dilations` $dilations `pads` $pads
                          `output_padding` $output_padding `group` $group attr-dict
                          `:` type($input) `,` type($filter) `->` type($output) }];
  let hasVerifier = 1;
}

class Edge_PoolOp<string mnemonic> : Edge_InferredOp<mnemonic> {
  string poolDescription = [{
    `input` is (n, spatial..., c). `pads` holds all begins, then all ends; it already includes what ceil_mode adds at the
    end, so that each spatial size is (in + begin + end - (kernel - 1) * dilation - 1) / stride + 1, rounded down.

    - C1: `kernel`, `strides` and `dilations` hold one value > 0 per spatial dimension, `pads` two values >= 0.
  }];
  let results = (outs Edge_Tensor:$output);
  let hasVerifier = 1;
}

def Edge_MaxPoolOp : Edge_PoolOp<"max_pool"> {
  let summary = "maximum over each window; padded positions never win";
  let description = poolDescription;
  let arguments = (ins Edge_Tensor:$input, DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$strides,
                       DenseI64ArrayAttr:$dilations, DenseI64ArrayAttr:$pads);
  let assemblyFormat = [{ $input `kernel` $kernel `strides` $strides `dilations` $dilations `pads` $pads attr-dict
                          `:` type($input) `->` type($output) }];
}

def Edge_AvgPoolOp : Edge_PoolOp<"avg_pool"> {
  let summary = "mean over each window";
  let description = poolDescription # [{
    The divisor counts the positions inside the input; with `count_include_pad` also the padded ones, but never those
    in the last `ceil_pads[d]` positions of a dimension, which ceil_mode added.
  }];
  let arguments = (ins Edge_Tensor:$input, DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$strides,
                       DenseI64ArrayAttr:$dilations, DenseI64ArrayAttr:$pads, DenseI64ArrayAttr:$ceil_pads,
                       BoolAttr:$count_include_pad);
  let assemblyFormat = [{ $input `kernel` $kernel `strides` $strides `dilations` $dilations `pads` $pads
                          `ceil_pads` $ceil_pads `count_include_pad` $count_include_pad attr-dict
                          `:` type($input) `->` type($output) }];
}

def Edge_ResizeMode : I32EnumAttr<"ResizeMode", "interpolation", [
    I32EnumAttrCase<"nearest", 0>, I32EnumAttrCase<"linear", 1>, I32EnumAttrCase<"cubic", 2>]> {
  let cppNamespace = "::edgecc::edge";
}
def Edge_CoordinateMode : I32EnumAttr<"CoordinateMode", "where an output position lies in the input (ONNX Resize)", [
    I32EnumAttrCase<"half_pixel", 0>, I32EnumAttrCase<"pytorch_half_pixel", 1>, I32EnumAttrCase<"align_corners", 2>,
    I32EnumAttrCase<"asymmetric", 3>, I32EnumAttrCase<"tf_crop_and_resize", 4>,
    I32EnumAttrCase<"half_pixel_symmetric", 5>]> {
  let cppNamespace = "::edgecc::edge";
}
def Edge_NearestMode : I32EnumAttr<"NearestMode", "how a position is rounded in nearest mode (ONNX Resize)", [
    I32EnumAttrCase<"round_prefer_floor", 0>, I32EnumAttrCase<"round_prefer_ceil", 1>, I32EnumAttrCase<"floor", 2>,
    I32EnumAttrCase<"ceil", 3>]> {
  let cppNamespace = "::edgecc::edge";
}

def Edge_ResizeOp : Edge_Op<"resize"> {
  let summary = "resamples any dimensions of a tensor (ONNX Resize)";
  let description = [{
    `scales` holds output size / input size of each dimension as the model states it (f64; not recomputed from the
    rounded sizes unless the model gave sizes). `roi` holds all starts, then all ends, normalised; only
    tf_crop_and_resize reads it, and it writes `extrapolation_value` where a position falls outside.

    - C1: `scales` holds one value per dimension; `roi` two or is empty. C2: ranks and element types are equal.
  }];
  let arguments = (ins Edge_Tensor:$input, DenseF64ArrayAttr:$scales, Edge_ResizeMode:$mode,
                       Edge_CoordinateMode:$coordinate_mode, Edge_NearestMode:$nearest_mode,
                       DefaultValuedAttr<F64Attr, "-0.75">:$cubic_coeff_a, DefaultValuedAttr<BoolAttr, "false">:$exclude_outside,
                       DefaultValuedAttr<DenseF64ArrayAttr, "{}">:$roi, DefaultValuedAttr<F64Attr, "0.0">:$extrapolation_value);
  let results = (outs Edge_Tensor:$output);
  let assemblyFormat = [{ $mode $input `scales` $scales `coordinates` $coordinate_mode `rounding` $nearest_mode attr-dict
                          `:` type($input) `->` type($output) }];
  let hasVerifier = 1;
}

//===-- Sequences ----------------------------------------------------------------------------------------------------===//

def Edge_Activation : I32EnumAttr<"Activation", "activation of a recurrent gate", [
    I32EnumAttrCase<"sigmoid", 0>, I32EnumAttrCase<"tanh", 1>, I32EnumAttrCase<"relu", 2>,
    I32EnumAttrCase<"hard_sigmoid", 3>, I32EnumAttrCase<"identity", 4>]> {
  let cppNamespace = "::edgecc::edge";
}

// One direction of a recurrent layer. `x` is (time, batch, in); `w` (in, gates * hidden), `r` (hidden, gates * hidden): both
// transposed from ONNX; biases (gates * hidden). `initial_h` and `initial_c` are (batch, hidden). `reverse` runs time backwards.
def Edge_LstmOp : Edge_InferredOp<"lstm"> {
  let summary = "one direction of a long short-term memory layer, gates in the order i, o, f, c (ONNX LSTM)";
  let description = [{
    `peephole` is (3 * hidden) in the order i, o, f, or absent. `y` is (time, batch, hidden), `y_h` and `y_c` (batch, hidden).
    `activations` are f, g, h. A `clip` of 0 means none.
  }];
  let arguments = (ins Edge_Tensor:$x, Edge_Tensor:$w, Edge_Tensor:$r, Edge_Tensor:$bias, Edge_Tensor:$initial_h,
                       Edge_Tensor:$initial_c, Optional<Edge_Tensor>:$peephole, BoolAttr:$reverse, BoolAttr:$input_forget,
                       DenseI32ArrayAttr:$activations, DefaultValuedAttr<F64Attr, "0.0">:$clip);
  let results = (outs Edge_Tensor:$y, Edge_Tensor:$y_h, Edge_Tensor:$y_c);
  let assemblyFormat = [{ $x `,` $w `,` $r `,` $bias `,` $initial_h `,` $initial_c (`peephole` $peephole^ `:` type($peephole))?
                          `reverse` $reverse `input_forget` $input_forget `activations` $activations attr-dict
                          `:` type($x) `,` type($w) `,` type($r) `,` type($bias) `,` type($initial_h) `,` type($initial_c)
                          `->` type($y) `,` type($y_h) `,` type($y_c) }];
}

def Edge_GruOp : Edge_InferredOp<"gru"> {
  let summary = "one direction of a gated recurrent unit layer, gates in the order z, r, h (ONNX GRU)";
  let description = [{
    `bias` and `recurrent_bias` are (3 * hidden). `linear_before_reset` multiplies by r after the recurrent product of the
    h gate rather than before. `activations` are f, g.
  }];
  let arguments = (ins Edge_Tensor:$x, Edge_Tensor:$w, Edge_Tensor:$r, Edge_Tensor:$bias, Edge_Tensor:$recurrent_bias,
                       Edge_Tensor:$initial_h, BoolAttr:$reverse, BoolAttr:$linear_before_reset,
                       DenseI32ArrayAttr:$activations, DefaultValuedAttr<F64Attr, "0.0">:$clip);
  let results = (outs Edge_Tensor:$y, Edge_Tensor:$y_h);
  let assemblyFormat = [{ $x `,` $w `,` $r `,` $bias `,` $recurrent_bias `,` $initial_h `reverse` $reverse
                          `linear_before_reset` $linear_before_reset `activations` $activations attr-dict
                          `:` type($x) `,` type($w) `,` type($r) `,` type($bias) `,` type($recurrent_bias) `,` type($initial_h)
                          `->` type($y) `,` type($y_h) }];
}

def Edge_RnnOp : Edge_InferredOp<"rnn"> {
  let summary = "one direction of a plain recurrent layer: h = f(x w + h r + bias) (ONNX RNN)";
  let arguments = (ins Edge_Tensor:$x, Edge_Tensor:$w, Edge_Tensor:$r, Edge_Tensor:$bias, Edge_Tensor:$initial_h,
                       BoolAttr:$reverse, DenseI32ArrayAttr:$activations, DefaultValuedAttr<F64Attr, "0.0">:$clip);
  let results = (outs Edge_Tensor:$y, Edge_Tensor:$y_h);
  let assemblyFormat = [{ $x `,` $w `,` $r `,` $bias `,` $initial_h `reverse` $reverse `activations` $activations attr-dict
                          `:` type($x) `,` type($w) `,` type($r) `,` type($bias) `,` type($initial_h)
                          `->` type($y) `,` type($y_h) }];
}

#endif

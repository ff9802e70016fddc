// Elementwise operations of the `edge` dialect: one value out per position. Operands broadcast as in NumPy and ONNX.
#ifndef EDGECC_DIALECTS_EDGE_EDGEELEMENTWISE_TD
#define EDGECC_DIALECTS_EDGE_EDGEELEMENTWISE_TD

include "dialects/Edge/EdgeBase.td"

// Marks operations that compute each output element from the elements at the same (broadcast) position.
def Edge_Elementwise : NativeOpTrait<"Elementwise"> {
  let cppNamespace = "::edgecc::edge";
}

// The output has the type of the input.
class Edge_UnaryOp<string mnemonic, string text> : Edge_InferredOp<mnemonic, [Edge_Elementwise]> {
  let summary = text;
  let arguments = (ins Edge_Tensor:$input);
  let results = (outs Edge_Tensor:$output);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($output)";
  let hasFolder = 1;
}

// Both operands have one element type (C1) and broadcast (C2); the output has that element type.
class Edge_BinaryOp<string mnemonic, string text, list<Trait> traits = []>
    : Edge_InferredOp<mnemonic, !listconcat(traits, [Edge_Elementwise])> {
  let summary = text;
  let arguments = (ins Edge_Tensor:$lhs, Edge_Tensor:$rhs);
  let results = (outs Edge_Tensor:$output);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs) `->` type($output)";
  let hasFolder = 1;
}

// As a binary operation, but the output is boolean.
class Edge_CompareOp<string mnemonic, string text> : Edge_BinaryOp<mnemonic, text>;

def Edge_AbsOp : Edge_UnaryOp<"abs", "absolute value">;
def Edge_NegOp : Edge_UnaryOp<"neg", "negation; integers wrap">;
def Edge_ExpOp : Edge_UnaryOp<"exp", "e to the power of x">;
def Edge_LogOp : Edge_UnaryOp<"log", "natural logarithm">;
def Edge_Log1pOp : Edge_UnaryOp<"log1p", "natural logarithm of 1 + x">;
def Edge_SqrtOp : Edge_UnaryOp<"sqrt", "square root">;
def Edge_FloorOp : Edge_UnaryOp<"floor", "largest integer not above x">;
def Edge_CeilOp : Edge_UnaryOp<"ceil", "smallest integer not below x">;
def Edge_RoundOp : Edge_UnaryOp<"round", "nearest integer, halves to even">;
def Edge_SignOp : Edge_UnaryOp<"sign", "-1, 0 or 1">;
def Edge_SinOp : Edge_UnaryOp<"sin", "sine of x in radians">;
def Edge_CosOp : Edge_UnaryOp<"cos", "cosine of x in radians">;
def Edge_TanOp : Edge_UnaryOp<"tan", "tangent of x in radians">;
def Edge_AsinOp : Edge_UnaryOp<"asin", "arcsine in radians">;
def Edge_AcosOp : Edge_UnaryOp<"acos", "arccosine in radians">;
def Edge_AtanOp : Edge_UnaryOp<"atan", "arctangent in radians">;
def Edge_SinhOp : Edge_UnaryOp<"sinh", "hyperbolic sine">;
def Edge_CoshOp : Edge_UnaryOp<"cosh", "hyperbolic cosine">;
def Edge_TanhOp : Edge_UnaryOp<"tanh", "hyperbolic tangent">;
def Edge_AsinhOp : Edge_UnaryOp<"asinh", "inverse hyperbolic sine">;
def Edge_AcoshOp : Edge_UnaryOp<"acosh", "inverse hyperbolic cosine">;
def Edge_AtanhOp : Edge_UnaryOp<"atanh", "inverse hyperbolic tangent">;
def Edge_ErfOp : Edge_UnaryOp<"erf", "error function">;
def Edge_SigmoidOp : Edge_UnaryOp<"sigmoid", "1 / (1 + exp(-x))">;
def Edge_ReluOp : Edge_UnaryOp<"relu", "max(x, 0)">;
def Edge_NotOp : Edge_UnaryOp<"not", "logical negation of booleans, bitwise complement of integers">;

// The output is boolean.
def Edge_IsNanOp : Edge_UnaryOp<"is_nan", "whether x is not a number; the output is i1">;
def Edge_IsInfOp : Edge_UnaryOp<"is_inf", "whether x is an infinity of either sign; the output is i1">;

def Edge_AddOp : Edge_BinaryOp<"add", "sum; integers wrap", [Commutative]>;
def Edge_SubOp : Edge_BinaryOp<"sub", "difference; integers wrap">;
def Edge_MulOp : Edge_BinaryOp<"mul", "product; integers wrap", [Commutative]>;
def Edge_DivOp : Edge_BinaryOp<"div", "quotient; integers round toward zero">;
def Edge_RemOp : Edge_BinaryOp<"rem", "remainder with the sign of the dividend, as C fmod and %">;
def Edge_ModOp : Edge_BinaryOp<"mod", "remainder with the sign of the divisor, as Python %">;
def Edge_PowOp : Edge_BinaryOp<"pow", "lhs to the power of rhs">;
def Edge_MaxOp : Edge_BinaryOp<"max", "larger of both; NaN wins", [Commutative]>;
def Edge_MinOp : Edge_BinaryOp<"min", "smaller of both; NaN wins", [Commutative]>;
def Edge_AndOp : Edge_BinaryOp<"and", "logical (booleans) or bitwise (integers) and", [Commutative]>;
def Edge_OrOp : Edge_BinaryOp<"or", "logical (booleans) or bitwise (integers) or", [Commutative]>;
def Edge_XorOp : Edge_BinaryOp<"xor", "logical (booleans) or bitwise (integers) exclusive or", [Commutative]>;
def Edge_ShiftLeftOp : Edge_BinaryOp<"shift_left", "lhs shifted left by rhs bits">;
def Edge_ShiftRightOp : Edge_BinaryOp<"shift_right", "lhs shifted right by rhs bits, sign or zero filled by the type">;
def Edge_EqualOp : Edge_CompareOp<"equal", "whether both are equal">;
def Edge_LessOp : Edge_CompareOp<"less", "whether lhs is less than rhs">;
def Edge_LessOrEqualOp : Edge_CompareOp<"less_or_equal", "whether lhs is at most rhs">;

def Edge_SelectOp : Edge_InferredOp<"select", [Edge_Elementwise]> {
  let summary = "on_true where the condition holds, else on_false (ONNX Where)";
  let arguments = (ins Edge_BoolTensor:$condition, Edge_Tensor:$on_true, Edge_Tensor:$on_false);
  let results = (outs Edge_Tensor:$output);
  let assemblyFormat = [{ $condition `,` $on_true `,` $on_false attr-dict
                          `:` type($condition) `,` type($on_true) `,` type($on_false) `->` type($output) }];
  let hasFolder = 1;
}

def Edge_CastOp : Edge_Op<"cast", [Edge_Elementwise]> {
  let summary = "conversion of the element type as C does it; to i1: whether x is not 0";
  let description = [{
    Floats to integers truncate toward zero; out of range values saturate. Integers wrap.

    - C1: the shapes are equal.
  }];
  let arguments = (ins Edge_Tensor:$input);
  let results = (outs Edge_Tensor:$output);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($output)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Edge_RescaleOp : Edge_Op<"rescale", [Edge_Elementwise, SameVariadicOperandSize]> {
  let summary = "integers under one scale from integers under others, by fixed-point multipliers";
  let description = [{
    output = saturate((inputs[0] * multipliers[0] + inputs[1] * multipliers[1] + ... + offset) >> shift), computed in
    i64, which wraps; the shift keeps the sign, and the type of the output says where it saturates.

    A multiplier over 2^shift is the quotient of two scales, as in B. Jacob et al., "Quantization and Training of Neural
    Networks for Efficient Integer-Arithmetic-Only Inference", 2018, section 2.2. The offset holds all that is added
    there: bias, zero points, and 2^(shift - 1), which makes the shift round. It is what TOSA calls RESCALE, with
    several inputs for residual additions, and with one shift for all channels, since a shift that varies costs more
    than a multiplier on an FPGA.

    - C1: inputs, multipliers and output are integers of 8, 16 or 32 bits, the offset is i64; there are as many
      multipliers as inputs, one at least.
    - C2: each input has the shape of the output; multipliers and offset broadcast to it.
    - C3: `shift` is at least 0 and below 64.
  }];
  let arguments = (ins Variadic<Edge_Tensor>:$inputs, Variadic<Edge_Tensor>:$multipliers, Edge_Tensor:$offset,
                       I64Attr:$shift);
  let results = (outs Edge_Tensor:$output);
  let assemblyFormat = [{ $inputs `by` $multipliers `plus` $offset `shift` $shift attr-dict
                          `:` type($inputs) `by` type($multipliers) `plus` type($offset) `->` type($output) }];
  let hasVerifier = 1;
}

#endif

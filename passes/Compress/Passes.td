// Passes that make a network smaller, on the layer dialect. docs/compression.md says what each costs.
#ifndef EDGECC_PASSES_COMPRESS_PASSES_TD
#define EDGECC_PASSES_COMPRESS_PASSES_TD

include "mlir/Pass/PassBase.td"

def PruneWeights : Pass<"edge-prune-weights", "::mlir::func::FuncOp"> {
  let summary = "Set the smallest weights to zero, one by one, in blocks or N of M";
  let description = [{
    Magnitude pruning (Han et al., 2015) of the constant weights of convolutions, matrix products and recurrent layers.
    Only values change: the zeros stay in the constants, for storage or kernels that make use of them.

    `granularity` says what is kept or dropped as a whole: `element`; a block such as `1x4`, of inputs x output channels
    (by mean square), where an input is one element of a product, taps before channels; or `2:4`, which keeps the 2
    largest of every 4 inputs of an output channel.

    `scope=layer` takes the same share of every layer. `scope=global` takes the share of the whole network: weights are
    compared across layers after division by the root mean square of their layer. Layers that `layers` names have their
    own share and count for themselves; with N:M, 0 leaves a layer alone, and there is no other amount.

    Weights of f32, f16 and bf16. Other constants stay as they are, and weights on the left side of a matrix product.
  }];
  let dependentDialects = ["::edgecc::edge::EdgeDialect"];
  let options = [
    Option<"sparsity", "sparsity", "double", /*default=*/"0.5", "Share of the weights to set to zero, 0 to 1">,
    Option<"granularity", "granularity", "std::string", /*default=*/"\"element\"", "element, a block as 1x4, or N:M as 2:4">,
    Option<"scope", "scope", "std::string", /*default=*/"\"layer\"", "Where the share holds: layer or global">,
    ListOption<"layers", "layers", "std::string", "Shares of single layers, as NAME:0.5">,
  ];
  let statistics = [Statistic<"numLayers", "num-layers", "Layers with weights">,
                    Statistic<"numWeights", "num-weights", "Weights of these layers">,
                    Statistic<"numZeros", "num-zeros", "Weights that are zero afterwards">];
}

def PruneChannels : Pass<"edge-prune-channels", "::mlir::func::FuncOp"> {
  let summary = "Remove channels from the network, for a share of its multiply-accumulates";
  let description = [{
    The output channels of convolutions and matrix products with the smallest filters vanish, and with them their share
    of the weights of all layers that read them:

    ```mlir
    %0 = edge.conv %x, %w : tensor<1x8x8x32xf32>, tensor<3x3x32x64xf32> -> tensor<1x8x8x64xf32>
    %1 = edge.add %0, %b : tensor<1x8x8x64xf32>, tensor<64xf32> -> tensor<1x8x8x64xf32>
    %2 = edge.conv %1, %v : tensor<1x8x8x64xf32>, tensor<1x1x64x16xf32> -> tensor<1x8x8x16xf32>
    // becomes
    %0 = edge.conv %x, %w : tensor<1x8x8x32xf32>, tensor<3x3x32x48xf32> -> tensor<1x8x8x48xf32>
    %1 = edge.add %0, %b : tensor<1x8x8x48xf32>, tensor<48xf32> -> tensor<1x8x8x48xf32>
    %2 = edge.conv %1, %v : tensor<1x8x8x48xf32>, tensor<1x1x48x16xf32> -> tensor<1x8x8x16xf32>
    ```

    Channels run through element-wise operations, depthwise convolutions, pools, reductions over space, flattening and
    concatenation. Those that a residual addition ties together vanish together. The model's inputs and outputs keep
    theirs, and so does what another operation reads, such as a softmax over channels.

    `layers` has the share of channels to remove from single layers, and from those tied to them; it counts towards the
    amount. A layer keeps a quarter of its channels at least. Needs channels last, and batch norms in the filters.
  }];
  let dependentDialects = ["::edgecc::edge::EdgeDialect"];
  let options = [
    Option<"amount", "amount", "double", /*default=*/"0.3", "Share of the multiply-accumulates to remove, 0 to 1">,
    Option<"scope", "scope", "std::string", /*default=*/"\"global\"", "global: the smallest filters in units of their layer's mean; layer: the same share of all">,
    Option<"norm", "norm", "std::string", /*default=*/"\"l2\"", "Size of a filter: l1 or l2">,
    Option<"multiple", "multiple", "int64_t", /*default=*/"8", "Channels left are a multiple, so that vectors are full">,
    ListOption<"layers", "layers", "std::string", "Shares of the channels of single layers, as NAME:0.25">,
  ];
  let statistics = [Statistic<"macsBefore", "macs-before", "Multiply-accumulates before">,
                    Statistic<"macsAfter", "macs-after", "Multiply-accumulates afterwards">];
}

def ClusterWeights : Pass<"edge-cluster-weights", "::mlir::func::FuncOp"> {
  let summary = "Replace the weights of each layer by the nearest of few values";
  let description = [{
    Weight sharing (Han et al., 2016): k-means over the weights of a layer, Lloyd's iteration from centroids at equal
    distances between the smallest and the largest weight. `bits` bits count the values, 2^bits at most. Weights that
    are zero stay zero, and zero is one of the values then. A centroid that no weight is nearest to moves into the
    cluster with the largest squared error. Same weights, same values.

    Only values change: that there are few makes coded storage small. Weights of f32, f16 and bf16.
  }];
  let dependentDialects = ["::edgecc::edge::EdgeDialect"];
  let options = [
    Option<"bits", "bits", "int64_t", /*default=*/"4", "Bits of an index into the values of a layer, 1 to 8; 0 leaves layers alone">,
    Option<"iterations", "iterations", "int64_t", /*default=*/"100", "Iterations at most">,
    ListOption<"layers", "layers", "std::string", "Bits of single layers, as NAME:5">,
  ];
  let statistics = [Statistic<"numLayers", "num-layers", "Layers with shared weights">,
                    Statistic<"numValues", "num-values", "Values in all codebooks together">];
}

def RoundWeights : Pass<"edge-round-weights", "::mlir::func::FuncOp"> {
  let summary = "Round the weights of each layer to posits or fixed point of few bits";
  let description = [{
    Each weight becomes the value of the number format that it rounds to, times a scale of its layer, by least squared
    error (Langroudi et al., 2018). `posit` has the values and the rounding of the Standard for Posit Arithmetic (2022),
    with exponents of `es` bits: what is not zero never becomes zero. `fixed` has the integers
    from -(2^(bits - 1) - 1) to 2^(bits - 1) - 1. Both leave zeros.
    Only values change: a layer has at most 2^bits - 1 of them, which coded storage keeps in `bits` bits each or fewer,
    and decodes by a table. Weights of f32, f16 and bf16; a layer with infinite ones or NaN stays, with a warning.
  }];
  let dependentDialects = ["::edgecc::edge::EdgeDialect"];
  let options = [
    Option<"format", "format", "std::string", /*default=*/"\"posit\"", "posit or fixed">,
    Option<"bits", "bits", "int64_t", /*default=*/"8", "Bits of a weight, 3 to 8; 0 leaves layers alone">,
    Option<"es", "es", "unsigned", /*default=*/"0", "Bits of a posit's exponent, 0 to 2">,
    Option<"steps", "steps", "unsigned", /*default=*/"1", "Scales for each factor of 2; 1: powers of two">,
    ListOption<"layers", "layers", "std::string", "Bits of single layers, as NAME:6">,
  ];
  let statistics = [Statistic<"numLayers", "num-layers", "Layers with rounded weights">];
}

def Factorize : Pass<"edge-factorize", "::mlir::func::FuncOp"> {
  let summary = "Take layers apart into thinner ones by a low-rank factorisation of their weights";
  let description = [{
    A matrix product, and a 1x1 convolution, becomes two, by truncated singular value decomposition:

    ```mlir
    %0 = edge.matmul %x, %w : tensor<1x1024xf32>, tensor<1024x512xf32> -> tensor<1x512xf32>
    // becomes, of rank 64
    %1 = edge.matmul %x, %u : tensor<1x1024xf32>, tensor<1024x64xf32> -> tensor<1x64xf32>
    %0 = edge.matmul %1, %v : tensor<1x64xf32>, tensor<64x512xf32> -> tensor<1x512xf32>
    ```

    A larger convolution of one group becomes a 1x1, one of the same window, and a 1x1 (Tucker-2), or two of these where
    cutting one side alone takes fewer multiply-accumulates.

    Ranks come from `energy`, the share of the weights' squared norm to keep, or from `ratio`, the largest share of the
    layer's multiply-accumulates. `layers` has a number for single layers: below 1 the same, from 1 on a rank, 0 to leave
    one alone. A layer stays as it is where the factors have not both fewer weights and fewer multiply-accumulates, and
    where it shares its weights with another.
  }];
  let dependentDialects = ["::edgecc::edge::EdgeDialect"];
  let options = [
    Option<"energy", "energy", "double", /*default=*/"0.9", "Share of the squared norm to keep, 0 to 1">,
    Option<"ratio", "ratio", "double", /*default=*/"0", "Share of multiply-accumulates to take at most, in place of energy">,
    Option<"iterations", "iterations", "int64_t", /*default=*/"10", "Improvements of Tucker factors at most (HOOI)">,
    ListOption<"layers", "layers", "std::string", "Energies, ratios or ranks of single layers, as NAME:32">,
  ];
  let statistics = [Statistic<"numFactorized", "num-factorized", "Layers taken apart">,
                    Statistic<"numKept", "num-kept", "Layers whose factors would not be smaller">,
                    Statistic<"macsSaved", "macs-saved", "Multiply-accumulates saved">];
}

def CodeWeights : Pass<"edge-code-weights", "::mlir::func::FuncOp"> {
  let summary = "Have the model's weights stored in coded form";
  let description = [{
    Sets `edge.code_weights` on the function, which `kernel-code-constants` looks at when weights have their final order.
    Useful behind `edge-prune-weights`, `edge-cluster-weights` or quantisation to few values.
  }];
}

def NarrowStorage : Pass<"edge-narrow-storage", "::mlir::func::FuncOp"> {
  let summary = "Have f32 weights and the f32 values between layers stored as 16-bit floats";
  let description = [{
    Sets `edge.narrow_storage` on the function, which `tensor-narrow-storage` looks at when layers have become kernels:
    only then it is known which values are stored at all. All arithmetic stays in f32.

    `float-layers` names layers that read and write f32, for values beyond 65504 in f16 or for accuracy.
  }];
  let dependentDialects = ["::edgecc::edge::EdgeDialect"];
  let options = [
    Option<"type", "type", "std::string", /*default=*/"\"f16\"", "f16 (10 bits of fraction, up to 65504) or bf16 (7 bits, the range of f32)">,
    Option<"values", "values", "bool", /*default=*/"true", "The values between layers too, not the weights alone">,
    ListOption<"floatLayers", "float-layers", "std::string", "Names of layers that stay in f32">];
}

def Quantize : Pass<"edge-quantize", "::mlir::func::FuncOp"> {
  let summary = "Compute convolutions and matrix products by constant weights on integers of 8 or 16 bits";
  let description = [{
    A value that such a product reads is held as integers, x ~ (q - zero) * scale, from where it is computed: whatever
    else reads it takes the same integers. Reshapes, poolings by maximum, concatenations and the like move integers, so
    that all that they join has one scale. Weights have one scale for each output channel and no zero point; sums are
    exact in i32: where weights would be too large for that, their channel gets a larger scale. What lies between products
    stays in f32 and fuses with them.

    ```mlir
    %0 = edge.conv %x, %w ...
    %1 = edge.relu %0 {edge.observed = ...}
    // becomes, where a product reads %1
    %0 = edge.conv %xq, %wq ... : tensor<...xui8>, tensor<...xi8> -> tensor<...xi32>
    %1 = edge.cast %0 : i32 -> f32
    %2 = edge.mul %1, %scales
    %3 = edge.relu %2
    %4 = edge.round %3
    %5 = edge.cast %4 : f32 -> ui8
    ```

    Needs to know the range of each value: attribute `edge.observed`, which calibration sets and this pass removes. A
    product whose input was not observed stays in f32. Recurrent layers, transposed convolutions and products of two
    computed values stay in f32.
  }];
  let dependentDialects = ["::edgecc::edge::EdgeDialect"];
  let options = [
    Option<"activations", "activations", "std::string", /*default=*/"\"u8\"", "Type of activations: u8, i8 or i16">,
    Option<"weightBits", "weight-bits", "unsigned", /*default=*/"8", "Bits of a weight, 2 to 8, with i16 to 16; stored in one or two bytes">,
    Option<"leastSquares", "least-squares", "bool", /*default=*/"false",
           "Scales of weights by the least squared error, not by the largest weight">,
    Option<"limitPairs", "limit-pairs", "bool", /*default=*/"false",
           "Keep sums of neighbouring weights of one sign at 128 at most, for AVX2, whose products of bytes saturate">,
    Option<"correctBias", "correct-bias", "bool", /*default=*/"true",
           "Add to each bias what rounding of the weights takes away on average">,
    Option<"needsNeighbours", "needs-neighbours", "bool", /*default=*/"false",
           "Leave products in f32 that sum no channels which lie side by side: depthwise ones, and those of every nth">,
    Option<"multiplierBits", "multiplier-bits", "unsigned", /*default=*/"0",
           "Bits of the fixed-point multipliers between products, as edge-rescale-integers; 0: f32 is between them">,
    ListOption<"floatLayers", "float-layers", "std::string", "Names of layers that stay in f32">,
    ListOption<"layers", "layers", "std::string", "Bits of the weights of single layers, as NAME:4; 0 keeps f32">];
  let statistics = [Statistic<"numQuantized", "num-quantized", "Products that compute on integers">];
}

def RescaleIntegers : Pass<"edge-rescale-integers", "::mlir::func::FuncOp"> {
  let summary = "Compute on integers what quantised models compute in f32 between integers";
  let description = [{
    Where integers become f32, are scaled, added, clamped and rounded to integers again, one `edge.rescale` takes the
    place of all of it: a product with a fixed-point multiplier for each channel, an addition and a shift (Jacob et al.,
    2018, section 2.2).

    ```mlir
    %1 = edge.cast %0 : i32 -> f32
    %2 = edge.mul %1, %scales
    %3 = edge.add %2, %bias
    %4 = edge.relu %3
    %5 = edge.round %4
    %6 = edge.cast %5 : f32 -> ui8
    // becomes
    %6 = edge.rescale %0 by %multipliers plus %offset shift 26 : tensor<...xi32> by tensor<...xi32> plus tensor<...xi64> -> tensor<...xui8>
    ```

    Residual additions are rescalings of several integers. A clamp of the sum is one of the integers that come out. All
    else stays in f32: averages, sigmoids and other functions, additions behind an activation, and the borders of the
    network, where its tensors are f32.

    Results differ from those in f32 by at most one, where a number lies next to the middle between two integers; they
    are the same on every target.
  }];
  let dependentDialects = ["::edgecc::edge::EdgeDialect"];
  let options = [
    Option<"multiplierBits", "multiplier-bits", "unsigned", /*default=*/"31",
           "Bits of the largest multiplier of a layer, 8 to 31; up to 15 they are i16">];
  let statistics = [Statistic<"numRescaled", "num-rescaled", "Rescalings on integers">];
}

#endif

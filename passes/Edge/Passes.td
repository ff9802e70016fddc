// Passes on the layer dialect.
#ifndef EDGECC_PASSES_EDGE_PASSES_TD
#define EDGECC_PASSES_EDGE_PASSES_TD

include "mlir/Pass/PassBase.td"

def SinkTransposes : Pass<"edge-sink-transposes", "::mlir::func::FuncOp"> {
  let summary = "Move transposes down through operations that work in any order of dimensions, until they cancel";
  let description = [{
    The importer wraps each convolution and pooling in transposes between the model's layout and channels last. Between
    two of them lie operations that do not mind the order of dimensions. One sweep in program order takes transposes
    from the operands of such an operation to its result wherever less is copied afterwards:

    ```mlir
    %0 = edge.transpose %x [0, 3, 1, 2] : tensor<1x4x5x8xf32> -> tensor<1x8x4x5xf32>
    %1 = edge.relu %0 : tensor<1x8x4x5xf32> -> tensor<1x8x4x5xf32>
    %2 = edge.transpose %1 [0, 2, 3, 1] : tensor<1x8x4x5xf32> -> tensor<1x4x5x8xf32>
    // becomes
    %2 = edge.relu %x : tensor<1x4x5x8xf32> -> tensor<1x4x5x8xf32>
    ```

    The cost of a place is the bytes that transposes copy there. Transposes of constants are folded, and those that only
    move dimensions of size 1 are reshapes; both are free. A second sweep, upward, takes transposes that feed a window
    operation to the graph's inputs. A transpose before flatten and a matmul by constant weights goes into the weights.

    A transpose that no inverse meets, as at the results of a graph, stays.
  }];
  let dependentDialects = ["::edgecc::edge::EdgeDialect"];
  let statistics = [Statistic<"numMoved", "num-moved", "Operations that transposes were moved through">];
}

def FoldAffine : Pass<"edge-fold-affine", "::mlir::func::FuncOp"> {
  let summary = "Fold scales and shifts per output channel into the constant weights before them";
  let description = [{
    After a convolution, a transposed convolution of one group, or a matmul, all with constant weights, a multiplication
    by a constant per output channel goes into the weights, and additions merge into one bias:

    ```mlir
    %0 = edge.conv %x, %w ...
    %1 = edge.mul %0, %scale
    %2 = edge.add %1, %shift
    // becomes, with %w2 = %w * %scale
    %0 = edge.conv %x, %w2 ...
    %2 = edge.add %0, %shift
    ```

    Batch normalisation, which the importer takes apart, vanishes so. The constants must be scalars or vary along the
    last dimension only, and each intermediate must have one use. Of f32 and f16. A scale whose result is rounded to
    integers, as in quantisation, stays: folding changes last bits, and with them integers. Needs channels last, hence
    `edge-sink-transposes` before.
  }];
  let dependentDialects = ["::edgecc::edge::EdgeDialect"];
  let statistics = [Statistic<"numFolded", "num-folded", "Scales and shifts folded">];
}

def FusePad : Pass<"edge-fuse-pad", "::mlir::func::FuncOp"> {
  let summary = "Fold padding into the convolution or pooling that reads it";
  let description = [{
    A spatial pad by zeros in front of a convolution, or by the lowest value in front of a max pooling, becomes part of
    the window operation's own `pads`:

    ```mlir
    %0 = edge.pad %x value %zero low [0, 1, 1, 0] high [0, 1, 1, 0] mode constant
    %1 = edge.conv %0, %w ... pads [0, 0, 0, 0] ...
    // becomes
    %1 = edge.conv %x, %w ... pads [1, 1, 1, 1] ...
    ```

    An average pooling takes zeros if it counts the padding. A reshape between that only adds dimensions of size 1 goes
    first. Pads of the batch or of channels stay. Needs channels last,
    hence `edge-sink-transposes` before.
  }];
  let dependentDialects = ["::edgecc::edge::EdgeDialect"];
  let statistics = [Statistic<"numFused", "num-fused", "Pads folded into a window operation">];
}

def NarrowProducts : Pass<"edge-narrow-products", "::mlir::func::FuncOp"> {
  let summary = "Let products of quantised values read the narrow integers themselves";
  let description = [{
    Quantised layers arrive as products in i32 of centred integers, or in f32 of dequantised ones. With constant weights
    both become a product of narrow integers, from which the zero point's part is taken away for each channel:

    ```mlir
    %0 = edge.cast %q : tensor<1x8x8x4xui8> -> tensor<1x8x8x4xi32>
    %1 = edge.sub %0, %zero
    %2 = edge.conv %1, %w ... pads [1, 1, 1, 1] : tensor<1x8x8x4xi32>, tensor<3x3x4x6xi32>
    // becomes, with %sums = zero * the sums of %w for each channel
    %0 = edge.pad %q value %zero ...
    %1 = edge.conv %0, %narrow ... pads [0, 0, 0, 0] : tensor<1x10x10x4xui8>, tensor<3x3x4x6xi8> -> tensor<1x8x8x6xi32>
    %2 = edge.sub %1, %sums
    ```

    A product in f32 qualifies where its weights are exactly integers times a scale for each channel, which is what
    dequantisation leaves of them; the sums are then exact, and one multiplication by the scales remains. Zero points may be
    computed at run time, as in dynamic quantisation. Products of two computed operands stay, as do those whose zero point
    differs from element to element. Targets whose dot products want one signedness get it, by moving bytes and zero
    points by 128. Needs the pads in the convolutions, hence `edge-fuse-pad` before.
  }];
  let dependentDialects = ["::edgecc::edge::EdgeDialect"];
  let options = [
    Option<"prefersUnsigned", "unsigned", "bool", /*default=*/"false", "Make bytes unsigned where weights are bytes">,
    Option<"prefersSigned", "signed", "bool", /*default=*/"false", "Make bytes signed where weights are bytes">,
  ];
  let statistics = [Statistic<"numNarrowed", "num-narrowed", "Products narrowed">];
}

def BinaryProducts : Pass<"edge-binary-products", "::mlir::func::FuncOp"> {
  let summary = "Let products of two signs count bits";
  let description = [{
    Binary networks (Courbariaux et al., *BinaryNet*, 2016; Rastegari et al., *XNOR-Net*, 2016) multiply values of which each is s
    or -s by weights of which each is a or -a, a for each output channel. With one bit for each sign, a sum of n such products
    is (n - 2 d) s a, d being the number of bits in which the signs differ:

    ```mlir
    %0 = edge.select %positive, %one, %minus_one : tensor<1x64xi1>, ... -> tensor<1x64xf32>
    %1 = edge.matmul %0, %w : tensor<1x64xf32>, tensor<64x16xf32> -> tensor<1x16xf32>
    // becomes, with %n = 64 and %a the scales
    %0 = edge.pack_bits %positive : tensor<1x64xi1> -> tensor<1x8xi8>
    %1 = edge.matmul %0, %bits {bits} : tensor<1x8xi8>, tensor<8x16xi8> -> tensor<1x16xi32>
    %2 = edge.sub %n, (edge.mul %1, 2)
    %3 = edge.mul (edge.cast %2), %a
    ```

    Signs are a select between a constant and its negative, with transposes, reshapes and a multiplication by one positive
    constant behind it: what `where(x >= 0, 1, -1)` and QONNX's BipolarQuant become. `edge.sign` makes zeros too and stays. Zeros
    around a convolution's input are neither s nor -s: their part is taken away by a constant for each position, of 1 MiB at
    most; convolutions that would need a larger one stay, as do those of several groups or fewer than 8 input channels.

    The sum is exact; floats round each partial sum where s a is no power of two. Needs `edge-fold-affine` before, and
    everything else on layers, for what follows does not know bits.
  }];
  let dependentDialects = ["::edgecc::edge::EdgeDialect"];
  let statistics = [Statistic<"numCounted", "num-counted", "Products that count bits">];
}

#endif

// Passes on linalg over tensors.
#ifndef EDGECC_PASSES_TENSOR_PASSES
#define EDGECC_PASSES_TENSOR_PASSES

include "mlir/Pass/PassBase.td"

def DecomposeMovement : Pass<"tensor-decompose-movement", "::mlir::func::FuncOp"> {
  let summary = "Turn `tensor.pad` and `tensor.concat` into fills and insertions";
  let description = [{
    For networks that come as linalg or TOSA. Layers are lowered to this form at once.

    ```mlir
    %0 = tensor.concat dim(0) %a, %b : (tensor<4xf32>, tensor<4xf32>) -> tensor<8xf32>
    // becomes
    %e = tensor.empty() : tensor<8xf32>
    %1 = tensor.insert_slice %a into %e[0] [4] [1] : tensor<4xf32> into tensor<8xf32>
    %0 = tensor.insert_slice %b into %1[4] [4] [1] : tensor<4xf32> into tensor<8xf32>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"];
}

def FuseElementwise : Pass<"tensor-fuse-elementwise", "::mlir::func::FuncOp"> {
  let summary = "Fuse elementwise operations into their consumers where nothing is computed twice";
  let description = [{
    Upstream's elementwise fusion with a cost rule: a producer is fused when its only user is the consumer and the
    consumer reads each of its elements once, or when the producer is so cheap that computing it again is no loss.
    Contractions take no producers in: their operands are read many times.
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

def FormKernels : Pass<"tensor-form-kernels", "::mlir::func::FuncOp"> {
  let summary = "Wrap linalg operations into `kernel.compute`, each reduction with its initialisation and epilogue";
  let description = [{
    A reduction takes in the operation that fills its accumulator and, where its only user is elementwise over the same
    points, that user: bias, activation and residual are then applied before the only store. Everything else becomes a
    kernel of its own. No linalg operation is left outside a kernel.
  }];
  let dependentDialects = ["::edgecc::kernel::KernelDialect", "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
}

def NarrowStorage : Pass<"tensor-narrow-storage", "::mlir::func::FuncOp"> {
  let summary = "Store weights and the values between kernels as 16-bit floats, where the function asks for it";
  let description = [{
    Acts on functions with `edge.narrow_storage`, which `edge-narrow-storage` sets. Kernels widen f32 elements where they
    load them and round, to nearest even, where they store them; in between they compute as before.

    ```mlir
    %1 = kernel.compute ins(%x, %w : tensor<1x8xf32>, tensor<8x4xf32>) outs(%0 : tensor<1x4xf32>) { ... }
    // becomes, where %x comes from a kernel and %1 goes to one
    %1 = kernel.compute ins(%x, %w : tensor<1x8xf16>, tensor<8x4xf16>) outs(%0 : tensor<1x4xf16>) {
      linalg.generic ... { %a = arith.extf %x : f16 to f32 ... }
      linalg.generic ... { ... %r = arith.truncf %s : f32 to f16 ... }
    }
    ```

    Inputs and outputs of the function, values that control flow carries, and constants that are no weights, such as
    biases, keep their type. Weights beyond the range of f16 stay in f32, with a warning.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"];
  let statistics = [Statistic<"numWeights", "num-weights", "Constants stored in 16 bits">,
                    Statistic<"numValues", "num-values", "Values between kernels stored in 16 bits">];
}

def PlaceInDestination : Pass<"tensor-place-in-destination", "::mlir::func::FuncOp"> {
  let summary = "Let kernels write straight into the larger tensor that their result is inserted into";
  let description = [{
    A padded or concatenated tensor is made by inserting the results of kernels. This pass moves the insertion next to
    the kernel and gives the kernel a slice of the larger tensor as its output, so that bufferisation needs no copy.
  }];
  let dependentDialects = ["::mlir::tensor::TensorDialect"];
  let statistics = [Statistic<"numPlaced", "num-placed", "Results placed">];
}

#endif

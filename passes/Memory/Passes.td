// Passes that turn tensors into buffers with planned addresses.
#ifndef EDGECC_PASSES_MEMORY_PASSES
#define EDGECC_PASSES_MEMORY_PASSES

include "mlir/Pass/PassBase.td"

def BufferizeKernels : Pass<"memory-bufferize", "::mlir::ModuleOp"> {
  let summary = "One-shot bufferisation around kernels; their bodies stay on tensors";
  let description = [{
    Arguments are read only.
  }];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect", "::mlir::memref::MemRefDialect",
                           "::edgecc::kernel::KernelDialect", "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
}

def FillBorders : Pass<"memory-fill-borders", "::mlir::func::FuncOp"> {
  let summary = "Fill only the border of a padded buffer whose inside the next kernel writes";
  let description = [{
    A padded tensor is filled whole, and then a kernel writes its inside in place. Where that kernel is the first to touch
    the buffer and does not read it, the fill is replaced by two or three that write what lies around, as rows of equal
    runs. Left alone are fills that save less than `least-bytes`, boxes that are smaller than the buffer along more than
    two dimensions, and buffers of which the inside is written by several kernels. Needs memory-bufferize before it.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect", "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect", "::edgecc::kernel::KernelDialect"];
  let options = [Option<"leastBytes", "least-bytes", "int64_t", /*default=*/"4096",
                        "Least that a border must save to be filled alone, bytes">];
  let statistics = [Statistic<"numBorders", "num-borders", "Fills kept to a border">];
}

def PlanArena : Pass<"memory-plan-arena", "::mlir::func::FuncOp"> {
  let summary = "Give every intermediate buffer an offset in one arena";
  let description = [{
    Copies become kernels, so that nothing calls into a runtime. Results become arguments behind the inputs; the arena is
    the last argument. A buffer lives from the first to the last operation of the function's block that touches it or a
    view of it. A kernel that reads an input element only for the
    output element at the same place may write over a dying input. Offsets are assigned by best fit over several orders
    (decreasing size first, after Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020).

    Sets on the function: `edge.inputs` (the number of arguments before those for results), `edge.arena_bytes`, `edge.arena_lower_bound` (the most bytes alive at one time) and
    `edge.arena`, one dictionary per buffer.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect", "::mlir::arith::ArithDialect",
                           "::edgecc::kernel::KernelDialect", "::mlir::linalg::LinalgDialect"];
  let options = [Option<"separate", "separate", "bool", /*default=*/"false",
                        "Give every buffer a place of its own: targets whose arrays are memories of their own">];
  let statistics = [Statistic<"numInPlace", "num-in-place", "Buffers that took over the place of an input">];
}

#endif

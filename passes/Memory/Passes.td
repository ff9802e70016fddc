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

def PlanArena : Pass<"memory-plan-arena", "::mlir::func::FuncOp"> {
  let summary = "Give every intermediate buffer an offset in one arena";
  let description = [{
    Copies become kernels, so that nothing calls into a runtime. Results become arguments behind the inputs; the arena is the last argument. A buffer lives from the first to the last
    operation of the function's block that touches it or a view of it. A kernel that reads an input element only for the
    output element at the same place may write over a dying input. Offsets are assigned by best fit over several orders
    (decreasing size first, after Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020).

    Sets on the function: `edge.arena_bytes`, `edge.arena_lower_bound` (the most bytes alive at one time) and
    `edge.arena`, one dictionary per buffer.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect", "::mlir::arith::ArithDialect",
                           "::edgecc::kernel::KernelDialect", "::mlir::linalg::LinalgDialect"];
  let statistics = [Statistic<"numInPlace", "num-in-place", "Buffers that took over the place of an input">];
}

#endif

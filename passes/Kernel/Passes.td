// Passes on kernels over buffers.
#ifndef EDGECC_PASSES_KERNEL_PASSES
#define EDGECC_PASSES_KERNEL_PASSES

include "mlir/Pass/PassBase.td"

def ExpandKernels : Pass<"kernel-expand", "::mlir::ModuleOp"> {
  let summary = "Turn each `kernel.compute` on buffers into a function of loops and vectors of rank 1, and a call";
  let description = [{
    Chooses a register tile and a loop order for each kernel, packs constant weights in the order in which the kernel
    reads them, and emits loops. A kernel function takes, for each operand of the kernel, a flat buffer and the index of
    the element where the operand begins. With threads, a kernel that is worth splitting has two more arguments, the range
    of units to compute, and the attribute `edge.units`, their number. With grids, a kernel computes one tile, its last
    three arguments are the place of the tile in x, y and z, `edge.grid` on it has their numbers, and calls stand in loops
    over them that have `edge.grid` too. `edge.operands` on the function has the types that
    the operands had, for those who print it. Needs buffers with static strides.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::func::FuncDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect", "::mlir::math::MathDialect"];
  let options = [
    Option<"vectorBits", "vector-bits", "int64_t", /*default=*/"128", "Width of a vector register, bits">,
    Option<"maxLanes", "max-lanes", "int64_t", /*default=*/"64", "Lanes of a vector at most">,
    Option<"registers", "registers", "int64_t", /*default=*/"16", "Vector registers">,
    Option<"multipliesByLane", "by-lane", "bool", /*default=*/"false", "Multiply-add takes one lane of a register (NEON)">,
    Option<"l1Bytes", "l1", "int64_t", /*default=*/"32768", "First-level data cache, bytes">,
    Option<"l2Bytes", "l2", "int64_t", /*default=*/"262144", "Second-level cache, bytes">,
    Option<"threads", "threads", "int64_t", /*default=*/"1", "Threads to split kernels for">,
    Option<"tilesScalars", "tile-scalars", "bool", /*default=*/"false", "Register tiles of scalars, where a lane is one">,
    Option<"unrolledOperations", "unrolled", "int64_t", /*default=*/"128", "Most operations of an unrolled loop body">,
    Option<"runsGrids", "grids", "bool", /*default=*/"false", "Kernels are grids of work items">,
    Option<"workItems", "work-items", "int64_t", /*default=*/"1", "Work items that keep a device busy">,
  ];
  let statistics = [Statistic<"numKernels", "num-kernels", "Kernels expanded">,
                    Statistic<"numPacked", "num-packed", "Constant operands packed">];
}

def OutlineSteps : Pass<"kernel-outline-steps", "::mlir::ModuleOp"> {
  let summary = "Give each step of the model a function of its own";
  let description = [{
    Splits the entry function, which has `edge.arena_bytes`, into one private function per step, NAME_step_K, that the
    entry calls in turn. A step is a call of a kernel, a store, or control flow around them; it takes all of the entry's
    arguments, so that it can be timed or run elsewhere alone. Sets `edge.steps` (name, op, macs, bytes of each) on the
    entry.
  }];
  let dependentDialects = ["::mlir::func::FuncDialect"];
}

#endif

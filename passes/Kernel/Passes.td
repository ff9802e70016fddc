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
    over them that have `edge.grid` too. A product that skips zero weights has one more buffer behind its operands, the lists
    of the steps that it takes (SparsePanels.h). `edge.operands` on the function has the types that
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
    Option<"itemOperations", "item-operations", "int64_t", /*default=*/"1", "Operations of a work item that is small enough">,
    Option<"joinsStores", "joins-stores", "bool", /*default=*/"false",
           "Store neighbouring vectors of integers below 32 bits together">,
    Option<"skipsZeros", "skip-zeros", "bool", /*default=*/"false", "Products skip zero weights where that is faster">,
    Option<"countsBits", "count-bits", "bool", /*default=*/"false", "Products of bits are counts in lanes of 8 bits">,
    Option<"dotBytes", "dot-bytes", "int64_t", /*default=*/"0", "Neighbouring bytes that a dot product sums">,
    Option<"dotShorts", "dot-shorts", "int64_t", /*default=*/"0", "Neighbouring 16-bit integers that one sums">,
    Option<"dotTemporaries", "dot-temporaries", "int64_t", /*default=*/"0", "Registers that a dot product needs">,
    Option<"dotWideTemporaries", "dot-wide-temporaries", "int64_t", /*default=*/"0", "The same without small pairs">,
    Option<"dotTakesUnsigned", "dot-unsigned", "bool", /*default=*/"false", "Dot products take unsigned bytes">,
    Option<"stagesHalves", "stage-halves", "bool", /*default=*/"false", "Shared 16-bit floats are widened on the stack">,
  ];
  let statistics = [Statistic<"numKernels", "num-kernels", "Kernels expanded">,
                    Statistic<"numPacked", "num-packed", "Constant operands packed">,
                    Statistic<"numSparse", "num-sparse", "Products that skip zero weights">];
}

def CodeConstants : Pass<"kernel-code-constants", "::mlir::ModuleOp"> {
  let summary = "Store constants in coded form, and decode them into the arena before the step that reads them";
  let description = [{
    For models whose entry function has `edge.code_weights` (`edge-code-weights` sets it). Each constant that kernels
    read is stored in the smallest form: as it is; few values, by canonical Huffman codes; mostly zeros, by codes of the
    gaps between the others, with codes of their values or the values themselves. Codes have 12 bits at most.

    ```mlir
    %w = memref.get_global @w_packed : memref<4608xf32>
    call @model_k2(%x, %c0, %w, %c0, %y, %c0)
    // becomes
    call @model_decode_sparse_f32(%streams, %c512, %values, %c16, %tables, %c0, %region, %c0)
    %w = memref.view %arena[%c66560][] : memref<86016xi8> to memref<4608xf32>
    call @model_k2(%x, %c0, %w, %c0, %y, %c0)
    ```

    The arena grows by the decoder's tables and a region as large as what one step decodes; `edge.coded_weights` on the
    entry function says how large coded and decoded weights are. A step that reads what the step before has decoded takes
    it from there. Constants under 256 bytes stay, and those that save less than an eighth. Needs `kernel-expand` before
    and `kernel-outline-steps` behind.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::func::FuncDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect"];
  let options = [Option<"refusedBy", "refused-by", "std::string", /*default=*/"", "Target without a form for decoders">];
  let statistics = [Statistic<"numCoded", "num-coded", "Constants in coded form">];
}

def ApproximateMath : Pass<"kernel-approximate-math", "::mlir::func::FuncOp"> {
  let summary = "Replace transcendental functions on f32 by polynomials on whole vectors";
  let description = [{
    For targets whose vectors are registers: a call of libm for each lane would cost more than the rest of a kernel.
    Functions on f64 and those without an accurate polynomial stay. docs/targets/cpu.md has the errors.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::vector::VectorDialect"];
  let options = [
    Option<"fuses", "fuses", "bool", /*default=*/"true", "The machine has a fused multiply-add">,
  ];
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

// Loops, vector loads and stores for one scheduled kernel.
#ifndef EDGECC_PASSES_KERNEL_NESTEMITTER_H
#define EDGECC_PASSES_KERNEL_NESTEMITTER_H

#include "passes/Kernel/BodyEmitter.h"
#include "passes/Kernel/Schedule.h"

namespace edgecc::kernel {

/// Where a kernel operand lies: a flat buffer of its element type and the element at which the operand begins.
struct FlatBuffer {
  mlir::Value buffer; ///< memref<?xT> of rank 1, contiguous.
  mlir::Value offset; ///< index
};

/// A range of the units of a schedule's split loop, as index values.
struct UnitRange {
  mlir::Value begin, end;
};

/// Emits the loops of `nest` under `schedule` at the builder's insertion point. `operands` hold one buffer per kernel
/// operand; those of packed inputs already lie in the order of packedOrder() (PackedLayout.h). `range` is given where
/// the schedule splits a loop among threads. `item` is the work item's place in x, y and z where the schedule has a
/// grid; z counts all loops of the grid behind the first two.
void emitNest(mlir::OpBuilder &builder, const KernelNest &nest, const Schedule &schedule, const VectorTarget &target,
              llvm::ArrayRef<FlatBuffer> operands, std::optional<UnitRange> range, llvm::ArrayRef<mlir::Value> item);

} // namespace edgecc::kernel

#endif

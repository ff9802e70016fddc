// Tensors between kernels that have to keep one element type, and which of them may be stored as another one.
#ifndef EDGECC_PASSES_TENSOR_STORAGEGROUPS_H
#define EDGECC_PASSES_TENSOR_STORAGEGROUPS_H

#include "dialects/Kernel/KernelOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace edgecc::tensor {

/// Tensors that are written into, cut out of or reshaped to each other, so that they have one element type.
struct StorageGroup {
  llvm::SmallVector<mlir::Value> tensors;
  llvm::SmallVector<mlir::OpOperand *> reads; ///< By kernels.
  bool isComputed = false;                    ///< Some kernel writes it; else all are constants or shapes of them.

  /// Whether kernels read it as weights alone: as what a reduction sums over, or by computed positions.
  bool areWeights() const;
};

/// The groups with elements of type `element` that nothing but kernels read and write, in the order of their first
/// tensors. Whatever the function's caller, control flow or another operation sees is in none of them, nor what a
/// kernel reads or writes in a way that `readNarrow` and `writeNarrow` do not know.
llvm::SmallVector<StorageGroup> findStorageGroups(mlir::func::FuncOp function, mlir::Type element);

/// Has the body of `kernel` read its input or output argument as elements of `narrow`, which it widens where it loads.
void readNarrow(mlir::BlockArgument argument, mlir::FloatType narrow);
/// Has `kernel` round what it yields as `result` to `narrow` where it stores.
void writeNarrow(kernel::ComputeOp kernel, unsigned result, mlir::FloatType narrow);

} // namespace edgecc::tensor

#endif

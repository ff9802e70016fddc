// How a target that is no CPU with vectors turns the nest of a kernel into loops.
#ifndef EDGECC_PASSES_KERNEL_NESTPLANNER_H
#define EDGECC_PASSES_KERNEL_NESTPLANNER_H

#include "passes/Kernel/NestEmitter.h"

#include <functional>

namespace edgecc::kernel {

struct NestPlan {
  /// Constant operands to lay out anew: element i of the new form is element layout[i] of the constant.
  llvm::SmallVector<std::pair<unsigned, llvm::SmallVector<int64_t>>> packed;
  /// Emits the loops inside the kernel's function, which is where the builder stands.
  std::function<void(mlir::OpBuilder &, llvm::ArrayRef<FlatBuffer>)> emit;
};

/// Plans a nest with merged loops, which lives until `emit` has run. `isConstant` tells which operands of the kernel
/// are known at compile time.
using NestPlanner = std::function<NestPlan(const KernelNest &, llvm::function_ref<bool(unsigned)> isConstant)>;

} // namespace edgecc::kernel

#endif

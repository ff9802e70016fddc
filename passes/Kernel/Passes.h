// Passes on kernels over buffers.
#ifndef EDGECC_PASSES_KERNEL_PASSES_H
#define EDGECC_PASSES_KERNEL_PASSES_H

#include "mlir/Pass/Pass.h"
#include "passes/Kernel/NestPlanner.h"

namespace edgecc::kernel {

#define GEN_PASS_DECL
#include "passes/Kernel/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "passes/Kernel/Passes.h.inc"

/// kernel-expand with loops that `planner` makes, for targets that are no CPUs with vectors.
std::unique_ptr<mlir::Pass> createExpandKernels(NestPlanner planner);

} // namespace edgecc::kernel

#endif

// Passes on kernels over buffers.
#ifndef EDGECC_PASSES_KERNEL_PASSES_H
#define EDGECC_PASSES_KERNEL_PASSES_H

#include "mlir/Pass/Pass.h"

namespace edgecc::kernel {

#define GEN_PASS_DECL
#include "passes/Kernel/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "passes/Kernel/Passes.h.inc"

} // namespace edgecc::kernel

#endif

// Passes that turn tensors into buffers with planned addresses.
#ifndef EDGECC_PASSES_MEMORY_PASSES_H
#define EDGECC_PASSES_MEMORY_PASSES_H

#include "mlir/Pass/Pass.h"

namespace edgecc::memory {

#define GEN_PASS_DECL
#include "passes/Memory/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "passes/Memory/Passes.h.inc"

} // namespace edgecc::memory

#endif

// Passes on linalg over tensors.
#ifndef EDGECC_PASSES_TENSOR_PASSES_H
#define EDGECC_PASSES_TENSOR_PASSES_H

#include "mlir/Pass/Pass.h"

namespace edgecc::tensor {

#define GEN_PASS_DECL
#include "passes/Tensor/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "passes/Tensor/Passes.h.inc"

} // namespace edgecc::tensor

#endif

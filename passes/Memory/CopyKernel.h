// Copies between buffers as kernels, so that they are scheduled like everything else and call no library.
#ifndef EDGECC_PASSES_MEMORY_COPYKERNEL_H
#define EDGECC_PASSES_MEMORY_COPYKERNEL_H

#include "mlir/IR/Builders.h"

namespace edgecc::memory {

/// A kernel that copies `source` to `target`, two buffers of one shape and element type.
void copyByKernel(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value source, mlir::Value target);

} // namespace edgecc::memory

#endif

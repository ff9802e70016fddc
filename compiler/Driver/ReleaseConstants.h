// Memory of constants that no operation refers to.
#ifndef EDGECC_COMPILER_DRIVER_RELEASECONSTANTS_H
#define EDGECC_COMPILER_DRIVER_RELEASECONSTANTS_H

#include "mlir/IR/BuiltinOps.h"

namespace edgecc {

/// Frees the data of every `dense_resource` that no attribute of `module` refers to. MLIR keeps such data as long as
/// the context, so that folded, transposed and packed weights would all stay in memory beside their originals. For
/// contexts that hold one module.
void releaseUnusedConstants(mlir::ModuleOp module);

} // namespace edgecc

#endif

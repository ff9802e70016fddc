// Networks that come as MLIR text: what is taken, and where it joins the flow.
#ifndef EDGECC_COMPILER_DRIVER_MLIRINPUT_H
#define EDGECC_COMPILER_DRIVER_MLIRINPUT_H

#include "mlir/IR/BuiltinOps.h"

namespace edgecc {

/// Checks that `module` is a network in layers (`edge`), in TOSA, or in linalg on tensors, and lowers TOSA to linalg.
/// Returns the phase to start at: layers begin with `simplify`, the others with `lower`. Reports what cannot be
/// compiled.
mlir::FailureOr<llvm::StringRef> prepareMlirInput(mlir::ModuleOp module);

} // namespace edgecc

#endif

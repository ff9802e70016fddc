// Portable C99 for toolchains that are not LLVM.
#ifndef EDGECC_TARGETS_C_CTARGET_H
#define EDGECC_TARGETS_C_CTARGET_H

#include "targets/Target.h"

namespace edgecc::c {

llvm::Expected<std::unique_ptr<Target>> createCTarget(const MachineOptions &machine);

/// Writes NAME.c: kernels, steps, NAME_run and the descriptor of a module in the form that this target's pipeline
/// leaves. `symbols` gives the C names of its functions and constants. Fails where an operation has no form in C.
mlir::FailureOr<std::string> modelSource(mlir::ModuleOp module, const artefact::ModelSummary &summary,
                                         const llvm::StringMap<std::string> &symbols);

/// Writes NAME_weights.c: the constants of the module.
std::string weightSource(mlir::ModuleOp module, const artefact::ModelSummary &summary,
                         const llvm::StringMap<std::string> &symbols);

} // namespace edgecc::c

#endif

// Portable C99 for toolchains that are not LLVM.
#ifndef EDGECC_TARGETS_C_CTARGET_H
#define EDGECC_TARGETS_C_CTARGET_H

#include "targets/Target.h"
#include "targets/source/Language.h"

namespace edgecc::c {

llvm::Expected<std::unique_ptr<Target>> createCTarget(const MachineOptions &machine);

/// How C sources hold weights.
enum class WeightForm {
  Array,  ///< As numbers, for any compiler.
  Incbin, ///< In a file of bytes, for assemblers with .incbin.
};

/// Writes NAME.c, NAME_weights.c and, where weights are in a file, NAME_weights.bin into `folder` and names them in the
/// summary, nothing where something has no form in `language`, C99 or a dialect of it.
llvm::Error emitSources(mlir::ModuleOp module, artefact::ModelSummary &summary, llvm::StringRef folder,
                        source::Language &language, WeightForm weights);

/// Writes NAME.c: kernels, steps, NAME_run and the descriptor of a module in the form that this target's pipeline
/// leaves. `symbols` gives the C names of its functions and constants, `language` spells what is in them. Fails where
/// an operation has no form in C.
mlir::FailureOr<std::string> modelSource(mlir::ModuleOp module, const artefact::ModelSummary &summary,
                                         const llvm::StringMap<std::string> &symbols, source::Language &language);

/// Writes NAME_weights.c: the constants of the module.
void writeWeightSource(mlir::ModuleOp module, const artefact::ModelSummary &summary,
                       const llvm::StringMap<std::string> &symbols, llvm::raw_ostream &stream);

/// Writes a NAME_weights.c that includes `file`, and `bytes`, which are to be in it.
void writeWeightFile(mlir::ModuleOp module, const artefact::ModelSummary &summary,
                     const llvm::StringMap<std::string> &symbols, llvm::StringRef file, llvm::raw_ostream &stream,
                     llvm::raw_ostream &bytes);

} // namespace edgecc::c

#endif

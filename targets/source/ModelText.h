// Text about a whole model that the languages of the C family share: constants, the descriptor.
#ifndef EDGECC_TARGETS_SOURCE_MODELTEXT_H
#define EDGECC_TARGETS_SOURCE_MODELTEXT_H

#include "compiler/Artefact/ModelSummary.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "targets/source/KernelText.h"
#include "targets/source/Language.h"

namespace edgecc::source {

/// TYPE NAME[ELEMENTS] = {...};
void writeArray(mlir::memref::GlobalOp global, llvm::StringRef name, Language &language, llvm::raw_ostream &os);

/// The elements of a constant as they lie in memory, little-endian.
void writeBytes(mlir::memref::GlobalOp global, llvm::raw_ostream &os);

/// A string literal of C.
std::string quoted(llvm::StringRef text);

/// The descriptor NAME_model with its tables. NAME_run and the static NAME_step, which runs one of the summary's steps,
/// stand before it.
void writeDescriptor(const artefact::ModelSummary &summary, llvm::raw_ostream &os);

} // namespace edgecc::source

#endif

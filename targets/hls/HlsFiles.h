// The files of an hls artefact, as text.
#ifndef EDGECC_TARGETS_HLS_HLSFILES_H
#define EDGECC_TARGETS_HLS_HLSFILES_H

#include "compiler/Artefact/ModelSummary.h"
#include "mlir/IR/BuiltinOps.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"

namespace edgecc::hls {

/// What the writers share: the module in the form that createBuildTopPass leaves, the summary and the C names.
struct Artefact {
  mlir::ModuleOp module;
  const artefact::ModelSummary &summary;
  const llvm::StringMap<std::string> &symbols;
};

/// NAME_hls.cpp: the layers and the top function. Fails where an operation has no form in C++.
mlir::FailureOr<std::string> designSource(const Artefact &artefact);
/// NAME_hls.h: declares the top function. `parameters` as in the source.
std::string designHeader(const Artefact &artefact);
/// NAME_weights.h: tables inside the part.
std::string weightHeader(const Artefact &artefact);
/// NAME_host.c: NAME_run on top of the design, with the tables that lie outside of the part, and the descriptor.
std::string hostSource(const Artefact &artefact);
/// NAME_hls.json: the report.
std::string reportText(const Artefact &artefact);
/// NAME.tcl and NAME.cfg, scripts for the vendor's tool, and NAME_bambu.sh. Adds suffixes and texts to `files`.
void scriptFiles(const Artefact &artefact, llvm::SmallVectorImpl<std::pair<std::string, std::string>> &files);

/// NAME_tb.cpp: runs the design and the reference on the same inputs.
std::string testBenchSource(const artefact::ModelSummary &summary);
/// NAME_reference.{h,c} and NAME_reference_weights.c: the same model as the target `c` writes it, from the copy that
/// the exploration kept. Adds suffixes and texts to `files`.
mlir::LogicalResult referenceFiles(mlir::ModuleOp module, const artefact::ModelSummary &summary,
                                   llvm::SmallVectorImpl<std::pair<std::string, std::string>> &files);

/// The C name of an argument of the top function.
std::string portName(const Artefact &artefact, unsigned number);

/// C names of functions, and of those that the target made: loads, stores and layers.
llvm::StringMap<std::string> nameDesign(mlir::ModuleOp module, const artefact::ModelSummary &summary);

} // namespace edgecc::hls

#endif

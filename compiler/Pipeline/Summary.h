// What the writers of an artefact need to know, gathered from the IR.
#ifndef EDGECC_COMPILER_PIPELINE_SUMMARY_H
#define EDGECC_COMPILER_PIPELINE_SUMMARY_H

#include "compiler/Artefact/ModelSummary.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace edgecc {

/// Reads names, types and shapes of inputs and outputs while `entry` is still on the model's own types.
void summarizeSignature(mlir::func::FuncOp entry, artefact::ModelSummary &summary);

/// Reads arena and steps, which the passes left as attributes of the entry function, and sums the constants that are
/// left behind phase kernels.
void summarizePlan(mlir::ModuleOp module, artefact::ModelSummary &summary);

/// SHA-256 of the model's bytes and all text that shapes the code, in hexadecimal.
std::string contentHash(llvm::StringRef model, llvm::StringRef options);

} // namespace edgecc

#endif

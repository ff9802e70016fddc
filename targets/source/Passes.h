// What the targets that write text do to the kernel IR before they print it.
#ifndef EDGECC_TARGETS_SOURCE_PASSES_H
#define EDGECC_TARGETS_SOURCE_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"

#include "llvm/ADT/StringMap.h"

namespace edgecc::source {

/// Kernels take, for each operand, a pointer to its first element in the place of a buffer and an index.
std::unique_ptr<mlir::Pass> createPointToOperandsPass();

/// What every language of the C family does to the kernel IR: pointers in the place of buffers and offsets, views as
/// one pointer and a number.
void buildTextPipeline(mlir::OpPassManager &passes);

/// Writes a file in `folder` that appears whole or not at all.
llvm::Error writeFile(llvm::StringRef folder, const llvm::Twine &file,
                      llvm::function_ref<void(llvm::raw_ostream &)> print);

/// The name of the first ONNX node in a location; empty where there is none.
llvm::StringRef nodeName(mlir::Location loc);

/// C names for the kernels and the constants of a module, from the names of their nodes. All begin with `model`;
/// NAME_run, NAME_step and NAME_model stay free.
llvm::StringMap<std::string> nameSymbols(mlir::ModuleOp module, llvm::StringRef model);

} // namespace edgecc::source

#endif

// ONNX models into the `edge` dialect.
#ifndef EDGECC_COMPILER_IMPORT_IMPORT_H
#define EDGECC_COMPILER_IMPORT_IMPORT_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MemoryBufferRef.h"

#include <string>

namespace edgecc::import {

struct ImportOptions {
  /// Values of symbolic dimensions, by name (`--dim N=1`).
  llvm::StringMap<int64_t> dims;
  /// Shapes of graph inputs, by input name (`--shape input=1x3x224x224`).
  llvm::StringMap<llvm::SmallVector<int64_t>> shapes;
  /// Graph inputs baked in as constants: input name to the path of a TensorProto file (`--bind input=tensor.pb`).
  llvm::StringMap<std::string> bindings;
  /// Name of the function that is made, a C identifier.
  std::string functionName = "model";
  /// Makes every node output a function result as well (`--keep-tensors`), in graph order.
  bool keepTensors = false;
};

/// Reads an ONNX model. Every function argument and result carries `edge.name`, its ONNX name. Operations are located
/// at a NameLoc of their ONNX node's name (its first output's name where it has none). Reports all unsupported nodes at
/// once, on the context's diagnostic engine, and returns null.
mlir::OwningOpRef<mlir::ModuleOp> importOnnx(llvm::StringRef path, const ImportOptions &options,
                                             mlir::MLIRContext *context);

/// As above for a model in memory; its identifier is the path, beside which external data lies.
mlir::OwningOpRef<mlir::ModuleOp> importOnnx(llvm::MemoryBufferRef model, const ImportOptions &options,
                                             mlir::MLIRContext *context);

} // namespace edgecc::import

#endif

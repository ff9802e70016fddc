// Diagnostics in the form `model.onnx: error: node 'Conv_3' (Conv): what is wrong`.
#ifndef EDGECC_COMPILER_DRIVER_DIAGNOSTICS_H
#define EDGECC_COMPILER_DRIVER_DIAGNOSTICS_H

#include "mlir/IR/Diagnostics.h"

#include <string>

namespace edgecc {

/// Prints diagnostics of a context to stderr while it lives.
class DiagnosticPrinter {
public:
  DiagnosticPrinter(mlir::MLIRContext *context, llvm::StringRef inputPath);
  bool sawError() const { return errors > 0; }

private:
  void print(mlir::Diagnostic &diagnostic);

  mlir::ScopedDiagnosticHandler handler;
  std::string file;
  unsigned errors = 0;
};

/// The names in a location, from the outermost: the ONNX node and, where known, its operator.
llvm::SmallVector<llvm::StringRef> namesIn(mlir::Location loc);

} // namespace edgecc

#endif

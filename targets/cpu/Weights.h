// Large weights on their way into the object file, past LLVM.
//
// A constant in LLVM IR is copied into the context, then into the object writer, then into the file. Large weights are
// zeros instead, of which LLVM keeps only the size, marked so that no optimisation believes in them; their values are
// written over the zeros of the finished object file.
#ifndef EDGECC_TARGETS_CPU_WEIGHTS_H
#define EDGECC_TARGETS_CPU_WEIGHTS_H

#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinOps.h"

#include "llvm/Support/Error.h"

namespace edgecc::cpu {

/// The values of one constant of the object file.
struct Weight {
  std::string symbol;
  mlir::AsmResourceBlob values;
  uint64_t offset = 0; ///< Of the values inside the symbol, bytes.
};

/// Takes the values of large constants out of `module`, which is in the LLVM dialect; they are zeros there afterwards.
std::vector<Weight> takeWeights(mlir::ModuleOp module);

/// Writes `weights` to their places in the ELF object file `path`.
llvm::Error writeWeights(llvm::StringRef path, llvm::ArrayRef<Weight> weights);

} // namespace edgecc::cpu

#endif

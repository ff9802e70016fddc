// Constant operands of kernels, rewritten in the order in which a kernel reads them.
#ifndef EDGECC_PASSES_KERNEL_PACKCONSTANTS_H
#define EDGECC_PASSES_KERNEL_PACKCONSTANTS_H

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"

#include <map>

namespace edgecc::kernel {

class ConstantPacker {
public:
  explicit ConstantPacker(mlir::ModuleOp module) : symbols(module) {}

  /// The constant that `buffer` is, if it is a whole constant global with values, else null.
  mlir::memref::GlobalOp constantGlobal(mlir::Value buffer);

  /// A new constant of rank 1 whose element i is element layout[i] of `global`. Equal requests share one constant.
  mlir::memref::GlobalOp pack(mlir::memref::GlobalOp global, llvm::ArrayRef<int64_t> layout);

private:
  mlir::SymbolTable symbols;
  std::map<std::tuple<mlir::Operation *, uint64_t, uint64_t>, mlir::memref::GlobalOp> done;
};

} // namespace edgecc::kernel

#endif

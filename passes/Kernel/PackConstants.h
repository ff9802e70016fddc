// Constant operands of kernels, rewritten in the order in which a kernel reads them.
#ifndef EDGECC_PASSES_KERNEL_PACKCONSTANTS_H
#define EDGECC_PASSES_KERNEL_PACKCONSTANTS_H

#include "passes/Kernel/PackedLayout.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"

namespace edgecc::kernel {

class ConstantPacker {
public:
  explicit ConstantPacker(mlir::ModuleOp module);

  /// The constant that `buffer` is, if it is a whole constant global with values, else null.
  mlir::memref::GlobalOp constantGlobal(mlir::Value buffer);

  /// A new constant of rank 1 with the elements of `global` in `order`. Equal requests share one constant.
  mlir::memref::GlobalOp pack(mlir::memref::GlobalOp global, const PackedOrder &order);

  /// The same with element layout[i] of `global`, or zero where that is -1, as element i, for orders that are no
  /// PackedOrder.
  mlir::memref::GlobalOp pack(mlir::memref::GlobalOp global, llvm::ArrayRef<int64_t> layout);

  /// A new constant of rank 1 that belongs to `global`.
  mlir::memref::GlobalOp addTable(mlir::memref::GlobalOp global, llvm::ArrayRef<int32_t> values);

  /// The bytes of `global`, of one element where it is a splat.
  static llvm::ArrayRef<char> dataOf(mlir::memref::GlobalOp global);

  /// Erases the constants behind `buffers`, the operands of a kernel that is gone, and frees their data, unless
  /// something else reads them: big weights need not be in memory twice, packed and not, until all kernels are done.
  void releaseUnread(mlir::ValueRange buffers);

private:
  mlir::memref::GlobalOp insert(mlir::memref::GlobalOp global, const llvm::Twine &name, mlir::Type element,
                                int64_t elements, mlir::Attribute value);
  using Copy = llvm::function_ref<void(int64_t bytes, const char *source, char *target)>;
  /// A constant of `elements` elements that `copy` takes from `global`.
  mlir::memref::GlobalOp create(mlir::memref::GlobalOp global, int64_t elements, Copy copy);
  void release(mlir::memref::GlobalOp global);

  mlir::SymbolTable symbols;
  llvm::DenseMap<mlir::Operation *, unsigned> readers; ///< memref.get_global of each constant.
  llvm::StringMap<unsigned> users;                     ///< Attributes with the data of a dense_resource, by its key.
  /// The packed forms of a constant; most have one.
  llvm::DenseMap<mlir::Operation *, llvm::SmallVector<std::pair<PackedOrder, mlir::memref::GlobalOp>, 1>> done;
};

} // namespace edgecc::kernel

#endif

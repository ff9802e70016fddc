// Operations that can be computed with the dimensions of their operands in another order.
#ifndef EDGECC_PASSES_EDGE_REORDER_H
#define EDGECC_PASSES_EDGE_REORDER_H

#include "passes/Edge/Transposes.h"

#include <optional>

namespace edgecc::edge {

/// How a transpose moves from an operand of an operation to its results.
struct Passage {
  /// What is undone on each operand of reorderedOperands(). Of a rank to which the operands broadcast.
  Permutation undone;
  /// What the results of the operation on these operands are transposed by.
  Permutation behind;
};

/// The passage of a transpose by `permutation` on operand number `operand`; nothing if `op` needs the order. A reshape
/// lets the part of the permutation pass that keeps together what it joins.
std::optional<Passage> findPassage(mlir::Operation *op, unsigned operand, llvm::ArrayRef<int64_t> permutation);

/// The numbers of the operands that have to be reordered together when `op` is.
llvm::SmallVector<unsigned> reorderedOperands(mlir::Operation *op);

/// Computes `op` on reordered operands and returns values equal to its results. `op` itself stays.
llvm::SmallVector<mlir::Value> createReordered(mlir::OpBuilder &builder, mlir::Operation *op, const Passage &passage);

} // namespace edgecc::edge

#endif

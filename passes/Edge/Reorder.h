// Operations that can be computed with the dimensions of their operands in another order.
#ifndef EDGECC_PASSES_EDGE_REORDER_H
#define EDGECC_PASSES_EDGE_REORDER_H

#include "passes/Edge/Permutations.h"

#include <optional>

namespace edgecc::edge {

/// If operand number `operand` of `op` is a tensor transposed by `permutation`, then the results of `op` are those of
/// the same operation on untransposed operands, transposed by the permutation returned. Nothing if `op` needs the
/// order.
std::optional<Permutation> permutationBehind(mlir::Operation *op, unsigned operand,
                                             llvm::ArrayRef<int64_t> permutation);

/// The numbers of the operands that have to be reordered together when `op` is.
llvm::SmallVector<unsigned> reorderedOperands(mlir::Operation *op);

/// Computes `op` on operands with `permutation` (of operand number `operand`) undone, and returns values equal to its
/// results. `op` itself stays.
llvm::SmallVector<mlir::Value> createReordered(mlir::OpBuilder &builder, mlir::Operation *op, unsigned operand,
                                               llvm::ArrayRef<int64_t> permutation);

} // namespace edgecc::edge

#endif

// Loops over tensors for what no linalg.generic can say: writes whose position depends on data, and recurrences.
#ifndef EDGECC_PASSES_CONVERSION_EDGETOLINALG_LOOPBUILDERS_H
#define EDGECC_PASSES_CONVERSION_EDGETOLINALG_LOOPBUILDERS_H

#include "mlir/IR/Builders.h"

namespace edgecc::edge_to_linalg {

/// Writes the body of a loop nest: from the loop indices and the carried value to the next carried value.
using LoopBody = llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::Location, mlir::ValueRange, mlir::Value)>;

mlir::Value indexConstant(mlir::OpBuilder &builder, mlir::Location loc, int64_t value);

/// scf.for from `lower` to `upper` by 1 that carries `init`.
mlir::Value loop(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value lower, mlir::Value upper, mlir::Value init,
                 LoopBody body);

/// One scf.for from 0 for each of `sizes`, the first outermost, that carry `init`. Without sizes: the body alone.
mlir::Value loopNest(mlir::OpBuilder &builder, mlir::Location loc, llvm::ArrayRef<int64_t> sizes, mlir::Value init,
                     LoopBody body);

/// The part of `source` at `offsets`, of `sizes`, without the dimensions of size 1 that `shape` lacks.
mlir::Value extractSlice(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value source,
                         llvm::ArrayRef<mlir::OpFoldResult> offsets, llvm::ArrayRef<int64_t> sizes,
                         llvm::ArrayRef<int64_t> shape);

/// `target` with `source` written at `offsets`; `sizes` are those of `source` with the ones that it lacks.
mlir::Value insertSlice(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value source, mlir::Value target,
                        llvm::ArrayRef<mlir::OpFoldResult> offsets, llvm::ArrayRef<int64_t> sizes);

} // namespace edgecc::edge_to_linalg

#endif

// Transposes and reshapes of values, made with the least work.
#ifndef EDGECC_PASSES_EDGE_TRANSPOSES_H
#define EDGECC_PASSES_EDGE_TRANSPOSES_H

#include "dialects/Edge/Permutations.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

#include <optional>

namespace edgecc::edge {

mlir::RankedTensorType permutedType(mlir::RankedTensorType type, llvm::ArrayRef<int64_t> permutation);

/// How a value was made by a transpose, or by a reshape that only moves dimensions of size 1.
struct TransposedValue {
  mlir::Operation *op;
  mlir::Value source;
  Permutation permutation;
};
std::optional<TransposedValue> transposedFrom(mlir::Value value);

/// Whether the elements of `value` can be put in another order at compile time: a constant, or one element repeated.
bool reordersForFree(mlir::Value value);

/// `value` transposed. Composes with a transpose that made `value`, folds constants, and reshapes where that does.
mlir::Value createTranspose(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value,
                            llvm::ArrayRef<int64_t> permutation);
/// `value` under another shape; folds likewise.
mlir::Value createReshape(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value,
                          llvm::ArrayRef<int64_t> shape);

/// Bytes of a tensor of this type.
int64_t tensorBytes(mlir::RankedTensorType type);

} // namespace edgecc::edge

#endif

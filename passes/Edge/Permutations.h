// Permutations of dimensions, and transposes made with the least work.
//
// As in `edge.transpose`, dimension i of the result is dimension permutation[i] of the input.
#ifndef EDGECC_PASSES_EDGE_PERMUTATIONS_H
#define EDGECC_PASSES_EDGE_PERMUTATIONS_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

#include <optional>

namespace edgecc::edge {

using Permutation = llvm::SmallVector<int64_t>;

Permutation inversePermutation(llvm::ArrayRef<int64_t> permutation);
/// The permutation that does `first`, then `second`.
Permutation composePermutations(llvm::ArrayRef<int64_t> first, llvm::ArrayRef<int64_t> second);
/// `permutation` for a tensor with more dimensions in front, which stay where they are.
Permutation extendPermutation(llvm::ArrayRef<int64_t> permutation, size_t rank);
/// Whether the elements keep their row-major order, because at most dimensions of size 1 move.
bool keepsElementOrder(llvm::ArrayRef<int64_t> permutation, llvm::ArrayRef<int64_t> shape);
/// One value per dimension of an input, in the order of the dimensions of the result.
template <typename T> llvm::SmallVector<T> permuted(llvm::ArrayRef<T> values, llvm::ArrayRef<int64_t> permutation) {
  llvm::SmallVector<T> result;
  for (int64_t dim : permutation)
    result.push_back(values[dim]);
  return result;
}
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

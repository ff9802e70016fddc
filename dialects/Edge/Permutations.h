// Permutations of dimensions. As in `edge.transpose`, dimension i of the result is dimension permutation[i] of the input.
#ifndef EDGECC_DIALECTS_EDGE_PERMUTATIONS_H
#define EDGECC_DIALECTS_EDGE_PERMUTATIONS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

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

} // namespace edgecc::edge

#endif

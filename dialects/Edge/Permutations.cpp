// Permutations of dimensions.
#include "dialects/Edge/Permutations.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace llvm;
using namespace edgecc::edge;

Permutation edgecc::edge::inversePermutation(ArrayRef<int64_t> permutation) {
  Permutation inverse(permutation.size());
  for (auto [index, dim] : enumerate(permutation))
    inverse[dim] = index;
  return inverse;
}

Permutation edgecc::edge::composePermutations(ArrayRef<int64_t> first, ArrayRef<int64_t> second) {
  return permuted(first, second);
}

Permutation edgecc::edge::extendPermutation(ArrayRef<int64_t> permutation, size_t rank) {
  int64_t front = rank - permutation.size();
  Permutation extended = to_vector(seq<int64_t>(0, front));
  for (int64_t dim : permutation)
    extended.push_back(dim + front);
  return extended;
}

bool edgecc::edge::keepsElementOrder(ArrayRef<int64_t> permutation, ArrayRef<int64_t> shape) {
  int64_t last = -1;
  for (int64_t dim : permutation) {
    if (shape[dim] == 1)
      continue;
    if (dim < last)
      return false;
    last = dim;
  }
  return true;
}

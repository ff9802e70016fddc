// Products of narrow integers as sums of dot products of a few neighbours, and of bits as counts.
#ifndef EDGECC_PASSES_KERNEL_DOTGROUPS_H
#define EDGECC_PASSES_KERNEL_DOTGROUPS_H

#include "passes/Kernel/Schedule.h"

namespace edgecc::kernel {

/// Sets `nest.dot`, and makes its loop count groups, where main is a product with constant weights that `target` has a
/// dot product for: neighbours along a reduction lie next to each other in the activations, which are the same for all
/// lanes. Loops are merged before.
void formDotGroups(KernelNest &nest, const VectorTarget &target, llvm::function_ref<bool(unsigned)> isConstant);

/// Sets `nest.bits` where main counts differing bits of activations, which are the same for all lanes, and constant
/// weights. Loops are merged before.
void formBitCounts(KernelNest &nest, llvm::function_ref<bool(unsigned)> isConstant);

/// Whether the products of two neighbouring weights with any two unsigned bytes sum to an i16.
inline bool isSmallPair(int a, int b) {
  int positive = (a > 0 ? a : 0) + (b > 0 ? b : 0), negative = (a < 0 ? -a : 0) + (b < 0 ? -b : 0);
  return positive <= 128 && negative <= 128; // 255 * 128 = 32640
}

} // namespace edgecc::kernel

#endif

// Products that skip blocks of zero weights, known at compile time.
//
// A block is one step of the reduction (one group of it, for dot products) by the columns of a unit: a vector, or one
// of the narrower pieces at the end. A register tile takes, of each panel, only the steps whose blocks are not all
// zero: a list of them is stored, as offsets of the activations, and weights of no other steps. The sum runs in the
// order of the dense product. docs/decisions/sparse-panels.md.
#ifndef EDGECC_PASSES_KERNEL_SPARSEPANELS_H
#define EDGECC_PASSES_KERNEL_SPARSEPANELS_H

#include "passes/Kernel/PackedLayout.h"

#include "llvm/ADT/BitVector.h"

namespace edgecc::kernel {

/// Which blocks of the constant weights of a product are zero.
class WeightBlocks {
public:
  /// The blocks of the weights that `schedule` packs, where main is a product that can skip steps and at least a tenth
  /// of the weights is zero. `dataOf` has the bytes of a constant kernel operand, of one element where it is a splat.
  static std::optional<WeightBlocks> find(const KernelNest &nest, const Schedule &schedule,
                                          llvm::function_ref<llvm::ArrayRef<char>(unsigned operand)> dataOf);

  unsigned activations() const { return factors.first; } ///< Input of main.
  unsigned weights() const { return factors.second; }    ///< Input of main.
  int64_t steps() const { return numSteps; }
  bool isZero(int64_t unit, int64_t step) const { return !nonZero[unit * numSteps + step]; }

  /// Steps that a panel of the `count` units from `unit` on takes if every `together` of its units share a list: the
  /// longest of its lists.
  int64_t panelSteps(int64_t unit, int64_t count, int64_t together) const;

private:
  std::pair<unsigned, unsigned> factors;
  int64_t numSteps = 0;
  llvm::BitVector nonZero;
};

/// Lists of steps, and the weights in the order in which they are read.
struct SparsePanels {
  llvm::SmallVector<SparsePiece> pieces;
  /// The first step of each panel, counted over all panels, and their number; then for each step the offsets, in
  /// elements, of the activations of each list.
  std::vector<int32_t> lists;
  /// Elements of the original weights in their new order; -1 stands for a zero.
  std::vector<int64_t> layout;
  double share = 1; ///< Of the weights.
};

/// The panels of `schedule`, which skips steps.
SparsePanels layOutSparse(const KernelNest &nest, const Schedule &schedule, const WeightBlocks &blocks);

} // namespace edgecc::kernel

#endif

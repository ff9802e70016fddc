// What a register tile costs, dense or skipping zero weights.
#ifndef EDGECC_PASSES_KERNEL_TILECOST_H
#define EDGECC_PASSES_KERNEL_TILECOST_H

#include "passes/Kernel/SparsePanels.h"

namespace edgecc::kernel {

class TileCost {
public:
  TileCost(const KernelNest &nest, const VectorTarget &target) : nest(nest), target(target) {}

  /// Cycles of one reduction step of a tile: two arithmetic units, two load units, four cycles of latency. Loads that
  /// hide behind arithmetic still cost a little, so that of two equal tiles the one that shares more wins.
  double tileCycles(int64_t rows, int64_t vectors, bool uniformInput) const;
  /// The same of a step of a product that skips others. Each list has a load of its offset, and loads its own
  /// activations.
  double sparseTileCycles(int64_t rows, int64_t vectors, int64_t lists) const;
  /// Registers for what is between the loads of a step and its sums, where that is more than a fused multiply-add.
  int64_t temporaries() const;
  bool fitsRegisters(int64_t rows, int64_t vectors, bool uniformInput) const;

private:
  const KernelNest &nest;
  const VectorTarget &target;
};

/// Gives `schedule`, which has the best dense tile, one that skips steps if that is clearly faster.
void chooseSparseTile(const KernelNest &nest, const VectorTarget &target, const WeightBlocks &blocks,
                      Schedule &schedule);

} // namespace edgecc::kernel

#endif

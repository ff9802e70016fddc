// The order in which a kernel reads a constant operand, and the columns that its register tiles take.
//
// Along a parallel vector loop a packed operand is a row of panels: all reductions of the first panel of columns, then
// of the next. Panels are as wide as a register tile, the last ones narrower. A sum across the lanes needs no panels:
// the vector loop is then the innermost dimension.
#ifndef EDGECC_PASSES_KERNEL_PACKEDLAYOUT_H
#define EDGECC_PASSES_KERNEL_PACKEDLAYOUT_H

#include "passes/Kernel/Schedule.h"

namespace edgecc::kernel {

/// `count` panels of `width` columns from column `begin`, in vectors of `lanes`.
struct Piece {
  int64_t begin, width, count;
  int64_t lanes;
};

/// The columns of a parallel vector loop of `size`: full panels, then vectors that remain, then powers of two.
llvm::SmallVector<Piece> columnPieces(int64_t size, const Schedule &schedule);

/// Gives `access` the strides of its packed form. Returns the elements of a panel of one column (by which the strides
/// of reductions grow with the panel's width), or 0 where the form has no panels.
int64_t layOutPacked(const KernelNest &nest, const Schedule &schedule, Access &access);

/// The order of a packed operand as loops over the elements of the original, counted as the access's strides do:
/// `outer` loops, then panels of columns, in each the `inner` loops, and innermost the columns of the panel.
struct PackedOrder {
  struct Loop {
    int64_t size, stride;
    int64_t elements = 0; ///< Where the loop counts groups: the elements along it.
    bool operator==(const Loop &other) const {
      return size == other.size && stride == other.stride && elements == other.elements;
    }
  };
  int64_t offset = 0;
  llvm::SmallVector<Loop> outer, inner;
  llvm::SmallVector<std::pair<int64_t, int64_t>> panels; ///< First column and number of columns.
  int64_t columnStride = 0;
  /// Neighbours along one of the `inner` loops that lie next to each other in each column, for dot products. A last
  /// group that is not full begins early enough to end with the loop, and has zeros for what the one before it has; a
  /// loop shorter than one group has zeros at its end.
  int64_t group = 1;

  bool operator==(const PackedOrder &other) const;
  int64_t numElements() const;
  /// Calls `take` for each element in packed order; -1 stands for a zero.
  void forEachElement(llvm::function_ref<void(int64_t element)> take) const;
  /// Without groups, calls `run(first, count)` for each row of `count` elements, `columnStride` apart from `first` on,
  /// in packed order.
  void forEachRow(llvm::function_ref<void(int64_t first, int64_t count)> run) const;
};

/// The order of the packed form of main's input `operand`.
PackedOrder packedOrder(const KernelNest &nest, const Schedule &schedule, unsigned operand);

} // namespace edgecc::kernel

#endif

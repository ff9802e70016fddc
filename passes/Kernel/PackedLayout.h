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

/// For each element of the packed form of main's input `operand`, the element of the original (counted as the access's
/// strides do, from its first element).
llvm::SmallVector<int64_t> packedLayout(const KernelNest &nest, const Schedule &schedule, unsigned operand);

} // namespace edgecc::kernel

#endif

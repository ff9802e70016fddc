// A design of one kernel: in which order its loops run, which are unrolled, and where sums are kept.
#ifndef EDGECC_TARGETS_HLS_DESIGN_H
#define EDGECC_TARGETS_HLS_DESIGN_H

#include "passes/Kernel/KernelNest.h"

namespace edgecc::hls {

/// The schedule of a kernel's nest, its loops merged (mergeLoops).
///
/// A reduction runs as: for the outer parallel loops, for the reductions, for the tile: one step of a sum. A sum of the
/// tile then comes back only after all others, so that the latency of an addition does not stop the pipeline.
struct Design {
  llvm::SmallVector<unsigned> order; ///< The parallel loops from the outermost to the innermost.
  unsigned tile = 0;                 ///< So many of them, from the innermost, are the tile; 0: one sum in a register.
  llvm::SmallVector<unsigned> reductions; ///< Reduction loops from the outermost to the innermost.
  llvm::SmallVector<int64_t> unroll;      ///< For each loop of the nest, the steps side by side; divides its size.
  bool wideEpilogue = false;              ///< Whether what follows the reduction is unrolled as the tile is.

  llvm::ArrayRef<unsigned> outer() const { return llvm::ArrayRef(order).drop_back(tile); }
  llvm::ArrayRef<unsigned> inner() const { return llvm::ArrayRef(order).take_back(tile); }
};

/// The loops in the order of the output, nothing unrolled: what a tool makes of plain code.
Design plainDesign(const kernel::KernelNest &nest);

/// A design as an attribute of its kernel, and back.
mlir::DictionaryAttr toAttribute(mlir::MLIRContext *context, const Design &design);
Design fromAttribute(mlir::DictionaryAttr attribute);
inline constexpr llvm::StringLiteral designName = "hls.design";

/// Steps of `loop` that are left when its unrolled ones run side by side.
inline int64_t stepsOf(const kernel::KernelNest &nest, const Design &design, unsigned loop) {
  return nest.loops[loop].size / design.unroll[loop];
}

/// Whether main's constant operand `index` is laid out anew, in the order in which the design reads it.
bool isPacked(const kernel::KernelNest &nest, const Design &design, unsigned index,
              llvm::function_ref<bool(unsigned)> isConstant);

/// A ring inside the part that holds what one entry of a design reads of an operand outside: the lines under the window
/// of a convolution. Every word is fetched once, in a burst.
struct Window {
  unsigned operand = 0;         ///< Of main.
  std::optional<unsigned> loop; ///< The outer loop that moves the window; none: it is filled once.
  unsigned level = 0;           ///< How many outer loops lie around the filling of the first window.
  int64_t span = 0;             ///< Elements from the first to the last that an entry reads.
  int64_t fresh = 0;            ///< Of these, how many are new in each step of the loop.
  int64_t size = 0;             ///< Of the ring: a power of two, so that the place of an element is its last bits.

  int64_t before() const { return span - fresh; } ///< Elements that are fetched before the loop.
};
std::optional<Window> windowOf(const kernel::KernelNest &nest, const Design &design, unsigned operand,
                               llvm::function_ref<bool(unsigned)> isConstant,
                               llvm::function_ref<bool(unsigned)> isOffChip);

/// Whether the window goes over the operand once, from its first element on, and so can be filled from a stream; how
/// many elements at the end it then leaves.
std::optional<int64_t> leftBehindWindow(const kernel::KernelNest &nest, const Window &window);

/// Loops that stand inside each other in the emitted text, from the outermost: those of main, or of what stores results
/// (the epilogue, or where there is none the stores alone).
enum class Section { Main, Results };
/// Whether `section` touches each of the `elements` of `access` once, from the first to the last.
bool isInOrder(const kernel::KernelNest &nest, const Design &design, Section section, const kernel::Access &access,
               int64_t elements);

/// The order in which a packed operand is laid out: loops by their steps, then what is unrolled; those along which it
/// varies.
struct PackedOrder {
  llvm::SmallVector<unsigned> loops, lanes;
};
PackedOrder packedOrder(const kernel::KernelNest &nest, const Design &design, const kernel::Access &access);

} // namespace edgecc::hls

#endif

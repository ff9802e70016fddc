// How the loop nest of a kernel runs on a CPU with vectors: which loop the lanes walk, the register tile, the loop
// order.
#ifndef EDGECC_PASSES_KERNEL_SCHEDULE_H
#define EDGECC_PASSES_KERNEL_SCHEDULE_H

#include "passes/Kernel/KernelNest.h"

namespace edgecc::kernel {

/// What a target has for sums of products of narrow integers: instructions that add, to each 32-bit lane, the products
/// of a few neighbours (`kernel.dot`).
struct DotUnit {
  /// Neighbouring bytes that it takes; 0: none, bytes are widened one by one.
  int64_t bytes = 0;
  /// Neighbouring integers of 16 bits; 0: none.
  int64_t shorts = 0;
  /// Vector registers that it needs besides sums, weights and activations; and those without `small_pairs`.
  int64_t temporaries = 0, wideTemporaries = 0;
  /// Whether bytes that are not weights may be unsigned; signed ones may always be.
  bool takesUnsigned = false;
  /// Whether one signedness of these bytes is faster than the other.
  bool prefersUnsigned = false, prefersSigned = false;
  /// Whether only weights of which neighbours 2i and 2i + 1 have absolute values with a sum of 128 at most run at full
  /// speed: products with larger ones would saturate, and are taken in another way.
  bool wantsSmallPairs = false;
  /// Whether products that have no neighbours to sum, as depthwise convolutions, run faster on floats.
  bool needsNeighbours = false;
};

/// What the schedule needs to know of a target.
struct VectorTarget {
  int64_t vectorBits = 128;
  /// Lanes of a vector at most.
  int64_t maxLanes = 64;
  int64_t registers = 16;
  /// Multiplication by one lane of a register (NEON): scalars are then best loaded as vectors along the reduction.
  bool multipliesByLane = false;
  int64_t l1Bytes = 32 * 1024;
  int64_t l2Bytes = 256 * 1024;
  /// Threads that kernels are split for; 1: kernels have no range argument.
  int64_t threads = 1;
  /// Whether scalar code is tiled too, as lanes of one element: several sums at once hide the latency of each.
  bool tilesScalars = false;
  /// Operations of main that a loop body is unrolled to at most; a register tile counts its points. 1: loops stay
  /// loops.
  int64_t unrolledOperations = 128;
  /// Whether kernels run as grids of work items: each computes one tile, and no loop over tiles is left.
  bool runsGrids = false;
  /// Work items that a device wants at least to be busy; tiles become smaller where there are fewer.
  int64_t workItems = 1;
  /// Operations of main, a vector as one, below which a work item is not made smaller for the sake of more of them.
  int64_t itemOperations = 1;
  /// Whether neighbouring vectors of integers below 32 bits are stored together, as many as fill a register.
  bool joinsStores = false;
  /// Whether products leave out steps whose constant weights are zero where that is faster.
  bool skipsZeros = false;
  /// Whether differing bits of two bytes are counted in lanes of 8 bits (`kernel.count_bits`).
  bool countsBits = false;
  DotUnit dot;
  /// Whether 16-bit floats that lanes share are widened to the stack, many at once, before sums read them.
  bool stagesHalves = false;
};

/// Panels of one width of a product that skips steps (SparsePanels.h).
struct SparsePiece {
  int64_t begin, width, count; ///< The first column; columns of a panel; panels.
  int64_t lists;               ///< Lists of steps in each panel.
  int64_t firstPanel;          ///< Its number.
  /// Step k of a panel, counted over all panels, has its weights from `weights` + k * width (groups of them for dot
  /// products) on and its offsets from `offsets` + k * lists on.
  int64_t weights, offsets;
};

/// How a product skips the steps whose weights are zero.
struct SparseSteps {
  /// Vectors of the register tile that share a list of steps.
  int64_t together = 1;
  unsigned activations = 0, weights = 1; ///< Inputs of main.
  llvm::SmallVector<SparsePiece> pieces;
};

struct Schedule {
  /// The loop whose points are the lanes of a vector; none for scalar code.
  std::optional<unsigned> vectorLoop;
  int64_t lanes = 1;
  /// Vectors side by side in the register tile (along a parallel vector loop).
  int64_t vectors = 1;
  /// The loop of which `rows` points are computed together, so that one vector of weights serves them all.
  std::optional<unsigned> rowLoop;
  int64_t rows = 1;
  /// Rows per cache block, a multiple of `rows`; 0: the row loop is not blocked.
  int64_t rowBlock = 0;
  /// The parallel loops from the outermost to the innermost.
  llvm::SmallVector<unsigned> order;
  /// Reduction loops from the outermost to the innermost, with the steps unrolled in one iteration of each.
  llvm::SmallVector<std::pair<unsigned, int64_t>> reductions;
  /// The parallel loop that is split among threads, in `units`: points of a plain loop, tiles of the row loop, panels
  /// of the vector loop; what fills no whole tile or panel belongs to the last unit. None: the kernel runs on one
  /// thread.
  std::optional<unsigned> splitLoop;
  int64_t units = 1;
  /// The parallel loops as dimensions of a grid of work items, the one with the smallest step in the output first;
  /// empty where kernels are loops.
  llvm::SmallVector<unsigned> grid;
  /// Operands of main that are constants to be laid out in the order in which the kernel reads them.
  llvm::SmallVector<unsigned> packed;
  /// None: main takes all steps. Otherwise the operand behind those of the kernel has the lists.
  std::optional<SparseSteps> sparse;
};

class WeightBlocks;

/// Chooses a schedule. `isConstant` tells which operands of the kernel are known at compile time. It skips steps, if
/// that is estimated to be faster, where `blocks` tells which weights are zero.
Schedule chooseSchedule(const KernelNest &nest, const VectorTarget &target,
                        llvm::function_ref<bool(unsigned)> isConstant, const WeightBlocks *blocks = nullptr);

/// Steps of a parallel loop under `schedule`: points of a plain loop, tiles of the row loop, panels of the vector loop;
/// what fills no whole tile or panel is one more.
int64_t unitsOf(const KernelNest &nest, const Schedule &schedule, unsigned loop);

/// Whether a constant operand of main, read through `access`, is packed in panels of the vector loop: it varies along
/// the vector loop and not along the rows.
bool isPanelled(const KernelNest &nest, const Schedule &schedule, const Access &access);

} // namespace edgecc::kernel

#endif

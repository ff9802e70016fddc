// The loop nest of a `kernel.compute` on buffers: loops, stages and linear accesses with static strides.
//
// A kernel computes, for each point of its parallel loops, an optional reduction and then an elementwise epilogue.
// Every access of a linalg operand is linear in the loops, so that an operand is a base address and one stride per
// loop. Merging loops, choosing the vector dimension and packing weights are then arithmetic on these strides.
#ifndef EDGECC_PASSES_KERNEL_KERNELNEST_H
#define EDGECC_PASSES_KERNEL_KERNELNEST_H

#include "dialects/Kernel/KernelOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace edgecc::kernel {

/// One loop of the nest.
struct Loop {
  int64_t size;
  bool reduction;
  /// The body reads this loop's index, so that it cannot be merged with another.
  bool indexed = false;
  /// For people: the dimension, such as "oh", or "oh_ow" for merged ones.
  std::string name;
};

/// A linear access of one kernel operand: element offset + sum of index * stride.
struct Access {
  unsigned operand;                   ///< Index among the operands of the kernel.
  llvm::SmallVector<int64_t> strides; ///< In elements, one per loop.
  int64_t offset = 0;                 ///< In elements.
};

/// One linalg op of the kernel's body in terms of the nest.
struct Stage {
  mutable mlir::linalg::GenericOp op; ///< A handle; MLIR knows no const operations.
  /// For each operand of `op` (inputs, then outputs): an access where the operand is a kernel operand, else none.
  llvm::SmallVector<std::optional<Access>> accesses;
  /// For each loop of `op`, the loop of the nest.
  llvm::SmallVector<unsigned> loops;
};

/// Main as sums of dot products (`kernel.dot`): acc + activations * weights of narrow integers, of which `size`
/// neighbours along one reduction loop make one step.
struct DotGroups {
  unsigned activations, weights; ///< Inputs of main.
  unsigned loop;                 ///< The reduction loop; it counts groups.
  int64_t elements;              ///< Elements along it; the last group may have fewer than `size`.
  int64_t size;
  unsigned laneLoop;          ///< The parallel loop along which weights but no activations vary.
  bool isUnsigned = false;    ///< The activations are.
  bool hasSmallPairs = false; ///< See `kernel.dot`.

  int64_t groups() const { return (elements + size - 1) / size; }
  bool hasRest() const { return elements % size != 0; }
};

/// Main as counts of the bits in which bytes of activations and of constant weights differ (`kernel.count_bits`).
struct BitCounts {
  unsigned activations, weights; ///< Inputs of main.
  unsigned laneLoop;             ///< The parallel loop along which weights but no activations vary.
};

struct KernelNest {
  mutable ComputeOp kernel;
  llvm::SmallVector<Loop> loops; ///< Parallel loops in the order of the output, then reductions.
  /// Computes the initial values of the accumulators; absent where main has no reduction.
  llvm::SmallVector<Stage> inits;
  Stage main;
  std::optional<Stage> epilogue;
  std::optional<DotGroups> dot;
  std::optional<BitCounts> bits;
  /// Where each output of the kernel is written.
  llvm::SmallVector<Access> outputs;

  const Stage &last() const { return epilogue ? *epilogue : main; }
  bool hasReduction() const;
  int64_t iterations() const;
  /// Iterations with each element of a group counted.
  int64_t points() const;
};

/// Describes `kernel`, whose operands are buffers with static strides. Fails, with an error on the kernel, where the
/// body is not of the form that FormKernels makes.
mlir::FailureOr<KernelNest> analyzeKernel(ComputeOp kernel);

/// Drops loops of size 1 and merges neighbours that every access walks contiguously.
void mergeLoops(KernelNest &nest);

} // namespace edgecc::kernel

#endif

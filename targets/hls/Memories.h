// The memories of a model: each buffer, input, output and constant, and which kernels use it.
#ifndef EDGECC_TARGETS_HLS_MEMORIES_H
#define EDGECC_TARGETS_HLS_MEMORIES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "passes/Kernel/KernelNest.h"
#include "passes/Kernel/PackConstants.h"

#include "llvm/ADT/MapVector.h"

namespace edgecc::hls {

struct Memory {
  int64_t elements = 0, bits = 0;
  bool isConstant = false, isPort = false; ///< A table; an input or output of the model. Neither: a buffer.
  bool outside = false;
  bool stream = false;                                   ///< A queue between two layers that overlap.
  llvm::SmallVector<std::pair<unsigned, unsigned>> uses; ///< Kernel and operand.
  llvm::SmallVector<unsigned> writers, readers;          ///< Kernels.
};

/// A kernel of the model with its nest, loops merged; none where it has no points.
struct ModelKernel {
  kernel::ComputeOp op;
  std::optional<kernel::KernelNest> nest;
  llvm::SmallVector<unsigned> memories; ///< For each operand.
  int64_t runs = 1;                     ///< How often loops with constant bounds run it.
};

class Memories {
public:
  /// Describes all kernels of `module`. Fails where one has no form as a nest.
  static mlir::FailureOr<Memories> of(mlir::ModuleOp module);

  std::vector<Memory> memories;
  std::vector<ModelKernel> kernels;
  mlir::func::FuncOp entry;
  /// For each kernel the number of its layer: kernels that write the same memory are one. Empty where the kernels are
  /// no chain in which every buffer has one layer that writes it and one, later, that reads it.
  llvm::SmallVector<unsigned> layers;

  /// Whether a memory may be a stream, as far as the kernels' designs allow it: one kernel writes all of it, one reads
  /// it, each at one place of its body, and the writer writes nothing else (rule S2 of the hls dialect).
  bool mayStream(const Memory &memory) const;

private:
  unsigned memoryOf(mlir::Value operand, kernel::ConstantPacker &packer);
  void groupLayers();

  llvm::DenseMap<const void *, unsigned> known;
};

/// What identifies the memory behind a buffer: a port, a view of the arena or a constant's symbol.
const void *memoryKey(mlir::Value buffer);

} // namespace edgecc::hls

#endif

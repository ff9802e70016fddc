// The elementwise part of emission: what is loaded, computed and stored at one vector of points of a kernel's tile.
#ifndef EDGECC_PASSES_KERNEL_POINTEMITTER_H
#define EDGECC_PASSES_KERNEL_POINTEMITTER_H

#include "passes/Kernel/Addresses.h"

#include <map>

namespace edgecc::kernel {

/// Rows, vectors and lanes of a register tile.
struct Tile {
  int64_t rows = 1, vectors = 1, lanes = 1;
};

/// The width of a row, in elements.
inline int64_t panelWidth(const Tile &tile) { return tile.vectors * tile.lanes; }

/// The kernel's location with the name of a loop, for those who print it.
mlir::Location nameLoop(const KernelNest &nest, llvm::StringRef name);
inline mlir::Location nameLoop(const KernelNest &nest, unsigned loop) { return nameLoop(nest, nest.loops[loop].name); }

/// For each operand of a stage's op, the number of its access among the Addresses; none where it is no kernel operand.
using StageAccesses = llvm::SmallVector<std::optional<unsigned>>;

class PointEmitter {
public:
  PointEmitter(mlir::OpBuilder &builder, const KernelNest &nest, const Schedule &schedule,
               llvm::ArrayRef<FlatBuffer> operands, Addresses &addresses);

  /// Loads of the tile being emitted, by access, address and shape, so that nothing is loaded twice.
  using LoadKey = std::tuple<unsigned, void *, int64_t, int64_t>;
  using LoadCache = std::map<LoadKey, mlir::Value>;

  /// The access at `position`, moved along the vector loop by `column` elements, for all lanes.
  LaneValue load(unsigned access, const Position &position, int64_t column, const Tile &tile, LoadCache &cache);

  /// For kernels of dot products: a group of activations at `position`, and the groups of weights for the lanes of a
  /// vector, moved along the vector loop by `column` elements.
  mlir::Value loadGroup(const Position &position, LoadCache &cache);
  mlir::Value loadWeights(const Position &position, int64_t column, const Tile &tile, LoadCache &cache);

  /// Runs the body of `stage` at one vector of points; `given` has the values of what the op's operands are when they
  /// are no kernel operands (results of earlier stages, accumulators).
  llvm::SmallVector<LaneValue> run(const Stage &stage, const StageAccesses &accesses, const Position &position,
                                   int64_t column, const Tile &tile, LoadCache &cache,
                                   llvm::function_ref<LaneValue(unsigned operand)> given);

  /// How many neighbouring vectors of `tile` are stored as one, for they are integers below 32 bits and together have
  /// `vectorBits` at most; `accesses` are those of the kernel's outputs.
  int64_t joinedVectors(llvm::ArrayRef<unsigned> accesses, const Tile &tile, int64_t vectorBits) const;

  /// Stores what the last stage of the kernel yields at neighbouring vectors, the first one moved along the vector loop
  /// by `column` elements.
  void store(llvm::ArrayRef<llvm::SmallVector<LaneValue>> vectors, llvm::ArrayRef<unsigned> accesses,
             const Position &position, int64_t column, const Tile &tile);

  /// From here on, scalars of main along the reduction are lane `step` of a vector of `lanes` that lies there; 0: each
  /// is loaded by itself.
  void groupScalars(int64_t lanes, int64_t step) {
    scalarGroup = lanes;
    scalarStep = step;
  }

  const StageAccesses &mainAccesses() const { return main; }

private:
  mlir::Value index(int64_t value);
  mlir::Value loadVector(unsigned access, Address address, int64_t lanes);
  mlir::Value loadScalar(unsigned access, Address address);
  mlir::Value loadLanes(unsigned access, Address address, int64_t stride, int64_t lanes);
  mlir::Value loadUniform(unsigned access, Address address, LoadCache &cache);
  int64_t strideOfLanes(unsigned access) const;
  mlir::Value join(llvm::SmallVector<mlir::Value> vectors);
  void storeVector(mlir::Value value, unsigned access, const Address &address, int64_t stride);
  bool groupLoads(unsigned access) const;
  LaneValue loopIndex(const Stage &stage, unsigned loopOfOp, const Position &position, int64_t column,
                      const Tile &tile);
  LaneValue extract(mlir::tensor::ExtractOp op, llvm::ArrayRef<LaneValue> indices, int64_t lanes);

  mlir::OpBuilder &builder;
  const KernelNest &nest;
  const Schedule &schedule;
  llvm::ArrayRef<FlatBuffer> operands;
  mlir::Location loc;
  Addresses &addresses;
  StageAccesses main;
  int64_t scalarGroup = 0, scalarStep = 0;
};

} // namespace edgecc::kernel

#endif

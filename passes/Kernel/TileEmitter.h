// The code of one register tile: accumulators through the reduction loops, the epilogue, the stores.
#ifndef EDGECC_PASSES_KERNEL_TILEEMITTER_H
#define EDGECC_PASSES_KERNEL_TILEEMITTER_H

#include "passes/Kernel/PointEmitter.h"

namespace edgecc::kernel {

class TileEmitter {
public:
  TileEmitter(mlir::OpBuilder &builder, const KernelNest &nest, const Schedule &schedule, const VectorTarget &target,
              llvm::ArrayRef<FlatBuffer> operands, Addresses &addresses);

  /// Emits the tile whose first point is `position`.
  void emit(const Position &position, const Tile &tile);

private:
  using LoadCache = PointEmitter::LoadCache;
  /// Values at each point of the tile: [row][vector][output of main].
  using TileValues = llvm::SmallVector<mlir::Value>;

  mlir::Value index(int64_t value);
  bool isVectorReduction() const { return schedule.vectorLoop && nest.loops[*schedule.vectorLoop].reduction; }
  Position rowPosition(const Position &position, int64_t row, const Tile &tile);

  TileValues initialValues(const Position &position, const Tile &tile, LoadCache &cache);
  mlir::Value initialValue(mlir::Value output, unsigned operand, const Position &position, int64_t column,
                           const Tile &tile, LoadCache &cache);
  /// Vectors of a tile.
  struct Vectors {
    int64_t begin, end;
  };
  void step(const Position &position, const Tile &tile, Vectors vectors, TileValues &values, LoadCache &cache);
  void dotStep(const Position &position, const Tile &tile, Vectors vectors, TileValues &values, LoadCache &cache);
  void lastGroup(unsigned depth, const Position &position, const Tile &tile, TileValues &values);
  void reduce(unsigned depth, const Position &position, const Tile &tile, TileValues &values, LoadCache *outer);
  void reduceLoop(unsigned depth, const Position &position, const Tile &tile, TileValues &values, LoadCache *outer);
  void setScalarGroup(int64_t step, int64_t count, const Tile &tile);
  TileValues reduceLanes(const Position &position, const Tile &tile, LoadCache &cache);
  void reduceRest(unsigned depth, const Position &position, const Tile &tile, TileValues &values);
  void storeRow(const Position &position, const Tile &tile,
                llvm::function_ref<llvm::SmallVector<LaneValue>(int64_t vector)> compute);
  void finish(const Position &position, const Tile &tile, const TileValues &values, LoadCache &cache);

  // BitReduction.cpp
  void countStep(const Position &position, const Tile &tile, TileValues &counts);
  void countBlock(const Position &position, int64_t bytes, const Tile &tile, TileValues &values);
  void reduceBits(const Position &position, const Tile &tile, TileValues &values);

  // SparseReduction.cpp
  mlir::Value listEntry(mlir::Value at);
  std::pair<mlir::Value, mlir::Value> listBounds(const SparsePiece &piece, const Position &position);
  void reduceSparse(const Position &position, const Tile &tile, TileValues &values);

  // StagedReduction.cpp
  llvm::SmallVector<unsigned> stagedAccesses(unsigned loop) const;
  mlir::Value stage(unsigned access, unsigned loop, const Position &position, const Tile &tile);
  void reduceStaged(llvm::ArrayRef<unsigned> accesses, const Position &position, const Tile &tile, TileValues &values);

  mlir::OpBuilder &builder;
  const KernelNest &nest;
  const Schedule &schedule;
  const VectorTarget &target;
  llvm::ArrayRef<FlatBuffer> operands;
  mlir::Location loc;
  Addresses &addresses;
  PointEmitter points;
  llvm::SmallVector<StageAccesses> initAccesses;
  StageAccesses epilogueAccesses;
  llvm::SmallVector<unsigned> outputAccesses;
  llvm::DenseMap<unsigned, mlir::Value> stages; ///< Buffers on the stack by access.
};

} // namespace edgecc::kernel

#endif

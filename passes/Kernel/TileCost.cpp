// Costs of register tiles; see TileCost.h.
#include "passes/Kernel/TileCost.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace edgecc::kernel;

static double stepCycles(double operations, double loads) {
  return std::max({operations / 2, loads / 2, 4.0}) + 0.1 * loads / 2;
}

double TileCost::tileCycles(int64_t rows, int64_t vectors, bool uniformInput) const {
  if (nest.bits) // By two tables for each byte of activations: two look-ups, two sums. Loads hide less well here.
    return stepCycles(4 * rows * vectors + 3 * vectors, 3 * rows + vectors) + 0.2 * (3 * rows + vectors);
  double scalars = target.multipliesByLane ? rows / 4.0 : rows; // Four scalars come in one register there.
  return stepCycles(rows * vectors, uniformInput ? scalars + vectors : rows * vectors + vectors);
}

double TileCost::sparseTileCycles(int64_t rows, int64_t vectors, int64_t lists) const {
  constexpr double loopCycles = 0.5; // The loop over a list is not unrolled. Measured, as is the rest, on AVX2.
  return stepCycles(rows * vectors, rows * lists + vectors + lists) + loopCycles;
}

int64_t TileCost::temporaries() const {
  if (nest.dot)
    return nest.dot->hasSmallPairs ? target.dot.temporaries : target.dot.wideTemporaries;
  linalg::GenericOp main = nest.main.op;
  Block &body = *main.getBody();
  bool widens = !body.getOps<arith::ExtSIOp>().empty() || !body.getOps<arith::ExtUIOp>().empty();
  return widens && nest.hasReduction() ? 3 : 0;
}

bool TileCost::fitsRegisters(int64_t rows, int64_t vectors, bool uniformInput) const {
  if (nest.bits) // Two halves of the weights' bytes, two look-ups and a mask.
    return rows * vectors + 2 * vectors + 4 <= target.registers;
  // Windows that overlap from row to row keep the vectors that they share, about one for each row.
  int64_t accumulators = rows * vectors, inputs = uniformInput ? (target.multipliesByLane ? rows : 1) : rows + 2;
  return accumulators + vectors + inputs + temporaries() <= target.registers;
}

namespace {

/// Looks for a tile that skips steps and beats the dense one.
class SparseTileSearch {
public:
  SparseTileSearch(const KernelNest &nest, const VectorTarget &target, const WeightBlocks &blocks, Schedule &schedule)
      : nest(nest), target(target), blocks(blocks), schedule(schedule), cost(nest, target),
        width(nest.loops[*schedule.vectorLoop].size),
        height(schedule.rowLoop ? nest.loops[*schedule.rowLoop].size : 1) {}

  void run() {
    constexpr double leastGain = 1.1;
    best = productCycles(takeSteps(schedule.vectors, 0), schedule.rows, 0) / leastGain;
    int64_t most = std::clamp<int64_t>(width / schedule.lanes, 1, 8);
    for (int64_t vectors = 1; vectors <= most; ++vectors)
      for (int64_t together = 1; together <= vectors; ++together)
        if (vectors % together == 0)
          tryRows(vectors, together);
  }

private:
  /// Panels of one width and the steps that they take together.
  struct Steps {
    Piece piece;
    int64_t taken;
  };

  /// `together` vectors share a list of steps; 0: there are no lists, and all steps are taken.
  SmallVector<Steps> takeSteps(int64_t vectors, int64_t together) const {
    Schedule tile = schedule;
    tile.vectors = vectors;
    SmallVector<Steps> result;
    int64_t unit = 0;
    for (const Piece &piece : columnPieces(width, tile)) {
      int64_t units = piece.width / piece.lanes, taken = 0;
      for (int64_t panel = 0; panel < piece.count; ++panel, unit += units)
        taken += together ? blocks.panelSteps(unit, units, together) : blocks.steps();
      result.push_back({piece, taken});
    }
    return result;
  }

  void tryRows(int64_t vectors, int64_t together) {
    SmallVector<Steps> steps = takeSteps(vectors, together);
    for (int64_t rows = 1; rows <= std::min<int64_t>(height, 16); ++rows) {
      if (!cost.fitsRegisters(rows, vectors, true))
        continue;
      double cycles = productCycles(steps, rows, together);
      if (cycles >= best)
        continue;
      best = cycles;
      schedule.rows = rows;
      schedule.vectors = vectors;
      schedule.sparse = SparseSteps{together, blocks.activations(), blocks.weights(), {}};
    }
  }

  double productCycles(ArrayRef<Steps> steps, int64_t rows, int64_t together) const {
    double cycles = 0;
    for (const auto &[piece, taken] : steps) {
      int64_t units = piece.width / piece.lanes, lists = together ? llvm::divideCeil(units, together) : 0;
      // Weights of a panel are read again for each tile of rows.
      double stream = streamCycles(piece.width, height > rows ? taken / piece.count : taken);
      auto tileCycles = [&, units = units](int64_t tileRows) {
        double inTile =
            together ? cost.sparseTileCycles(tileRows, units, lists) : cost.tileCycles(tileRows, units, true);
        return std::max(inTile, stream);
      };
      cycles += taken * (height / rows * tileCycles(rows) + (height % rows ? tileCycles(height % rows) : 0));
    }
    return cycles;
  }

  /// Cycles in which the weights of one step come from the cache that holds all `steps`.
  double streamCycles(int64_t columns, int64_t steps) const {
    Type element = cast<ShapedType>(nest.main.op->getOperand(blocks.weights()).getType()).getElementType();
    int64_t bytes = columns * (nest.dot ? nest.dot->size : 1) * element.getIntOrFloatBitWidth() / 8;
    int64_t all = steps * bytes;
    return static_cast<double>(bytes) / (all <= target.l1Bytes ? 64 : all <= target.l2Bytes ? 32 : 8);
  }

  const KernelNest &nest;
  const VectorTarget &target;
  const WeightBlocks &blocks;
  Schedule &schedule;
  TileCost cost;
  int64_t width, height;
  double best = 0; ///< Cycles.
};

} // namespace

void edgecc::kernel::chooseSparseTile(const KernelNest &nest, const VectorTarget &target, const WeightBlocks &blocks,
                                      Schedule &schedule) {
  SparseTileSearch(nest, target, blocks, schedule).run();
}

// Emission of scheduled kernels; see NestEmitter.h. The result is the kernel IR: scf, arith, math, memref and vectors
// of rank 1, with all addresses as sums of loop indices times constants.
#include "passes/Kernel/NestEmitter.h"
#include "passes/Kernel/PackedLayout.h"
#include "passes/Kernel/TileEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace edgecc::kernel;

namespace {

class Emitter {
public:
  Emitter(OpBuilder &builder, const KernelNest &nest, const Schedule &schedule, const VectorTarget &target,
          ArrayRef<FlatBuffer> operands, std::optional<UnitRange> range, ArrayRef<Value> item)
      : builder(builder), nest(nest), schedule(schedule), range(range), item(item), loc(nest.kernel.getLoc()),
        addresses(builder, nest, schedule, operands), tiles(builder, nest, schedule, target, operands, addresses) {}

  void emit() {
    if (!item.empty())
      splitItem();
    parallel(0, addresses.origin(), BlockTile());
  }

private:
  /// The tile being emitted. Where the row loop is blocked, the rows of a block: whole tiles of [rowBegin, rowEnd), or
  /// only the rest.
  struct BlockTile : Tile {
    Value rowBegin, rowEnd;
    bool onlyRest = false;
  };

  Value index(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }

  Position advance(const Position &from, unsigned loop, Value iv, int64_t constant, int64_t width) {
    return addresses.advance(from, loop, iv, constant, width);
  }

  //===-- Parallel loops --------------------------------------------------------------------------------------===//

  /// Calls `body` for [begin, end) of `loop` in steps; a single step needs no loop.
  void forLoop(unsigned loop, int64_t begin, int64_t end, int64_t step,
               llvm::function_ref<void(Value iv, int64_t constant)> body) {
    if (begin >= end)
      return;
    if (begin + step >= end)
      return body(Value(), begin);
    rangeLoop(loop, index(begin), index(end), step, body);
  }

  void parallel(unsigned depth, const Position &position, BlockTile tile) {
    if (depth == schedule.order.size())
      return tiles.emit(position, tile);
    unsigned loop = schedule.order[depth];
    if (schedule.vectorLoop && loop == *schedule.vectorLoop && onGrid(loop))
      return gridColumns(depth, position, tile);
    if (schedule.vectorLoop && loop == *schedule.vectorLoop)
      return schedule.rowBlock ? rowBlocks(depth, position, tile) : columns(depth, position, tile);
    if (schedule.rowLoop && loop == *schedule.rowLoop)
      return rows(depth, position, tile);
    auto body = [&](Value iv, int64_t constant) {
      parallel(depth + 1, advance(position, loop, iv, constant, panelWidth(tile)), tile);
    };
    if (onGrid(loop))
      return body(units[loop], 0);
    if (isSplit(loop))
      return rangeLoop(loop, range->begin, range->end, 1, body);
    forLoop(loop, 0, nest.loops[loop].size, 1, body);
  }

  bool isSplit(unsigned loop) const { return range && schedule.splitLoop == loop; }

  /// A loop with bounds that are known only at run time.
  void rangeLoop(unsigned loop, Value begin, Value end, int64_t step,
                 llvm::function_ref<void(Value iv, int64_t constant)> body) {
    auto forOp = scf::ForOp::create(builder, nameLoop(nest, loop), begin, end, index(step));
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(forOp.getBody());
    body(forOp.getInductionVar(), 0);
  }

  /// The elements of whole steps in this thread's range of a split loop.
  std::pair<Value, Value> splitBounds(int64_t whole, int64_t step) {
    Value begin = arith::MulIOp::create(builder, loc, range->begin, index(step));
    Value end = arith::MulIOp::create(builder, loc, range->end, index(step));
    return {begin, arith::MinSIOp::create(builder, loc, end, index(whole))};
  }

  /// Emits what fills no whole step of `loop`: it belongs to the thread with the last unit.
  void rest(unsigned loop, llvm::function_ref<void()> body) {
    if (!isSplit(loop))
      return body();
    Value last = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, range->end, index(schedule.units));
    auto branch = scf::IfOp::create(builder, loc, last, /*withElseRegion=*/false);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(branch.thenBlock());
    body();
  }

  /// All columns for one block of rows, so that the block's inputs stay in the second-level cache.
  void rowBlocks(unsigned depth, const Position &position, const BlockTile &tile) {
    unsigned loop = *schedule.rowLoop;
    int64_t size = nest.loops[loop].size, whole = size - size % schedule.rows;
    std::pair<Value, Value> bounds{index(0), index(whole)};
    if (isSplit(loop))
      bounds = splitBounds(whole, schedule.rows);
    rangeLoop(loop, bounds.first, bounds.second, schedule.rowBlock, [&](Value iv, int64_t) {
      BlockTile block = tile;
      block.rowBegin = iv;
      Value next = arith::AddIOp::create(builder, loc, iv, index(schedule.rowBlock));
      block.rowEnd = arith::MinSIOp::create(builder, loc, next, bounds.second);
      columns(depth, position, block);
    });
    if (whole == size)
      return;
    rest(loop, [&] {
      BlockTile block = tile;
      block.onlyRest = true;
      columns(depth, position, block);
    });
  }

  void columns(unsigned depth, const Position &position, BlockTile tile) {
    unsigned loop = *schedule.vectorLoop;
    for (const Piece &piece : columnPieces(nest.loops[loop].size, schedule)) {
      auto body = pieceBody(depth, position, tile, piece);
      bool panels = piece.width == schedule.lanes * schedule.vectors;
      if (isSplit(loop) && panels) {
        auto [begin, end] = splitBounds(piece.count * piece.width, piece.width);
        rangeLoop(loop, begin, end, piece.width, body);
      } else {
        rest(loop, [&] { forLoop(loop, piece.begin, piece.begin + piece.count * piece.width, piece.width, body); });
      }
    }
  }

  /// Emits the tiles of `piece` at a column of it.
  std::function<void(Value iv, int64_t constant)> pieceBody(unsigned depth, const Position &position, BlockTile tile,
                                                            const Piece &piece) {
    tile.lanes = piece.lanes;
    tile.vectors = piece.width / piece.lanes;
    return [this, depth, &position, tile, width = piece.width](Value iv, int64_t constant) {
      parallel(depth + 1, advance(position, *schedule.vectorLoop, iv, constant, width), tile);
    };
  }

  void rows(unsigned depth, const Position &position, BlockTile tile) {
    unsigned loop = *schedule.rowLoop;
    int64_t size = nest.loops[loop].size, whole = size - size % schedule.rows;
    auto rowsOf = [&](int64_t rows) {
      return [this, depth, loop, &position, &tile, rows](Value iv, int64_t constant) {
        BlockTile inner = tile;
        inner.rows = rows;
        parallel(depth + 1, advance(position, loop, iv, constant, panelWidth(tile)), inner);
      };
    };
    if (onGrid(loop))
      return wholeOrRest(
          loop, whole / schedule.rows, [&] { rowsOf(schedule.rows)(scaled(units[loop], schedule.rows), 0); },
          whole < size, [&] { rowsOf(size - whole)(Value(), whole); });
    if (tile.rowBegin)
      return rangeLoop(loop, tile.rowBegin, tile.rowEnd, schedule.rows, rowsOf(schedule.rows));
    if (tile.onlyRest)
      return forLoop(loop, whole, size, size - whole, rowsOf(size - whole));
    if (isSplit(loop)) {
      auto [begin, end] = splitBounds(whole, schedule.rows);
      rangeLoop(loop, begin, end, schedule.rows, rowsOf(schedule.rows));
    } else {
      forLoop(loop, 0, whole, schedule.rows, rowsOf(schedule.rows));
    }
    if (whole < size)
      rest(loop, [&] { forLoop(loop, whole, size, size - whole, rowsOf(size - whole)); });
  }

  //===-- Grids -----------------------------------------------------------------------------------------------===//

  bool onGrid(unsigned loop) const { return !item.empty() && llvm::is_contained(schedule.grid, loop); }

  /// The unit of each loop of the grid that this work item computes.
  void splitItem() {
    int64_t before = 1;
    for (auto [place, loop] : llvm::enumerate(schedule.grid)) {
      Value unit = item[std::min<size_t>(place, 2)];
      if (place >= 2) {
        int64_t size = unitsOf(nest, schedule, loop);
        if (before != 1)
          unit = arith::DivSIOp::create(builder, loc, unit, index(before));
        if (place + 1 != schedule.grid.size())
          unit = arith::RemSIOp::create(builder, loc, unit, index(size));
        before *= size;
      }
      units[loop] = unit;
    }
  }

  Value scaled(Value unit, int64_t step) {
    return step == 1 ? unit : arith::MulIOp::create(builder, loc, unit, index(step)).getResult();
  }

  /// Emits `whole` for the first `count` units of `loop` and, if it `hasRest`, `rest` for the one behind them.
  void wholeOrRest(unsigned loop, int64_t count, llvm::function_ref<void()> whole, bool hasRest,
                   llvm::function_ref<void()> rest) {
    if (!hasRest)
      return whole();
    if (count == 0)
      return rest();
    Value isWhole = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, units[loop], index(count));
    auto branch = scf::IfOp::create(builder, loc, isWhole, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(branch.thenBlock());
    whole();
    builder.setInsertionPointToStart(branch.elseBlock());
    rest();
  }

  void gridColumns(unsigned depth, const Position &position, const BlockTile &tile) {
    unsigned loop = *schedule.vectorLoop;
    SmallVector<Piece> pieces = columnPieces(nest.loops[loop].size, schedule);
    bool hasPanels = pieces.front().width == schedule.lanes * schedule.vectors;
    ArrayRef<Piece> others = ArrayRef<Piece>(pieces).drop_front(hasPanels);
    wholeOrRest(
        loop, hasPanels ? pieces.front().count : 0,
        [&] { pieceBody(depth, position, tile, pieces.front())(scaled(units[loop], pieces.front().width), 0); },
        !others.empty(),
        [&] {
          for (const Piece &piece : others) // Each is there once.
            pieceBody(depth, position, tile, piece)(Value(), piece.begin);
        });
  }

  OpBuilder &builder;
  const KernelNest &nest;
  const Schedule &schedule;
  std::optional<UnitRange> range;
  ArrayRef<Value> item;
  llvm::DenseMap<unsigned, Value> units; ///< Of the loops on the grid: what this work item computes.
  Location loc;
  Addresses addresses;
  TileEmitter tiles;
};

} // namespace

void edgecc::kernel::emitNest(OpBuilder &builder, const KernelNest &nest, const Schedule &schedule,
                              const VectorTarget &target, ArrayRef<FlatBuffer> operands, std::optional<UnitRange> range,
                              ArrayRef<Value> item) {
  Emitter(builder, nest, schedule, target, operands, range, item).emit();
}

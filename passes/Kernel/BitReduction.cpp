// Reductions that count the differences of bits: part of TileEmitter.
#include "passes/Kernel/TileEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace edgecc::kernel;

/// Adds the differences of one byte at all points of the tile to `counts`, of 8 bits.
void TileEmitter::countStep(const Position &position, const Tile &tile, TileValues &counts) {
  LoadCache cache;
  for (int64_t row = 0; row < tile.rows; ++row) {
    Position at = rowPosition(position, row, tile);
    auto load = [&](unsigned input, int64_t column) {
      return points.load(*points.mainAccesses()[input], at, column, tile, cache).value;
    };
    Value group = load(nest.bits->activations, 0);
    for (int64_t vector = 0; vector < tile.vectors; ++vector) {
      Value weights = load(nest.bits->weights, vector * tile.lanes);
      Value &count = counts[row * tile.vectors + vector];
      if (tile.lanes > 1) {
        count = CountBitsOp::create(builder, loc, count.getType(), count, group, weights);
        continue;
      }
      Value differences = arith::XOrIOp::create(builder, loc, group, weights);
      differences = math::CtPopOp::create(builder, loc, differences);
      count = arith::AddIOp::create(builder, loc, count, differences);
    }
  }
}

/// Counts the differences of `bytes` bytes along the innermost reduction, which 8 bits hold, and adds them to the sums.
void TileEmitter::countBlock(const Position &position, int64_t bytes, const Tile &tile, TileValues &values) {
  unsigned loop = schedule.reductions.back().first;
  Type byte = builder.getI8Type();
  if (tile.lanes > 1)
    byte = VectorType::get({tile.lanes}, byte);
  TileValues counts(values.size(), arith::ConstantOp::create(builder, loc, builder.getZeroAttr(byte)));
  // Not unrolled: LLVM would mix the steps, which takes more registers.
  auto forOp = scf::ForOp::create(builder, nameLoop(nest, loop), index(0), index(bytes), index(1), counts);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(forOp.getBody());
    TileValues carried(forOp.getRegionIterArgs());
    countStep(addresses.advance(position, loop, forOp.getInductionVar(), 0, panelWidth(tile)), tile, carried);
    scf::YieldOp::create(builder, loc, carried);
  }
  counts.assign(forOp.getResults().begin(), forOp.getResults().end());
  for (auto [value, count] : llvm::zip_equal(values, counts)) {
    Value wide = arith::ExtUIOp::create(builder, loc, value.getType(), count);
    value = arith::AddIOp::create(builder, loc, value, wide);
  }
}

/// Runs the innermost reduction of a product of bits, in blocks of which the counts fit 8 bits.
void TileEmitter::reduceBits(const Position &position, const Tile &tile, TileValues &values) {
  constexpr int64_t mostBytes = 255 / 8;
  unsigned loop = schedule.reductions.back().first;
  int64_t size = nest.loops[loop].size, block = llvm::divideCeil(size, llvm::divideCeil(size, mostBytes));
  int64_t whole = size / block * block;
  if (whole > block) {
    auto forOp = scf::ForOp::create(builder, nameLoop(nest, loop), index(0), index(whole), index(block), values);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(forOp.getBody());
    TileValues carried(forOp.getRegionIterArgs());
    countBlock(addresses.advance(position, loop, forOp.getInductionVar(), 0, panelWidth(tile)), block, tile, carried);
    scf::YieldOp::create(builder, loc, carried);
    values.assign(forOp.getResults().begin(), forOp.getResults().end());
  } else {
    whole = 0;
  }
  for (; whole < size; whole += block)
    countBlock(addresses.advance(position, loop, Value(), whole, panelWidth(tile)), std::min(block, size - whole), tile,
               values);
}

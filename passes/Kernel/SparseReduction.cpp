// Reductions that run over lists of steps, for the weights of the others are zero: part of TileEmitter.
#include "passes/Kernel/TileEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace edgecc::kernel;

/// An element of the lists of steps, as an index.
Value TileEmitter::listEntry(Value at) {
  const FlatBuffer &lists = operands[nest.kernel.getNumOperands()];
  Value place = arith::AddIOp::create(builder, loc, lists.offset, at);
  Value entry = memref::LoadOp::create(builder, loc, lists.buffer, place);
  return arith::IndexCastUIOp::create(builder, loc, builder.getIndexType(), entry);
}

/// The steps of the panel that begins at `position`: from the first up to the one behind the last.
std::pair<Value, Value> TileEmitter::listBounds(const SparsePiece &piece, const Position &position) {
  Value panel = index(piece.firstPanel);
  if (piece.count > 1) {
    Address column = position.loops[*schedule.vectorLoop];
    column.constant -= piece.begin;
    Value inPiece = arith::DivUIOp::create(builder, loc, addresses.toValue(column), index(piece.width));
    panel = arith::AddIOp::create(builder, loc, panel, inPiece);
  }
  return {listEntry(panel), listEntry(arith::AddIOp::create(builder, loc, panel, index(1)))};
}

/// Runs the steps in the lists of the panel at `position`.
void TileEmitter::reduceSparse(const Position &position, const Tile &tile, TileValues &values) {
  const SparseSteps &sparse = *schedule.sparse;
  const SparsePiece &piece =
      *llvm::find_if(sparse.pieces, [&](const SparsePiece &at) { return at.width == panelWidth(tile); });
  unsigned activations = *points.mainAccesses()[sparse.activations], weights = *points.mainAccesses()[sparse.weights];
  auto [begin, end] = listBounds(piece, position);
  auto loop = scf::ForOp::create(builder, nameLoop(nest, "step"), begin, end, index(1), values);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    TileValues carried(loop.getRegionIterArgs());
    Value step = loop.getInductionVar();
    auto scaled = [&](int64_t factor) { return arith::MulIOp::create(builder, loc, step, index(factor)).getResult(); };
    Position at = position;
    Value moved = scaled(piece.width * (nest.dot ? nest.dot->size : 1));
    moved = arith::AddIOp::create(builder, loc, addresses.origin().bases[weights].dynamic, moved);
    at.bases[weights] = {moved, piece.weights};
    Value offsets = arith::AddIOp::create(builder, loc, scaled(piece.lists), index(piece.offsets));
    LoadCache cache;
    for (int64_t list = 0; list < piece.lists; ++list) {
      Value offset = listEntry(arith::AddIOp::create(builder, loc, offsets, index(list)));
      Address &base = at.bases[activations];
      base = position.bases[activations];
      base.dynamic = base.dynamic ? arith::AddIOp::create(builder, loc, base.dynamic, offset).getResult() : offset;
      int64_t first = list * sparse.together;
      this->step(at, tile, {first, std::min(first + sparse.together, tile.vectors)}, carried, cache);
    }
    scf::YieldOp::create(builder, loc, carried);
  }
  values.assign(loop.getResults().begin(), loop.getResults().end());
}

// Reductions that read 16-bit floats, widened to the stack many at once: part of TileEmitter.
#include "passes/Kernel/TileEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace edgecc::kernel;

/// Inputs of 16-bit floats that the lanes share and that lie side by side along `loop`, the innermost reduction.
SmallVector<unsigned> TileEmitter::stagedAccesses(unsigned loop) const {
  constexpr int64_t mostBytes = 64 * 1024, leastElements = 4;
  int64_t elements = nest.loops[loop].size;
  SmallVector<unsigned> staged;
  if (!target.stagesHalves || nest.dot || !schedule.vectorLoop || isVectorReduction() || schedule.lanes == 1 ||
      elements < leastElements || schedule.rows * elements * 4 > mostBytes)
    return staged;
  ArrayRef<std::optional<unsigned>> inputs(points.mainAccesses());
  linalg::GenericOp main = nest.main.op;
  for (auto [index, access] : llvm::enumerate(inputs.take_front(main.getNumDpsInputs()))) {
    auto isWidening = [](Operation *user) { return isa<arith::ExtFOp>(user); };
    if (access && (addresses.element(*access).isF16() || addresses.element(*access).isBF16()) &&
        !addresses.isPacked(*access) && addresses.laneStride(*access) == 0 &&
        addresses.strideAlong(*access, loop) == 1 &&
        llvm::all_of(main.getBody()->getArgument(index).getUsers(), isWidening))
      staged.push_back(*access);
  }
  return staged;
}

/// Widens what `access` reads along `loop`, for all rows of the tile, to a buffer on the stack.
Value TileEmitter::stage(unsigned access, unsigned loop, const Position &position, const Tile &tile) {
  int64_t elements = nest.loops[loop].size;
  Value &buffer = stages[access];
  if (!buffer) {
    OpBuilder::InsertionGuard guard(builder);
    auto function = builder.getInsertionBlock()->getParentOp()->getParentOfType<func::FuncOp>();
    if (!function)
      function = cast<func::FuncOp>(builder.getInsertionBlock()->getParentOp());
    builder.setInsertionPointToStart(&function.getBody().front());
    buffer = memref::AllocaOp::create(builder, loc, MemRefType::get({schedule.rows * elements}, builder.getF32Type()),
                                      /*alignment=*/builder.getI64IntegerAttr(64));
  }
  int64_t lanes = llvm::bit_floor<uint64_t>(std::min<int64_t>(elements, target.vectorBits / 32));
  auto narrow = VectorType::get({lanes}, addresses.element(access));
  auto wide = VectorType::get({lanes}, builder.getF32Type());
  bool varies = schedule.rowLoop && addresses.strideAlong(access, *schedule.rowLoop) != 0;
  auto widen = [&](Value iv, int64_t constant) {
    for (int64_t row = 0; row < (varies ? tile.rows : 1); ++row) {
      Position from = addresses.advance(rowPosition(position, row, tile), loop, iv, constant, panelWidth(tile));
      Value loaded =
          vector::LoadOp::create(builder, loc, narrow, addresses.buffer(access), addresses.toValue(from.bases[access]));
      vector::StoreOp::create(builder, loc, arith::ExtFOp::create(builder, loc, wide, loaded), buffer,
                              addresses.toValue({iv, row * elements + constant}));
    }
  };
  constexpr int64_t mostUnrolled = 4;
  int64_t whole = elements - elements % lanes;
  if (whole <= mostUnrolled * lanes) {
    for (int64_t at = 0; at < whole; at += lanes)
      widen(Value(), at);
  } else {
    auto forOp = scf::ForOp::create(builder, nameLoop(nest, loop), index(0), index(whole), index(lanes));
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(forOp.getBody());
    widen(forOp.getInductionVar(), 0);
  }
  if (whole < elements)
    widen(Value(), elements - lanes); // Some of them once more.
  return buffer;
}

/// The innermost reduction on widened copies of `accesses`: widening a scalar takes as many operations as the
/// multiply-adds that it serves.
void TileEmitter::reduceStaged(ArrayRef<unsigned> accesses, const Position &position, const Tile &tile,
                               TileValues &values) {
  unsigned loop = schedule.reductions.back().first;
  Position at = position;
  SmallVector<Addresses::Tracked> before;
  SmallVector<Value> buffers;
  for (unsigned access : accesses)
    buffers.push_back(stage(access, loop, position, tile));
  for (auto [access, buffer] : llvm::zip_equal(accesses, buffers)) {
    SmallVector<int64_t> strides(nest.loops.size(), 0);
    strides[loop] = 1;
    if (schedule.rowLoop && addresses.strideAlong(access, *schedule.rowLoop) != 0)
      strides[*schedule.rowLoop] = nest.loops[loop].size;
    before.push_back(addresses.redirect(access, buffer, strides));
    at.bases[access] = {};
  }
  reduceLoop(schedule.reductions.size() - 1, at, tile, values, /*outer=*/nullptr);
  for (auto [access, tracked] : llvm::zip_equal(accesses, before))
    addresses.restore(access, tracked);
}

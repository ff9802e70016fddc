// Emission of one tile; see TileEmitter.h.
#include "passes/Kernel/TileEmitter.h"
#include "passes/Kernel/Combining.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace edgecc::kernel;

TileEmitter::TileEmitter(OpBuilder &builder, const KernelNest &nest, const Schedule &schedule,
                         const VectorTarget &target, ArrayRef<FlatBuffer> operands, Addresses &addresses)
    : builder(builder), nest(nest), schedule(schedule), target(target), operands(operands), loc(nest.kernel.getLoc()),
      addresses(addresses), points(builder, nest, schedule, operands, addresses) {
  for (const Stage &init : nest.inits)
    initAccesses.push_back(addresses.trackStage(init));
  if (nest.epilogue)
    epilogueAccesses = addresses.trackStage(*nest.epilogue);
  for (const Access &output : nest.outputs)
    outputAccesses.push_back(addresses.track(output, /*packed=*/false));
}

Value TileEmitter::index(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }

static LaneValue nothingGiven(unsigned) {
  llvm_unreachable("initialisations and elementwise operations read only kernel operands");
}

Position TileEmitter::rowPosition(const Position &position, int64_t row, const Tile &tile) {
  return row == 0 ? position : addresses.advance(position, *schedule.rowLoop, Value(), row, panelWidth(tile));
}

TileEmitter::TileValues TileEmitter::initialValues(const Position &position, const Tile &tile, LoadCache &cache) {
  TileValues values;
  linalg::GenericOp main = nest.main.op;
  for (int64_t row = 0; row < tile.rows; ++row)
    for (int64_t vector = 0; vector < tile.vectors; ++vector)
      for (auto [index, output] : llvm::enumerate(main.getDpsInits()))
        values.push_back(initialValue(output, main.getNumDpsInputs() + index, rowPosition(position, row, tile),
                                      vector * tile.lanes, tile, cache));
  return values;
}

Value TileEmitter::initialValue(Value output, unsigned operand, const Position &position, int64_t column,
                                const Tile &tile, LoadCache &cache) {
  BodyEmitter body(builder, loc, tile.lanes);
  if (points.mainAccesses()[operand])
    return body.materialize(points.load(*points.mainAccesses()[operand], position, column, tile, cache));
  for (auto [init, accesses] : llvm::zip_equal(nest.inits, initAccesses)) {
    if (init.op != output.getDefiningOp())
      continue;
    SmallVector<LaneValue> results = points.run(init, accesses, position, column, tile, cache, nothingGiven);
    return body.materialize(results[cast<OpResult>(output).getResultNumber()]);
  }
  return Value(); // Undefined (tensor.empty): main does not read it.
}

/// One step of main at all rows of some vectors of the tile.
void TileEmitter::step(const Position &position, const Tile &tile, Vectors vectors, TileValues &values,
                       LoadCache &cache) {
  if (nest.dot)
    return dotStep(position, tile, vectors, values, cache);
  unsigned outputs = nest.main.op.getNumDpsInits(), inputs = nest.main.op.getNumDpsInputs();
  BodyEmitter body(builder, loc, tile.lanes);
  for (int64_t row = 0; row < tile.rows; ++row)
    for (int64_t vector = vectors.begin; vector < vectors.end; ++vector) {
      MutableArrayRef<Value> point =
          MutableArrayRef<Value>(values).slice((row * tile.vectors + vector) * outputs, outputs);
      auto given = [&](unsigned operand) -> LaneValue {
        return {point[operand - inputs], tile.lanes == 1 ? LaneValue::Uniform : LaneValue::Varying};
      };
      SmallVector<LaneValue> results = points.run(nest.main, points.mainAccesses(), rowPosition(position, row, tile),
                                                  vector * tile.lanes, tile, cache, given);
      for (auto [value, result] : llvm::zip_equal(point, results))
        value = body.materialize(result);
    }
}

/// The same for one group of products.
void TileEmitter::dotStep(const Position &position, const Tile &tile, Vectors vectors, TileValues &values,
                          LoadCache &cache) {
  const DotGroups &dot = *nest.dot;
  for (int64_t row = 0; row < tile.rows; ++row) {
    Position at = rowPosition(position, row, tile);
    Value group = points.loadGroup(at, cache);
    for (int64_t vector = vectors.begin; vector < vectors.end; ++vector) {
      Value weights = points.loadWeights(at, vector * tile.lanes, tile, cache);
      Value &sum = values[row * tile.vectors + vector];
      // One lane is a scalar to the rest of the kernel.
      auto lanesType = VectorType::get({tile.lanes}, builder.getI32Type());
      Value lanes = tile.lanes == 1 ? vector::BroadcastOp::create(builder, loc, lanesType, sum).getResult() : sum;
      sum = DotOp::create(builder, loc, lanesType, lanes, group, weights, dot.isUnsigned, dot.hasSmallPairs);
      if (tile.lanes == 1)
        sum = vector::ExtractOp::create(builder, loc, sum, 0);
    }
  }
}

/// The last group of the dot products' loop where it is not full: it ends where the loop does, and the weights are zero
/// for the elements that the group before it has had.
void TileEmitter::lastGroup(unsigned depth, const Position &position, const Tile &tile, TileValues &values) {
  const DotGroups &dot = *nest.dot;
  LoadCache cache;
  Position last = addresses.advance(position, dot.loop, Value(), dot.groups() - 1, panelWidth(tile));
  if (dot.elements >= dot.size)
    last.bases[*points.mainAccesses()[dot.activations]].constant -= dot.groups() * dot.size - dot.elements;
  reduce(depth + 1, last, tile, values, &cache);
}

/// Runs the reduction loops from `depth` on, carrying the accumulators in registers.
void TileEmitter::reduce(unsigned depth, const Position &position, const Tile &tile, TileValues &values,
                         LoadCache *outer) {
  if (depth == schedule.reductions.size()) {
    LoadCache own;
    return step(position, tile, {0, tile.vectors}, values, outer ? *outer : own);
  }
  if (nest.bits && depth + 1 == schedule.reductions.size())
    return reduceBits(position, tile, values);
  if (depth + 1 == schedule.reductions.size())
    if (SmallVector<unsigned> staged = stagedAccesses(schedule.reductions[depth].first); !staged.empty())
      return reduceStaged(staged, position, tile, values);
  reduceLoop(depth, position, tile, values, outer);
}

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
      Value loaded = vector::LoadOp::create(builder, loc, narrow, addresses.buffer(access),
                                            addresses.toValue(from.bases[access]));
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

void TileEmitter::reduceLoop(unsigned depth, const Position &position, const Tile &tile, TileValues &values,
                             LoadCache *outer) {
  unsigned loop = schedule.reductions[depth].first;
  int64_t unroll = schedule.reductions[depth].second;
  bool alongLanes = isVectorReduction() && loop == *schedule.vectorLoop;
  int64_t width = alongLanes ? tile.lanes : 1, steps = nest.loops[loop].size / width;
  bool hasLastGroup = nest.dot && nest.dot->loop == loop && nest.dot->hasRest();
  if (hasLastGroup)
    --steps;
  bool innermost = depth + 1 == schedule.reductions.size();
  auto unrolled = [&](Value iv, int64_t begin, int64_t count, TileValues &current, LoadCache *shared) {
    LoadCache own;
    LoadCache *cache = shared ? shared : &own;
    // The index moves once; unrolled steps differ by constants.
    Position base = addresses.advance(position, loop, iv, begin * width, panelWidth(tile));
    for (int64_t k = 0; k < count; ++k) {
      if (innermost)
        setScalarGroup(k, count, tile);
      Position next = k == 0 ? base : addresses.advance(base, loop, Value(), k * width, panelWidth(tile));
      reduce(depth + 1, next, tile, current, cache);
    }
    if (innermost)
      points.groupScalars(0, 0);
  };
  int64_t whole = steps - steps % unroll;
  if (whole <= unroll) {
    unrolled(Value(), 0, steps, values, outer);
    if (hasLastGroup)
      lastGroup(depth, position, tile, values);
    return;
  }
  auto forOp =
      scf::ForOp::create(builder, nameLoop(nest, loop), index(0), index(whole * width), index(unroll * width), values);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(forOp.getBody());
    TileValues carried(forOp.getRegionIterArgs());
    unrolled(forOp.getInductionVar(), 0, unroll, carried, nullptr);
    scf::YieldOp::create(builder, loc, carried);
  }
  values.assign(forOp.getResults().begin(), forOp.getResults().end());
  if (whole < steps)
    unrolled(Value(), whole, steps - whole, values, nullptr);
  if (hasLastGroup)
    lastGroup(depth, position, tile, values);
}

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

/// Loads along the reduction come in whole registers where a group of steps fills one.
void TileEmitter::setScalarGroup(int64_t step, int64_t count, const Tile &tile) {
  int64_t lanes = std::max<int64_t>(1, target.vectorBits / 32);
  bool contiguous = !nest.dot || schedule.reductions.back().first == nest.dot->loop;
  bool grouped = target.multipliesByLane && contiguous && tile.lanes > 1 && !isVectorReduction() &&
                 step / lanes * lanes + lanes <= count;
  points.groupScalars(grouped ? lanes : 0, step % lanes);
}

void TileEmitter::emit(const Position &position, const Tile &tile) {
  LoadCache cache;
  if (nest.main.op.getNumReductionLoops() == 0) {
    storeRow(position, tile, [&](int64_t vector) {
      return points.run(nest.main, points.mainAccesses(), position, vector * tile.lanes, tile, cache, nothingGiven);
    });
    return;
  }
  TileValues values = isVectorReduction() ? reduceLanes(position, tile, cache) : initialValues(position, tile, cache);
  if (schedule.sparse)
    reduceSparse(position, tile, values);
  else if (!isVectorReduction())
    reduce(0, position, tile, values, nullptr);
  finish(position, tile, values, cache);
}

/// A reduction along the lanes: vectors first, then across the lanes, then what remains one by one.
TileEmitter::TileValues TileEmitter::reduceLanes(const Position &position, const Tile &tile, LoadCache &cache) {
  vector::CombiningKind kind = *combiningKind(nest.main.op);
  TileValues sums = initialValues(position, tile, cache);
  Type element = sums.front().getType();
  Tile wide = tile;
  wide.lanes = schedule.lanes;
  Value neutral = vector::BroadcastOp::create(builder, loc, VectorType::get({wide.lanes}, element),
                                              neutralValue(builder, loc, kind, element));
  TileValues vectors(sums.size(), neutral);
  reduce(0, position, wide, vectors, nullptr);
  for (auto [sum, vector] : llvm::zip_equal(sums, vectors)) {
    Value across = vector::ReductionOp::create(builder, loc, kind, vector,
                                               arith::FastMathFlags::reassoc | arith::FastMathFlags::contract);
    sum = vector::makeArithReduction(builder, loc, kind, sum, across);
  }
  reduceRest(0, position, tile, sums);
  return sums;
}

/// The elements that fill no whole vector.
void TileEmitter::reduceRest(unsigned depth, const Position &position, const Tile &tile, TileValues &values) {
  if (depth == schedule.reductions.size()) {
    LoadCache own;
    return step(position, tile, {0, tile.vectors}, values, own);
  }
  unsigned loop = schedule.reductions[depth].first;
  int64_t size = nest.loops[loop].size;
  int64_t begin = loop == *schedule.vectorLoop ? size - size % schedule.lanes : 0;
  if (begin == size || nest.loops[*schedule.vectorLoop].size % schedule.lanes == 0)
    return;
  if (size - begin == 1)
    return reduceRest(depth + 1, addresses.advance(position, loop, Value(), begin, 1), tile, values);
  auto forOp = scf::ForOp::create(builder, nameLoop(nest, loop), index(begin), index(size), index(1), values);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(forOp.getBody());
    TileValues carried(forOp.getRegionIterArgs());
    reduceRest(depth + 1, addresses.advance(position, loop, forOp.getInductionVar(), 0, 1), tile, carried);
    scf::YieldOp::create(builder, loc, carried);
  }
  values.assign(forOp.getResults().begin(), forOp.getResults().end());
}

/// Stores what `compute` gives for each vector of a row, several as one where they are narrow.
void TileEmitter::storeRow(const Position &position, const Tile &tile,
                           llvm::function_ref<SmallVector<LaneValue>(int64_t vector)> compute) {
  int64_t joined = target.joinsStores ? points.joinedVectors(outputAccesses, tile, target.vectorBits) : 1;
  for (int64_t first = 0; first < tile.vectors; first += joined) {
    SmallVector<SmallVector<LaneValue>> results;
    for (int64_t vector = first; vector < first + joined; ++vector)
      results.push_back(compute(vector));
    points.store(results, outputAccesses, position, first * tile.lanes, tile);
  }
}

/// The epilogue at all points, and the stores.
void TileEmitter::finish(const Position &position, const Tile &tile, const TileValues &values, LoadCache &cache) {
  unsigned outputs = nest.main.op.getNumDpsInits();
  LaneValue::Kind kind = tile.lanes == 1 ? LaneValue::Uniform : LaneValue::Varying;
  for (int64_t row = 0; row < tile.rows; ++row) {
    Position at = rowPosition(position, row, tile);
    storeRow(at, tile, [&](int64_t vector) {
      ArrayRef<Value> point = ArrayRef<Value>(values).slice((row * tile.vectors + vector) * outputs, outputs);
      SmallVector<LaneValue> results;
      for (Value value : point)
        results.push_back({value, kind});
      if (!nest.epilogue)
        return results;
      return points.run(*nest.epilogue, epilogueAccesses, at, vector * tile.lanes, tile, cache,
                        [&](unsigned operand) -> LaneValue {
                          auto result = cast<OpResult>(nest.epilogue->op->getOperand(operand));
                          return {point[result.getResultNumber()], kind};
                        });
    });
  }
}

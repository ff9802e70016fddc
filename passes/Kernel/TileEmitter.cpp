// Emission of one tile; see TileEmitter.h.
#include "passes/Kernel/TileEmitter.h"
#include "passes/Kernel/Combining.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
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

// Emission of scheduled kernels; see NestEmitter.h. The result is the kernel IR: scf, arith, math, memref and vectors
// of rank 1, with all addresses as sums of loop indices times constants.
#include "passes/Kernel/NestEmitter.h"
#include "passes/Kernel/Addresses.h"
#include "passes/Kernel/Combining.h"
#include "passes/Kernel/PackedLayout.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <map>

using namespace mlir;
using namespace edgecc::kernel;

namespace {

class Emitter {
public:
  Emitter(OpBuilder &builder, const KernelNest &nest, const Schedule &schedule, const VectorTarget &target,
          ArrayRef<FlatBuffer> operands, std::optional<UnitRange> range, ArrayRef<Value> item)
      : builder(builder), nest(nest), schedule(schedule), target(target), operands(operands), range(range), item(item),
        loc(nest.kernel.getLoc()), addresses(builder, nest, schedule, operands) {}

  void emit() {
    mainAccesses = addresses.trackStage(nest.main);
    for (const Stage &init : nest.inits)
      initAccesses.push_back(addresses.trackStage(init));
    if (nest.epilogue)
      epilogueAccesses = addresses.trackStage(*nest.epilogue);
    for (const Access &output : nest.outputs)
      outputAccesses.push_back(addresses.track(output, /*packed=*/false));
    if (!item.empty())
      splitItem();
    parallel(0, addresses.origin(), Tile());
  }

private:
  /// Rows, vectors and lanes of the tile being emitted.
  struct Tile {
    int64_t rows = 1, vectors = 1, lanes = 1;
    /// The rows of a cache block, where the row loop is blocked: whole tiles of [rowBegin, rowEnd), or only the rest.
    Value rowBegin, rowEnd;
    bool onlyRest = false;
  };

  Value index(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }

  Position advance(const Position &from, unsigned loop, Value iv, int64_t constant, int64_t width) {
    return addresses.advance(from, loop, iv, constant, width);
  }
  Value toValue(Address address) { return addresses.toValue(address); }

  //===-- Parallel loops --------------------------------------------------------------------------------------===//

  bool isVectorReduction() const { return schedule.vectorLoop && nest.loops[*schedule.vectorLoop].reduction; }
  int64_t panelWidth(const Tile &tile) const { return tile.vectors * tile.lanes; }

  /// The kernel's location with the name of a loop, for those who print it.
  Location nameLoop(unsigned loop) const {
    Builder names(loc.getContext());
    return FusedLoc::get({loc}, names.getStringAttr(nest.loops[loop].name), loc.getContext());
  }

  /// Calls `body` for [begin, end) of `loop` in steps; a single step needs no loop.
  void forLoop(unsigned loop, int64_t begin, int64_t end, int64_t step,
               llvm::function_ref<void(Value iv, int64_t constant)> body) {
    if (begin >= end)
      return;
    if (begin + step >= end)
      return body(Value(), begin);
    rangeLoop(loop, index(begin), index(end), step, body);
  }

  void parallel(unsigned depth, const Position &position, Tile tile) {
    if (depth == schedule.order.size())
      return emitTile(position, tile);
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
    auto forOp = scf::ForOp::create(builder, nameLoop(loop), begin, end, index(step));
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
  void rowBlocks(unsigned depth, const Position &position, const Tile &tile) {
    unsigned loop = *schedule.rowLoop;
    int64_t size = nest.loops[loop].size, whole = size - size % schedule.rows;
    std::pair<Value, Value> bounds{index(0), index(whole)};
    if (isSplit(loop))
      bounds = splitBounds(whole, schedule.rows);
    rangeLoop(loop, bounds.first, bounds.second, schedule.rowBlock, [&](Value iv, int64_t) {
      Tile block = tile;
      block.rowBegin = iv;
      Value next = arith::AddIOp::create(builder, loc, iv, index(schedule.rowBlock));
      block.rowEnd = arith::MinSIOp::create(builder, loc, next, bounds.second);
      columns(depth, position, block);
    });
    if (whole == size)
      return;
    rest(loop, [&] {
      Tile block = tile;
      block.onlyRest = true;
      columns(depth, position, block);
    });
  }

  void columns(unsigned depth, const Position &position, Tile tile) {
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
  std::function<void(Value iv, int64_t constant)> pieceBody(unsigned depth, const Position &position, Tile tile,
                                                            const Piece &piece) {
    tile.lanes = piece.lanes;
    tile.vectors = piece.width / piece.lanes;
    return [this, depth, &position, tile, width = piece.width](Value iv, int64_t constant) {
      parallel(depth + 1, advance(position, *schedule.vectorLoop, iv, constant, width), tile);
    };
  }

  void rows(unsigned depth, const Position &position, Tile tile) {
    unsigned loop = *schedule.rowLoop;
    int64_t size = nest.loops[loop].size, whole = size - size % schedule.rows;
    auto tiles = [&](int64_t rows) {
      return [this, depth, loop, &position, &tile, rows](Value iv, int64_t constant) {
        Tile inner = tile;
        inner.rows = rows;
        parallel(depth + 1, advance(position, loop, iv, constant, panelWidth(tile)), inner);
      };
    };
    if (onGrid(loop))
      return wholeOrRest(
          loop, whole / schedule.rows, [&] { tiles(schedule.rows)(scaled(units[loop], schedule.rows), 0); },
          whole < size, [&] { tiles(size - whole)(Value(), whole); });
    if (tile.rowBegin)
      return rangeLoop(loop, tile.rowBegin, tile.rowEnd, schedule.rows, tiles(schedule.rows));
    if (tile.onlyRest)
      return forLoop(loop, whole, size, size - whole, tiles(size - whole));
    if (isSplit(loop)) {
      auto [begin, end] = splitBounds(whole, schedule.rows);
      rangeLoop(loop, begin, end, schedule.rows, tiles(schedule.rows));
    } else {
      forLoop(loop, 0, whole, schedule.rows, tiles(schedule.rows));
    }
    if (whole < size)
      rest(loop, [&] { forLoop(loop, whole, size, size - whole, tiles(size - whole)); });
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

  void gridColumns(unsigned depth, const Position &position, const Tile &tile) {
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

  //===-- Tiles -----------------------------------------------------------------------------------------------===//

  /// Loads of the tile being emitted, by access, address and shape, so that nothing is loaded twice.
  using LoadKey = std::tuple<unsigned, void *, int64_t, int64_t>;
  using LoadCache = std::map<LoadKey, Value>;

  Value bufferOf(unsigned access) const { return addresses.buffer(access); }
  Type elementOf(unsigned access) const { return addresses.element(access); }

  Value loadVector(unsigned access, Address address, int64_t lanes) {
    return vector::LoadOp::create(builder, loc, VectorType::get({lanes}, elementOf(access)), bufferOf(access),
                                  toValue(address));
  }
  Value loadScalar(unsigned access, Address address) {
    return memref::LoadOp::create(builder, loc, bufferOf(access), toValue(address));
  }

  /// The access at `position`, moved along the vector loop by `column` elements, for all lanes.
  LaneValue load(unsigned access, const Position &position, int64_t column, const Tile &tile, LoadCache &cache) {
    Address address = position.bases[access];
    int64_t stride = schedule.vectorLoop ? addresses.laneStride(access) : 0;
    address.constant += column * stride;
    int64_t lanes = stride == 0 ? 1 : tile.lanes;
    Value &cached = cache[{access, address.dynamic.getAsOpaquePointer(), address.constant, lanes}];
    if (!cached)
      cached = lanes == 1 ? loadUniform(access, address, cache) : loadLanes(access, address, stride, lanes);
    return {cached, lanes == 1 ? LaneValue::Uniform : LaneValue::Varying};
  }

  Value loadLanes(unsigned access, Address address, int64_t stride, int64_t lanes) {
    if (stride == 1)
      return loadVector(access, address, lanes);
    SmallVector<Value> elements;
    for (int64_t lane = 0; lane < lanes; ++lane)
      elements.push_back(loadScalar(access, {address.dynamic, address.constant + lane * stride}));
    return vector::FromElementsOp::create(builder, loc, VectorType::get({lanes}, elementOf(access)), elements);
  }

  /// Where the target multiplies by one lane of a register, scalars along the unrolled reduction come from one vector.
  Value loadUniform(unsigned access, Address address, LoadCache &cache) {
    if (!scalarGroup || addresses.isPacked(access) || !groupLoads(access))
      return loadScalar(access, address);
    int64_t lane = scalarStep;
    Address first{address.dynamic, address.constant - lane};
    Value &group = cache[{access, first.dynamic.getAsOpaquePointer(), first.constant, -scalarGroup}];
    if (!group)
      group = loadVector(access, first, scalarGroup);
    return vector::ExtractOp::create(builder, loc, group, lane);
  }

  bool groupLoads(unsigned access) const {
    return !schedule.reductions.empty() && addresses.strideAlong(access, schedule.reductions.back().first) == 1 &&
           llvm::is_contained(mainAccesses, std::optional<unsigned>(access)) && elementOf(access).isF32();
  }

  LaneValue loopIndex(const Stage &stage, unsigned loopOfOp, const Position &position, int64_t column,
                      const Tile &tile) {
    unsigned loop = stage.loops[loopOfOp];
    Address address = position.loops[loop];
    bool vector = schedule.vectorLoop && loop == *schedule.vectorLoop && tile.lanes > 1;
    if (schedule.vectorLoop && loop == *schedule.vectorLoop)
      address.constant += column;
    return {toValue(address), vector ? LaneValue::Linear : LaneValue::Uniform};
  }

  /// A load whose address the body computes.
  LaneValue extract(tensor::ExtractOp op, ArrayRef<LaneValue> indices, BodyEmitter &body, int64_t lanes) {
    auto argument = cast<BlockArgument>(op.getTensor());
    const FlatBuffer &flat = operands[argument.getArgNumber()];
    auto type = cast<MemRefType>(nest.kernel.getOperand(argument.getArgNumber()).getType());
    SmallVector<int64_t> strides;
    int64_t ignored;
    (void)type.getStridesAndOffset(strides, ignored);
    auto addressAt = [&](std::optional<int64_t> lane) {
      Value sum = flat.offset;
      for (auto [value, stride] : llvm::zip_equal(indices, strides)) {
        Value position = value.value;
        if (lane && value.kind == LaneValue::Varying)
          position = vector::ExtractOp::create(builder, loc, position, *lane);
        else if (lane && value.kind == LaneValue::Linear)
          position = arith::AddIOp::create(builder, loc, position, index(*lane));
        Value step = arith::MulIOp::create(builder, loc, position, index(stride));
        sum = sum ? arith::AddIOp::create(builder, loc, sum, step).getResult() : step;
      }
      return sum ? sum : index(0);
    };
    Type element = type.getElementType();
    bool uniform = true, contiguous = true;
    for (auto [position, value] : llvm::enumerate(indices)) {
      uniform &= value.kind == LaneValue::Uniform;
      contiguous &= value.kind == LaneValue::Uniform || (value.kind == LaneValue::Linear && strides[position] == 1);
    }
    if (uniform || lanes == 1)
      return {memref::LoadOp::create(builder, loc, flat.buffer, addressAt(std::nullopt)), LaneValue::Uniform};
    auto vectorType = VectorType::get({lanes}, element);
    if (contiguous)
      return {vector::LoadOp::create(builder, loc, vectorType, flat.buffer, addressAt(std::nullopt)),
              LaneValue::Varying};
    SmallVector<Value> elements;
    for (int64_t lane = 0; lane < lanes; ++lane)
      elements.push_back(memref::LoadOp::create(builder, loc, flat.buffer, addressAt(lane)));
    return {vector::FromElementsOp::create(builder, loc, vectorType, elements), LaneValue::Varying};
  }

  /// Runs the body of `stage` at one vector of points; `results` are the values of what the op's operands are when they
  /// are no kernel operands (results of earlier stages, accumulators).
  SmallVector<LaneValue> runStage(const Stage &stage, ArrayRef<std::optional<unsigned>> accesses,
                                  const Position &position, int64_t column, const Tile &tile, LoadCache &cache,
                                  llvm::function_ref<LaneValue(unsigned operand)> given) {
    SmallVector<LaneValue> arguments;
    for (auto [operand, argument] : llvm::enumerate(stage.op.getBody()->getArguments())) {
      Value value = stage.op->getOperand(operand);
      if (argument.use_empty())
        arguments.push_back({});
      else if (!isa<ShapedType>(value.getType())) // A scalar: a constant in the kernel's body.
        arguments.push_back({builder.clone(*value.getDefiningOp())->getResult(0), LaneValue::Uniform});
      else if (accesses[operand] && (&stage != &nest.main || operand < size_t(stage.op.getNumDpsInputs())))
        arguments.push_back(load(*accesses[operand], position, column, tile, cache));
      else
        arguments.push_back(given(operand));
    }
    BodyEmitter body(builder, loc, tile.lanes);
    return body.emit(
        stage.op, arguments, [&](unsigned loop) { return loopIndex(stage, loop, position, column, tile); },
        [&](tensor::ExtractOp op, ArrayRef<LaneValue> indices) { return extract(op, indices, body, tile.lanes); });
  }

  static LaneValue nothingGiven(unsigned) { llvm_unreachable("an initialisation reads only kernel operands"); }

  Position rowPosition(const Position &position, int64_t row, const Tile &tile) {
    return row == 0 ? position : advance(position, *schedule.rowLoop, Value(), row, panelWidth(tile));
  }

  /// Values at each point of the tile: [row][vector][output of main].
  using TileValues = SmallVector<Value>;

  TileValues initialValues(const Position &position, const Tile &tile, LoadCache &cache) {
    TileValues values;
    linalg::GenericOp main = nest.main.op;
    for (int64_t row = 0; row < tile.rows; ++row)
      for (int64_t vector = 0; vector < tile.vectors; ++vector)
        for (auto [index, output] : llvm::enumerate(main.getDpsInits()))
          values.push_back(initialValue(output, main.getNumDpsInputs() + index, rowPosition(position, row, tile),
                                        vector * tile.lanes, tile, cache));
    return values;
  }

  Value initialValue(Value output, unsigned operand, const Position &position, int64_t column, const Tile &tile,
                     LoadCache &cache) {
    BodyEmitter body(builder, loc, tile.lanes);
    if (mainAccesses[operand])
      return body.materialize(load(*mainAccesses[operand], position, column, tile, cache));
    for (auto [init, accesses] : llvm::zip_equal(nest.inits, initAccesses)) {
      if (init.op != output.getDefiningOp())
        continue;
      SmallVector<LaneValue> results = runStage(init, accesses, position, column, tile, cache, nothingGiven);
      return body.materialize(results[cast<OpResult>(output).getResultNumber()]);
    }
    return Value(); // Undefined (tensor.empty): main does not read it.
  }

  /// One step of main at all points of the tile.
  void step(const Position &position, const Tile &tile, TileValues &values, LoadCache &cache) {
    unsigned outputs = nest.main.op.getNumDpsInits(), inputs = nest.main.op.getNumDpsInputs();
    BodyEmitter body(builder, loc, tile.lanes);
    for (int64_t row = 0; row < tile.rows; ++row)
      for (int64_t vector = 0; vector < tile.vectors; ++vector) {
        MutableArrayRef<Value> point =
            MutableArrayRef<Value>(values).slice((row * tile.vectors + vector) * outputs, outputs);
        auto given = [&](unsigned operand) -> LaneValue {
          return {point[operand - inputs], tile.lanes == 1 ? LaneValue::Uniform : LaneValue::Varying};
        };
        SmallVector<LaneValue> results = runStage(nest.main, mainAccesses, rowPosition(position, row, tile),
                                                  vector * tile.lanes, tile, cache, given);
        for (auto [value, result] : llvm::zip_equal(point, results))
          value = body.materialize(result);
      }
  }

  /// Runs the reduction loops from `depth` on, carrying the accumulators in registers.
  void reduce(unsigned depth, const Position &position, const Tile &tile, TileValues &values, LoadCache *outer) {
    if (depth == schedule.reductions.size()) {
      LoadCache own;
      return step(position, tile, values, outer ? *outer : own);
    }
    unsigned loop = schedule.reductions[depth].first;
    int64_t unroll = schedule.reductions[depth].second;
    bool alongLanes = isVectorReduction() && loop == *schedule.vectorLoop;
    int64_t width = alongLanes ? tile.lanes : 1, steps = nest.loops[loop].size / width;
    bool innermost = depth + 1 == schedule.reductions.size();
    auto unrolled = [&](Value iv, int64_t begin, int64_t count, TileValues &current, LoadCache *shared) {
      LoadCache own;
      LoadCache *cache = shared ? shared : &own;
      // The index moves once; unrolled steps differ by constants.
      Position base = advance(position, loop, iv, begin * width, panelWidth(tile));
      for (int64_t k = 0; k < count; ++k) {
        if (innermost)
          setScalarGroup(k, count, tile);
        Position next = k == 0 ? base : advance(base, loop, Value(), k * width, panelWidth(tile));
        reduce(depth + 1, next, tile, current, cache);
      }
      if (innermost)
        scalarGroup = 0;
    };
    int64_t whole = steps - steps % unroll;
    if (whole <= unroll) {
      unrolled(Value(), 0, steps, values, outer);
      return;
    }
    auto forOp =
        scf::ForOp::create(builder, nameLoop(loop), index(0), index(whole * width), index(unroll * width), values);
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
  }

  /// Loads along the reduction come in whole registers where a group of steps fills one.
  void setScalarGroup(int64_t step, int64_t count, const Tile &tile) {
    int64_t lanes = std::max<int64_t>(1, target.vectorBits / 32);
    bool grouped =
        target.multipliesByLane && tile.lanes > 1 && !isVectorReduction() && step / lanes * lanes + lanes <= count;
    scalarGroup = grouped ? lanes : 0;
    scalarStep = step % lanes;
  }

  void emitTile(const Position &position, Tile tile) {
    LoadCache cache;
    if (nest.main.op.getNumReductionLoops() == 0) {
      for (int64_t vector = 0; vector < tile.vectors; ++vector)
        store(runStage(nest.main, mainAccesses, position, vector * tile.lanes, tile, cache,
                       [&](unsigned operand) { return givenToMain(operand); }),
              position, vector * tile.lanes, tile);
      return;
    }
    TileValues values = isVectorReduction() ? reduceLanes(position, tile, cache) : initialValues(position, tile, cache);
    if (!isVectorReduction())
      reduce(0, position, tile, values, nullptr);
    finish(position, tile, values, cache);
  }

  LaneValue givenToMain(unsigned) { llvm_unreachable("an elementwise operation reads only kernel operands"); }

  /// A reduction along the lanes: vectors first, then across the lanes, then what remains one by one.
  TileValues reduceLanes(const Position &position, const Tile &tile, LoadCache &cache) {
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
  void reduceRest(unsigned depth, const Position &position, const Tile &tile, TileValues &values) {
    if (depth == schedule.reductions.size()) {
      LoadCache own;
      return step(position, tile, values, own);
    }
    unsigned loop = schedule.reductions[depth].first;
    int64_t size = nest.loops[loop].size;
    int64_t begin = loop == *schedule.vectorLoop ? size - size % schedule.lanes : 0;
    if (begin == size || nest.loops[*schedule.vectorLoop].size % schedule.lanes == 0)
      return;
    if (size - begin == 1)
      return reduceRest(depth + 1, advance(position, loop, Value(), begin, 1), tile, values);
    auto forOp = scf::ForOp::create(builder, nameLoop(loop), index(begin), index(size), index(1), values);
    {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(forOp.getBody());
      TileValues carried(forOp.getRegionIterArgs());
      reduceRest(depth + 1, advance(position, loop, forOp.getInductionVar(), 0, 1), tile, carried);
      scf::YieldOp::create(builder, loc, carried);
    }
    values.assign(forOp.getResults().begin(), forOp.getResults().end());
  }

  /// The epilogue at all points, and the stores.
  void finish(const Position &position, const Tile &tile, const TileValues &values, LoadCache &cache) {
    unsigned outputs = nest.main.op.getNumDpsInits();
    LaneValue::Kind kind = tile.lanes == 1 ? LaneValue::Uniform : LaneValue::Varying;
    for (int64_t row = 0; row < tile.rows; ++row)
      for (int64_t vector = 0; vector < tile.vectors; ++vector) {
        ArrayRef<Value> point = ArrayRef<Value>(values).slice((row * tile.vectors + vector) * outputs, outputs);
        Position at = rowPosition(position, row, tile);
        SmallVector<LaneValue> results;
        for (Value value : point)
          results.push_back({value, kind});
        if (nest.epilogue)
          results = runStage(*nest.epilogue, epilogueAccesses, at, vector * tile.lanes, tile, cache,
                             [&](unsigned operand) -> LaneValue {
                               auto result = cast<OpResult>(nest.epilogue->op->getOperand(operand));
                               return {point[result.getResultNumber()], kind};
                             });
        store(results, at, vector * tile.lanes, tile);
      }
  }

  void store(ArrayRef<LaneValue> results, const Position &position, int64_t column, const Tile &tile) {
    Operation *yield = nest.kernel.getBodyBlock()->getTerminator();
    BodyEmitter body(builder, loc, tile.lanes);
    for (auto [access, yielded] : llvm::zip_equal(outputAccesses, yield->getOperands())) {
      Value value = body.materialize(results[cast<OpResult>(yielded).getResultNumber()]);
      Address address = position.bases[access];
      int64_t stride =
          schedule.vectorLoop && !isVectorReduction() ? addresses.strideAlong(access, *schedule.vectorLoop) : 0;
      address.constant += column * stride;
      if (tile.lanes == 1)
        memref::StoreOp::create(builder, loc, value, bufferOf(access), toValue(address));
      else if (stride == 1)
        vector::StoreOp::create(builder, loc, value, bufferOf(access), toValue(address));
      else
        for (int64_t lane = 0; lane < tile.lanes; ++lane)
          memref::StoreOp::create(builder, loc, vector::ExtractOp::create(builder, loc, value, lane), bufferOf(access),
                                  toValue({address.dynamic, address.constant + lane * stride}));
    }
  }

  OpBuilder &builder;
  const KernelNest &nest;
  const Schedule &schedule;
  const VectorTarget &target;
  ArrayRef<FlatBuffer> operands;
  std::optional<UnitRange> range;
  ArrayRef<Value> item;
  llvm::DenseMap<unsigned, Value> units; ///< Of the loops on the grid: what this work item computes.
  Location loc;
  Addresses addresses;
  SmallVector<std::optional<unsigned>> mainAccesses, epilogueAccesses;
  SmallVector<SmallVector<std::optional<unsigned>>> initAccesses;
  SmallVector<unsigned> outputAccesses;
  int64_t scalarGroup = 0, scalarStep = 0;
};

} // namespace

void edgecc::kernel::emitNest(OpBuilder &builder, const KernelNest &nest, const Schedule &schedule,
                              const VectorTarget &target, ArrayRef<FlatBuffer> operands, std::optional<UnitRange> range,
                              ArrayRef<Value> item) {
  Emitter(builder, nest, schedule, target, operands, range, item).emit();
}

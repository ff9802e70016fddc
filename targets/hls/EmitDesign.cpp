// Emission of designed kernels; see EmitDesign.h.
//
// All that a loop nest computes stands in its innermost loop, addresses included: only then is the nest perfect, and a
// tool makes one pipeline of all its loops.
#include "targets/hls/EmitDesign.h"
#include "dialects/Hls/HlsDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::hls;

DesignStrides edgecc::hls::stridesOf(const kernel::KernelNest &nest, const Design &design, const kernel::Access &access,
                                     bool packed) {
  DesignStrides strides{access.strides, access.strides};
  if (!packed)
    return strides;
  PackedOrder order = packedOrder(nest, design, access);
  int64_t stride = 1;
  strides.steps.assign(nest.loops.size(), 0);
  strides.lanes.assign(nest.loops.size(), 0);
  for (unsigned loop : llvm::reverse(order.lanes)) {
    strides.lanes[loop] = stride;
    stride *= design.unroll[loop];
  }
  for (unsigned loop : llvm::reverse(order.loops)) {
    // Indices go up by whole steps, and every stride of a step holds all lanes.
    strides.steps[loop] = stride / design.unroll[loop];
    stride *= stepsOf(nest, design, loop);
  }
  return strides;
}

SmallVector<int64_t> edgecc::hls::layoutOf(const kernel::KernelNest &nest, const Design &design, unsigned index) {
  const kernel::Access &access = *nest.main.accesses[index];
  PackedOrder order = packedOrder(nest, design, access);
  SmallVector<int64_t> layout = {access.offset};
  auto spread = [&](unsigned loop, int64_t count, int64_t stride) {
    SmallVector<int64_t> more;
    more.reserve(layout.size() * count);
    for (int64_t element : layout)
      for (int64_t i = 0; i < count; ++i)
        more.push_back(element + i * stride);
    layout = std::move(more);
  };
  for (unsigned loop : order.loops)
    spread(loop, stepsOf(nest, design, loop), access.strides[loop] * design.unroll[loop]);
  for (unsigned loop : order.lanes)
    spread(loop, design.unroll[loop], access.strides[loop]);
  return layout;
}

namespace {

class Emitter {
public:
  Emitter(OpBuilder &builder, const kernel::KernelNest &nest, const Design &design, const Cost &cost,
          ArrayRef<kernel::FlatBuffer> operands, llvm::function_ref<bool(unsigned)> isConstant)
      : builder(builder), nest(nest), design(design), cost(cost), operands(operands), isConstant(isConstant),
        loc(nest.kernel.getLoc()), steps(nest.loops.size()), lanes(nest.loops.size()) {}

  void emit() {
    if (!nest.hasReduction())
      loops(design.order, Steps, &cost.main, "",
            [&] { loops(design.order, Lanes, nullptr, "every lane is hardware of its own", [&] { elementwise(); }); });
    else if (design.tile == 0)
      loops(design.order, Steps, nullptr, "", [&] { inRegisters(); });
    else
      tiled();
  }

private:
  enum Kind { Steps, Lanes, LanesInTurn };
  using Values = SmallVector<Value>;

  Value index(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }

  //===-- Loops ---------------------------------------------------------------------------------------------------===//

  Location nameLoop(unsigned loop, Kind kind) const {
    Builder names(loc.getContext());
    std::string name = nest.loops[loop].name + (kind == Steps ? "" : "_lane");
    return FusedLoc::get({loc}, names.getStringAttr(name), loc.getContext());
  }

  /// Those of `list` that have more than one iteration of the kind.
  SmallVector<std::pair<unsigned, Kind>> repeated(ArrayRef<unsigned> list, Kind kind) const {
    SmallVector<std::pair<unsigned, Kind>> result;
    for (unsigned loop : list)
      if ((kind == Steps ? stepsOf(nest, design, loop) : design.unroll[loop]) > 1)
        result.push_back({loop, kind});
    return result;
  }

  void loops(ArrayRef<unsigned> list, Kind kind, const PipelineCost *pipeline, StringRef unrolled,
             llvm::function_ref<void()> body) {
    Values none;
    nestOf(repeated(list, kind), pipeline, 0, unrolled, none, [&](Values &) { body(); });
  }

  /// Emits the loops `list` around `body`, which carries `values`; the innermost is the pipeline, if one is given.
  void nestOf(ArrayRef<std::pair<unsigned, Kind>> list, const PipelineCost *pipeline, int64_t distance,
              StringRef unrolled, Values &values, llvm::function_ref<void(Values &)> body) {
    if (list.empty())
      return body(values);
    auto [loop, kind] = list.front();
    int64_t end = kind == Steps ? nest.loops[loop].size : design.unroll[loop];
    int64_t step = kind == Steps ? design.unroll[loop] : 1;
    auto forOp = scf::ForOp::create(builder, nameLoop(loop, kind), index(0), index(end), index(step), values);
    Value &iv = (kind == Steps ? steps : lanes)[loop];
    iv = forOp.getInductionVar();
    {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(forOp.getBody());
      Values carried(forOp.getRegionIterArgs());
      nestOf(list.drop_front(), pipeline, distance, unrolled, carried, body);
      if (!carried.empty())
        scf::YieldOp::create(builder, loc, carried);
    }
    iv = Value();
    values.assign(forOp.getResults().begin(), forOp.getResults().end());
    if (kind == Lanes)
      forOp->setAttr(unrollName, UnrollAttr::get(builder.getContext(), builder.getStringAttr(unrolled)));
    else if (pipeline && list.size() == 1)
      forOp->setAttr(pipelineName, PipelineAttr::get(builder.getContext(), pipeline->ii, distance,
                                                     builder.getStringAttr(pipeline->reason)));
  }

  //===-- Accesses ------------------------------------------------------------------------------------------------===//

  /// Sum of indices times strides, start and constant; without a term for what is 0.
  Value address(Value start, int64_t constant, const DesignStrides &strides) {
    Value sum;
    auto add = [&](Value iv, int64_t stride) {
      if (!iv || stride == 0)
        return;
      Value term = stride == 1 ? iv : arith::MulIOp::create(builder, loc, iv, index(stride)).getResult();
      sum = sum ? arith::AddIOp::create(builder, loc, sum, term).getResult() : term;
    };
    for (unsigned loop = 0; loop < nest.loops.size(); ++loop) {
      add(steps[loop], strides.steps[loop]);
      add(lanes[loop], strides.lanes[loop]);
    }
    if (start) // Behind the indices, where it folds with the constant.
      sum = sum ? arith::AddIOp::create(builder, loc, sum, start).getResult() : start;
    if (constant != 0 || !sum) {
      Value last = index(constant);
      sum = sum ? arith::AddIOp::create(builder, loc, sum, last).getResult() : last;
    }
    return sum;
  }

  Value load(const kernel::Access &access, bool packed) {
    const kernel::FlatBuffer &flat = operands[access.operand];
    Value at = address(flat.offset, packed ? 0 : access.offset, stridesOf(nest, design, access, packed));
    return memref::LoadOp::create(builder, loc, flat.buffer, at);
  }

  Value loopIndex(unsigned loop) {
    Value step = steps[loop], lane = lanes[loop];
    if (step && lane)
      return arith::AddIOp::create(builder, loc, step, lane);
    return step ? step : lane ? lane : index(0);
  }

  /// A load whose address the body computes.
  Value extract(tensor::ExtractOp op, ArrayRef<kernel::LaneValue> indices) {
    unsigned operand = cast<BlockArgument>(op.getTensor()).getArgNumber();
    auto type = cast<MemRefType>(nest.kernel.getOperand(operand).getType());
    SmallVector<int64_t> strides;
    int64_t ignored;
    (void)type.getStridesAndOffset(strides, ignored);
    Value sum = operands[operand].offset;
    for (auto [value, stride] : llvm::zip_equal(indices, strides)) {
      Value term = arith::MulIOp::create(builder, loc, value.value, index(stride));
      sum = arith::AddIOp::create(builder, loc, sum, term);
    }
    return memref::LoadOp::create(builder, loc, operands[operand].buffer, sum);
  }

  //===-- Stages --------------------------------------------------------------------------------------------------===//

  /// Runs the body of `stage` at the current point; `given` are the values of operands that are no kernel operands.
  Values run(const kernel::Stage &stage, llvm::function_ref<Value(unsigned operand)> given) {
    bool isMain = &stage == &nest.main;
    SmallVector<kernel::LaneValue> arguments;
    for (auto [operand, argument] : llvm::enumerate(stage.op.getBody()->getArguments())) {
      Value value = stage.op->getOperand(operand);
      if (argument.use_empty())
        arguments.push_back({});
      else if (!isa<ShapedType>(value.getType())) // A scalar: a constant in the kernel's body.
        arguments.push_back({builder.clone(*value.getDefiningOp())->getResult(0)});
      else if (Value held = isMain ? loadFromRing(operand) : Value())
        arguments.push_back({held});
      else if (stage.accesses[operand] && (!isMain || operand < size_t(stage.op.getNumDpsInputs())))
        arguments.push_back({load(*stage.accesses[operand], isMain && isPacked(nest, design, operand, isConstant))});
      else
        arguments.push_back({given(operand)});
    }
    kernel::BodyEmitter body(builder, loc, /*lanes=*/1);
    Values results;
    for (kernel::LaneValue value : body.emit(
             stage.op, arguments, [&](unsigned loop) -> kernel::LaneValue { return {loopIndex(stage.loops[loop])}; },
             [&](tensor::ExtractOp op, ArrayRef<kernel::LaneValue> indices) -> kernel::LaneValue {
               return {extract(op, indices)};
             }))
      results.push_back(value.value);
    return results;
  }

  static Value nothingGiven(unsigned) { llvm_unreachable("the operation reads only kernel operands"); }

  /// The first values of the sums at the current point.
  Values initial() {
    linalg::GenericOp main = nest.main.op;
    Values values;
    for (auto [number, output] : llvm::enumerate(main.getDpsInits())) {
      if (const auto &access = nest.main.accesses[main.getNumDpsInputs() + number]) {
        values.push_back(load(*access, /*packed=*/false));
        continue;
      }
      Value value;
      for (const kernel::Stage &init : nest.inits)
        if (init.op == output.getDefiningOp())
          value = run(init, nothingGiven)[cast<OpResult>(output).getResultNumber()];
      // Undefined where main does not read it; a register holds something all the same.
      Type element = cast<ShapedType>(output.getType()).getElementType();
      values.push_back(value ? value
                             : arith::ConstantOp::create(builder, loc, builder.getZeroAttr(element)).getResult());
    }
    return values;
  }

  /// One step of main, with the sums in `values`.
  void step(Values &values) {
    unsigned inputs = nest.main.op.getNumDpsInputs();
    values = run(nest.main, [&](unsigned operand) { return values[operand - inputs]; });
  }

  /// Reductions that are unrolled: one after the other into the same sum.
  void stepLanes(Values &values) {
    nestOf(repeated(design.reductions, Lanes), nullptr, 0, "products of one sum, side by side", values,
           [&](Values &carried) { step(carried); });
  }

  void finish(const Values &values) {
    Values results = values;
    if (nest.epilogue)
      results = run(*nest.epilogue, [&](unsigned operand) {
        return values[cast<OpResult>(nest.epilogue->op->getOperand(operand)).getResultNumber()];
      });
    store(results);
  }

  void store(const Values &results) {
    Operation *yield = nest.kernel.getBodyBlock()->getTerminator();
    for (auto [access, yielded] : llvm::zip_equal(nest.outputs, yield->getOperands())) {
      const kernel::FlatBuffer &flat = operands[access.operand];
      Value at = address(flat.offset, access.offset, stridesOf(nest, design, access, /*packed=*/false));
      memref::StoreOp::create(builder, loc, results[cast<OpResult>(yielded).getResultNumber()], flat.buffer, at);
    }
  }

  void elementwise() {
    if (nest.main.op.getNumReductionLoops() == 0)
      return store(run(nest.main, nothingGiven));
    Values values = initial(); // A reduction of one step.
    step(values);
    finish(values);
  }

  //===-- Reductions ----------------------------------------------------------------------------------------------===//

  void inRegisters() {
    Values values = initial();
    nestOf(repeated(design.reductions, Steps), &cost.main, 0, "", values, [&](Values &carried) { stepLanes(carried); });
    finish(values);
  }

  /// Where sums lie: steps of the tile, its lanes side by side.
  DesignStrides sumStrides() const {
    kernel::Access access{0, SmallVector<int64_t>(nest.loops.size(), 0), 0};
    for (unsigned loop : design.inner())
      access.strides[loop] = 1;
    DesignStrides strides = stridesOf(nest, design, access, /*packed=*/true);
    return strides;
  }

  void tiled() {
    SmallVector<Value> sums;
    for (Type type : nest.main.op.getResultTypes()) {
      auto array = MemRefType::get({cost.sums}, cast<ShapedType>(type).getElementType());
      auto alloca = memref::AllocaOp::create(
          builder, FusedLoc::get({loc}, builder.getStringAttr("sums"), builder.getContext()), array);
      if (cost.sumBanks > 1)
        alloca->setAttr(partitionName, PartitionAttr::get(builder.getContext(), cost.sumBanks));
      sums.push_back(alloca);
    }
    DesignStrides strides = sumStrides();
    auto loadSums = [&] {
      Values values;
      for (Value array : sums)
        values.push_back(memref::LoadOp::create(builder, loc, array, address(Value(), 0, strides)));
      return values;
    };
    auto storeSums = [&](const Values &values) {
      for (auto [array, value] : llvm::zip_equal(sums, values))
        memref::StoreOp::create(builder, loc, value, array, address(Value(), 0, strides));
    };
    int64_t distance = 1;
    for (unsigned loop : design.inner())
      distance *= stepsOf(nest, design, loop);
    for (const WindowCost &ring : cost.windows)
      rings.push_back(makeRing(ring));
    overOuter(0, [&] {
      overTile(Lanes, cost.init, 0, {}, [&] { storeSums(initial()); });
      overTile(Lanes, cost.main, distance > 1 ? distance : 0, design.reductions, [&] {
        Values values = loadSums();
        stepLanes(values);
        storeSums(values);
      });
      overTile(design.wideEpilogue ? Lanes : LanesInTurn, cost.epilogue, 0, {}, [&] { finish(loadSums()); });
    });
  }

  //===-- Rings ---------------------------------------------------------------------------------------------------===//

  Value makeRing(const WindowCost &ring) {
    const kernel::Access &access = *nest.main.accesses[ring.window.operand];
    auto type = MemRefType::get({ring.window.size},
                                cast<MemRefType>(operands[access.operand].buffer.getType()).getElementType());
    auto array = memref::AllocaOp::create(
        builder, FusedLoc::get({loc}, builder.getStringAttr("lines"), builder.getContext()), type);
    if (ring.banks > 1)
      array->setAttr(partitionName, PartitionAttr::get(builder.getContext(), ring.banks));
    return array;
  }

  /// The outer loops from `depth` on, with what fills the rings on the way.
  void overOuter(unsigned depth, llvm::function_ref<void()> body) {
    for (auto [ring, array] : llvm::zip_equal(cost.windows, rings))
      if (ring.window.level == depth)
        fill(ring, array, 0, ring.window.before());
    if (depth == design.outer().size())
      return body();
    unsigned loop = design.outer()[depth];
    loops(loop, Steps, nullptr, "", [&] {
      for (auto [ring, array] : llvm::zip_equal(cost.windows, rings))
        if (ring.window.loop == loop)
          fill(ring, array, ring.window.before(), ring.window.fresh);
      overOuter(depth + 1, body);
    });
  }

  /// Strides of a window's access from the outer loops around it, or along its own loop and those inside.
  DesignStrides windowStrides(const Window &window, bool around) const {
    const kernel::Access &access = *nest.main.accesses[window.operand];
    DesignStrides strides = stridesOf(nest, design, access, /*packed=*/false);
    for (unsigned loop = 0; loop < nest.loops.size(); ++loop) {
      bool isAround = llvm::is_contained(design.outer(), loop) && loop != window.loop;
      if (isAround != around)
        strides.steps[loop] = strides.lanes[loop] = 0;
    }
    return strides;
  }

  Value placeInRing(const Window &window, Value element) {
    return window.loop ? arith::AndIOp::create(builder, loc, element, index(window.size - 1)).getResult() : element;
  }

  /// Fetches `count` elements of the window, from its element `first` on.
  void fill(const WindowCost &ring, Value array, int64_t first, int64_t count) {
    if (count == 0)
      return;
    const Window &window = ring.window;
    const kernel::Access &access = *nest.main.accesses[window.operand];
    auto forOp = scf::ForOp::create(builder, FusedLoc::get({loc}, builder.getStringAttr("i"), loc.getContext()),
                                    index(0), index(count), index(1));
    forOp->setAttr(pipelineName,
                   PipelineAttr::get(builder.getContext(), 1, 0,
                                     builder.getStringAttr(ring.fromStream ? "a word of the stream in every cycle"
                                                                           : "one burst of words that are new")));
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(forOp.getBody());
    Value element = address(forOp.getInductionVar(), first, windowStrides(window, /*around=*/false));
    Value from = address(operands[access.operand].offset, access.offset, windowStrides(window, /*around=*/true));
    Value at = arith::AddIOp::create(builder, loc, element, from);
    Value word = memref::LoadOp::create(builder, loc, operands[access.operand].buffer, at);
    memref::StoreOp::create(builder, loc, word, array, placeInRing(window, element));
  }

  /// The current element of main's operand, if a ring holds it.
  Value loadFromRing(unsigned operand) {
    for (auto [ring, array] : llvm::zip(cost.windows, rings))
      if (ring.window.operand == operand) {
        Value element = address(Value(), 0, windowStrides(ring.window, /*around=*/false));
        return memref::LoadOp::create(builder, loc, array, placeInRing(ring.window, element));
      }
    return Value();
  }

  /// The loops `before` and those of the tile as one pipeline; the tile's lanes side by side or in turn.
  void overTile(Kind lanesKind, const PipelineCost &pipeline, int64_t distance, ArrayRef<unsigned> before,
                llvm::function_ref<void()> body) {
    SmallVector<std::pair<unsigned, Kind>> list = repeated(before, Steps);
    llvm::append_range(list, repeated(design.inner(), Steps));
    if (lanesKind == LanesInTurn)
      llvm::append_range(list, repeated(design.inner(), LanesInTurn));
    Values none;
    nestOf(list, &pipeline, distance, "", none, [&](Values &) {
      if (lanesKind == LanesInTurn)
        return body();
      nestOf(repeated(design.inner(), Lanes), nullptr, 0, "sums side by side", none, [&](Values &) { body(); });
    });
  }

  OpBuilder &builder;
  const kernel::KernelNest &nest;
  const Design &design;
  const Cost &cost;
  ArrayRef<kernel::FlatBuffer> operands;
  llvm::function_ref<bool(unsigned)> isConstant;
  Location loc;
  SmallVector<Value> rings;        ///< Arrays of cost.windows, once they are there.
  SmallVector<Value> steps, lanes; ///< Indices of the loops that are open.
};

} // namespace

void edgecc::hls::emitDesign(OpBuilder &builder, const kernel::KernelNest &nest, const Design &design, const Cost &cost,
                             ArrayRef<kernel::FlatBuffer> operands, llvm::function_ref<bool(unsigned)> isConstant) {
  Emitter(builder, nest, design, cost, operands, isConstant).emit();
}

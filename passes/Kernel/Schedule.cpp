// The cost function behind the schedule of a kernel; see Schedule.h.
//
// The register tile follows Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008), with the
// tile chosen for each shape by counting vector operations, remainders included.
#include "passes/Kernel/Schedule.h"
#include "passes/Kernel/Combining.h"
#include "passes/Kernel/TileCost.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <limits>

using namespace mlir;
using namespace edgecc::kernel;

int64_t edgecc::kernel::unitsOf(const KernelNest &nest, const Schedule &schedule, unsigned loop) {
  int64_t step = 1;
  if (schedule.vectorLoop && loop == *schedule.vectorLoop)
    step = schedule.lanes * schedule.vectors;
  else if (schedule.rowLoop && loop == *schedule.rowLoop)
    step = schedule.rows;
  return llvm::divideCeil(nest.loops[loop].size, step);
}

bool edgecc::kernel::isPanelled(const KernelNest &nest, const Schedule &schedule, const Access &access) {
  return schedule.vectorLoop && !nest.loops[*schedule.vectorLoop].reduction &&
         access.strides[*schedule.vectorLoop] != 0 && (!schedule.rowLoop || access.strides[*schedule.rowLoop] == 0);
}

namespace {

/// Bits of the widest type that main computes with: it decides how many lanes a vector has.
int64_t widestBits(linalg::GenericOp op) {
  int64_t bits = 8;
  auto note = [&](Type type) {
    if (type.isIntOrFloat())
      bits = std::max<int64_t>(bits, type.getIntOrFloatBitWidth());
  };
  for (BlockArgument argument : op.getBody()->getArguments())
    if (!argument.use_empty())
      note(argument.getType());
  op.getBody()->walk([&](Operation *inner) {
    for (Type type : inner->getResultTypes())
      note(type);
  });
  return bits;
}

/// Vector operations that `size` elements take with `lanes` per vector; remainders split into powers of two.
int64_t vectorSteps(int64_t size, int64_t lanes) {
  return size / lanes + llvm::popcount(static_cast<uint64_t>(size % lanes));
}

class Scheduler {
public:
  Scheduler(const KernelNest &nest, const VectorTarget &target, llvm::function_ref<bool(unsigned)> isConstant,
            const WeightBlocks *blocks)
      : nest(nest), target(target), isConstant(isConstant), blocks(blocks), cost(nest, target) {}

  Schedule choose() {
    fullLanes = std::clamp<int64_t>(target.vectorBits / widestBits(nest.main.op), 1, target.maxLanes);
    if (nest.bits) // Counts have lanes of bytes, sums take several registers.
      fullLanes = std::min<int64_t>(target.vectorBits / 8, target.maxLanes);
    chooseVectorLoop();
    chooseRowLoop();
    chooseTile();
    choosePacking();
    orderReductions();
    orderLoops();
    if (target.runsGrids)
      chooseGrid();
    else
      chooseSplit();
    return schedule;
  }

private:
  /// Inputs of main; the operands behind them are its accumulators.
  size_t numInputs() const { return nest.main.op.getNumDpsInputs(); }
  bool isVectorReduction() const { return schedule.vectorLoop && nest.loops[*schedule.vectorLoop].reduction; }

  /// Constant inputs of main that vary over a reduction can be laid out as the kernel likes.
  bool canPack(const Access &access) const {
    if (!isConstant(access.operand) || !nest.hasReduction())
      return false;
    for (auto [loop, stride] : llvm::zip_equal(nest.loops, access.strides))
      if (loop.reduction && stride != 0)
        return true;
    return false;
  }

  int64_t reductionSize() const {
    int64_t product = 1;
    for (const Loop &loop : nest.loops)
      if (loop.reduction)
        product *= loop.size;
    return product;
  }

  /// Cost of one vector access in operations: contiguous or uniform ones are one, others are lane by lane.
  double accessCost(const Access &access, unsigned loop, int64_t lanes, bool packable) const {
    int64_t stride = access.strides[loop];
    return packable || stride == 0 || stride == 1 ? 1.0 : 1.5 * lanes;
  }

  double costOfVectorLoop(unsigned loop, int64_t lanes) const {
    bool reduction = nest.loops[loop].reduction;
    double perStep = 1.0, perOutput = 0.0; // Costs of an iteration of main, and of its result.
    // A register tile of rows and vectors shares its loads; a sum across the lanes has only rows to share with.
    double sharing = nest.hasReduction() && !reduction ? 0.3 : 1.0;
    for (auto [index, access] : llvm::enumerate(nest.main.accesses))
      if (access && index < numInputs())
        perStep += sharing * accessCost(*access, loop, lanes, canPack(*access));
    for (const Access &output : nest.outputs)
      perOutput += reduction ? 1.0 : accessCost(output, loop, lanes, false);
    if (nest.epilogue)
      for (const std::optional<Access> &access : nest.epilogue->accesses)
        if (access)
          perOutput += reduction ? 1.0 : accessCost(*access, loop, lanes, false);
    if (reduction)
      perOutput += 4.0; // The sum across the lanes at the end.
    int64_t size = nest.loops[loop].size;
    // A reduction finishes its remainder one by one.
    double steps = reduction ? size / lanes + size % lanes : vectorSteps(size, lanes);
    double others = static_cast<double>(nest.iterations()) / size;
    double outputs = static_cast<double>(nest.iterations()) / reductionSize();
    double outputSteps = reduction ? outputs : outputs / size * steps;
    return others * steps * perStep + outputSteps * perOutput;
  }

  void chooseVectorLoop() {
    if (nest.loops.empty())
      return;
    if (nest.dot || nest.bits) {
      schedule.vectorLoop = nest.dot ? nest.dot->laneLoop : nest.bits->laneLoop;
      schedule.lanes = fullLanes;
      while (schedule.lanes > nest.loops[*schedule.vectorLoop].size)
        schedule.lanes /= 2;
      operations = costOfVectorLoop(*schedule.vectorLoop, fullLanes);
      return;
    }
    double best = std::numeric_limits<double>::max();
    bool canReduce = fullLanes > 1 && combiningKind(nest.main.op).has_value();
    for (unsigned loop = 0; loop < nest.loops.size(); ++loop) {
      if (nest.loops[loop].reduction && (!canReduce || nest.loops[loop].indexed || nest.loops[loop].size < fullLanes))
        continue;
      double cost = costOfVectorLoop(loop, fullLanes);
      if (cost < best || (cost == best && !nest.loops[loop].reduction)) {
        best = cost;
        schedule.vectorLoop = loop;
      }
    }
    operations = best;
    if ((fullLanes == 1 && !target.tilesScalars) || !schedule.vectorLoop) {
      operations = costOfVectorLoop(nest.loops.size() - 1, 1);
      schedule.vectorLoop.reset();
      return;
    }
    schedule.lanes = fullLanes;
    while (!isVectorReduction() && schedule.lanes > nest.loops[*schedule.vectorLoop].size)
      schedule.lanes /= 2;
    if (schedule.lanes <= 1 && !target.tilesScalars) {
      schedule.vectorLoop.reset();
      schedule.lanes = 1;
    }
  }

  /// Rows share what does not vary along them; only worth it where main reduces.
  void chooseRowLoop() {
    if (!nest.hasReduction() || !schedule.vectorLoop)
      return;
    for (unsigned loop = 0; loop < nest.loops.size(); ++loop) {
      if (nest.loops[loop].reduction || loop == *schedule.vectorLoop || nest.loops[loop].size == 1)
        continue;
      bool shares = false;
      for (auto [index, access] : llvm::enumerate(nest.main.accesses))
        shares |=
            access && index < numInputs() && access->strides[*schedule.vectorLoop] != 0 && access->strides[loop] == 0;
      if (shares)
        schedule.rowLoop = loop; // The innermost of them.
    }
  }

  /// Whether rows also share scalars: main multiplies broadcast inputs, so that the vectors of a tile share loads.
  bool hasUniformInput() const {
    for (auto [index, access] : llvm::enumerate(nest.main.accesses))
      if (access && index < numInputs() && access->strides[*schedule.vectorLoop] == 0)
        return true;
    return false;
  }

  void chooseTile() {
    if (!schedule.vectorLoop)
      return;
    int64_t width = nest.loops[*schedule.vectorLoop].size;
    if (!nest.hasReduction()) {
      schedule.vectors =
          std::clamp<int64_t>(width / schedule.lanes, 1, std::min<int64_t>(4, target.unrolledOperations));
      return;
    }
    int64_t height = schedule.rowLoop ? nest.loops[*schedule.rowLoop].size : 1;
    bool uniformInput = !isVectorReduction() && hasUniformInput();
    int64_t maxVectors = isVectorReduction() ? 1 : std::max<int64_t>(1, width / schedule.lanes);
    double best = std::numeric_limits<double>::max();
    for (int64_t vectors = 1; vectors <= std::min<int64_t>(maxVectors, 8); ++vectors)
      for (int64_t rows = 1; rows <= std::min<int64_t>(height, 16); ++rows) {
        if (!cost.fitsRegisters(rows, vectors, uniformInput))
          continue;
        double cycles = cyclesOf(width, height, rows, vectors, uniformInput);
        if (cycles < best * 0.999) {
          best = cycles;
          schedule.rows = rows;
          schedule.vectors = vectors;
        }
      }
    if (blocks)
      chooseSparseTile(nest, target, *blocks, schedule);
    int64_t steps = isVectorReduction() ? reductionSize() / schedule.lanes : reductionSize();
    while (schedule.rows * schedule.vectors > 1 && workItems() < target.workItems &&
           schedule.rows * schedule.vectors * steps > target.itemOperations)
      (schedule.rows > 1 ? schedule.rows : schedule.vectors) /= 2;
    if (schedule.rows == 1)
      schedule.rowLoop.reset();
  }

  int64_t workItems() const {
    int64_t items = 1;
    for (unsigned loop = 0; loop < nest.loops.size(); ++loop)
      if (!nest.loops[loop].reduction)
        items *= unitsOf(loop);
    return items;
  }

  /// Cycles of one reduction step over the whole plane of rows and vector lanes.
  double cyclesOf(int64_t width, int64_t height, int64_t rows, int64_t vectors, bool uniformInput) const {
    auto overRows = [&](int64_t vectorsNow) {
      double cycles = (height / rows) * cost.tileCycles(rows, vectorsNow, uniformInput);
      return height % rows ? cycles + cost.tileCycles(height % rows, vectorsNow, uniformInput) : cycles;
    };
    if (isVectorReduction())
      return overRows(1);
    int64_t panel = vectors * schedule.lanes;
    double cycles = (width / panel) * overRows(vectors);
    int64_t rest = width % panel;
    if (rest / schedule.lanes)
      cycles += overRows(rest / schedule.lanes);
    return cycles + llvm::popcount(static_cast<uint64_t>(rest % schedule.lanes)) * overRows(1);
  }

  void choosePacking() {
    if (!schedule.vectorLoop)
      return;
    for (auto [index, access] : llvm::enumerate(nest.main.accesses)) {
      if (!access || index >= numInputs() || !canPack(*access))
        continue;
      bool panelled = isPanelled(nest, schedule, *access);
      bool strided = isVectorReduction() && access->strides[*schedule.vectorLoop] > 1;
      // Depthwise weights are already in order: one row of channels per tap.
      if (strided || (panelled && hasUniformInput()))
        schedule.packed.push_back(index);
    }
  }

  void orderReductions() {
    SmallVector<unsigned> loops;
    for (unsigned loop = 0; loop < nest.loops.size(); ++loop)
      if (nest.loops[loop].reduction && !(isVectorReduction() && loop == *schedule.vectorLoop))
        loops.push_back(loop);
    if (isVectorReduction())
      loops.push_back(*schedule.vectorLoop);
    // Unroll from the inside while the body stays small enough for the instruction cache.
    int64_t bodyLimit = target.unrolledOperations;
    int64_t body = schedule.rows * (isVectorReduction() ? 1 : schedule.vectors);
    // A dot product of several instructions; LLVM would mix unrolled steps, which takes more registers.
    bool hasDotOperations = nest.bits || (nest.dot && cost.temporaries() > 0);
    if (hasDotOperations)
      body *= 4;
    bool open = true;
    for (unsigned loop : llvm::reverse(loops)) {
      bool vectorLoop = isVectorReduction() && loop == *schedule.vectorLoop;
      int64_t size = vectorLoop ? nest.loops[loop].size / schedule.lanes : nest.loops[loop].size;
      int64_t unroll = 1;
      if (open && body * size <= bodyLimit)
        unroll = size;
      else if (open && loop == loops.back() && !hasDotOperations)
        while (unroll < 4 && body * unroll * 2 <= bodyLimit)
          unroll *= 2;
      open &= unroll == size;
      body *= unroll;
      schedule.reductions.insert(schedule.reductions.begin(), {loop, unroll});
    }
  }

  /// Elements that main's inputs span while `inner` loops and all reductions run.
  int64_t footprintBytes(ArrayRef<unsigned> inner) const {
    int64_t bytes = 0;
    for (auto [index, access] : llvm::enumerate(nest.main.accesses)) {
      if (!access || index >= numInputs() || access->strides[*schedule.vectorLoop] != 0)
        continue;
      int64_t span = 1;
      for (unsigned loop = 0; loop < nest.loops.size(); ++loop)
        if (nest.loops[loop].reduction || llvm::is_contained(inner, loop))
          span += (nest.loops[loop].size - 1) * std::abs(access->strides[loop]);
      Type element = cast<ShapedType>(nest.main.op->getOperand(index).getType()).getElementType();
      bytes += span * std::max<int64_t>(1, element.getIntOrFloatBitWidth() / 8);
    }
    return bytes;
  }

  /// Weights of bits are few: where half the second-level cache holds all of them, they are read again for each tile of
  /// rows, and outputs, which are 32 times as large as the activations, are written in their order.
  bool streamsWeights() const {
    if (!nest.bits)
      return false;
    return reductionSize() * nest.loops[*schedule.vectorLoop].size <= target.l2Bytes / 2;
  }

  /// The vector loop goes outside as many loops as have inputs that fit half the second-level cache: its weights are
  /// then read from there once for all of them.
  void orderLoops() {
    SmallVector<unsigned> parallel;
    for (unsigned loop = 0; loop < nest.loops.size(); ++loop)
      if (!nest.loops[loop].reduction && (isVectorReduction() || !schedule.vectorLoop || loop != *schedule.vectorLoop))
        parallel.push_back(loop);
    // The row loop runs innermost, next to its tile.
    if (schedule.rowLoop) {
      llvm::erase(parallel, *schedule.rowLoop);
      parallel.push_back(*schedule.rowLoop);
    }
    schedule.order = parallel;
    if (!schedule.vectorLoop || isVectorReduction())
      return;
    size_t position = parallel.size();
    if (schedule.rowLoop && schedule.packed.size() == 1 && !streamsWeights()) {
      int64_t budget = target.l2Bytes / 2;
      while (position > 0 && footprintBytes(ArrayRef<unsigned>(parallel).drop_front(position - 1)) <= budget &&
             isInvariant(parallel[position - 1]))
        --position;
      if (position == parallel.size()) {
        int64_t perRow = std::max<int64_t>(1, footprintBytes({*schedule.rowLoop}) / nest.loops[*schedule.rowLoop].size);
        int64_t block = budget / perRow / schedule.rows * schedule.rows;
        schedule.rowBlock = std::max<int64_t>(block, 4 * schedule.rows);
        position = parallel.size() - 1;
      }
    }
    schedule.order.insert(schedule.order.begin() + position, *schedule.vectorLoop);
  }

  int64_t unitsOf(unsigned loop) const { return edgecc::kernel::unitsOf(nest, schedule, loop); }

  /// Splits the first loop that gives all threads about the same to do, if there is enough to do at all. Another loop
  /// has to be clearly better balanced than an earlier one, because layers split alike find their inputs in their own
  /// core's cache.
  void chooseSplit() {
    constexpr double smallestJob = 512; // Operations: several times what handing a job to a thread costs.
    if (target.threads == 1 || operations < smallestJob)
      return;
    double best = 0.5;
    // Loops with large steps in the output first: threads that write neighbouring elements would share cache lines.
    SmallVector<unsigned> candidates = schedule.order;
    llvm::stable_sort(candidates, [&](unsigned a, unsigned b) {
      return nest.outputs.front().strides[a] > nest.outputs.front().strides[b];
    });
    for (unsigned loop : candidates) {
      int64_t units = unitsOf(loop);
      double balance = static_cast<double>(units) / (llvm::divideCeil(units, target.threads) * target.threads);
      if (balance > best + 0.12) {
        best = balance;
        schedule.splitLoop = loop;
        schedule.units = units;
      }
    }
  }

  /// Neighbouring work items shall touch neighbouring elements.
  void chooseGrid() {
    schedule.rowBlock = 0;
    schedule.grid = schedule.order;
    llvm::stable_sort(schedule.grid, [&](unsigned a, unsigned b) {
      return nest.outputs.front().strides[a] < nest.outputs.front().strides[b];
    });
  }

  /// Whether the packed weights stay the same along `loop`.
  bool isInvariant(unsigned loop) const { return nest.main.accesses[schedule.packed.front()]->strides[loop] == 0; }

  const KernelNest &nest;
  const VectorTarget &target;
  llvm::function_ref<bool(unsigned)> isConstant;
  const WeightBlocks *blocks; ///< Null: all steps are taken.
  TileCost cost;
  Schedule schedule;
  int64_t fullLanes = 1;
  double operations = 0; ///< Estimate for the whole kernel, in vector operations.
};

} // namespace

Schedule edgecc::kernel::chooseSchedule(const KernelNest &nest, const VectorTarget &target,
                                        llvm::function_ref<bool(unsigned)> isConstant, const WeightBlocks *blocks) {
  return Scheduler(nest, target, isConstant, blocks).choose();
}

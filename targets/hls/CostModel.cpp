// Cycles and resources of one kernel; see CostModel.h.
#include "targets/hls/CostModel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::hls;

namespace {

constexpr int64_t loadCycles = 2, storeCycles = 1; // A block RAM with its output register; a write.
constexpr int64_t readPorts = 2, writePorts = 1;   // One port of the two is for whoever writes.
constexpr int64_t axiLatency = 64;                 // The first word of a burst, in cycles.
constexpr int64_t axiBits = 64;                    // Width of a port to memory outside.
constexpr int64_t axiSingle = 6;                   // A word that continues no burst, with several requests on the way.

class Model {
public:
  Model(const kernel::KernelNest &nest, const Design &design, const Clock &clock, const Places &places)
      : nest(nest), design(design), clock(clock), places(places) {}

  Cost run() {
    unsigned operands = nest.kernel.getNumOperands();
    cost.banks.assign(operands, 1);
    for (SmallVector<int64_t> *list : {&cost.streams.tail, &cost.streams.need, &cost.streams.left})
      list->assign(operands, 0);
    return nest.hasReduction() ? reduction() : elementwise();
  }

private:
  int64_t product(ArrayRef<unsigned> loops, bool steps) const {
    int64_t result = 1;
    for (unsigned loop : loops)
      result *= steps ? stepsOf(nest, design, loop) : nest.loops[loop].size;
    return result;
  }

  SmallVector<unsigned> unrolled(ArrayRef<unsigned> loops) const {
    return llvm::filter_to_vector(loops, [&](unsigned loop) { return design.unroll[loop] > 1; });
  }

  int64_t lanesOf(ArrayRef<unsigned> loops) const {
    int64_t lanes = 1;
    for (unsigned loop : loops)
      lanes *= design.unroll[loop];
    return lanes;
  }

  Cost elementwise() {
    SmallVector<unsigned> lanes = unrolled(design.order);
    cost.main.trips = product(design.order, /*steps=*/true);
    cost.main.depth = loadCycles + storeCycles;
    cost.main.reason = "each result once";
    auto add = [&](const kernel::Stage &stage) {
      Body body = bodyOf(stage.op, clock);
      cost.main.depth += body.depth;
      place(body, lanesOf(lanes));
      reach(stage, lanes, cost.main);
    };
    llvm::for_each(nest.inits, add); // Where main is a reduction of one step.
    add(nest.main);
    if (nest.epilogue)
      add(*nest.epilogue);
    reachOutputs(lanes, cost.main);
    finish();
    return cost;
  }

  Cost reduction() {
    SmallVector<unsigned> parallel = unrolled(design.inner()), all = parallel;
    llvm::append_range(all, unrolled(design.reductions));
    cost.entries = product(design.outer(), /*steps=*/false);
    int64_t tileSteps = product(design.inner(), /*steps=*/true), tile = product(design.inner(), /*steps=*/false);
    int64_t steps = product(design.reductions, /*steps=*/true);
    Body body = bodyOf(nest.main.op, clock);
    bool inRegisters = tileSteps == 1;
    cost.main.trips = steps * tileSteps;
    chain(body, lanesOf(unrolled(design.reductions)), steps, tileSteps, inRegisters);
    place(body, lanesOf(all));
    reach(nest.main, all, cost.main);
    if (design.tile > 0) {
      cost.sums = tile;
      cost.sumBanks = lanesOf(parallel);
      for (Type type : nest.main.op.getResultTypes())
        cost.resources +=
            memoryCost(tile, cast<ShapedType>(type).getElementTypeBitWidth(), inRegisters ? tile : cost.sumBanks);
    }
    initialise(parallel, tileSteps);
    conclude(parallel, tile, tileSteps);
    finish();
    return cost;
  }

  /// Depth of main and the interval that a sum allows which comes back after `tileSteps` iterations. Additions of
  /// floats stay in the order of the source; those of integers a tool makes a tree of.
  void chain(const Body &body, int64_t lanes, int64_t steps, int64_t tileSteps, bool inRegisters) {
    bool isFloat = isa<FloatType>(cast<ShapedType>(nest.main.op.getResultTypes().front()).getElementType());
    int64_t sum = isFloat ? body.recurrence * lanes : body.recurrence * (1 + llvm::Log2_64_Ceil(lanes));
    cost.main.depth = loadCycles + body.depth + (sum - body.recurrence) + storeCycles;
    int64_t back = sum + (inRegisters ? 0 : loadCycles + storeCycles);
    cost.main.reason = "no sum comes back";
    if (steps == 1)
      return;
    cost.main.ii = std::max<int64_t>(1, llvm::divideCeil(back, tileSteps));
    cost.main.reason = "a sum comes back after " + std::to_string(tileSteps) +
                       (tileSteps == 1 ? " iteration" : " iterations") + " and takes " + std::to_string(back) +
                       (back == 1 ? " cycle" : " cycles");
  }

  /// `copies` of a body side by side.
  void place(const Body &body, int64_t copies) {
    cost.resources += body.resources * copies;
    cost.multipliers += body.multipliers * copies;
    cost.multiplierDsp += body.multiplierDsp * copies;
    cost.operators += body.operators * copies;
  }

  void initialise(ArrayRef<unsigned> lanes, int64_t tileSteps) {
    if (design.tile == 0)
      return; // Registers get their first values on the way into the loop.
    cost.init.trips = tileSteps;
    cost.init.reason = "stores only";
    for (const kernel::Stage &stage : nest.inits) {
      Body body = bodyOf(stage.op, clock);
      cost.init.depth = std::max(cost.init.depth, loadCycles + body.depth + storeCycles);
      place(body, lanesOf(lanes));
      reach(stage, lanes, cost.init);
    }
    cost.init.depth = std::max<int64_t>(cost.init.depth, storeCycles);
  }

  /// The epilogue, or only the stores.
  void conclude(ArrayRef<unsigned> tileLanes, int64_t tile, int64_t tileSteps) {
    ArrayRef<unsigned> lanes = design.wideEpilogue ? tileLanes : ArrayRef<unsigned>();
    Body body = nest.epilogue ? bodyOf(nest.epilogue->op, clock) : Body();
    cost.epilogue.depth = loadCycles + body.depth + storeCycles;
    cost.epilogue.reason = "each result once";
    cost.epilogue.trips = design.tile == 0 ? 0 : design.wideEpilogue ? tileSteps : tile;
    place(body, lanesOf(lanes));
    if (nest.epilogue)
      reach(*nest.epilogue, lanes, cost.epilogue);
    reachOutputs(lanes, cost.epilogue);
  }

  /// Lets the banks of a stage's operands give what one iteration reads, and slows the loop where they cannot.
  void reach(const kernel::Stage &stage, ArrayRef<unsigned> lanes, PipelineCost &loop) {
    auto isFetched = [this](unsigned operand) { return places.isOffChip(operand) || places.streams(operand); };
    for (auto [index, access] : llvm::enumerate(stage.accesses)) {
      BlockArgument argument = stage.op.getBody()->getArgument(index);
      if (!access || argument.use_empty())
        continue;
      bool isMain = &stage == &nest.main;
      if (isMain)
        if (auto window = windowOf(nest, design, index, places.isConstant, isFetched)) {
          hold(*window, *access, lanes, loop);
          continue;
        }
      if (places.streams(access->operand)) {
        // What the first values of sums read is loaded by other loops than the rest.
        bool isElsewhere = !isMain && &stage != &nest.last() && nest.hasReduction();
        flow(*access, isMain ? Section::Main : Section::Results, lanes, loop);
        cost.streams.isPossible &= !isElsewhere;
        continue;
      }
      bool packed = isMain && isPacked(nest, design, index, places.isConstant);
      serve(*access, lanes, packed, readPorts, loop);
    }
    // Loads whose addresses the body computes: one bank after the other may be asked.
    stage.op.getBody()->walk([&](tensor::ExtractOp extract) {
      auto argument = cast<BlockArgument>(extract.getTensor());
      cost.streams.isPossible &= !places.streams(argument.getArgNumber());
      int64_t reads = lanesOf(lanes);
      if (places.isOffChip(argument.getArgNumber()))
        slow(loop, reads * axiSingle, "words from memory outside");
      else
        slow(loop, llvm::divideCeil(reads, readPorts), "reads at computed addresses");
    });
  }

  void reachOutputs(ArrayRef<unsigned> lanes, PipelineCost &loop) {
    for (const kernel::Access &output : nest.outputs)
      if (places.streams(output.operand))
        flow(output, Section::Results, lanes, loop);
      else
        serve(output, lanes, /*packed=*/false, writePorts, loop);
  }

  /// A stream gives or takes the words of one iteration one after the other.
  void flow(const kernel::Access &access, Section section, ArrayRef<unsigned> lanes, PipelineCost &loop) {
    auto type = cast<MemRefType>(nest.kernel.getOperand(access.operand).getType());
    cost.streams.isPossible &= isInOrder(nest, design, section, access, type.getNumElements());
    slow(loop, lanesOf(lanes), "words of a stream, one in a cycle");
    cost.streams.need[access.operand] = lanesOf(lanes);
  }

  /// A ring gives what one iteration reads, and is filled in bursts.
  void hold(const Window &window, const kernel::Access &access, ArrayRef<unsigned> lanes, PipelineCost &loop) {
    WindowCost ring{window, 1, 1, 0, places.streams(access.operand)};
    if (ring.fromStream) {
      std::optional<int64_t> left = leftBehindWindow(nest, window);
      cost.streams.isPossible &= left.has_value();
      cost.streams.left[access.operand] = left.value_or(0);
      cost.streams.need[access.operand] = window.loop ? window.fresh : 1;
    }
    SmallVector<int64_t> addresses = laneAddresses(design, lanes, access.strides);
    ring.banks = std::min(banksFor(addresses, readPorts, mostBanks),
                          static_cast<int64_t>(llvm::bit_floor<uint64_t>(window.size)));
    slow(loop, llvm::divideCeil(mostInOneBank(addresses, ring.banks), readPorts), "ports of a memory");
    ring.entries = product(design.outer().take_front(window.level), /*steps=*/false);
    if (window.loop)
      ring.steps = ring.entries * nest.loops[*window.loop].size;
    Type element = cast<MemRefType>(nest.kernel.getOperand(access.operand).getType()).getElementType();
    int64_t bits = std::max<int64_t>(8, element.getIntOrFloatBitWidth());
    cost.resources += memoryCost(window.size, bits, ring.banks);
    if (ring.banks > 1 && !isBankFixed(access, ring.banks))
      cost.resources.lut += addresses.size() * ring.banks * bits / 4;
    cost.windows.push_back(ring);
  }

  void serve(const kernel::Access &access, ArrayRef<unsigned> lanes, bool packed, int64_t ports, PipelineCost &loop) {
    SmallVector<int64_t> addresses = laneAddresses(design, lanes, access.strides);
    if (places.isOffChip(access.operand)) {
      // Lanes that lie side by side come in one word of the port.
      Type element = cast<MemRefType>(nest.kernel.getOperand(access.operand).getType()).getElementType();
      int64_t lanesHere = addresses.size();
      bool sideBySide = packed || addresses.back() - addresses.front() == lanesHere - 1;
      int64_t words = sideBySide ? llvm::divideCeil(lanesHere * element.getIntOrFloatBitWidth(), axiBits) : lanesHere;
      loop.depth += axiLatency;
      offChipWords += words * (!packed && !continuesBurst(access) ? axiSingle : 1);
      slow(loop, offChipWords, "words from memory outside");
      return;
    }
    int64_t &banks = cost.banks[access.operand];
    if (packed) { // What an iteration reads lies side by side, half of it in the banks' second ports.
      banks = addresses.size() % 2 == 0 ? addresses.size() / 2 : addresses.size();
      return;
    }
    banks = std::max(banks, banksFor(addresses, ports, mostBanks));
    slow(loop, llvm::divideCeil(mostInOneBank(addresses, banks), ports), "ports of a memory");
    if (banks > 1 && !isBankFixed(access, banks)) {
      Type element = cast<MemRefType>(nest.kernel.getOperand(access.operand).getType()).getElementType();
      cost.resources.lut += addresses.size() * banks * element.getIntOrFloatBitWidth() / 4;
    }
  }

  /// Whether each lane always meets the same bank, so that nothing chooses among banks.
  bool isBankFixed(const kernel::Access &access, int64_t banks) const {
    for (auto [loop, stride] : llvm::enumerate(access.strides))
      if (stepsOf(nest, design, loop) > 1 && stride * design.unroll[loop] % banks != 0)
        return false;
    return true;
  }

  /// Whether the innermost loop walks `access` word by word, or not at all.
  bool continuesBurst(const kernel::Access &access) const {
    ArrayRef<unsigned> loops = design.tile > 0 || !nest.hasReduction() ? ArrayRef<unsigned>(design.order)
                                                                       : ArrayRef<unsigned>(design.reductions);
    return loops.empty() || std::abs(access.strides[loops.back()]) <= 1;
  }

  static void slow(PipelineCost &loop, int64_t interval, StringRef what) {
    if (interval <= loop.ii)
      return;
    loop.ii = interval;
    loop.reason = (what + ": " + Twine(interval) + " cycles").str();
  }

  /// Counters, addresses and registers of the pipeline; the kernel's latency.
  void finish() {
    int64_t loops = nest.loops.size() + 2, accesses = nest.kernel.getNumOperands();
    cost.resources.lut += 60 + 40 * loops + 40 * accesses;
    cost.resources.ff += 60 + 32 * loops + 32 * accesses + 16 * (cost.main.depth + cost.epilogue.depth);
    int64_t scalarEnd = nest.hasReduction() && design.tile == 0 ? cost.epilogue.depth : 0;
    int64_t around = scalarEnd + (cost.entries > 1 ? 2 : 0);
    cost.latency = 2 + cost.entries * (cost.init.cycles() + cost.main.cycles() + cost.epilogue.cycles() + around);
    cost.unpipelined =
        2 + cost.entries * (cost.init.unpipelined() + cost.main.unpipelined() + cost.epilogue.unpipelined() + around);
    for (const WindowCost &ring : cost.windows) {
      int64_t latency = ring.fromStream ? loadCycles : axiLatency;
      int64_t bursts = (ring.entries * (ring.window.before() > 0) + ring.steps) * (latency + 4);
      cost.latency += ring.words() + bursts;
      cost.unpipelined += ring.words() * (loadCycles + storeCycles + 1) + bursts;
    }
    for (int64_t left : cost.streams.left)
      if (left > 0) {
        cost.latency += left + loadCycles + 2;
        cost.unpipelined += left * (loadCycles + 1);
      }
    timeStreams();
  }

  /// When the first word comes out, and what is left to do behind the last word of each operand.
  void timeStreams() {
    StreamCost &streams = cost.streams;
    int64_t conclusion = std::max(cost.epilogue.cycles(), cost.epilogue.depth);
    if (!nest.hasReduction()) {
      streams.lead = cost.main.depth;
      streams.burst = lanesOf(design.order);
      for (int64_t &tail : streams.tail)
        tail = cost.main.depth + 2;
      return;
    }
    streams.lead = cost.init.cycles() + cost.main.cycles() + cost.epilogue.depth;
    streams.burst = product(design.inner(), /*steps=*/false);
    for (int64_t &tail : streams.tail) // Read by main, or by the epilogue of each entry.
      tail = design.tile == 0 && cost.entries == 1 ? cost.main.depth + conclusion : conclusion;
    for (const WindowCost &ring : cost.windows) {
      if (!ring.fromStream)
        continue;
      streams.lead += ring.window.span;
      int64_t steps = std::max<int64_t>(1, ring.steps);
      streams.tail[nest.main.accesses[ring.window.operand]->operand] = (cost.latency - ring.words()) / steps;
    }
  }

  const kernel::KernelNest &nest;
  const Design &design;
  const Clock &clock;
  const Places &places;
  Cost cost;
  int64_t offChipWords = 0;
};

} // namespace

SmallVector<int64_t> edgecc::hls::laneAddresses(const Design &design, ArrayRef<unsigned> lanes,
                                                ArrayRef<int64_t> laneStrides) {
  SmallVector<int64_t> addresses = {0};
  for (unsigned lane : lanes) {
    if (laneStrides[lane] == 0)
      continue;
    SmallVector<int64_t> more;
    for (int64_t address : addresses)
      for (int64_t step = 0; step < design.unroll[lane]; ++step)
        more.push_back(address + step * laneStrides[lane]);
    addresses = std::move(more);
  }
  llvm::sort(addresses);
  addresses.erase(llvm::unique(addresses), addresses.end());
  return addresses;
}

int64_t edgecc::hls::mostInOneBank(ArrayRef<int64_t> addresses, int64_t banks) {
  SmallVector<int64_t> counts(banks, 0);
  for (int64_t address : addresses)
    ++counts[((address % banks) + banks) % banks];
  return *llvm::max_element(counts);
}

int64_t edgecc::hls::banksFor(ArrayRef<int64_t> addresses, int64_t ports, int64_t most) {
  int64_t best = 1, fewest = addresses.size();
  for (int64_t banks = 1; banks <= most && fewest > ports; banks *= 2)
    if (int64_t inOne = mostInOneBank(addresses, banks); inOne < fewest) {
      fewest = inOne;
      best = banks;
    }
  return best;
}

Resources edgecc::hls::memoryCost(int64_t elements, int64_t bits, int64_t banks) {
  bits = std::max<int64_t>(bits, 1);
  int64_t depth = llvm::divideCeil(elements, banks);
  Resources cost;
  if (depth == 1) {
    cost.ff = bits; // A register.
  } else if (depth * bits <= 1024) {
    cost.lut = bits * llvm::divideCeil(depth, 32) + 8; // Distributed RAM: 32 words of a bit in a LUT.
  } else {
    static constexpr std::pair<int64_t, int64_t> shapes[] = {{36, 512}, {18, 1024}, {9, 2048},
                                                             {4, 4096}, {2, 8192},  {1, 16384}};
    cost.bram = std::numeric_limits<int64_t>::max();
    for (auto [width, words] : shapes)
      cost.bram =
          std::min(cost.bram, static_cast<int64_t>(llvm::divideCeil(bits, width) * llvm::divideCeil(depth, words)));
  }
  return cost * banks;
}

int64_t edgecc::hls::burstCycles(int64_t words) { return axiLatency + 4 + words; }

Cost edgecc::hls::costOf(const kernel::KernelNest &nest, const Design &design, const Clock &clock,
                         const Places &places) {
  return Model(nest, design, clock, places).run();
}

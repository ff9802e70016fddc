// The pass that chooses: which part, what lies outside of it, and a design for each kernel.
#include "dialects/Hls/HlsDialect.h"
#include "targets/hls/Explore.h"
#include "targets/hls/Memories.h"
#include "targets/hls/Passes.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "targets/source/Passes.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::hls;

namespace {

/// Constants of their own: the data of those that the two modules share is freed once the design has been packed.
static void keepConstants(ModuleOp module) {
  for (auto global : module.getOps<memref::GlobalOp>())
    if (auto shared = dyn_cast_or_null<DenseResourceElementsAttr>(global.getInitialValue().value_or(Attribute())))
      global.setInitialValueAttr(
          DenseElementsAttr::getFromRawBuffer(shared.getType(), shared.getRawHandle().getBlob()->getData()));
}

/// A choice for the whole model on one part.
struct ModelPlan {
  const Part *part = nullptr;
  Clock clock;
  bool dataflow = false;
  int64_t latency = 0;            ///< Cycles of one run.
  int64_t interval = 0;           ///< Cycles until the next run can begin: those of the slowest layer.
  std::vector<Candidate> designs; ///< One per kernel.
  SmallVector<bool> outside;      ///< One per memory.
  SmallVector<int64_t> streams;   ///< One per memory: words that its queue holds; 0: it is an array.
  Resources arrays, used;
};

/// When a run of each layer begins, has its first output and is done.
struct LayerTimes {
  int64_t begin = 0, first = 0, end = 0;
};

/// The burst between an array inside and the port that it is a copy of.
int64_t copyCycles(const Memory &memory) { return memory.isPort && !memory.outside ? burstCycles(memory.elements) : 0; }

/// Layers that overlap: behind an array a layer begins when it is full, behind a stream with the first word, and then
/// cannot end before it has dealt with the last.
LayerTimes timeLayer(const Memories &model, const ModelPlan &plan, ArrayRef<LayerTimes> times, unsigned layer) {
  LayerTimes result;
  int64_t cycles = 0, lastWord = 0;
  for (auto [number, kernel] : llvm::enumerate(model.kernels)) {
    if (model.layers[number] != layer)
      continue;
    const Cost &cost = plan.designs[number].cost;
    cycles += cost.latency * kernel.runs;
    result.first = cost.streams.lead; // The writer of a stream is alone in its layer.
    for (auto [operand, memoryNumber] : llvm::enumerate(kernel.memories)) {
      const Memory &memory = model.memories[memoryNumber];
      if (memory.isConstant || llvm::is_contained(memory.writers, number))
        continue;
      LayerTimes writer{0, burstCycles(0), copyCycles(memory)}; // An input, which is copied.
      if (!memory.writers.empty())
        writer = times[model.layers[memory.writers.front()]];
      result.begin = std::max(result.begin, memory.stream ? writer.first : writer.end);
      if (memory.stream)
        lastWord = std::max(lastWord, writer.end + cost.streams.tail[operand]);
    }
  }
  result.first += result.begin;
  result.end = std::max(result.begin + cycles, lastWord);
  return result;
}

/// Fills in the latency and the interval of a plan whose designs are chosen.
void timePlan(const Memories &model, ModelPlan &plan) {
  SmallVector<int64_t> cycles(1, 0);
  for (auto [number, kernel] : llvm::enumerate(model.kernels)) {
    unsigned layer = plan.dataflow ? model.layers[number] : 0;
    cycles.resize(std::max<size_t>(cycles.size(), layer + 1), 0);
    cycles[layer] += plan.designs[number].cost.latency * kernel.runs;
  }
  if (!plan.dataflow) {
    for (const Memory &memory : model.memories)
      cycles[0] += copyCycles(memory);
    plan.latency = plan.interval = cycles[0];
    return;
  }
  SmallVector<LayerTimes> times; // Layers read what layers before them write.
  for (unsigned layer = 0; layer < cycles.size(); ++layer)
    times.push_back(timeLayer(model, plan, times, layer));
  plan.interval = *llvm::max_element(cycles);
  plan.latency = 0;
  for (const Memory &memory : model.memories) {
    plan.interval = std::max(plan.interval, copyCycles(memory));
    for (unsigned writer : memory.writers) { // Outputs of the model are copied, those of other layers end earlier.
      const LayerTimes &layer = times[model.layers[writer]];
      int64_t copied = memory.stream ? std::max(layer.end + burstCycles(0), layer.first + copyCycles(memory))
                                     : layer.end + copyCycles(memory);
      plan.latency = std::max(plan.latency, memory.isPort ? copied : layer.end);
    }
  }
}

class Planner {
public:
  Planner(Memories &model, const Part &part, const Clock &clock, bool explores)
      : model(model), part(part), clock(clock), explores(explores) {}

  /// The best plan found, or none where the model does not fit. Memories go outside, the largest first, where
  /// nothing else fits or where that leaves room that pays, if `mayMoveOut`.
  std::optional<ModelPlan> run(bool mayMoveOut) {
    std::optional<ModelPlan> best;
    // The largest kept inside leaves others outside, which may be the better half.
    for (unsigned kept : {0, 1}) {
      for (Memory &memory : model.memories)
        memory.outside = false;
      unsigned sinceBest = 0;
      do {
        std::optional<ModelPlan> plan = tryOverlaps();
        bool isBetter = plan && (!best || worthOf(*plan) < worthOf(*best));
        sinceBest = isBetter ? 0 : sinceBest + 1;
        if (isBetter)
          best = std::move(plan);
      } while (mayMoveOut && (!best || sinceBest < patience + 5 * kept) && moveOut(kept));
      if (!mayMoveOut || !best || llvm::none_of(best->outside, [](bool outside) { return outside; }))
        break;
    }
    return best;
  }

private:
  /// So many memories may go outside without a gain before the search ends.
  static constexpr unsigned patience = 3;
  /// One run of overlapping layers may take so many times as long, for the next run begins before it ends.
  static constexpr double worthOverlapping = 1.25;
  /// A simulation has the arrays of the design on its stack.
  static constexpr int64_t mostBytesInside = 4 << 20;

  /// One run and the time until the next count alike; in turn these are the same.
  static double worthOf(const ModelPlan &plan) { return static_cast<double>(plan.latency) * plan.interval; }

  Places placesOf(const ModelKernel &kernel) {
    isConstant = [this, &kernel](unsigned operand) { return model.memories[kernel.memories[operand]].isConstant; };
    isOutside = [this, &kernel](unsigned operand) { return model.memories[kernel.memories[operand]].outside; };
    isStream = [this, &kernel](unsigned operand) { return model.memories[kernel.memories[operand]].stream; };
    return {isConstant, isOutside, isStream, wantsEarlyWords};
  }

  /// Layers that overlap, or layers in turn where the double arrays between them do not fit or one run would take much
  /// longer.
  std::optional<ModelPlan> tryOverlaps() {
    overlaps = false;
    setStreams([](const Memory &) { return false; });
    std::optional<ModelPlan> inTurn = tryLanes();
    if (model.layers.empty() || model.layers.back() == 0)
      return inTurn;
    overlaps = true;
    std::optional<ModelPlan> overlapping = tryLanes();
    if (std::optional<ModelPlan> streaming = tryStreams(overlapping))
      overlapping = std::move(streaming);
    bool isFast = overlapping && (!inTurn || overlapping->latency <= worthOverlapping * inTurn->latency);
    return isFast ? overlapping : inTurn;
  }

  void setStreams(llvm::function_ref<bool(const Memory &)> isStream) {
    for (Memory &memory : model.memories)
      memory.stream = isStream(memory);
  }

  /// The overlapping layers with streams where these are worth it, or none.
  std::optional<ModelPlan> tryStreams(const std::optional<ModelPlan> &arrays) {
    std::optional<ModelPlan> best;
    for (bool early : {false, true}) {
      wantsEarlyWords = early;
      std::optional<ModelPlan> plan = explores ? tryStreamsOf(arrays) : std::nullopt;
      if (plan && (!best || isWorth(*plan, *best)))
        best = std::move(plan);
    }
    wantsEarlyWords = false;
    return best;
  }

  /// With streams wherever they can be. One word goes through a stream in a cycle, which may make a layer with many
  /// lanes the slowest; then it keeps its arrays.
  std::optional<ModelPlan> tryStreamsOf(const std::optional<ModelPlan> &arrays) {
    setStreams([&](const Memory &memory) { return !memory.outside && model.mayStream(memory); });
    dropImpossibleStreams();
    for (unsigned attempt = 0; attempt < 6; ++attempt) {
      if (llvm::none_of(model.memories, [](const Memory &memory) { return memory.stream; }))
        return std::nullopt;
      std::optional<ModelPlan> plan = tryLanes();
      if (plan && (!arrays || isWorth(*plan, *arrays)))
        return plan;
      if (!plan || !arrays)
        return std::nullopt;
      dropSlowStreams(*plan, std::max(arrays->interval, static_cast<int64_t>(plan->interval / worthOverlapping)));
    }
    return std::nullopt;
  }

  /// Whether streams gain as much for one run as they lose between two, but for a hundredth: rings have to be filled,
  /// and every array that becomes a stream leaves block RAM to others.
  static bool isWorth(const ModelPlan &streams, const ModelPlan &arrays) {
    double run = static_cast<double>(streams.latency) / arrays.latency;
    double interval = static_cast<double>(streams.interval) / arrays.interval;
    return run <= 1.01 && interval <= worthOverlapping && run * interval <= 1.01;
  }

  /// Where no design of a kernel walks all of its streams in order, those that it reads become arrays, then all.
  void dropImpossibleStreams() {
    for (const ModelKernel &kernel : model.kernels)
      for (bool alsoWritten : {false, true}) {
        if (!kernel.nest || !paretoDesigns(*kernel.nest, clock, placesOf(kernel), part.has, /*mostLanes=*/1).empty())
          break;
        for (OpOperand &operand : kernel::ComputeOp(kernel.op)->getOpOperands())
          if (alsoWritten || !kernel::ComputeOp(kernel.op).isDpsInit(&operand))
            model.memories[kernel.memories[operand.getOperandNumber()]].stream = false;
      }
  }

  /// Layers that have become slower than `interval` get arrays: for what they read, which is the more costly end, else
  /// for what they write. Where there is none, the largest stream becomes an array.
  void dropSlowStreams(const ModelPlan &plan, int64_t interval) {
    SmallVector<Memory *> read, written, all;
    for (Memory &memory : model.memories) {
      if (!memory.stream)
        continue;
      all.push_back(&memory);
      for (auto [kernel, operand] : memory.uses)
        if (plan.designs[kernel].cost.latency > interval)
          (llvm::is_contained(memory.writers, kernel) ? written : read).push_back(&memory);
    }
    if (read.empty() && written.empty())
      written = {*llvm::max_element(all, [](const Memory *a, const Memory *b) { return a->elements < b->elements; })};
    for (Memory *memory : read.empty() ? written : read)
      memory->stream = false;
  }

  /// Fewer lanes need fewer banks, which leave more of the block RAM.
  std::optional<ModelPlan> tryLanes() {
    if (!leastArrays().fits(part.has) || bytesInside() > mostBytesInside)
      return std::nullopt;
    for (int64_t lanes = explores ? mostBanks : 1; lanes >= 1; lanes /= 4)
      if (auto plan = tryWith(lanes))
        return plan;
    return std::nullopt;
  }

  std::optional<ModelPlan> tryWith(int64_t lanes) {
    Resources budget = part.has;
    budget += leastArrays() * -1;
    std::vector<std::vector<Candidate>> candidates;
    for (const ModelKernel &kernel : model.kernels) {
      if (!kernel.nest) {
        candidates.push_back({Candidate()});
        continue;
      }
      Places places = placesOf(kernel);
      candidates.push_back(paretoDesigns(*kernel.nest, clock, places, budget, lanes));
      if (candidates.back().empty())
        return std::nullopt;
    }
    auto arrays = [this](std::optional<unsigned> kernel, CostOfKernel costOf) { return arraysOf(kernel, costOf); };
    std::optional<SmallVector<unsigned>> chosen = distribute(candidates, arrays, part.has, overlaps);
    if (!chosen)
      return std::nullopt;
    ModelPlan plan;
    plan.part = &part;
    plan.clock = clock;
    plan.dataflow = overlaps;
    for (auto [kernel, list, choice] : llvm::zip_equal(model.kernels, candidates, *chosen)) {
      plan.designs.push_back(list[choice]);
      plan.used += list[choice].cost.resources;
    }
    timePlan(model, plan);
    auto costOf = [&plan](unsigned kernel) -> const Cost & { return plan.designs[kernel].cost; };
    plan.arrays = arraysOf(std::nullopt, costOf);
    plan.used += plan.arrays;
    for (const Memory &memory : model.memories) {
      plan.outside.push_back(memory.outside);
      plan.streams.push_back(memory.stream ? depthOf(memory, costOf) : 0);
    }
    return plan.used.fits(part.has) ? std::optional<ModelPlan>(plan) : std::nullopt;
  }

  int64_t bytesInside() const {
    int64_t bytes = 0;
    for (const Memory &memory : model.memories)
      if (!memory.outside && !memory.isConstant)
        bytes += memory.elements * memory.bits / 8;
    return bytes;
  }

  /// What the memories inside take that `kernel` uses, or all, in the banks that the designs want.
  Resources arraysOf(std::optional<unsigned> kernel, CostOfKernel costOf) const {
    Resources total;
    if (!kernel) {
      for (const Memory &memory : model.memories)
        total += arrayOf(memory, costOf);
      return total;
    }
    const SmallVector<unsigned> &used = model.kernels[*kernel].memories;
    for (unsigned memory : llvm::SmallSetVector<unsigned, 8>(used.begin(), used.end()))
      total += arrayOf(model.memories[memory], costOf);
    return total;
  }

  Resources arrayOf(const Memory &memory, CostOfKernel costOf) const {
    if (memory.outside)
      return {};
    if (memory.stream)
      return memoryCost(depthOf(memory, costOf), memory.bits, /*banks=*/1);
    int64_t banks = 1;
    for (auto [kernel, operand] : memory.uses)
      if (const Cost &cost = costOf(kernel); operand < cost.banks.size())
        banks = std::max(banks, cost.banks[operand]);
    // Between layers that overlap one works on the next data while the other reads.
    int64_t copies = overlaps && !memory.isConstant ? 2 : 1;
    return memoryCost(memory.elements, memory.bits, banks) * copies;
  }

  /// The memories inside in one bank each.
  Resources leastArrays() const {
    Cost none;
    none.streams.need.assign(mostOperands(), 1);
    return arraysOf(std::nullopt, [&](unsigned) -> const Cost & { return none; });
  }
  size_t mostOperands() const {
    size_t most = 0;
    for (const ModelKernel &kernel : model.kernels)
      most = std::max(most, kernel.memories.size());
    return most;
  }

  /// Words that a queue holds: what its writer writes or its reader reads without a pause, so that neither waits for
  /// the other meanwhile; no more than one block of RAM. Any number would do (rule S2 of the hls dialect).
  static int64_t depthOf(const Memory &memory, CostOfKernel costOf) {
    constexpr int64_t most = 512;
    int64_t depth = 2;
    for (auto [kernel, operand] : memory.uses) {
      const StreamCost &streams = costOf(kernel).streams;
      bool writes = llvm::is_contained(memory.writers, kernel);
      depth = std::max(depth, writes ? streams.burst : streams.need[operand]);
    }
    return std::min({depth, most, memory.elements});
  }

  /// Moves the largest memory outside, but for the `kept` largest of those inside.
  bool moveOut(unsigned kept) {
    SmallVector<Memory *> inside;
    for (Memory &memory : model.memories)
      if (!memory.outside && memory.elements > 0)
        inside.push_back(&memory);
    llvm::stable_sort(inside,
                      [](const Memory *a, const Memory *b) { return a->elements * a->bits > b->elements * b->bits; });
    if (inside.size() <= kept)
      return false;
    inside[kept]->outside = true;
    return true;
  }

  Memories &model;
  const Part &part;
  Clock clock;
  bool explores;
  bool overlaps = false, wantsEarlyWords = false;
  std::function<bool(unsigned)> isConstant, isOutside, isStream;
};

struct ExplorePass : public PassWrapper<ExplorePass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ExplorePass)
  ExplorePass(Device device, bool explores, std::shared_ptr<OwningOpRef<ModuleOp>> reference)
      : device(device), explores(explores), reference(std::move(reference)) {}
  StringRef getArgument() const override { return "hls-explore"; }
  StringRef getDescription() const override { return "Choose a hardware design for every kernel"; }

  /// The kernels that come next get attributes of the dialect.
  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<HlsDialect>(); }

  void runOnOperation() override {
    *reference = getOperation().clone();
    keepConstants(**reference);
    FailureOr<Memories> model = Memories::of(getOperation());
    if (failed(model))
      return signalPassFailure();
    std::optional<ModelPlan> plan = choose(*model);
    if (!plan) {
      refuse(*model);
      return model->entry->setAttr(refusedName, UnitAttr::get(&getContext()));
    }
    write(*model, *plan);
  }

private:
  std::optional<ModelPlan> choose(Memories &model) {
    if (device.part)
      return Planner(model, *device.part, device.clockOn(*device.part), explores).run(/*mayMoveOut=*/true);
    // The smallest part, from the usual one on, that has room for all; else the largest, with memory beside it.
    const Part *usual = cantFail(findPart("xc7z020"));
    for (const Part *part = usual; part != parts().end(); ++part)
      if (auto plan = Planner(model, *part, device.clockOn(*part), explores).run(/*mayMoveOut=*/false))
        return plan;
    const Part &largest = parts().back();
    return Planner(model, largest, device.clockOn(largest), explores).run(/*mayMoveOut=*/true);
  }

  /// Says what the smallest design takes, and which kernel takes most of it.
  void refuse(Memories &model) {
    const Part &part = device.part ? *device.part : parts().back();
    Resources total, most;
    const ModelKernel *largest = nullptr;
    for (const ModelKernel &kernel : model.kernels) {
      if (!kernel.nest)
        continue;
      auto inside = [](unsigned) { return false; };
      Resources takes =
          costOf(*kernel.nest, plainDesign(*kernel.nest), device.clockOn(part), {inside, inside}).resources;
      total += takes;
      if (!largest || takes.shareOf(part.has) > most.shareOf(part.has)) {
        largest = &kernel;
        most = takes;
      }
    }
    auto error = model.entry.emitError() << "the model does not fit " << part.name << ": with all arrays outside and "
                                         << "nothing side by side its " << model.kernels.size() << " kernels take "
                                         << describe(total) << ", the part has " << describe(part.has);
    if (largest)
      error << "; most of it node '" << source::nodeName(largest->op->getLoc()) << "'";
    error << "; choose a larger --part";
  }

  static std::string describe(const Resources &has) {
    return std::to_string(has.dsp) + " DSP, " + std::to_string(has.bram) + " BRAM18, " + std::to_string(has.lut) +
           " LUT, " + std::to_string(has.ff) + " FF";
  }

  /// Cycles of the loops as they stand in the source, nothing unrolled, kernels in turn: what the designs are held
  /// against.
  static int64_t plainLatency(const Memories &model, const ModelPlan &plan) {
    int64_t cycles = 0;
    for (const Memory &memory : model.memories)
      cycles += memory.isPort ? burstCycles(memory.elements) : 0;
    for (const ModelKernel &kernel : model.kernels) {
      if (!kernel.nest)
        continue;
      auto isConstant = [&](unsigned operand) { return model.memories[kernel.memories[operand]].isConstant; };
      auto isOutside = [](unsigned) { return false; }; // To its favour: as if there were room.
      cycles +=
          costOf(*kernel.nest, plainDesign(*kernel.nest), plan.clock, {isConstant, isOutside}).latency * kernel.runs;
    }
    return cycles;
  }

  void write(const Memories &model, const ModelPlan &plan) {
    Builder builder(&getContext());
    int64_t unpipelined = 0;
    for (const Memory &memory : model.memories) // A cycle each for the load, the store and the loop.
      unpipelined += 3 * copyCycles(memory);
    for (auto [number, kernel] : llvm::enumerate(model.kernels)) {
      if (!kernel.nest)
        continue;
      const Candidate &candidate = plan.designs[number];
      kernel.op->setAttr(designName, toAttribute(&getContext(), candidate.design));
      SmallVector<bool> outside;
      SmallVector<int64_t> streams;
      for (unsigned memory : kernel.memories) {
        outside.push_back(plan.outside[memory]);
        streams.push_back(plan.streams[memory]);
      }
      kernel.op->setAttr(outsideName, builder.getDenseBoolArrayAttr(outside));
      if (llvm::any_of(streams, [](int64_t depth) { return depth > 0; }))
        kernel.op->setAttr(streamsName, builder.getDenseI64ArrayAttr(streams));
      if (plan.dataflow)
        kernel.op->setAttr(layerName, builder.getI64IntegerAttr(model.layers[number]));
      unpipelined += candidate.cost.unpipelined * kernel.runs;
    }
    auto number = [&](StringRef name, int64_t value) {
      return builder.getNamedAttr(name, builder.getI64IntegerAttr(value));
    };
    model.entry->setAttr(
        planName,
        builder.getDictionaryAttr(
            {builder.getNamedAttr("part", builder.getStringAttr(plan.part->name)),
             builder.getNamedAttr("dataflow", builder.getBoolAttr(plan.dataflow)), number("mhz", plan.clock.megahertz),
             number("latency", plan.latency), number("interval", plan.interval), number("unpipelined", unpipelined),
             number("untiled", plainLatency(model, plan)), number("dsp", plan.used.dsp), number("bram", plan.used.bram),
             number("lut", plan.used.lut), number("ff", plan.used.ff), number("array_bram", plan.arrays.bram),
             number("array_lut", plan.arrays.lut)}));
  }

  Device device;
  bool explores;
  std::shared_ptr<OwningOpRef<ModuleOp>> reference;
};

} // namespace

std::unique_ptr<Pass> edgecc::hls::createExplorePass(Device device, bool explores,
                                                     std::shared_ptr<OwningOpRef<ModuleOp>> reference) {
  return std::make_unique<ExplorePass>(device, explores, std::move(reference));
}

// The pass that chooses: which part, what lies outside of it, and a design for each kernel.
#include "dialects/Hls/HlsDialect.h"
#include "targets/hls/Explore.h"
#include "targets/hls/Memories.h"
#include "targets/hls/Passes.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "targets/source/Passes.h"

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
  int64_t latency = 0;            ///< Cycles of all kernels, one after the other.
  std::vector<Candidate> designs; ///< One per kernel.
  SmallVector<bool> outside;      ///< One per memory.
  Resources arrays, used;
};

class Planner {
public:
  Planner(Memories &model, const Part &part, const Clock &clock, bool explores)
      : model(model), part(part), clock(clock), explores(explores) {}

  /// The fastest plan found, or none where the model does not fit. Memories go outside, the largest first, where
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
        bool isBetter = plan && (!best || plan->latency < best->latency);
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

  Places placesOf(const ModelKernel &kernel) {
    isConstant = [this, &kernel](unsigned operand) { return model.memories[kernel.memories[operand]].isConstant; };
    isOutside = [this, &kernel](unsigned operand) { return model.memories[kernel.memories[operand]].outside; };
    return {isConstant, isOutside};
  }

  /// Layers that overlap, or layers in turn where the double arrays between them do not fit or one run would take much
  /// longer.
  std::optional<ModelPlan> tryOverlaps() {
    overlaps = false;
    std::optional<ModelPlan> inTurn = tryLanes();
    if (model.layers.empty() || model.layers.back() == 0)
      return inTurn;
    overlaps = true;
    std::optional<ModelPlan> overlapping = tryLanes();
    bool isFast = overlapping && (!inTurn || overlapping->latency <= worthOverlapping * inTurn->latency);
    return isFast ? overlapping : inTurn;
  }

  /// Fewer lanes need fewer banks, which leave more of the block RAM.
  std::optional<ModelPlan> tryLanes() {
    if (!arraysFor({}).fits(part.has) || bytesInside() > mostBytesInside)
      return std::nullopt;
    for (int64_t lanes = explores ? mostBanks : 1; lanes >= 1; lanes /= 4)
      if (auto plan = tryWith(lanes))
        return plan;
    return std::nullopt;
  }

  std::optional<ModelPlan> tryWith(int64_t lanes) {
    Resources budget = part.has, arrays = arraysFor({});
    budget += arrays * -1;
    std::vector<std::vector<Candidate>> candidates;
    for (const ModelKernel &kernel : model.kernels) {
      if (!kernel.nest) {
        candidates.push_back({Candidate()});
        continue;
      }
      Places places = placesOf(kernel);
      candidates.push_back(paretoDesigns(*kernel.nest, clock, places, budget, lanes));
    }
    std::optional<SmallVector<unsigned>> chosen = distribute(candidates, budget, overlaps);
    if (!chosen)
      return std::nullopt;
    ModelPlan plan{&part, clock, overlaps, 0, {}, {}, {}, {}};
    for (auto [kernel, list, choice] : llvm::zip_equal(model.kernels, candidates, *chosen)) {
      plan.designs.push_back(list[choice]);
      plan.used += list[choice].cost.resources;
      plan.latency += list[choice].cost.latency * kernel.runs;
    }
    plan.arrays = arraysFor(plan.designs);
    plan.used += plan.arrays;
    for (const Memory &memory : model.memories)
      plan.outside.push_back(memory.outside);
    return plan.used.fits(part.has) ? std::optional<ModelPlan>(plan) : std::nullopt;
  }

  int64_t bytesInside() const {
    int64_t bytes = 0;
    for (const Memory &memory : model.memories)
      if (!memory.outside && !memory.isConstant)
        bytes += memory.elements * memory.bits / 8;
    return bytes;
  }

  /// What the memories inside take, in the banks that the designs want (one each without designs).
  Resources arraysFor(ArrayRef<Candidate> designs) const {
    Resources total;
    for (const Memory &memory : model.memories) {
      if (memory.outside)
        continue;
      int64_t banks = 1;
      for (auto [kernel, operand] : memory.uses)
        if (!designs.empty() && operand < designs[kernel].cost.banks.size())
          banks = std::max(banks, designs[kernel].cost.banks[operand]);
      // Between layers that overlap one works on the next data while the other reads.
      int64_t copies = overlaps && !memory.isConstant ? 2 : 1;
      total += memoryCost(memory.elements, memory.bits, banks) * copies;
    }
    return total;
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
  bool overlaps = false;
  std::function<bool(unsigned)> isConstant, isOutside;
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
    int64_t latency = 0, unpipelined = 0;
    llvm::DenseMap<unsigned, int64_t> layerCycles;
    for (auto [number, kernel] : llvm::enumerate(model.kernels)) {
      if (!kernel.nest)
        continue;
      const Candidate &candidate = plan.designs[number];
      kernel.op->setAttr(designName, toAttribute(&getContext(), candidate.design));
      SmallVector<bool> outside;
      for (unsigned memory : kernel.memories)
        outside.push_back(plan.outside[memory]);
      kernel.op->setAttr(outsideName, builder.getDenseBoolArrayAttr(outside));
      if (plan.dataflow)
        kernel.op->setAttr(layerName, builder.getI64IntegerAttr(model.layers[number]));
      latency += candidate.cost.latency * kernel.runs;
      unpipelined += candidate.cost.unpipelined * kernel.runs;
      layerCycles[plan.dataflow ? model.layers[number] : 0] += candidate.cost.latency * kernel.runs;
    }
    int64_t interval = 0;
    for (auto [layer, cycles] : layerCycles)
      interval = std::max(interval, cycles);
    auto number = [&](StringRef name, int64_t value) {
      return builder.getNamedAttr(name, builder.getI64IntegerAttr(value));
    };
    model.entry->setAttr(
        planName,
        builder.getDictionaryAttr(
            {builder.getNamedAttr("part", builder.getStringAttr(plan.part->name)),
             builder.getNamedAttr("dataflow", builder.getBoolAttr(plan.dataflow)), number("mhz", plan.clock.megahertz),
             number("latency", latency), number("interval", interval), number("unpipelined", unpipelined),
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

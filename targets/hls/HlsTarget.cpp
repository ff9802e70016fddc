// The `hls` target: kernel IR with directives, and C++ for a synthesis tool.
#include "targets/hls/HlsTarget.h"
#include "targets/hls/HlsFiles.h"
#include "targets/hls/Passes.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Transforms/Passes.h"
#include "passes/Kernel/Passes.h"
#include "targets/source/Passes.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::hls;

namespace {

class HlsTarget : public Target {
public:
  HlsTarget(Device device, const MachineOptions &machine) : device(device), explores(machine.optimization > 0) {}

  StringRef name() const override { return "hls"; }

  artefact::TargetSummary summary() const override {
    std::string clock = device.megahertz ? std::to_string(device.megahertz) + " MHz" : "";
    return {"any", device.part ? device.part->name.str() : "an FPGA that the model fits", clock};
  }

  kernel::VectorTarget vectors() const override { return {}; }
  bool sharesMemory() const override { return false; }
  /// An i16, which takes the narrow side of two DSP slices with a sum of 32 bits on the other.
  unsigned multiplierBits() const override { return 15; }

  bool buildExpandPipeline(OpPassManager &passes) const override {
    passes.addPass(createExplorePass(device, explores, reference));
    passes.addPass(kernel::createExpandKernels(designPlanner()));
    return true;
  }

  void buildEmitPipeline(OpPassManager &passes) const override {
    passes.addPass(createBuildTopPass());
    passes.addPass(memref::createExpandStridedMetadataPass());
    passes.addPass(createLowerAffinePass());
    passes.addPass(createCanonicalizerPass());
    passes.addPass(createCSEPass());
  }

  llvm::Error emit(ModuleOp module, artefact::ModelSummary &summary, EmitKind kind, StringRef path) const override {
    if (kind != EmitKind::Artefact)
      return llvm::createStringError("--target=hls writes C++, no objects; compile that, or use --target=cpu");
    if (module.lookupSymbol<func::FuncOp>(summary.name)->hasAttr(refusedName))
      return llvm::createStringError("the model has no hardware design, see above");
    summary.sources = {summary.name + "_hls.cpp", summary.name + "_host.c"};
    summarizeMemory(module, summary);
    llvm::StringMap<std::string> symbols = nameDesign(module, summary);
    Artefact artefact{module, summary, symbols};
    FailureOr<std::string> design = designSource(artefact);
    if (failed(design))
      return llvm::createStringError("the model has no form in HLS C++ yet, see above");
    SmallVector<std::pair<std::string, std::string>> files = {{"_hls.cpp", *design},
                                                              {"_hls.h", designHeader(artefact)},
                                                              {"_weights.h", weightHeader(artefact)},
                                                              {"_host.c", hostSource(artefact)},
                                                              {"_hls.json", reportText(artefact)},
                                                              {"_tb.cpp", testBenchSource(summary)}};
    scriptFiles(artefact, files);
    if (failed(referenceFiles(**reference, summary, files)))
      return llvm::createStringError("the reference of the test bench has no form in C, see above");
    for (const auto &[suffix, text] : files)
      if (llvm::Error error =
              source::writeFile(path, summary.name + suffix, [&](raw_ostream &stream) { stream << text; }))
        return error;
    return llvm::Error::success();
  }

private:
  /// The arena holds what lies outside of the part.
  static void summarizeMemory(ModuleOp module, artefact::ModelSummary &summary) {
    summary.arena.clear();
    summary.arenaBytes = summary.arenaLowerBoundBytes = 0;
    auto entry = module.lookupSymbol<func::FuncOp>(summary.name);
    for (unsigned argument = summary.inputs.size() + summary.outputs.size(); argument < entry.getNumArguments();
         ++argument) {
      auto type = cast<MemRefType>(entry.getArgumentTypes()[argument]);
      if (entry.getArgAttrOfType<UnitAttr>(argument, outsideName))
        summary.arenaBytes +=
            llvm::alignTo(type.getNumElements() * llvm::divideCeil(type.getElementTypeBitWidth(), 8), 64);
    }
    summary.arenaLowerBoundBytes = summary.arenaBytes;
    for (artefact::StepSummary &step : summary.steps)
      step.device = "fpga";
  }

  Device device;
  /// The model before it becomes hardware; the test bench compares with it.
  std::shared_ptr<OwningOpRef<ModuleOp>> reference = std::make_shared<OwningOpRef<ModuleOp>>();
  bool explores; ///< Without optimisation, kernels run as their loops stand.
};

} // namespace

llvm::Expected<std::unique_ptr<Target>> edgecc::hls::createHlsTarget(const MachineOptions &machine) {
  if (machine.threads != 1)
    return llvm::createStringError("--target=hls makes hardware, which has no threads; leave out --threads");
  if (!machine.triple.empty() || !machine.cpu.empty() || !machine.features.empty())
    return llvm::createStringError("--target=hls makes hardware; leave out --mtriple, --mcpu and --mattr, name an FPGA "
                                   "with --part");
  Device device;
  device.megahertz = machine.clock;
  if (!machine.part.empty()) {
    llvm::Expected<const Part *> part = findPart(machine.part);
    if (!part)
      return part.takeError();
    device.part = *part;
  }
  return std::make_unique<HlsTarget>(device, machine);
}

// The `c` target: kernel IR to C99.
#include "targets/c/CTarget.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Transforms/Passes.h"
#include "passes/Kernel/Passes.h"
#include "targets/c/NeonLanguage.h"
#include "targets/source/Passes.h"

#include "llvm/TargetParser/Triple.h"

using namespace mlir;
using namespace edgecc;

namespace {

class CTarget : public Target {
public:
  explicit CTarget(const MachineOptions &options)
      : triple(options.triple), optimization(options.optimization), usesNeon(!options.features.empty()),
        isAArch64(usesNeon && (triple.empty() || llvm::Triple(triple).isAArch64())),
        weights(options.weights == "incbin" ? c::WeightForm::Incbin : c::WeightForm::Array) {
    if (usesNeon && triple.empty())
      triple = "aarch64-linux-gnu";
  }

  StringRef name() const override { return "c"; }

  /// The triple tells tools what to compile the text for; only with NEON does it change the text.
  artefact::TargetSummary summary() const override {
    return {triple.empty() ? "any" : triple, "any C99 compiler", usesNeon ? "+neon" : "", /*device=*/""};
  }

  kernel::VectorTarget vectors() const override {
    kernel::VectorTarget vectors;
    vectors.skipsZeros = true;
    if (usesNeon && optimization > 0) {
      vectors.vectorBits = 128;
      // GCC loads vectors of the next step before it is done with those of this one, and spills where a tile is full.
      vectors.registers = isAArch64 ? 28 : 15;
      vectors.multipliesByLane = true;
      // Four steps of the largest tile. GCC moves the weights of a reduction without a loop in front of the loop around
      // it, until no register is left.
      vectors.unrolledOperations = isAArch64 ? 84 : 36;
      return vectors;
    }
    vectors.vectorBits = 8; // One lane: plain loops, which every compiler understands and unrolls as it likes.
    vectors.unrolledOperations = 1;
    vectors.tilesScalars = optimization > 0;
    return vectors;
  }

  bool decodesWeights() const override { return true; }

  void buildEmitPipeline(OpPassManager &passes) const override {
    if (usesNeon) {
      OpPassManager &functions = passes.nest<func::FuncOp>();
      functions.addPass(createLoopInvariantCodeMotionPass());
      functions.addPass(kernel::createApproximateMath({/*fuses=*/isAArch64}));
    }
    source::buildTextPipeline(passes);
  }

  llvm::Error emit(ModuleOp module, artefact::ModelSummary &summary, EmitKind kind, StringRef path) const override {
    if (kind != EmitKind::Artefact)
      return llvm::createStringError("--target=c writes C, no objects; compile that, or use --target=cpu");
    if (usesNeon) {
      c::NeonLanguage language(isAArch64);
      return c::emitSources(module, summary, path, language, weights);
    }
    source::Language language;
    return c::emitSources(module, summary, path, language, weights);
  }

private:
  std::string triple;
  int optimization;
  bool usesNeon, isAArch64;
  c::WeightForm weights;
};

} // namespace

static bool hasWeights(ModuleOp module) {
  return llvm::any_of(module.getOps<memref::GlobalOp>(),
                      [](memref::GlobalOp global) { return global.getType().getNumElements() > 0; });
}

llvm::Error edgecc::c::emitSources(ModuleOp module, artefact::ModelSummary &summary, StringRef folder,
                                   source::Language &language, WeightForm weights) {
  summary.sources = {summary.name + ".c", summary.name + "_weights.c"};
  llvm::StringMap<std::string> symbols = source::nameSymbols(module, summary.name);
  FailureOr<std::string> model = modelSource(module, summary, symbols, language);
  if (failed(model))
    return llvm::createStringError("the model has no form in C yet, see above");
  if (llvm::Error error = source::writeFile(folder, summary.sources[0], [&](raw_ostream &stream) { stream << *model; }))
    return error;
  if (weights == WeightForm::Array || !hasWeights(module))
    return source::writeFile(folder, summary.sources[1],
                             [&](raw_ostream &stream) { writeWeightSource(module, summary, symbols, stream); });
  summary.dataFiles = {summary.name + "_weights.bin"};
  llvm::Error sourceError = llvm::Error::success();
  llvm::Error error = source::writeFile(folder, summary.dataFiles[0], [&](raw_ostream &bytes) {
    sourceError = source::writeFile(folder, summary.sources[1], [&](raw_ostream &stream) {
      writeWeightFile(module, summary, symbols, summary.dataFiles[0], stream, bytes);
    });
  });
  return llvm::joinErrors(std::move(error), std::move(sourceError));
}

llvm::Expected<std::unique_ptr<Target>> edgecc::c::createCTarget(const MachineOptions &machine) {
  if (machine.threads != 1)
    return llvm::createStringError("--target=c makes code for one thread; leave out --threads");
  if (!machine.weights.empty() && machine.weights != "array" && machine.weights != "incbin")
    return llvm::createStringError("--weights=" + machine.weights + ": expected array or incbin");
  if (!machine.cpu.empty())
    return llvm::createStringError("--target=c makes the same code for every processor; leave out --mcpu");
  if (!machine.features.empty() && machine.features != "+neon")
    return llvm::createStringError("--mattr=" + machine.features + ": --target=c knows --mattr=+neon alone");
  llvm::Triple triple(machine.triple);
  bool isArm = triple.isAArch64() || triple.isARM() || triple.isThumb();
  bool hasNeon = machine.triple.empty() || (isArm && triple.isLittleEndian());
  if (!machine.features.empty() && !hasNeon)
    return llvm::createStringError(
        "--mtriple=" + machine.triple +
        ": --mattr=+neon is for little-endian aarch64 and arm, such as --mtriple=aarch64-linux-gnu");
  return std::make_unique<CTarget>(machine);
}

// The `c` target: kernel IR to C99.
#include "targets/c/CTarget.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Transforms/Passes.h"
#include "targets/source/Passes.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace edgecc;

namespace {

class CTarget : public Target {
public:
  explicit CTarget(const MachineOptions &options) : triple(options.triple), optimization(options.optimization) {}

  StringRef name() const override { return "c"; }

  /// The triple changes nothing in the text; it tells tools what to compile it for.
  artefact::TargetSummary summary() const override { return {triple.empty() ? "any" : triple, "any C99 compiler", ""}; }

  kernel::VectorTarget vectors() const override {
    kernel::VectorTarget vectors;
    vectors.vectorBits = 8; // One lane: plain loops, which every compiler understands and unrolls as it likes.
    vectors.unrolledOperations = 1;
    vectors.tilesScalars = optimization > 0;
    return vectors;
  }

  void buildEmitPipeline(OpPassManager &passes) const override {
    passes.addPass(source::createPointToOperandsPass());
    passes.addPass(memref::createExpandStridedMetadataPass());
    passes.addPass(createLowerAffinePass());
    passes.addPass(createCanonicalizerPass());
    passes.addPass(createCSEPass());
  }

  llvm::Error emit(ModuleOp module, artefact::ModelSummary &summary, EmitKind kind, StringRef path) const override {
    if (kind != EmitKind::Artefact)
      return llvm::createStringError("--target=c writes C, no objects; compile that, or use --target=cpu");
    summary.sources = {summary.name + ".c", summary.name + "_weights.c"};
    llvm::StringMap<std::string> symbols = source::nameSymbols(module, summary.name);
    source::Language language;
    FailureOr<std::string> model = c::modelSource(module, summary, symbols, language);
    if (failed(model))
      return llvm::createStringError("the model has no form in C yet, see above");
    if (llvm::Error error = write(path, summary.sources[0], [&](raw_ostream &stream) { stream << *model; }))
      return error;
    return write(path, summary.sources[1],
                 [&](raw_ostream &stream) { c::writeWeightSource(module, summary, symbols, stream); });
  }

private:
  static llvm::Error write(StringRef folder, StringRef file, function_ref<void(raw_ostream &)> print) {
    SmallString<128> path(folder);
    llvm::sys::path::append(path, file);
    return llvm::writeToOutput(path, [&](raw_ostream &stream) {
      print(stream);
      return llvm::Error::success();
    });
  }

  std::string triple;
  int optimization;
};

} // namespace

llvm::Expected<std::unique_ptr<Target>> edgecc::c::createCTarget(const MachineOptions &machine) {
  if (machine.threads != 1)
    return llvm::createStringError("--target=c makes code for one thread; leave out --threads");
  if (!machine.cpu.empty() || !machine.features.empty())
    return llvm::createStringError("--target=c makes the same code for every processor; leave out --mcpu and --mattr");
  return std::make_unique<CTarget>(machine);
}

// Steps of a recipe; see StepPass.h.
#include "compiler/Compress/StepPass.h"

#include "compiler/Compress/HostModel.h"
#include "compiler/Compress/Sensitivity.h"
#include "dialects/Edge/EdgeDialect.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace edgecc::compress;

namespace {

std::string pipelineText(const Step &step) {
  return "func.func(" + step.pass + (step.options.empty() ? "" : "{" + step.options + "}") + ")";
}

struct StepPass : PassWrapper<StepPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(StepPass)
  StepPass(Step &step, const StepOptions &options) : step(step), options(options) {}
  StringRef getName() const override { return "Compress"; }
  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<edgecc::edge::EdgeDialect>(); }

  void runOnOperation() override {
    func::FuncOp entry = findEntry(getOperation());
    if (llvm::Error error = needsObservations(step.pass) ? prepare(entry) : llvm::Error::success()) {
      entry.emitError(llvm::toString(std::move(error)));
      return signalPassFailure();
    }
    OpPassManager passes(ModuleOp::getOperationName());
    if (failed(parsePassPipeline(pipelineText(step), passes)) || failed(runPipeline(passes, getOperation())))
      signalPassFailure();
  }

private:
  llvm::Error prepare(func::FuncOp entry) {
    if (step.observed.kind() != llvm::json::Value::Null)
      return readObservations(entry, step.observed);
    ObserveOptions observing = options.observe;
    if (StringRef(step.options).contains("activations=i16"))
      observing.levels = 1 << 16;
    if (llvm::Error error = observe(entry, observing))
      return error;
    step.observed = writeObservations(entry);
    if (!options.leastSqnr)
      return llvm::Error::success();
    auto kept = chooseFloatLayers(
        entry, {options.observe.samples, *options.leastSqnr}, [&](ModuleOp copy, ArrayRef<std::string> floatLayers) {
          PassManager passes(copy.getContext());
          return failure(failed(parsePassPipeline(textKeeping(floatLayers), passes)) || failed(passes.run(copy)));
        });
    if (!kept)
      return kept.takeError();
    if (!kept->empty())
      entry.emitRemark() << step.pass << " keeps " << kept->size() << " layers in f32, for outputs of "
                         << *options.leastSqnr << " dB: " << llvm::join(*kept, ", ");
    step = stepKeeping(*kept);
    return llvm::Error::success();
  }

  Step stepKeeping(ArrayRef<std::string> floatLayers) const {
    Step result = step;
    if (!floatLayers.empty())
      result.options += (result.options.empty() ? "" : " ") + ("float-layers=" + llvm::join(floatLayers, ","));
    return result;
  }
  std::string textKeeping(ArrayRef<std::string> floatLayers) const { return pipelineText(stepKeeping(floatLayers)); }

  Step &step;
  const StepOptions &options;
};

} // namespace

llvm::Error edgecc::compress::checkStep(const Step &step) {
  std::string message;
  llvm::raw_string_ostream stream(message);
  OpPassManager trial;
  if (succeeded(parsePassPipeline(pipelineText(step), trial, stream)))
    return llvm::Error::success();
  return llvm::createStringError("--compress: step '" + step.pass + "{" + step.options + "}': " + message);
}

std::unique_ptr<Pass> edgecc::compress::createStepPass(Step &step, const StepOptions &options) {
  return std::make_unique<StepPass>(step, options);
}

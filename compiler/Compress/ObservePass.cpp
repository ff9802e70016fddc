// Observation as a pass; see ObservePass.h.
#include "compiler/Compress/ObservePass.h"

using namespace mlir;
using namespace edgecc::compress;

namespace {

struct ObservePass : PassWrapper<ObservePass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ObservePass)
  ObservePass(Step &step, const ObserveOptions &options) : step(step), options(options) {}
  StringRef getName() const override { return "Observe"; }

  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (!function.isPublic() || function.isDeclaration())
        continue;
      bool isKnown = step.observed.kind() != llvm::json::Value::Null;
      if (llvm::Error error = isKnown ? readObservations(function, step.observed) : observe(function, options)) {
        function.emitError(llvm::toString(std::move(error)));
        return signalPassFailure();
      }
      if (!isKnown)
        step.observed = writeObservations(function);
      return;
    }
  }

  Step &step;
  const ObserveOptions &options;
};

} // namespace

std::unique_ptr<Pass> edgecc::compress::createObservePass(Step &step, const ObserveOptions &options) {
  return std::make_unique<ObservePass>(step, options);
}

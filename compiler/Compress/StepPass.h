// One step of a recipe as a pass of phase `compress`.
#ifndef EDGECC_COMPILER_COMPRESS_STEPPASS_H
#define EDGECC_COMPILER_COMPRESS_STEPPASS_H

#include "compiler/Compress/Observe.h"
#include "compiler/Compress/Recipe.h"
#include "mlir/Pass/Pass.h"

namespace edgecc::compress {

/// What a step may need of samples.
struct StepOptions {
  ObserveOptions observe;
  /// Least signal to quantisation noise ratio of each output, dB: layers stay in float until it is reached. Nothing:
  /// all layers are quantised.
  std::optional<double> leastSqnr;
};

/// Checks the pass and the options that `step` names.
llvm::Error checkStep(const Step &step);

/// Runs the pass of `step` on the model. Where it needs observations, sets those that `step` holds before; where it
/// holds none, observes, chooses layers to keep in float, and stores both in `step`, so that it can be replayed. `step`
/// and `options` must outlive the pass.
std::unique_ptr<mlir::Pass> createStepPass(Step &step, const StepOptions &options);

} // namespace edgecc::compress

#endif

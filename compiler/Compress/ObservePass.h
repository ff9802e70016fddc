// Observation as a pass, so that it takes its place between the steps of a recipe.
#ifndef EDGECC_COMPILER_COMPRESS_OBSERVEPASS_H
#define EDGECC_COMPILER_COMPRESS_OBSERVEPASS_H

#include "compiler/Compress/Observe.h"
#include "compiler/Compress/Recipe.h"
#include "mlir/Pass/Pass.h"

namespace edgecc::compress {

/// Sets the observations that `step` holds; where it holds none, observes and stores them there. `step` and `options`
/// must outlive the pass.
std::unique_ptr<mlir::Pass> createObservePass(Step &step, const ObserveOptions &options);

} // namespace edgecc::compress

#endif

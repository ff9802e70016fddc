// The phases of a compile, in one table: names, help, passes and what each leaves in the IR. Flags, dumps, docs and the
// pipelines of edgecc-opt come from it.
#ifndef EDGECC_COMPILER_PIPELINE_PIPELINE_H
#define EDGECC_COMPILER_PIPELINE_PIPELINE_H

#include "mlir/Pass/PassManager.h"
#include "passes/Kernel/Schedule.h"

#include <functional>

namespace edgecc {

class Target;

struct PipelineOptions {
  /// 0 turns fusion and scheduling off: the plain form that optimised code is compared with.
  int optimization = 3;
  kernel::VectorTarget vectors;
  const Target *target = nullptr;
  /// Adds the passes of a recipe to phase `compress`; none: the network stays as it is.
  std::function<void(mlir::OpPassManager &)> compress = nullptr;
};

struct Phase {
  llvm::StringRef name;
  /// One line for --help.
  llvm::StringRef help;
  void (*build)(mlir::OpPassManager &passes, const PipelineOptions &options);
  /// Dialects, or operations by full name, that may be in the IR when the phase ends.
  llvm::ArrayRef<llvm::StringRef> contract;
};

/// All phases behind the import, in order.
llvm::ArrayRef<Phase> phases();
const Phase *findPhase(llvm::StringRef name);

/// Adds the passes of `phase` and the check of its contract.
void buildPhase(mlir::OpPassManager &passes, const Phase &phase, const PipelineOptions &options);

/// Brings a network that comes in linalg, and TOSA where it holds that, to the form that phase `lower` leaves.
void buildTensorInput(mlir::OpPassManager &passes, bool hasTosa);

/// Prints the table as Markdown, as docs/pipeline.md holds it.
void printPhases(llvm::raw_ostream &stream);

/// Makes each phase a pipeline of edgecc-opt, `--edgecc-NAME`.
void registerPhasePipelines();

} // namespace edgecc

#endif

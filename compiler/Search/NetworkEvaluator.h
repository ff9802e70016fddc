// Measures candidates by compressing the network, compiling it and running it on samples.
#ifndef EDGECC_COMPILER_SEARCH_NETWORKEVALUATOR_H
#define EDGECC_COMPILER_SEARCH_NETWORKEVALUATOR_H

#include "compiler/Compress/HostModel.h"
#include "compiler/Compress/StepPass.h"
#include "compiler/Data/Samples.h"
#include "compiler/Search/Search.h"

#include "llvm/ADT/StringMap.h"

namespace edgecc {
class Target;
}

namespace edgecc::search {

enum class AccuracyKind {
  Top1,      ///< How often the largest element of the first output is the label.
  Agreement, ///< How often it is that of the network as it is.
  Fidelity   ///< 1 - squared error / squares of the network as it is; of the worst output.
};

/// "top1", "agreement" or "fidelity".
std::optional<AccuracyKind> parseAccuracyKind(llvm::StringRef text);
/// "top-1 against labels", and so on.
llvm::StringRef describe(AccuracyKind kind);

struct EvaluatorOptions {
  compress::StepOptions steps;
  data::SampleOptions samples;      ///< Other than those that `steps` observes.
  std::vector<int64_t> labels;      ///< Of the samples by their position; empty: none.
  std::optional<AccuracyKind> kind; ///< Nothing: as labels and outputs suggest.
  /// Whether the target is the cpu of this machine, so that what runs here is what the target gets.
  bool isHost = false;
  bool wantsLatency = false;
  /// Microseconds that the network as it is takes on the target. A latency is then modelled: this, by the ratio of the
  /// two networks' times on this machine. 0: latencies are those of this machine.
  double deviceLatency = 0;
};

/// What --compress takes, made fit for the target.
using RecipeReader = std::function<llvm::Expected<compress::Recipe>(llvm::StringRef text)>;

/// Runs the steps of `recipe` on `module`, which is as phase `simplify` leaves it; the recipe learns what they observe.
/// Diagnostics become the error.
llvm::Error compressNetwork(mlir::ModuleOp module, compress::Recipe &recipe, const compress::StepOptions &options);

class NetworkEvaluator : public Evaluator {
public:
  /// `module` is as phase `simplify` leaves it. All arguments must outlive the evaluator.
  NetworkEvaluator(mlir::ModuleOp module, const Target &target, const Space &space, const EvaluatorOptions &options,
                   RecipeReader read)
      : module(module), target(target), space(space), options(options), read(std::move(read)) {}

  /// Runs the network as it is on all samples.
  llvm::Error open();
  llvm::Expected<Measurement> measure(const Candidate &candidate) override;
  /// The same for a recipe that the driver has made.
  llvm::Expected<Measurement> measureRecipe(compress::Recipe recipe);

  AccuracyKind kind() const { return accuracyKind; }
  size_t numSamples() const { return samples->size(); }

private:
  llvm::Error applySteps(mlir::ModuleOp network, compress::Recipe &recipe);
  llvm::Error measureCost(mlir::ModuleOp network, std::unique_ptr<compress::HostModel> model, bool isCoded,
                          Measurement &measurement) const;
  llvm::Expected<std::vector<data::Tensor>> sampleAt(size_t index) const;
  llvm::Error measureOutputs(compress::HostModel &model, Measurement &measurement) const;
  AccuracyKind suggestedKind() const;
  int64_t rightClass(size_t index) const;

  mlir::ModuleOp module;
  const Target &target;
  const Space &space;
  const EvaluatorOptions &options;
  RecipeReader read;
  AccuracyKind accuracyKind = AccuracyKind::Fidelity;
  std::optional<data::SampleSet> samples;
  std::vector<std::vector<data::Tensor>> inputs; ///< Those samples that are kept in memory.
  std::vector<std::vector<data::Tensor>> reference;
  double referenceAccuracy = 1;
  double latencyScale = 1; ///< From this machine to the target.
  /// What a step observed, by the recipe up to it: layers' bits change nothing about it.
  llvm::StringMap<llvm::json::Value> observations;
};

} // namespace edgecc::search

#endif

// What the driver does about --compress, --budget and --calibrate.
#ifndef EDGECC_COMPILER_DRIVER_COMPRESSION_H
#define EDGECC_COMPILER_DRIVER_COMPRESSION_H

#include "compiler/Compress/StepPass.h"
#include "compiler/Driver/BudgetSearch.h"
#include "mlir/Pass/PassManager.h"
#include "targets/Target.h"

namespace edgecc {

struct CompressionOptions {
  std::string recipe; ///< As --compress has it; empty: no compression.
  std::string range;  ///< As --range has it; empty: l2.
  data::SampleOptions samples;
  std::optional<double> leastSqnr; ///< As --min-sqnr has it.
  BudgetOptions budget;            ///< A search in place of a recipe.
};

/// The recipe of one compile.
class Compression {
public:
  explicit Compression(const CompressionOptions &options) : options(options) {}

  /// Reads the recipe. An error where it is none, or needs samples that were not given.
  llvm::Error open(const Target &target);
  bool isActive() const { return !options.recipe.empty() || hasBudget(); }
  bool hasBudget() const { return !options.budget.limits.empty(); }
  /// Whether prepare() has something to do.
  bool needsPreparing() const { return hasBudget() || !options.budget.report.empty(); }
  /// Finds the recipe, where there is a budget, and writes the report, where one is wanted.
  llvm::Error prepare(const BudgetTask &task);
  /// Adds its passes to phase `compress`; the recipe learns what they observe.
  void build(mlir::OpPassManager &passes);
  /// Writes NAME.compress.json, which gives the same artefact again.
  llvm::Error write(llvm::StringRef path) const;
  std::string text() const { return compress::printRecipe(recipe); }

private:
  const CompressionOptions &options;
  compress::Recipe recipe;
  compress::StepOptions stepOptions;
};

} // namespace edgecc

#endif

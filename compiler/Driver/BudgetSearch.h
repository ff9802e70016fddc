// What the driver does about --budget: sets a search up, shows its progress, and takes its result.
#ifndef EDGECC_COMPILER_DRIVER_BUDGETSEARCH_H
#define EDGECC_COMPILER_DRIVER_BUDGETSEARCH_H

#include "compiler/Search/NetworkEvaluator.h"

namespace edgecc {

struct BudgetOptions {
  std::string limits;           ///< As --budget has them; empty: no search.
  std::string labels;           ///< As --labels has them; empty: none.
  std::string accuracy;         ///< As --accuracy has it; empty: as labels and outputs suggest.
  uint64_t seed = 0;            ///< As --seed has it.
  unsigned trials = 150;        ///< Candidates at most.
  unsigned evaluationLimit = 0; ///< Samples to measure accuracy on at most.
  std::string deviceLatency;    ///< As --device-latency has it; empty: latency is that of this machine.
  std::string report;           ///< As --report has it; empty: none.
};

/// What a search works on.
struct BudgetTask {
  mlir::ModuleOp module; ///< As phase `simplify` leaves it.
  const Target &target;
  bool isHost;           ///< Whether the target is what compress::HostModel compiles for.
  std::string name;      ///< Of the model.
  std::string modelHash; ///< Of the model and all that shapes the code.
  std::string output;    ///< Of the compile; files of the search lie beside it.
};

/// Searches for a recipe within the budget. Where there is none, or an interrupt came first, writes the nearest beside
/// the output and fails. `steps` and `read` are for steps of recipes as the driver makes them.
llvm::Expected<compress::Recipe> searchRecipe(const BudgetTask &task, const BudgetOptions &options,
                                              compress::StepOptions steps, const search::RecipeReader &read);

/// Measures what `recipe` does on the samples that its steps observe, and writes --report.
llvm::Error reportRecipe(const BudgetTask &task, const BudgetOptions &options, const compress::StepOptions &steps,
                         const compress::Recipe &recipe);

} // namespace edgecc

#endif

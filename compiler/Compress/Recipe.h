// How a network is to be compressed: passes in order, with their options and what they need to know of samples.
#ifndef EDGECC_COMPILER_COMPRESS_RECIPE_H
#define EDGECC_COMPILER_COMPRESS_RECIPE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <string>
#include <vector>

namespace edgecc::compress {

struct Step {
  std::string pass;                     ///< Its argument in edgecc-opt, as "edge-quantize".
  std::string options;                  ///< As edgecc-opt takes them between braces.
  llvm::json::Value observed = nullptr; ///< For passes that need observations: those; null until there are some.
};

struct Recipe {
  std::vector<Step> steps;

  bool empty() const { return steps.empty(); }
};

/// Whether a pass reads what was observed on samples.
bool needsObservations(llvm::StringRef pass);

/// Reads --compress: a recipe's file (*.json), or methods joined by commas, each METHOD, METHOD=AMOUNT or
/// METHOD{options of its pass}. docs/compression.md lists the methods.
llvm::Expected<Recipe> readRecipe(llvm::StringRef text);

/// The text of NAME.compress.json. The same recipe gives the same bytes.
std::string printRecipe(const Recipe &recipe);

/// One line for each method: its form and what it does.
std::string listMethods();

} // namespace edgecc::compress

#endif

// The methods of compression as knobs of a search, and candidates as text of --compress.
#ifndef EDGECC_COMPILER_SEARCH_METHODS_H
#define EDGECC_COMPILER_SEARCH_METHODS_H

#include "compiler/Search/Candidate.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace edgecc::search {

/// Names of layers with weights that options of passes can hold, those with the most weights first.
std::vector<std::string> namedLayers(mlir::func::FuncOp entry);

/// What can be done to the layers of `entry`. Where the target has no coded weights (`canCode`), methods whose only use
/// is small codes are left out.
Space methodsFor(mlir::func::FuncOp entry, bool canCode);

/// The same for layers of these names, the largest first.
Space methodsFor(std::vector<std::string> layers, bool canCode);

/// The candidate in the form that --compress takes; empty for the network as it is.
std::string recipeText(const Space &space, const Candidate &candidate);

/// The same for people: layers with amounts of their own are counted where the text would be long.
std::string shortText(const Space &space, const Candidate &candidate);

} // namespace edgecc::search

#endif

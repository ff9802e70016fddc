// Recipes for single layers: what each layer's compression does to the outputs.
#ifndef EDGECC_COMPILER_SEARCH_LAYERERRORS_H
#define EDGECC_COMPILER_SEARCH_LAYERERRORS_H

#include "compiler/Compress/Recipe.h"

#include "llvm/ADT/ArrayRef.h"

namespace edgecc::search {

/// What `recipe` does to the weights of `layer`, with all others of `layers` as they are; without observations. Steps
/// that change several layers at once (channels) or no values (codes) are left out; empty where no step is left.
compress::Recipe restrictTo(const compress::Recipe &recipe, llvm::StringRef layer, llvm::ArrayRef<std::string> layers);

} // namespace edgecc::search

#endif

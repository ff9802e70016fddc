// The points that no other beats in all respects.
#ifndef EDGECC_COMPILER_SEARCH_PARETO_H
#define EDGECC_COMPILER_SEARCH_PARETO_H

#include "llvm/ADT/ArrayRef.h"

#include <utility>
#include <vector>

namespace edgecc::search {

/// The indices of points (cost, loss) for which no other has at most the same cost and at most the same loss, and less
/// of one; by cost. Of equal points the first.
std::vector<size_t> paretoFront(llvm::ArrayRef<std::pair<double, double>> points);

} // namespace edgecc::search

#endif

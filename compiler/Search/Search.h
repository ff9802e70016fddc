// The search for a compressed network within a budget. Knows candidates and what is measured of them, no networks.
#ifndef EDGECC_COMPILER_SEARCH_SEARCH_H
#define EDGECC_COMPILER_SEARCH_SEARCH_H

#include "compiler/Search/Budget.h"
#include "compiler/Search/Candidate.h"

#include <functional>

namespace edgecc::search {

/// Measures candidates. The same candidate must get the same values, but for its latency.
class Evaluator {
public:
  virtual ~Evaluator() = default;
  virtual llvm::Expected<Measurement> measure(const Candidate &candidate) = 0;
};

struct Point {
  Candidate candidate;
  Measurement measurement;
};

struct SearchOptions {
  uint64_t seed = 0;     ///< Of the order in which single moves are tried.
  unsigned trials = 150; ///< Candidates to measure at most.
  std::function<bool()> shouldStop = [] { return false; };
  /// Called with each candidate that was measured, and whether it is the best so far.
  std::function<void(const Point &, bool)> onPoint = [](const Point &, bool) {};
};

struct SearchResult {
  Point best;                ///< Within the budget, or the nearest to it.
  std::vector<Point> points; ///< All that were measured, in order; the first is the network as it is.
  bool wasStopped = false;   ///< By shouldStop.
};

/// Whether `a` serves the budget better than `b`: it is less beyond it; where both are within, it has less loss, or is
/// smaller if the budget limits no resource.
bool isBetter(const Budget &budget, const Measurement &a, const Measurement &b);

/// Searches in two stages.
///
/// 1. Whole network, after T.-J. Yang et al., "NetAdapt: Platform-Aware Neural Network Adaptation for Mobile
///    Applications", 2018: from the network as it is, each method in turn proposes the least step that eases the budget
///    noticeably; all are measured, and that with the least loss for what it saves is taken, until the budget is met.
/// 2. Layer by layer, from the best so far: every step of one method on one layer, more or less, is measured. Their
///    effects are taken to add up, and combinations that should lose less within the same budget are chosen by Lagrange
///    multipliers (Y. Shoham, A. Gersho, "Efficient Bit Allocation for an Arbitrary Set of Quantizers", 1988), then
///    measured. This repeats until nothing improves.
///
/// Fails only where the network as it is cannot be measured; other candidates that fail are passed over.
llvm::Expected<SearchResult> findBest(const Space &space, const Budget &budget, Evaluator &evaluator,
                                      const SearchOptions &options);

} // namespace edgecc::search

#endif

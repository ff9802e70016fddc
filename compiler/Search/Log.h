// What was measured, in a file, so that a search can go on where it was stopped.
#ifndef EDGECC_COMPILER_SEARCH_LOG_H
#define EDGECC_COMPILER_SEARCH_LOG_H

#include "compiler/Search/Search.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringMap.h"

namespace edgecc::search {

/// An evaluator that asks another only for candidates that are not in its file, and adds what it gets. A search takes
/// the same way through the same measurements, so that one that is run again goes on where it was stopped.
class LoggedEvaluator : public Evaluator {
public:
  /// Measurements in `path` are taken where the file is for the same `key`: model, samples and target. `shouldStop`
  /// says that a failure may come from an interrupt.
  LoggedEvaluator(Evaluator &evaluator, const Space &space, llvm::StringRef path, llvm::StringRef key,
                  std::function<bool()> shouldStop);

  size_t numKnown() const { return known; }
  llvm::Expected<Measurement> measure(const Candidate &candidate) override;

private:
  struct Entry {
    std::string recipe;
    std::optional<Measurement> measurement; ///< Nothing: the candidate failed.
    std::string failure;
  };
  void readFile();
  llvm::Error writeFile() const;

  Evaluator &evaluator;
  const Space &space;
  std::string path, key;
  std::function<bool()> shouldStop;
  std::vector<Entry> entries;
  llvm::StringMap<size_t> byRecipe;
  size_t known = 0;
};

} // namespace edgecc::search

#endif

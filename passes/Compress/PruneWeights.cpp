// Magnitude pruning: Han, Pool, Tran and Dally, "Learning both Weights and Connections for Efficient Neural Networks",
// NIPS 2015, without the retraining.
#include "passes/Compress/Passes.h"
#include "passes/Compress/Prune.h"
#include "passes/Compress/WeightLayers.h"

#include <numeric>

namespace edgecc::compress {
#define GEN_PASS_DEF_PRUNEWEIGHTS
#include "passes/Compress/Passes.h.inc"
} // namespace edgecc::compress

using namespace mlir;
using namespace edgecc::compress;

namespace {

/// Marks blocks of all matrices together, by their scores in units of the mean score of their matrix.
std::vector<std::vector<bool>> lowestOfAll(ArrayRef<std::vector<float>> scores, double share) {
  std::vector<float> all;
  for (const std::vector<float> &part : scores) {
    double mean = std::accumulate(part.begin(), part.end(), 0.0) / part.size();
    for (float score : part)
      all.push_back(mean > 0 ? score / mean : 0);
  }
  std::vector<bool> marks = lowest(all, share);
  std::vector<std::vector<bool>> result;
  auto next = marks.begin();
  for (const std::vector<float> &part : scores) {
    result.emplace_back(next, next + part.size());
    next += part.size();
  }
  return result;
}

struct PruneWeights : edgecc::compress::impl::PruneWeightsBase<PruneWeights> {
  using PruneWeightsBase::PruneWeightsBase;

  void runOnOperation() override {
    SmallVector<WeightLayer> layers = findWeightLayers(getOperation());
    FailureOr<SmallVector<LayerAmount>> amounts = amountsOf(getOperation(), layers, sparsity, layerAmounts());
    FailureOr<Granularity> unit = Granularity::parse(granularity);
    if (failed(unit))
      getOperation().emitError("granularity: '") << granularity << "' is neither element, nor ROWSxCOLUMNS, nor N:M";
    if (failed(amounts) || failed(unit) || !checkOptions(*amounts, *unit))
      return signalPassFailure();
    std::vector<std::vector<float>> weights;
    SmallVector<WeightMatrix> matrices;
    for (const WeightLayer &layer : layers)
      weights.push_back(layer.read());
    for (auto [layer, values] : llvm::zip_equal(layers, weights))
      matrices.push_back({values, layer.rows, layer.columns});
    if (unit->group)
      pruneGroups(matrices, *amounts, *unit);
    else
      pruneBlocks(matrices, *amounts, *unit);
    for (auto [layer, values] : llvm::zip_equal(layers, weights)) {
      layer.write(values);
      ++numLayers;
      numWeights += values.size();
      numZeros += llvm::count(values, 0.0f);
    }
  }

private:
  SmallVector<std::string> layerAmounts() { return SmallVector<std::string>(layers.begin(), layers.end()); }

  bool checkOptions(ArrayRef<LayerAmount> amounts, const Granularity &unit) {
    if (scope != "layer" && scope != "global")
      return getOperation().emitError("scope: '") << scope << "' is neither layer nor global", false;
    for (const LayerAmount &entry : amounts) {
      if (!(entry.amount >= 0 && entry.amount <= 1))
        return getOperation().emitError("a sparsity is between 0 and 1, but here is ") << entry.amount, false;
      if (unit.group && entry.isOwn && entry.amount != 0)
        return getOperation().emitError("layers: with N:M, 0 leaves a layer alone; there is no other amount"), false;
    }
    return true;
  }

  static void pruneGroups(ArrayRef<WeightMatrix> matrices, ArrayRef<LayerAmount> amounts, const Granularity &unit) {
    for (auto [matrix, entry] : llvm::zip_equal(matrices, amounts))
      if (!entry.isOwn)
        keepLargest(matrix, unit);
  }

  void pruneBlocks(ArrayRef<WeightMatrix> matrices, ArrayRef<LayerAmount> amounts, const Granularity &unit) {
    SmallVector<WeightMatrix> pool;
    SmallVector<std::vector<float>> poolScores;
    for (auto [matrix, entry] : llvm::zip_equal(matrices, amounts)) {
      std::vector<float> scores = blockScores(matrix, unit);
      if (scope == "layer" || entry.isOwn) {
        dropBlocks(matrix, unit, lowest(scores, entry.amount));
      } else {
        pool.push_back(matrix);
        poolScores.push_back(std::move(scores));
      }
    }
    for (auto [matrix, marks] : llvm::zip_equal(pool, lowestOfAll(poolScores, sparsity)))
      dropBlocks(matrix, unit, marks);
  }
};

} // namespace

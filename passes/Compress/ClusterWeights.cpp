// Weight sharing: Han, Mao and Dally, "Deep Compression: Compressing Deep Neural Networks with Pruning, Trained
// Quantization and Huffman Coding", ICLR 2016, section 3, without the training of centroids.
#include "passes/Compress/Cluster.h"
#include "passes/Compress/Passes.h"
#include "passes/Compress/WeightLayers.h"

#include <algorithm>

namespace edgecc::compress {
#define GEN_PASS_DEF_CLUSTERWEIGHTS
#include "passes/Compress/Passes.h.inc"
} // namespace edgecc::compress

using namespace mlir;
using namespace edgecc::compress;

namespace {

struct ClusterWeights : edgecc::compress::impl::ClusterWeightsBase<ClusterWeights> {
  using ClusterWeightsBase::ClusterWeightsBase;

  void runOnOperation() override {
    SmallVector<WeightLayer> found = findWeightLayers(getOperation());
    SmallVector<std::string> overrides(layers.begin(), layers.end());
    FailureOr<SmallVector<LayerAmount>> amounts = amountsOf(getOperation(), found, bits, overrides);
    if (failed(amounts))
      return signalPassFailure();
    for (const LayerAmount &entry : *amounts)
      if (entry.amount != std::clamp<int64_t>(entry.amount, 0, 8)) {
        getOperation().emitError("bits are a whole number from 0 to 8, but here is ") << entry.amount;
        return signalPassFailure();
      }
    for (auto [layer, entry] : llvm::zip_equal(found, *amounts))
      if (entry.amount > 0)
        share(layer, size_t(1) << static_cast<unsigned>(entry.amount));
  }

private:
  void share(const WeightLayer &layer, size_t count) {
    std::vector<float> values = layer.read(), others;
    llvm::copy_if(values, std::back_inserter(others), [](float value) { return value != 0; });
    if (others.empty())
      return;
    bool hasZeros = others.size() < values.size();
    std::vector<float> centroids = cluster(others, count - hasZeros, iterations);
    for (float &value : values)
      if (value != 0)
        value = nearest(centroids, value);
    layer.write(values);
    ++numLayers;
    numValues += centroids.size() + hasZeros;
  }
};

} // namespace

// Sensitivity of a network's outputs to the quantisation of its layers; see Sensitivity.h.
#include "compiler/Compress/Sensitivity.h"

#include "compiler/Compress/HostModel.h"
#include "dialects/Edge/LayerName.h"
#include "passes/Compress/Products.h"
#include "passes/Compress/QuantizedGroups.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/TypeUtilities.h"

#include "llvm/ADT/SetVector.h"

#include <cmath>
#include <queue>

using namespace mlir;
using namespace edgecc;
using namespace edgecc::compress;

namespace {

constexpr size_t mostSamples = 8; ///< Noise is a sum over many elements: few samples tell enough.

using Outputs = std::vector<std::vector<data::Tensor>>;

class Sensitivity {
public:
  Sensitivity(func::FuncOp entry, const QuantizeLayers &quantize)
      : module(entry->getParentOfType<ModuleOp>()), quantize(quantize) {
    for (Operation &op : entry.getBody().front())
      if (std::optional<WeightedProduct> product = matchWeightedProduct(&op); product && observationOf(product->input))
        layers.insert(edge::layerName(op.getLoc()).str());
  }

  llvm::ArrayRef<std::string> names() const { return layers.getArrayRef(); }

  llvm::Error readSamples(data::SampleOptions options) {
    auto model = HostModel::compile(module);
    if (!model)
      return model.takeError();
    options.limit = options.limit ? std::min(options.limit, mostSamples) : mostSamples;
    auto set = data::SampleSet::open((*model)->inputTypes(), options);
    if (!set)
      return set.takeError();
    for (size_t i = 0; i < set->size(); ++i) {
      auto inputs = set->read(i);
      if (!inputs)
        return inputs.takeError();
      samples.push_back(std::move(*inputs));
    }
    reference = run(**model);
    return llvm::Error::success();
  }

  /// Noise by signal of the worst output, where all layers but these are integers.
  llvm::Expected<double> noise(llvm::ArrayRef<std::string> floatLayers) {
    OwningOpRef<ModuleOp> copy = module.clone();
    if (failed(quantize(*copy, floatLayers)))
      return llvm::createStringError("quantising the network failed");
    if (!hasIntegerProducts(*copy))
      return 0;
    auto model = HostModel::compile(*copy);
    if (!model)
      return model.takeError();
    Outputs outputs = run(**model);
    double worst = 0;
    for (size_t k = 0; k < reference.front().size(); ++k) {
      double signal = 0, error = 0;
      for (size_t i = 0; i < samples.size(); ++i) {
        if (outputs[i].size() != reference[i].size())
          return llvm::createStringError("the quantised network failed on sample " + Twine(i));
        for (int64_t e = 0; e < reference[i][k].numElements(); ++e) {
          double wanted = reference[i][k].get(e), difference = outputs[i][k].get(e) - wanted;
          signal += wanted * wanted;
          error += difference * difference;
        }
      }
      worst = std::max(worst, signal > 0 ? error / signal : error);
    }
    return worst;
  }

  /// The same where only these are integers.
  llvm::Expected<double> noiseOf(llvm::ArrayRef<std::string> integerLayers) {
    std::vector<std::string> others;
    llvm::copy_if(layers, std::back_inserter(others),
                  [&](const std::string &name) { return !llvm::is_contained(integerLayers, name); });
    return noise(others);
  }

private:
  static bool hasIntegerProducts(ModuleOp module) {
    return module
        .walk([](Operation *op) {
          bool isProduct = isa<edge::ConvOp, edge::MatMulOp>(op);
          return isProduct && getElementTypeOrSelf(op->getResult(0)).isInteger() ? WalkResult::interrupt()
                                                                                 : WalkResult::advance();
        })
        .wasInterrupted();
  }

  Outputs run(HostModel &model) {
    Outputs outputs;
    for (const std::vector<data::Tensor> &inputs : samples)
      outputs.push_back(model.run(inputs).vec());
    return outputs;
  }

  ModuleOp module;
  const QuantizeLayers &quantize;
  llvm::SetVector<std::string, std::vector<std::string>, std::set<std::string>> layers;
  Outputs samples, reference;
};

/// Layers that follow one another in the network, and their noise where all others stay in float.
struct Group {
  llvm::ArrayRef<std::string> layers;
  double noise;
  bool operator<(const Group &other) const { return noise < other.noise; }
};

} // namespace

llvm::Expected<std::vector<std::string>> edgecc::compress::chooseFloatLayers(func::FuncOp entry,
                                                                             const SensitivityOptions &options,
                                                                             const QuantizeLayers &quantize) {
  Sensitivity network(entry, quantize);
  double allowed = std::pow(10.0, -options.leastSqnr / 10);
  if (llvm::Error error = network.readSamples(options.samples))
    return std::move(error);
  std::vector<std::string> kept;
  auto total = network.noise(kept);
  if (!total)
    return total.takeError();
  std::priority_queue<Group> groups;
  groups.push({network.names(), *total});
  double predicted = *total;
  while (*total > allowed && !groups.empty()) {
    Group noisiest = groups.top();
    groups.pop();
    predicted -= noisiest.noise;
    if (noisiest.layers.size() == 1) {
      kept.push_back(noisiest.layers.front());
      if (predicted > allowed && !groups.empty())
        continue; // Not worth a measurement yet.
      total = network.noise(kept);
      if (!total)
        return total.takeError();
      continue;
    }
    size_t half = noisiest.layers.size() / 2;
    for (llvm::ArrayRef<std::string> part : {noisiest.layers.take_front(half), noisiest.layers.drop_front(half)}) {
      auto alone = network.noiseOf(part);
      if (!alone)
        return alone.takeError();
      groups.push({part, *alone});
      predicted += *alone;
    }
  }
  return kept;
}

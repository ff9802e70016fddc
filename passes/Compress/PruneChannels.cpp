// Structured pruning: Li, Kadav, Durdanovic, Samet and Graf, "Pruning Filters for Efficient ConvNets", ICLR 2017,
// without the training afterwards. Scales of batch norms, the criterion of Liu et al., "Learning Efficient
// Convolutional Networks through Network Slimming", ICCV 2017, count too: they are in the filters by now.
#include "passes/Compress/ChannelChoice.h"
#include "passes/Compress/Passes.h"

#include "dialects/Edge/ConstantData.h"
#include "dialects/Edge/EdgeOps.h"
#include "dialects/Edge/LayerName.h"
#include "mlir/IR/Matchers.h"

#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <cstring>

namespace edgecc::compress {
#define GEN_PASS_DEF_PRUNECHANNELS
#include "passes/Compress/Passes.h.inc"
} // namespace edgecc::compress

using namespace mlir;
using namespace edgecc;
using namespace edgecc::compress;

namespace {

std::optional<edge::ConstantData> dataOf(Value value) {
  Attribute attribute;
  return matchPattern(value, m_Constant(&attribute)) ? edge::ConstantData::read(attribute) : std::nullopt;
}

/// Norms of a layer's filters, in units of their mean: of each element's magnitude (L1) or square (L2).
std::vector<float> filterScores(const ChannelLayer &layer, bool isSquared) {
  std::vector<double> sums(layer.outputs());
  edge::ConstantData weights = *dataOf(layer.weights->get());
  for (int64_t i = 0, end = weights.size(); i < end; ++i) {
    double value = weights.number(i);
    sums[i % layer.outputs()] += isSquared ? value * value : std::abs(value);
  }
  double mean = 0;
  for (double sum : sums)
    mean += sum / sums.size();
  std::vector<float> scores;
  for (double sum : sums)
    scores.push_back(mean > 0 ? sum / mean : 0);
  return scores;
}

/// Takes removed channels out of the graph: types, weights and other constants.
class ChannelRemover {
public:
  ChannelRemover(func::FuncOp function, const ChannelAnalysis &analysis, const std::vector<bool> &removed)
      : function(function), analysis(analysis), removed(removed) {}

  unsigned run() {
    // What is kept is known by the old types, so all is looked up before any changes.
    llvm::DenseMap<Operation *, const ChannelLayer *> layers;
    for (const ChannelLayer &layer : analysis.layers())
      layers[layer.op] = &layer;
    function.walk([&](Operation *op) {
      if (isa<edge::ConstantOp>(op) || op == function)
        return;
      if (auto layer = layers.find(op); layer != layers.end())
        shrinkLayer(*layer->second);
      else if (op->hasTrait<edge::Elementwise>())
        shrinkConstants(op);
      for (Value result : op->getResults())
        if (std::optional<Kept> kept = keptOf(result))
          types.push_back({result, kept->size()});
    });
    for (auto &[operand, value] : constants) {
      Operation *before = operand->get().getDefiningOp();
      OpBuilder builder(before);
      operand->set(edge::ConstantOp::create(builder, before->getLoc(), value));
      if (before->use_empty())
        before->erase();
    }
    for (auto &[value, channels] : types) {
      auto type = cast<RankedTensorType>(value.getType());
      SmallVector<int64_t> shape(type.getShape());
      shape.back() = channels;
      value.setType(type.clone(shape));
    }
    for (auto &[conv, channels] : groups)
      conv.setGroup(channels);
    return types.size();
  }

private:
  using Kept = SmallVector<int64_t>;

  /// The channels that stay, or nothing where all do.
  std::optional<Kept> keptOf(Value value) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    if (!type || type.getRank() == 0 || matchPattern(value, m_Constant()))
      return std::nullopt;
    Kept kept;
    for (int64_t channel = 0; channel < type.getShape().back(); ++channel)
      if (!removed[analysis.setOf(value, channel)])
        kept.push_back(channel);
    return static_cast<int64_t>(kept.size()) < type.getShape().back() ? std::optional(kept) : std::nullopt;
  }

  void shrinkLayer(const ChannelLayer &layer) {
    std::optional<Kept> inputs = keptOf(layer.input), outputs = keptOf(layer.output);
    if (layer.isDepthwise && outputs)
      groups.push_back({cast<edge::ConvOp>(layer.op), static_cast<int64_t>(outputs->size())});
    if (layer.isDepthwise)
      inputs.reset();
    if (inputs || outputs)
      constants.push_back({layer.weights, shrink(layer.weights->get(), inputs, outputs)});
  }

  void shrinkConstants(Operation *op) {
    std::optional<Kept> kept = keptOf(op->getResult(0));
    if (!kept)
      return;
    int64_t channels = cast<RankedTensorType>(op->getResult(0).getType()).getShape().back();
    for (OpOperand &operand : op->getOpOperands()) {
      auto type = cast<RankedTensorType>(operand.get().getType());
      if (matchPattern(operand.get(), m_Constant()) && type.getRank() > 0 && type.getShape().back() == channels)
        constants.push_back({&operand, shrink(operand.get(), std::nullopt, kept)});
    }
  }

  /// A constant with some of its last dimension, and of the one before.
  static ElementsAttr shrink(Value constant, const std::optional<Kept> &rows, const std::optional<Kept> &columns) {
    edge::ConstantData data = *dataOf(constant);
    SmallVector<int64_t> shape(data.shape());
    int64_t width = edge::elementBytes(data.elementType()), oldColumns = shape.back();
    int64_t oldRows = shape.size() > 1 ? shape[shape.size() - 2] : 1;
    int64_t outer = data.size() / (oldRows * oldColumns);
    if (rows)
      shape[shape.size() - 2] = rows->size();
    if (columns)
      shape.back() = columns->size();
    auto type = RankedTensorType::get(shape, data.elementType());
    if (data.isSplat())
      return edge::splatConstant(type, data.bytes().data());
    edge::ConstantBuffer buffer(type);
    char *target = buffer.bytes().data();
    int64_t numRows = rows ? rows->size() : oldRows, numColumns = shape.back();
    for (int64_t i = 0; i < outer; ++i)
      for (int64_t row = 0; row < numRows; ++row)
        for (int64_t column = 0; column < numColumns; ++column, target += width) {
          int64_t from =
              (i * oldRows + (rows ? (*rows)[row] : row)) * oldColumns + (columns ? (*columns)[column] : column);
          std::memcpy(target, data.bytes().data() + from * width, width);
        }
    return buffer.finish();
  }

  func::FuncOp function;
  const ChannelAnalysis &analysis;
  const std::vector<bool> &removed;
  SmallVector<std::pair<OpOperand *, ElementsAttr>> constants;
  SmallVector<std::pair<Value, int64_t>> types;
  SmallVector<std::pair<edge::ConvOp, int64_t>> groups;
};

struct PruneChannels : edgecc::compress::impl::PruneChannelsBase<PruneChannels> {
  using PruneChannelsBase::PruneChannelsBase;

  void runOnOperation() override {
    if (!(amount >= 0 && amount < 1) || multiple < 1 || (norm != "l1" && norm != "l2") ||
        (scope != "layer" && scope != "global")) {
      getOperation().emitError(
          "edge-prune-channels: amount is at least 0 and below 1, multiple at least 1, norm l1 or l2, "
          "scope layer or global");
      return signalPassFailure();
    }
    ChannelAnalysis analysis(getOperation());
    FailureOr<SmallVector<std::optional<double>>> shares = readShares(analysis);
    if (failed(shares))
      return signalPassFailure();
    std::vector<std::vector<float>> scores;
    for (const ChannelLayer &layer : analysis.layers())
      scores.push_back(filterScores(layer, norm == "l2"));
    ChannelChoice choice(analysis, scores, *shares, {amount, scope == "global", multiple});
    std::vector<bool> removed = choice.run();
    int64_t before = choice.macs(std::vector<bool>(removed.size())), after = choice.macs(removed);
    macsBefore += before;
    macsAfter += after;
    if (after > (1 - amount) * before)
      getOperation().emitWarning("edge-prune-channels: no more than ")
          << llvm::formatv("{0:f1}", 100.0 * (before - after) / before).str()
          << " % of the multiply-accumulates can be removed: channels hang together with inputs, outputs or operations "
             "that need all of them";
    ChannelRemover(getOperation(), analysis, removed).run();
  }

private:
  FailureOr<SmallVector<std::optional<double>>> readShares(const ChannelAnalysis &analysis) {
    SmallVector<std::optional<double>> shares(analysis.layers().size());
    for (StringRef entry : layers) {
      auto [name, text] = entry.rsplit(':');
      double share;
      if (text.getAsDouble(share) || !(share >= 0 && share < 1))
        return getOperation().emitError("layers: '") << entry << "' is not of the form NAME:SHARE", failure();
      bool found = false;
      for (auto [layer, own] : llvm::zip_equal(analysis.layers(), shares))
        if (edge::layerName(layer.op->getLoc()) == name) {
          own = share;
          found = true;
        }
      if (!found)
        return getOperation().emitError("layers: no convolution or product '") << name << "' has constant weights",
               failure();
    }
    return shares;
  }
};

} // namespace

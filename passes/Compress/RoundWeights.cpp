// Weights in number formats of few bits: S. H. F. Langroudi, T. Pandit and D. Kudithipudi, "Deep Learning Inference on
// Embedded Devices: Fixed-Point vs Posit", EMC2 2018, with a scale for each layer.
#include "passes/Compress/NumberFormat.h"
#include "passes/Compress/Passes.h"
#include "passes/Compress/WeightLayers.h"

#include "llvm/ADT/APFloat.h"

#include <algorithm>
#include <cmath>

namespace edgecc::compress {
#define GEN_PASS_DEF_ROUNDWEIGHTS
#include "passes/Compress/Passes.h.inc"
} // namespace edgecc::compress

using namespace mlir;
using namespace edgecc::compress;

namespace {

struct RoundWeights : edgecc::compress::impl::RoundWeightsBase<RoundWeights> {
  using RoundWeightsBase::RoundWeightsBase;

  void runOnOperation() override {
    SmallVector<WeightLayer> found = findWeightLayers(getOperation());
    SmallVector<std::string> overrides(layers.begin(), layers.end());
    FailureOr<SmallVector<LayerAmount>> amounts = amountsOf(getOperation(), found, bits, overrides);
    if (failed(checkOptions()) || failed(amounts) || failed(checkBits(*amounts)))
      return signalPassFailure();
    for (auto [layer, entry] : llvm::zip_equal(found, *amounts))
      if (entry.amount > 0)
        round(layer, makeFormat(static_cast<unsigned>(entry.amount)));
  }

private:
  LogicalResult checkOptions() {
    if (format != "posit" && format != "fixed")
      return getOperation().emitError("format is posit or fixed, but here is '") << format << "'";
    if (es > 2)
      return getOperation().emitError("es is 0, 1 or 2, but here is ") << es.getValue();
    if (steps < 1 || steps > 64)
      return getOperation().emitError("steps are a number from 1 to 64, but here is ") << steps.getValue();
    return success();
  }

  LogicalResult checkBits(ArrayRef<LayerAmount> amounts) {
    for (const LayerAmount &entry : amounts)
      if (entry.amount != 0 && (entry.amount < 3 || entry.amount > 8 || entry.amount != std::floor(entry.amount)))
        return getOperation().emitError("bits are 0 or a whole number from 3 to 8, but here is ") << entry.amount;
    return success();
  }

  NumberFormat makeFormat(unsigned count) const {
    return format == "posit" ? positFormat(count, es) : fixedFormat(count);
  }

  void round(const WeightLayer &layer, const NumberFormat &to) {
    std::vector<float> values = layer.read();
    if (!llvm::all_of(values, [](float value) { return std::isfinite(value); })) {
      emitWarning(layer.constant.getLoc(), "layer '")
          << layer.names.front() << "' has infinite weights or NaN and stays";
      return;
    }
    if (llvm::all_of(values, [](float value) { return value == 0; }))
      return;
    const llvm::fltSemantics &type = cast<FloatType>(layer.data.elementType()).getFloatSemantics();
    const double limit = llvm::APFloat::getLargest(type).convertToDouble();
    const double scale = leastSquaresScale(to, values, steps, limit);
    for (float &value : values)
      value = static_cast<float>(to.round(value / scale) * scale);
    layer.write(values);
    ++numLayers;
  }
};

} // namespace

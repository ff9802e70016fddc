// Factorisation of layers: truncated SVD of matrix products and 1x1 convolutions (Lane et al., "DeepX", IPSN 2016), and
// Tucker-2 of larger ones (Kim et al., "Compression of Deep Convolutional Neural Networks for Fast and Low Power Mobile
// Applications", ICLR 2016), without training afterwards.
#include "passes/Compress/Factor.h"
#include "passes/Compress/Passes.h"
#include "passes/Compress/WeightLayers.h"

#include "dialects/Edge/EdgeOps.h"

#include <cmath>

namespace edgecc::compress {
#define GEN_PASS_DEF_FACTORIZE
#include "passes/Compress/Passes.h.inc"
} // namespace edgecc::compress

using namespace mlir;
using namespace edgecc;
using namespace edgecc::compress;

namespace {

/// The work of a layer that can be taken apart, or nothing.
std::optional<FilterShape> shapeOf(Operation *op) {
  if (auto product = dyn_cast<edge::MatMulOp>(op)) {
    auto type = cast<RankedTensorType>(product.getRhs().getType());
    auto output = cast<RankedTensorType>(product.getType());
    if (type.getRank() != 2)
      return std::nullopt;
    int64_t rows = output.getNumElements() / type.getDimSize(1);
    return FilterShape{1, type.getDimSize(0), type.getDimSize(1), rows, rows};
  }
  auto conv = dyn_cast<edge::ConvOp>(op);
  if (!conv || conv.getGroup() != 1)
    return std::nullopt;
  auto input = cast<RankedTensorType>(conv.getInput().getType());
  auto output = cast<RankedTensorType>(conv.getType());
  ArrayRef<int64_t> filter = cast<RankedTensorType>(conv.getFilter().getType()).getShape();
  int64_t taps = 1;
  for (int64_t size : filter.drop_back(2))
    taps *= size;
  return FilterShape{taps, filter[filter.size() - 2], filter.back(), input.getNumElements() / input.getShape().back(),
                     output.getNumElements() / output.getShape().back()};
}

class Rewriter {
public:
  Rewriter(Operation *op, Type element) : op(op), builder(op), element(element) {}

  void run(const Factors &factors, const FilterShape &shape, Ranks ranks) {
    Value result;
    if (isa<edge::MatMulOp>(op)) {
      int64_t rank = factors.input.size() / shape.inputs;
      result = product(product(op->getOperand(0), {shape.inputs, rank}, factors.input), {rank, shape.outputs},
                       factors.output);
    } else {
      result = convolutions(cast<edge::ConvOp>(op), factors, shape, ranks);
    }
    op->getResult(0).replaceAllUsesWith(result);
    op->erase();
  }

private:
  Value constant(ArrayRef<int64_t> shape, ArrayRef<float> values) {
    return edge::ConstantOp::create(builder, op->getLoc(),
                                    edge::floatConstant(RankedTensorType::get(shape, element), values));
  }

  Value product(Value input, ArrayRef<int64_t> shape, ArrayRef<float> values) {
    return edge::MatMulOp::create(builder, op->getLoc(), input, constant(shape, values));
  }

  Value convolutions(edge::ConvOp conv, const Factors &factors, const FilterShape &shape, Ranks ranks) {
    ArrayRef<int64_t> filter = cast<RankedTensorType>(conv.getFilter().getType()).getShape();
    size_t spatial = filter.size() - 2;
    SmallVector<int64_t> ones(spatial, 1), zeros(2 * spatial, 0);
    auto filterShape = [&](ArrayRef<int64_t> kernel, int64_t inputs, int64_t outputs) {
      SmallVector<int64_t> shape(kernel);
      shape.append({inputs, outputs});
      return shape;
    };
    auto pointwise = [&](Value input, int64_t inputs, int64_t outputs, ArrayRef<float> values) -> Value {
      return edge::ConvOp::create(builder, op->getLoc(), input, constant(filterShape(ones, inputs, outputs), values),
                                  ones, ones, zeros, /*group=*/1);
    };
    auto main = [&](Value input, ArrayRef<int64_t> kernel, int64_t inputs, int64_t outputs,
                    ArrayRef<float> values) -> Value {
      return edge::ConvOp::create(builder, op->getLoc(), input, constant(filterShape(kernel, inputs, outputs), values),
                                  conv.getStrides(), conv.getDilations(), conv.getPads(), /*group=*/1);
    };
    if (shape.taps == 1) {
      int64_t rank = factors.input.size() / shape.inputs;
      Value first = main(conv.getInput(), ones, shape.inputs, rank, factors.input);
      return pointwise(first, rank, shape.outputs, factors.output);
    }
    // Padding stays where the taps are: the first factor has no bias, so that it keeps zeros.
    Value value = conv.getInput();
    if (!factors.input.empty())
      value = pointwise(value, shape.inputs, ranks.input, factors.input);
    value = main(value, filter.drop_back(2), ranks.input, ranks.output, factors.core);
    if (!factors.output.empty())
      value = pointwise(value, ranks.output, shape.outputs, factors.output);
    return value;
  }

  Operation *op;
  OpBuilder builder;
  Type element;
};

struct Factorize : edgecc::compress::impl::FactorizeBase<Factorize> {
  using FactorizeBase::FactorizeBase;

  void runOnOperation() override {
    SmallVector<WeightLayer> found = findWeightLayers(getOperation());
    bool byMacs = ratio > 0;
    SmallVector<std::string> overrides(layers.begin(), layers.end());
    FailureOr<SmallVector<LayerAmount>> amounts = amountsOf(getOperation(), found, byMacs ? ratio : energy, overrides);
    if (failed(amounts))
      return signalPassFailure();
    for (const LayerAmount &entry : *amounts)
      if (entry.amount < 0 || (!entry.isOwn && entry.amount > 1) ||
          (entry.amount > 1 && entry.amount != std::floor(entry.amount))) {
        getOperation().emitError("an energy or a ratio is between 0 and 1, a rank a whole number, but here is ")
            << entry.amount;
        return signalPassFailure();
      }
    for (auto [layer, entry] : llvm::zip_equal(found, *amounts))
      if (entry.amount > 0)
        factorize(layer, entry, byMacs);
  }

private:
  void factorize(const WeightLayer &layer, LayerAmount entry, bool byMacs) {
    std::optional<FilterShape> shape = shapeOf(layer.uses.front()->getOwner());
    if (!shape || layer.uses.size() != 1)
      return; // Layers that share weights are taken apart together or not at all.
    Factorization factorization(layer.read(), *shape);
    std::optional<Ranks> ranks = entry.isOwn && entry.amount >= 1 ? factorization.ranksOf(entry.amount)
                                 : byMacs                         ? factorization.ranksForMacs(entry.amount)
                                                                  : factorization.ranksForEnergy(entry.amount);
    if (!ranks) {
      ++numKept;
      return;
    }
    macsSaved += shape->macs() - shape->macs(*ranks);
    ++numFactorized;
    Rewriter(layer.uses.front()->getOwner(), layer.data.elementType())
        .run(factorization.factors(*ranks, iterations), *shape, *ranks);
    if (layer.constant.use_empty())
      layer.constant.getDefiningOp()->erase();
  }
};

} // namespace

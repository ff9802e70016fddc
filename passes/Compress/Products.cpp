// Recognition of products by constant weights; see Products.h.
#include "passes/Compress/Products.h"
#include "passes/Compress/WeightLayers.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace edgecc::compress;
using namespace edgecc::edge;

int64_t WeightedProduct::group() const {
  auto conv = dyn_cast<ConvOp>(op);
  return conv ? conv.getGroup() : 1;
}

/// Elements between those of the innermost dimension of `slice` that has several.
static int64_t innermostStride(SliceOp slice) {
  ArrayRef<int64_t> source = slice.getInput().getType().getShape(), sizes = slice.getSizes();
  int64_t stride = 1;
  for (int64_t i = sizes.size() - 1; i >= 0; stride *= source[i--])
    if (sizes[i] > 1)
      return stride * slice.getSteps()[i];
  return 1;
}

bool WeightedProduct::sumsNeighbours() const {
  bool isDepthwise = group() > 1 && values.shape().drop_back().back() == 1;
  Value source = input;
  while (auto reshape = source.getDefiningOp<ReshapeOp>())
    source = reshape.getInput();
  auto slice = source.getDefiningOp<SliceOp>();
  return !isDepthwise && (!slice || innermostStride(slice) == 1);
}

int64_t WeightedProduct::inputChannel(int64_t k, int64_t channel) const {
  ArrayRef<int64_t> shape = values.shape();
  int64_t channelsOfGroup = shape[shape.size() - 2];
  return channel / (channels() / group()) * channelsOfGroup + k % channelsOfGroup;
}

std::optional<WeightedProduct> edgecc::compress::matchWeightedProduct(Operation *op) {
  if (!isa_and_nonnull<ConvOp, MatMulOp>(op))
    return std::nullopt;
  WeightedProduct product;
  product.op = op;
  product.input = op->getOperand(0);
  product.weights = weightOperands(op).front();
  if (isa<MatMulOp>(op) && cast<RankedTensorType>(product.weights->get().getType()).getRank() != 2)
    return std::nullopt;
  Attribute attribute;
  if (!matchPattern(product.weights->get(), m_Constant(&attribute)))
    return std::nullopt;
  std::optional<ConstantData> values = ConstantData::read(attribute);
  if (!values || !values->elementType().isF32() || values->size() == 0)
    return std::nullopt;
  product.values = *values;
  return product;
}

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

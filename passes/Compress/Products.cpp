// Recognition of products by constant weights; see Products.h.
#include "passes/Compress/Products.h"

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
  WeightedProduct product;
  product.op = op;
  if (auto conv = dyn_cast_or_null<ConvOp>(op)) {
    product.input = conv.getInput();
    product.weights = &conv.getFilterMutable();
  } else if (auto matmul = dyn_cast_or_null<MatMulOp>(op); matmul && matmul.getRhs().getType().getRank() == 2) {
    product.input = matmul.getLhs();
    product.weights = &matmul.getRhsMutable();
  } else {
    return std::nullopt;
  }
  Attribute attribute;
  if (!matchPattern(product.weights->get(), m_Constant(&attribute)))
    return std::nullopt;
  std::optional<ConstantData> values = ConstantData::read(attribute);
  if (!values || !values->elementType().isF32() || values->size() == 0)
    return std::nullopt;
  product.values = *values;
  return product;
}

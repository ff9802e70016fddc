// Weights and amounts; see WeightLayers.h.
#include "passes/Compress/WeightLayers.h"

#include "dialects/Edge/EdgeOps.h"
#include "dialects/Edge/LayerName.h"
#include "mlir/IR/Matchers.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::compress;

std::vector<float> WeightLayer::read() const {
  std::vector<float> values(size());
  edge::withStorageType(data.elementType(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    for (int64_t i = 0, end = size(); i < end; ++i)
      values[i] = static_cast<float>(data.as<T>()[data.isSplat() ? 0 : i]);
  });
  return values;
}

void WeightLayer::write(ArrayRef<float> values) const {
  OpBuilder builder(constant.getContext());
  builder.setInsertionPointAfterValue(constant);
  auto made = edge::ConstantOp::create(builder, constant.getLoc(), edge::floatConstant(data.type(), values));
  for (OpOperand *use : uses)
    use->set(made);
  if (constant.use_empty())
    constant.getDefiningOp()->erase();
}

SmallVector<OpOperand *> edgecc::compress::weightOperands(Operation *op) {
  using Operands = SmallVector<OpOperand *>;
  auto recurrent = [](auto layer) { return Operands{&layer.getWMutable(), &layer.getRMutable()}; };
  return llvm::TypeSwitch<Operation *, Operands>(op)
      .Case<edge::ConvOp, edge::ConvTransposeOp>([](auto conv) { return Operands{&conv.getFilterMutable()}; })
      .Case<edge::MatMulOp>([](auto product) { return Operands{&product.getRhsMutable()}; })
      .Case<edge::LstmOp, edge::GruOp, edge::RnnOp>(recurrent)
      .Default([](Operation *) { return Operands(); });
}

SmallVector<WeightLayer> edgecc::compress::findWeightLayers(func::FuncOp function) {
  llvm::MapVector<Value, WeightLayer> layers;
  function.walk([&](Operation *op) {
    for (OpOperand *operand : weightOperands(op)) {
      Attribute value;
      auto type = cast<RankedTensorType>(operand->get().getType());
      Type element = type.getElementType();
      if (!(element.isF32() || element.isF16() || element.isBF16()) || type.getRank() < 2 ||
          type.getNumElements() == 0 || !matchPattern(operand->get(), m_Constant(&value)))
        continue;
      std::optional<edge::ConstantData> data = edge::ConstantData::read(value);
      if (!data || data->isSplat())
        continue;
      WeightLayer &layer = layers[operand->get()];
      layer.constant = operand->get();
      layer.uses.push_back(operand);
      layer.names.push_back(edge::layerName(op->getLoc()));
      layer.columns = type.getShape().back();
      layer.rows = type.getNumElements() / layer.columns;
      layer.data = std::move(*data);
    }
  });
  SmallVector<WeightLayer> list;
  for (auto &entry : layers)
    list.push_back(std::move(entry.second));
  return list;
}

FailureOr<SmallVector<LayerAmount>> edgecc::compress::amountsOf(func::FuncOp function, ArrayRef<WeightLayer> layers,
                                                                double amount, ArrayRef<std::string> overrides) {
  SmallVector<LayerAmount> amounts(layers.size(), {amount, false});
  for (StringRef entry : overrides) {
    auto [name, text] = entry.rsplit(':'); // Names of nodes may hold colons.
    double own;
    if (text.getAsDouble(own))
      return function.emitError("layers: '") << entry << "' is not of the form NAME:NUMBER", failure();
    bool found = false;
    for (auto [layer, at] : llvm::zip_equal(layers, amounts))
      if (llvm::is_contained(layer.names, name)) {
        at = {own, true};
        found = true;
      }
    if (!found)
      return function.emitError("layers: no layer '") << name << "' has constant weights of floating point", failure();
  }
  return amounts;
}

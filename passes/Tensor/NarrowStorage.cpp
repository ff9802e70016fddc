// Storage of f32 weights and values between kernels as 16-bit floats.
#include "passes/Tensor/Passes.h"
#include "passes/Tensor/StorageGroups.h"

#include "dialects/Edge/ConstantData.h"
#include "dialects/Edge/LayerName.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

#include "llvm/ADT/StringSet.h"

#include <cmath>

namespace edgecc::tensor {
#define GEN_PASS_DEF_NARROWSTORAGE
#include "passes/Tensor/Passes.h.inc"
} // namespace edgecc::tensor

using namespace mlir;
using namespace edgecc;
using namespace edgecc::tensor;

namespace {

/// The elements of a constant rounded to `narrow`, or nothing where a finite number becomes infinite.
std::optional<ElementsAttr> rounded(arith::ConstantOp constant, FloatType narrow) {
  std::optional<edge::ConstantData> data = edge::ConstantData::read(constant.getValue());
  if (!data)
    return std::nullopt;
  bool fits = true;
  int64_t count = data->isSplat() ? 1 : data->size();
  edge::ConstantBuffer buffer(data->isSplat() ? RankedTensorType::get({1}, narrow) : data->type().clone(narrow));
  edge::withStorageType(narrow, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (sizeof(T) == 2 && !std::is_integral_v<T>)
      for (int64_t i = 0; i < count; ++i) {
        float value = data->as<float>()[i];
        buffer.as<T>()[i] = T::from(value);
        fits &= !std::isfinite(value) || std::isfinite(static_cast<float>(buffer.as<T>()[i]));
      }
  });
  if (!fits)
    return std::nullopt;
  return data->isSplat() ? edge::splatConstant(data->type().clone(narrow), buffer.bytes().data()) : buffer.finish();
}

struct NarrowStorage : edgecc::tensor::impl::NarrowStorageBase<NarrowStorage> {
  using NarrowStorageBase::NarrowStorageBase;

  void runOnOperation() override {
    auto asked = getOperation()->getAttrOfType<DictionaryAttr>("edge.narrow_storage");
    if (!asked)
      return;
    narrow = cast<FloatType>(asked.getAs<TypeAttr>("element").getValue());
    for (Attribute name : asked.getAs<ArrayAttr>("float_layers"))
      floatLayers.insert(cast<StringAttr>(name));
    bool hasValues = asked.getAs<BoolAttr>("values").getValue();
    for (const StorageGroup &group : findStorageGroups(getOperation(), Float32Type::get(&getContext())))
      if (!staysWide(group) && (group.isComputed ? hasValues : group.areWeights() && !group.reads.empty()))
        store(group);
    getOperation()->removeAttr("edge.narrow_storage");
  }

private:
  /// Whether a layer that is to stay in f32 reads or writes the group.
  bool staysWide(const StorageGroup &group) {
    auto isFloat = [&](Operation *op) { return edge::hasLayerOf(op->getLoc(), floatLayers); };
    return llvm::any_of(group.reads, [&](OpOperand *read) { return isFloat(read->getOwner()); }) ||
           llvm::any_of(group.tensors, [&](Value tensor) {
             auto kernel = tensor.getDefiningOp<kernel::ComputeOp>();
             return kernel && isFloat(kernel);
           });
  }

  void store(const StorageGroup &group) {
    SmallVector<std::pair<arith::ConstantOp, ElementsAttr>> constants;
    for (Value tensor : group.tensors)
      if (auto constant = tensor.getDefiningOp<arith::ConstantOp>()) {
        std::optional<ElementsAttr> value = rounded(constant, narrow);
        if (!value)
          return warn(group);
        constants.push_back({constant, *value});
      }
    for (auto [constant, value] : constants)
      constant.setValueAttr(cast<TypedAttr>(value));
    for (OpOperand *read : group.reads)
      readNarrow(cast<kernel::ComputeOp>(read->getOwner()).getBodyBlock()->getArgument(read->getOperandNumber()),
                 narrow);
    for (Value tensor : group.tensors)
      if (auto kernel = tensor.getDefiningOp<kernel::ComputeOp>())
        writeNarrow(kernel, cast<OpResult>(tensor).getResultNumber(), narrow);
      else
        tensor.setType(cast<RankedTensorType>(tensor.getType()).clone(narrow));
    ++(group.isComputed ? numValues : numWeights);
  }

  void warn(const StorageGroup &group) {
    Location loc = group.reads.empty() ? group.tensors.front().getLoc() : group.reads.front()->getOwner()->getLoc();
    emitWarning(loc) << "layer '" << edge::layerName(loc) << "' has constants beyond the range of " << narrow
                     << ", which stay in f32; bf16 has the range of f32";
  }

  FloatType narrow;
  llvm::StringSet<> floatLayers;
};

} // namespace

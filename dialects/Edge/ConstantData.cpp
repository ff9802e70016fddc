// Reading and making constant attributes.
#include "dialects/Edge/ConstantData.h"

#include "mlir/IR/DialectResourceBlobManager.h"

#include "llvm/ADT/APFloat.h"

#include <cmath>
#include <cstring>

using namespace mlir;
using namespace edgecc::edge;

/// Constants of at most this many elements are `dense`: they read well in dumps and compare by value.
static constexpr int64_t maxDenseElements = 16;
/// Of blobs; a cache line, so that weights can be emitted as they lie.
static constexpr size_t blobAlignment = 64;

unsigned edgecc::edge::elementBytes(Type elementType) { return (elementType.getIntOrFloatBitWidth() + 7) / 8; }

//===-- Half precision -------------------------------------------------------------------------------------------===//

static float widen(const llvm::fltSemantics &semantics, uint16_t bits) {
  llvm::APFloat value(semantics, llvm::APInt(16, bits));
  bool losesInfo;
  value.convert(llvm::APFloat::IEEEsingle(), llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  return value.convertToFloat();
}

static uint16_t narrow(const llvm::fltSemantics &semantics, float number) {
  llvm::APFloat value(number);
  bool losesInfo;
  value.convert(semantics, llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  return value.bitcastToAPInt().getZExtValue();
}

Half::operator float() const { return widen(llvm::APFloat::IEEEhalf(), bits); }
Half Half::from(float value) { return {narrow(llvm::APFloat::IEEEhalf(), value)}; }
BFloat16::operator float() const { return widen(llvm::APFloat::BFloat(), bits); }
BFloat16 BFloat16::from(float value) { return {narrow(llvm::APFloat::BFloat(), value)}; }

//===-- Reading --------------------------------------------------------------------------------------------------===//

std::optional<ConstantData> ConstantData::read(Attribute attr) {
  auto elements = dyn_cast_or_null<ElementsAttr>(attr);
  auto type = elements ? dyn_cast<RankedTensorType>(elements.getType()) : RankedTensorType();
  if (!type || !type.hasStaticShape() || !type.getElementType().isIntOrFloat())
    return std::nullopt;
  ConstantData data;
  data.tensorType = type;
  if (auto dense = dyn_cast<DenseElementsAttr>(elements)) {
    data.splat = dense.isSplat() && type.getNumElements() > 0;
    if (!type.getElementType().isInteger(1)) {
      data.borrowed = dense.getRawData();
      return data;
    }
    data.owned = std::make_shared<std::vector<char>>();
    if (data.splat)
      data.owned->push_back(dense.getSplatValue<bool>());
    else
      llvm::append_range(*data.owned, dense.getValues<bool>());
    return data;
  }
  auto resource = dyn_cast<DenseResourceElementsAttr>(elements);
  AsmResourceBlob *blob = resource ? resource.getRawHandle().getBlob() : nullptr;
  if (!blob ||
      static_cast<int64_t>(blob->getData().size()) != type.getNumElements() * elementBytes(type.getElementType()))
    return std::nullopt;
  data.borrowed = blob->getData();
  return data;
}

double ConstantData::number(int64_t index) const {
  double result = 0;
  withStorageType(elementType(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    result = static_cast<double>(as<T>()[splat ? 0 : index]);
  });
  return result;
}

int64_t ConstantData::integer(int64_t index) const {
  assert(elementType().isInteger() && "not a constant of integers");
  int64_t result = 0;
  withStorageType(elementType(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    result = static_cast<int64_t>(as<T>()[splat ? 0 : index]);
  });
  return result;
}

SmallVector<double> ConstantData::numbers() const {
  SmallVector<double> result;
  for (int64_t index = 0, end = size(); index < end; ++index)
    result.push_back(number(index));
  return result;
}

SmallVector<int64_t> ConstantData::integers() const {
  SmallVector<int64_t> result;
  for (int64_t index = 0, end = size(); index < end; ++index)
    result.push_back(integer(index));
  return result;
}

bool edgecc::edge::isConstantOf(Attribute attr, double value) {
  std::optional<ConstantData> data = ConstantData::read(attr);
  if (!data || data->size() == 0)
    return false;
  // Large tensors of one value are splats wherever we made them, so a full scan is for small ones only.
  int64_t count = data->isSplat() ? 1 : data->size();
  if (count > maxDenseElements)
    return false;
  for (int64_t index = 0; index < count; ++index)
    if (data->number(index) != value)
      return false;
  return true;
}

//===-- Making ---------------------------------------------------------------------------------------------------===//

ConstantBuffer::ConstantBuffer(RankedTensorType type)
    : type(type),
      blob(HeapAsmResourceBlob::allocate(type.getNumElements() * elementBytes(type.getElementType()), blobAlignment)) {}

ElementsAttr edgecc::edge::splatConstant(RankedTensorType type, const char *element) {
  if (type.getElementType().isInteger(1))
    return DenseElementsAttr::get(type, static_cast<bool>(*element));
  return DenseElementsAttr::getFromRawBuffer(type, ArrayRef<char>(element, elementBytes(type.getElementType())));
}

ElementsAttr ConstantBuffer::finish() {
  ArrayRef<char> data = blob.getData();
  unsigned width = elementBytes(type.getElementType());
  if (!data.empty() && std::memcmp(data.data(), data.data() + width, data.size() - width) == 0)
    return splatConstant(type, data.data());
  if (type.getNumElements() > maxDenseElements)
    return DenseResourceElementsAttr::get(type, "constant", std::move(blob));
  if (type.getElementType().isInteger(1))
    return DenseElementsAttr::get(type, ArrayRef<bool>(reinterpret_cast<const bool *>(data.data()), data.size()));
  return DenseElementsAttr::getFromRawBuffer(type, data);
}

ElementsAttr edgecc::edge::splatConstant(RankedTensorType type, double value) {
  char element[8] = {};
  withStorageType(type.getElementType(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    T converted;
    if constexpr (std::is_same_v<T, Half> || std::is_same_v<T, BFloat16>)
      converted = T::from(static_cast<float>(value));
    else if constexpr (std::is_same_v<T, Boolean>)
      converted = {value != 0};
    else
      converted = static_cast<T>(value);
    std::memcpy(element, &converted, sizeof(T));
  });
  return splatConstant(type, element);
}

ElementsAttr edgecc::edge::floatConstant(RankedTensorType type, ArrayRef<float> values) {
  assert(type.getNumElements() == static_cast<int64_t>(values.size()) && "one value per element");
  ConstantBuffer buffer(type);
  withStorageType(type.getElementType(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    T *out = buffer.as<T>();
    for (auto [index, value] : llvm::enumerate(values)) {
      if constexpr (std::is_same_v<T, Half> || std::is_same_v<T, BFloat16>)
        out[index] = T::from(value);
      else if constexpr (std::is_floating_point_v<T>)
        out[index] = value;
    }
  });
  return buffer.finish();
}

ElementsAttr edgecc::edge::integerConstant(MLIRContext *context, ArrayRef<int64_t> values) {
  auto type = RankedTensorType::get(static_cast<int64_t>(values.size()), IntegerType::get(context, 64));
  ConstantBuffer buffer(type);
  llvm::copy(values, buffer.as<int64_t>());
  return buffer.finish();
}

ElementsAttr edgecc::edge::reshapeConstant(ElementsAttr value, RankedTensorType type) {
  if (auto dense = dyn_cast<DenseElementsAttr>(value))
    return dense.isSplat() && type.getNumElements() > 0 ? dense.resizeSplat(type) : dense.reshape(type);
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value))
    return DenseResourceElementsAttr::get(type, resource.getRawHandle());
  return {};
}

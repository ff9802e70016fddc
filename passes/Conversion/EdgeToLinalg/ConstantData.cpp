// Reading and rearranging constants; see ConstantData.h.
#include "passes/Conversion/EdgeToLinalg/ConstantData.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "passes/Conversion/EdgeToLinalg/ScalarMath.h"

using namespace mlir;

namespace edgecc::edge_to_linalg {

namespace {

/// The bytes of a constant tensor: whole elements, one for all if it is a splat.
struct ConstantBytes {
  ArrayRef<char> bytes;
  size_t elementBytes;
  bool isSplat, isResource;

  const char *element(int64_t index) const { return bytes.data() + (isSplat ? 0 : index * elementBytes); }
};

std::optional<ConstantBytes> readConstant(Value value) {
  auto constant = value.getDefiningOp<arith::ConstantOp>();
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!constant || !type || type.getElementTypeBitWidth() % 8 != 0)
    return std::nullopt;
  size_t elementBytes = type.getElementTypeBitWidth() / 8;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(constant.getValue()))
    if (AsmResourceBlob *blob = resource.getRawHandle().getBlob())
      return ConstantBytes{blob->getData(), elementBytes, /*isSplat=*/false, /*isResource=*/true};
  if (auto dense = dyn_cast<DenseElementsAttr>(constant.getValue()))
    return ConstantBytes{dense.getRawData(), elementBytes, dense.isSplat(), /*isResource=*/false};
  return std::nullopt;
}

} // namespace

std::optional<SmallVector<int64_t>> constantIntegers(Value value) {
  std::optional<ConstantBytes> data = readConstant(value);
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!data || !type.getElementType().isSignlessInteger() || data->elementBytes > sizeof(int64_t))
    return std::nullopt;
  SmallVector<int64_t> result;
  for (int64_t i = 0, e = type.getNumElements(); i < e; ++i) {
    uint64_t bits = 0;
    std::memcpy(&bits, data->element(i), data->elementBytes); // host and constants are little endian
    result.push_back(llvm::SignExtend64(bits, 8 * data->elementBytes));
  }
  return result;
}

Value rearrangedConstant(OpBuilder &builder, Location loc, Value value, RankedTensorType type,
                         function_ref<int64_t(int64_t)> source) {
  std::optional<ConstantBytes> data = readConstant(value);
  if (!data)
    return {};
  constexpr size_t alignment = 64; // a cache line, as for all weights
  AsmResourceBlob blob = HeapAsmResourceBlob::allocate(type.getNumElements() * data->elementBytes, alignment);
  MutableArrayRef<char> bytes = blob.getMutableData();
  std::memset(bytes.data(), 0, bytes.size());
  for (int64_t i = 0, e = type.getNumElements(); i < e; ++i)
    if (int64_t from = source(i); from >= 0)
      std::memcpy(bytes.data() + i * data->elementBytes, data->element(from), data->elementBytes);
  if (!data->isResource)
    return arith::ConstantOp::create(builder, loc, DenseElementsAttr::getFromRawBuffer(type, bytes));
  auto resource = cast<DenseResourceElementsAttr>(value.getDefiningOp<arith::ConstantOp>().getValue());
  std::string name = resource.getRawHandle().getKey().str();
  return arith::ConstantOp::create(builder, loc, DenseResourceElementsAttr::get(type, name, std::move(blob)));
}

Value constantVector(OpBuilder &builder, Location loc, Type element, ArrayRef<double> values) {
  SmallVector<Attribute> elements;
  for (double value : values)
    elements.push_back(scalarAttr(element, value));
  auto type = RankedTensorType::get({static_cast<int64_t>(values.size())}, element);
  return arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(type, elements));
}

} // namespace edgecc::edge_to_linalg

// ONNX tensors as attributes, and the numbers in attributes.
#include "compiler/Import/Tensors.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/APFloat.h"

using namespace mlir;
using namespace edgecc::import;
using onnx::TensorProto;

/// Data types that are newer than the ONNX headers at hand.
enum : int32_t { UINT4 = 21, INT4 = 22 };
/// Tensors up to this size are written out in the IR and uniqued; larger ones are resources.
constexpr int64_t maxInlineElements = 16;

static llvm::Error fault(const Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

bool edgecc::import::isShapeInRange(ArrayRef<int64_t> shape) {
  int64_t product = 1;
  bool empty = llvm::is_contained(shape, 0);
  for (int64_t size : shape) {
    if (size < 0 || size > maxElements)
      return false;
    product = empty ? 0 : product * size;
    if (product > maxElements)
      return false;
  }
  return true;
}

Type edgecc::import::elementTypeOf(int32_t dataType, MLIRContext *context) {
  auto integer = [&](unsigned width, IntegerType::SignednessSemantics sign = IntegerType::Signless) {
    return IntegerType::get(context, width, sign);
  };
  switch (dataType) {
  case TensorProto::FLOAT:
    return Float32Type::get(context);
  case TensorProto::DOUBLE:
    return Float64Type::get(context);
  case TensorProto::FLOAT16:
    return Float16Type::get(context);
  case TensorProto::BFLOAT16:
    return BFloat16Type::get(context);
  case TensorProto::BOOL:
    return integer(1);
  case TensorProto::INT8:
  case INT4: // Nibbles are kept as bytes.
    return integer(8);
  case TensorProto::INT16:
    return integer(16);
  case TensorProto::INT32:
    return integer(32);
  case TensorProto::INT64:
    return integer(64);
  case TensorProto::UINT8:
  case UINT4:
    return integer(8, IntegerType::Unsigned);
  case TensorProto::UINT16:
    return integer(16, IntegerType::Unsigned);
  case TensorProto::UINT32:
    return integer(32, IntegerType::Unsigned);
  case TensorProto::UINT64:
    return integer(64, IntegerType::Unsigned);
  default:
    return {};
  }
}

std::string edgecc::import::dataTypeName(int32_t dataType) {
  if (dataType == UINT4 || dataType == INT4)
    return dataType == INT4 ? "INT4" : "UINT4";
  if (TensorProto::DataType_IsValid(dataType))
    return TensorProto::DataType_Name(static_cast<TensorProto::DataType>(dataType));
  return "data type " + std::to_string(dataType);
}

static int64_t bytesPerElement(Type type) { return std::max(1u, type.getIntOrFloatBitWidth() / 8); }

//===-- Bytes to attributes --------------------------------------------------------------------------------------===//

static DenseElementsAttr makeDense(RankedTensorType type, ArrayRef<char> bytes, bool splat) {
  if (!type.getElementType().isInteger(1))
    return DenseElementsAttr::getFromRawBuffer(type, splat ? bytes.take_front(bytesPerElement(type.getElementType()))
                                                           : bytes);
  SmallVector<bool> values; // Dense booleans are packed bits, ours are bytes.
  for (char byte : splat ? bytes.take_front(1) : bytes)
    values.push_back(byte != 0);
  return DenseElementsAttr::get(type, values);
}

ElementsAttr edgecc::import::makeElements(RankedTensorType type, ArrayRef<char> bytes, StringRef name,
                                          std::shared_ptr<void> owner) {
  if (bytes.empty())
    return DenseElementsAttr::get(type, ArrayRef<Attribute>());
  size_t width = bytesPerElement(type.getElementType());
  bool splat = std::equal(bytes.begin() + width, bytes.end(), bytes.begin());
  if (splat || type.getNumElements() <= maxInlineElements)
    return cast<ElementsAttr>(makeDense(type, bytes, splat));
  bool aligned = reinterpret_cast<uintptr_t>(bytes.data()) % width == 0;
  AsmResourceBlob blob;
  if (owner && aligned)
    blob = AsmResourceBlob(bytes, width, [owner = std::move(owner)](void *, size_t, size_t) {}, /*dataIsMutable=*/false);
  else
    blob = HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, width, /*dataIsMutable=*/false);
  return cast<ElementsAttr>(
      DenseResourceElementsAttr::get(type, name.empty() ? StringRef("tensor") : name, std::move(blob)));
}

//===-- TensorProto ----------------------------------------------------------------------------------------------===//

namespace {

/// The little-endian bytes of a tensor and what keeps them, apart from the tensor.
struct TensorBytes {
  ArrayRef<char> bytes;
  std::shared_ptr<void> owner;

  /// Bytes that lie in `owner`, which is moved here.
  template <typename Owner> static TensorBytes take(Owner from) {
    auto owner = std::make_shared<Owner>(std::move(from));
    auto *data = reinterpret_cast<const char *>(owner->data());
    return {ArrayRef<char>(data, owner->size() * sizeof(*owner->data())), owner};
  }
  template <typename To, typename From> static TensorBytes convert(const google::protobuf::RepeatedField<From> &field) {
    std::vector<To> values(field.size());
    llvm::transform(field, values.begin(), [](From value) { return static_cast<To>(value); });
    return take(std::move(values));
  }
};

} // namespace

/// Takes the field that belongs to the data type, as onnx.proto says.
static TensorBytes takeTypedField(TensorProto &tensor) {
  switch (tensor.data_type()) {
  case TensorProto::FLOAT:
    return TensorBytes::take(std::move(*tensor.mutable_float_data()));
  case TensorProto::DOUBLE:
    return TensorBytes::take(std::move(*tensor.mutable_double_data()));
  case TensorProto::INT64:
    return TensorBytes::take(std::move(*tensor.mutable_int64_data()));
  case TensorProto::UINT64:
    return TensorBytes::take(std::move(*tensor.mutable_uint64_data()));
  case TensorProto::UINT32:
    return TensorBytes::convert<uint32_t>(tensor.uint64_data());
  case TensorProto::INT32:
    return TensorBytes::take(std::move(*tensor.mutable_int32_data()));
  case TensorProto::INT16:
  case TensorProto::UINT16:
  case TensorProto::FLOAT16:
  case TensorProto::BFLOAT16:
    return TensorBytes::convert<uint16_t>(tensor.int32_data());
  default:
    return TensorBytes::convert<uint8_t>(tensor.int32_data());
  }
}

/// Two four-bit values per byte, low half first, become one byte each.
static std::vector<char> unpackNibbles(ArrayRef<char> packed, int64_t count, bool isSigned) {
  std::vector<char> result;
  for (int64_t i = 0; i < count; ++i) {
    unsigned nibble = (static_cast<unsigned char>(packed[i / 2]) >> (i % 2 * 4)) & 15;
    result.push_back(
        static_cast<char>(isSigned && nibble > 7 ? static_cast<int>(nibble) - 16 : static_cast<int>(nibble)));
  }
  return result;
}

static llvm::Expected<TensorBytes> takeBytes(TensorProto &tensor, ModelFile &file) {
  if (tensor.data_location() == TensorProto::EXTERNAL) {
    auto external = readExternalData(file, tensor);
    if (!external)
      return external.takeError();
    std::shared_ptr<llvm::MemoryBuffer> owner = std::move(*external);
    return TensorBytes{ArrayRef<char>(owner->getBufferStart(), owner->getBufferSize()), owner};
  }
  return tensor.has_raw_data() ? TensorBytes::take(std::move(*tensor.mutable_raw_data())) : takeTypedField(tensor);
}

llvm::Expected<ElementsAttr> edgecc::import::importTensor(TensorProto &tensor, ModelFile &file, MLIRContext *context) {
  std::string title = "tensor '" + tensor.name() + "'";
  Type elementType = elementTypeOf(tensor.data_type(), context);
  if (!elementType)
    return fault(title + " holds " + dataTypeName(tensor.data_type()) + ", which edgecc does not have");
  SmallVector<int64_t> shape(tensor.dims().begin(), tensor.dims().end());
  if (!isShapeInRange(shape))
    return fault(title + " has a negative dimension or more than 2^31 elements");
  if (tensor.has_segment())
    return fault(title + " is stored in segments");
  llvm::Expected<TensorBytes> data = takeBytes(tensor, file);
  if (!data)
    return fault(title + ": " + llvm::toString(data.takeError()));

  auto type = RankedTensorType::get(shape, elementType);
  int64_t count = type.getNumElements(), expected = count * bytesPerElement(elementType);
  bool nibbles = tensor.data_type() == INT4 || tensor.data_type() == UINT4;
  if (nibbles)
    expected = (count + 1) / 2;
  if (static_cast<int64_t>(data->bytes.size()) != expected)
    return fault(title + " has " + Twine(data->bytes.size()) + " bytes of data, expected " + Twine(expected));
  if (nibbles)
    return makeElements(type, unpackNibbles(data->bytes, count, tensor.data_type() == INT4), tensor.name());
  return makeElements(type, data->bytes, tensor.name(), data->owner);
}

//===-- Attributes to numbers ------------------------------------------------------------------------------------===//

/// Calls `visit` with the bits of each element.
static LogicalResult forEachElement(ElementsAttr elements, llvm::function_ref<void(const APInt &)> visit) {
  Type type = elements.getElementType();
  if (auto dense = dyn_cast<DenseElementsAttr>(elements)) {
    if (isa<FloatType>(type))
      for (const APFloat &value : dense.getValues<APFloat>())
        visit(value.bitcastToAPInt());
    else
      for (const APInt &value : dense.getValues<APInt>())
        visit(value);
    return success();
  }
  auto resource = dyn_cast<DenseResourceElementsAttr>(elements);
  if (!resource)
    return failure();
  int64_t width = bytesPerElement(type);
  ArrayRef<char> bytes = resource.getData();
  for (int64_t at = 0; at + width <= static_cast<int64_t>(bytes.size()); at += width) {
    uint64_t bits = 0;
    memcpy(&bits, bytes.data() + at, width);
    visit(APInt(std::max<unsigned>(8, type.getIntOrFloatBitWidth()), bits));
  }
  return success();
}

FailureOr<SmallVector<int64_t>> edgecc::import::integersOf(ElementsAttr elements) {
  Type type = elements.getElementType();
  if (!type.isIntOrIndex())
    return failure();
  bool zeroExtend = type.isUnsignedInteger() || type.isInteger(1);
  SmallVector<int64_t> result;
  if (failed(forEachElement(elements, [&](const APInt &bits) {
        result.push_back(zeroExtend ? static_cast<int64_t>(bits.getZExtValue()) : bits.getSExtValue());
      })))
    return failure();
  return result;
}

FailureOr<SmallVector<double>> edgecc::import::numbersOf(ElementsAttr elements) {
  SmallVector<double> result;
  auto type = dyn_cast<FloatType>(elements.getElementType());
  if (!type) {
    FailureOr<SmallVector<int64_t>> integers = integersOf(elements);
    if (failed(integers))
      return failure();
    result.assign(integers->begin(), integers->end());
    return result;
  }
  if (failed(forEachElement(elements, [&](const APInt &bits) {
        result.push_back(APFloat(type.getFloatSemantics(), bits).convertToDouble());
      })))
    return failure();
  return result;
}

// The elements of constants as raw bytes and as C++ numbers, read from any attribute that `edge.constant` may hold.
//
// In memory every constant here is row-major, host endian, one byte per i1. Small results become `dense` attributes,
// which MLIR stores once per value; large ones `dense_resource`, which it neither compares nor prints.
#ifndef EDGECC_DIALECTS_EDGE_CONSTANTDATA_H
#define EDGECC_DIALECTS_EDGE_CONSTANTDATA_H

#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"

#include <optional>
#include <vector>

namespace edgecc::edge {

/// Results of more elements than this are not folded: the compiler would trade little run time for much memory.
constexpr int64_t maxFoldedElements = int64_t(1) << 24;

/// Bytes of one element in a constant's memory: 1 for i1.
unsigned elementBytes(mlir::Type elementType);

/// A view of a constant's elements. It borrows from the attribute, or owns a copy where the attribute packs its bits.
class ConstantData {
public:
  /// The elements of `attr`, or nothing if it is no constant tensor whose bytes can be read.
  static std::optional<ConstantData> read(mlir::Attribute attr);

  mlir::RankedTensorType type() const { return tensorType; }
  mlir::Type elementType() const { return tensorType.getElementType(); }
  llvm::ArrayRef<int64_t> shape() const { return tensorType.getShape(); }
  int64_t size() const { return tensorType.getNumElements(); }
  /// Whether all elements are known to be equal; then bytes() holds just one.
  bool isSplat() const { return splat; }
  llvm::ArrayRef<char> bytes() const { return owned ? llvm::ArrayRef<char>(*owned) : borrowed; }

  /// The elements, whose C++ type must be T; one element for a splat.
  template <typename T> const T *as() const { return reinterpret_cast<const T *>(bytes().data()); }

  /// The element at a row-major position as a number; integers of 64 bits may lose precision.
  double number(int64_t index) const;
  /// The element at a row-major position, which must be of integer or boolean type.
  int64_t integer(int64_t index) const;
  llvm::SmallVector<double> numbers() const;
  llvm::SmallVector<int64_t> integers() const;

private:
  mlir::RankedTensorType tensorType;
  bool splat = false;
  llvm::ArrayRef<char> borrowed;
  std::shared_ptr<std::vector<char>> owned;
};

/// Memory for the elements of a new constant; `finish` makes the attribute.
class ConstantBuffer {
public:
  explicit ConstantBuffer(mlir::RankedTensorType type);

  llvm::MutableArrayRef<char> bytes() { return blob.getMutableData(); }
  template <typename T> T *as() { return reinterpret_cast<T *>(bytes().data()); }
  /// Call once. Equal elements become a splat whatever their number.
  mlir::ElementsAttr finish();

private:
  mlir::RankedTensorType type;
  mlir::AsmResourceBlob blob;
};

/// A constant with all elements equal to `value`, converted to the element type as C does.
mlir::ElementsAttr splatConstant(mlir::RankedTensorType type, double value);
/// A constant with all elements equal to the element that starts at `element`.
mlir::ElementsAttr splatConstant(mlir::RankedTensorType type, const char *element);
/// A constant made of f32 values, rounded to the floating-point element type.
mlir::ElementsAttr floatConstant(mlir::RankedTensorType type, llvm::ArrayRef<float> values);
mlir::ElementsAttr integerConstant(mlir::MLIRContext *context, llvm::ArrayRef<int64_t> values);
/// The same elements in row-major order under another shape; large ones are not copied. Null if unreadable.
mlir::ElementsAttr reshapeConstant(mlir::ElementsAttr value, mlir::RankedTensorType type);
/// Whether `attr` is a constant with all elements equal to `value`.
bool isConstantOf(mlir::Attribute attr, double value);

//===-- Numbers --------------------------------------------------------------------------------------------------===//

/// f16 and bf16 as stored. Arithmetic happens in f32; both conversions round to nearest even.
struct Half {
  uint16_t bits;
  operator float() const;
  static Half from(float value);
};
struct BFloat16 {
  uint16_t bits;
  operator float() const;
  static BFloat16 from(float value);
};
/// i1 as stored: 0 or 1 in a byte.
struct Boolean {
  uint8_t value;
  operator bool() const { return value != 0; }
};

/// Names a C++ type in a call.
template <typename T> struct TypeTag {
  using type = T;
};

/// Calls `f` with the TypeTag of the C++ type in which elements of `type` are stored. False if there is none.
template <typename F> bool withStorageType(mlir::Type type, F f) {
  auto call = [&](auto tag) { return f(tag), true; };
  if (type.isF32())
    return call(TypeTag<float>());
  if (type.isF64())
    return call(TypeTag<double>());
  if (type.isF16())
    return call(TypeTag<Half>());
  if (type.isBF16())
    return call(TypeTag<BFloat16>());
  auto integer = mlir::dyn_cast<mlir::IntegerType>(type);
  if (!integer || integer.isSigned())
    return false;
  bool isUnsigned = integer.isUnsigned();
  switch (integer.getWidth()) {
  case 1:
    return call(TypeTag<Boolean>());
  case 8:
    return isUnsigned ? call(TypeTag<uint8_t>()) : call(TypeTag<int8_t>());
  case 16:
    return isUnsigned ? call(TypeTag<uint16_t>()) : call(TypeTag<int16_t>());
  case 32:
    return isUnsigned ? call(TypeTag<uint32_t>()) : call(TypeTag<int32_t>());
  case 64:
    return isUnsigned ? call(TypeTag<uint64_t>()) : call(TypeTag<int64_t>());
  default:
    return false;
  }
}

} // namespace edgecc::edge

#endif

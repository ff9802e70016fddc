#include "compiler/Data/Tensor.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <cstring>
#include <limits>

using namespace llvm;

namespace edgecc::data {

namespace {

struct DTypeRow {
  edgecc_dtype dtype;
  const char *name;
  const char *shortName;
  int64_t bytes;
};

constexpr DTypeRow dtypes[] = {
    {EDGECC_FLOAT32, "float32", "f32", 4},   {EDGECC_UINT8, "uint8", "u8", 1},    {EDGECC_INT8, "int8", "i8", 1},
    {EDGECC_UINT16, "uint16", "u16", 2},     {EDGECC_INT16, "int16", "i16", 2},   {EDGECC_INT32, "int32", "i32", 4},
    {EDGECC_INT64, "int64", "i64", 8},       {EDGECC_BOOL, "bool", "i1", 1},      {EDGECC_FLOAT16, "float16", "f16", 2},
    {EDGECC_FLOAT64, "float64", "f64", 8},   {EDGECC_UINT32, "uint32", "u32", 4}, {EDGECC_UINT64, "uint64", "u64", 8},
    {EDGECC_BFLOAT16, "bfloat16", "bf16", 2}};

const DTypeRow &rowOf(edgecc_dtype dtype) {
  for (const DTypeRow &row : dtypes)
    if (row.dtype == dtype)
      return row;
  llvm_unreachable("a dtype comes from dtypeFromOnnx or parseDType");
}

template <typename T> double load(const char *data) {
  T value;
  std::memcpy(&value, data, sizeof value);
  return static_cast<double>(value);
}

template <typename T> void store(char *data, double value) {
  T stored;
  if constexpr (std::is_integral_v<T>) {
    double rounded = std::isnan(value) ? 0 : std::nearbyint(value);
    // 64-bit maxima are no doubles, so compare before casting.
    if (rounded >= static_cast<double>(std::numeric_limits<T>::max()))
      stored = std::numeric_limits<T>::max();
    else if (rounded <= static_cast<double>(std::numeric_limits<T>::lowest()))
      stored = std::numeric_limits<T>::lowest();
    else
      stored = static_cast<T>(rounded);
  } else {
    stored = static_cast<T>(value);
  }
  std::memcpy(data, &stored, sizeof stored);
}

double loadSmallFloat(const char *data, const fltSemantics &semantics) {
  uint16_t bits;
  std::memcpy(&bits, data, sizeof bits);
  return APFloat(semantics, APInt(16, bits)).convertToDouble();
}

void storeSmallFloat(char *data, double value, const fltSemantics &semantics) {
  APFloat converted(value);
  bool losesInfo = false;
  converted.convert(semantics, APFloat::rmNearestTiesToEven, &losesInfo);
  auto bits = static_cast<uint16_t>(converted.bitcastToAPInt().getZExtValue());
  std::memcpy(data, &bits, sizeof bits);
}

} // namespace

int64_t TensorType::numElements() const {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  return count;
}

int64_t TensorType::numBytes() const { return numElements() * elementBytes(dtype); }

Tensor Tensor::zeros(TensorType type) {
  Tensor tensor{std::move(type), {}};
  tensor.bytes.resize(tensor.numBytes());
  return tensor;
}

double Tensor::get(int64_t index) const {
  const char *data = bytes.data() + index * elementBytes(dtype);
  switch (dtype) {
  case EDGECC_FLOAT32:
    return load<float>(data);
  case EDGECC_FLOAT64:
    return load<double>(data);
  case EDGECC_FLOAT16:
    return loadSmallFloat(data, APFloat::IEEEhalf());
  case EDGECC_BFLOAT16:
    return loadSmallFloat(data, APFloat::BFloat());
  case EDGECC_BOOL:
  case EDGECC_UINT8:
    return load<uint8_t>(data);
  case EDGECC_INT8:
    return load<int8_t>(data);
  case EDGECC_UINT16:
    return load<uint16_t>(data);
  case EDGECC_INT16:
    return load<int16_t>(data);
  case EDGECC_UINT32:
    return load<uint32_t>(data);
  case EDGECC_INT32:
    return load<int32_t>(data);
  case EDGECC_UINT64:
    return load<uint64_t>(data);
  case EDGECC_INT64:
    return load<int64_t>(data);
  }
  llvm_unreachable("unknown dtype");
}

void Tensor::set(int64_t index, double value) {
  char *data = bytes.data() + index * elementBytes(dtype);
  switch (dtype) {
  case EDGECC_FLOAT32:
    return store<float>(data, value);
  case EDGECC_FLOAT64:
    return store<double>(data, value);
  case EDGECC_FLOAT16:
    return storeSmallFloat(data, value, APFloat::IEEEhalf());
  case EDGECC_BFLOAT16:
    return storeSmallFloat(data, value, APFloat::BFloat());
  case EDGECC_BOOL:
    return store<uint8_t>(data, value != 0 ? 1 : 0);
  case EDGECC_UINT8:
    return store<uint8_t>(data, value);
  case EDGECC_INT8:
    return store<int8_t>(data, value);
  case EDGECC_UINT16:
    return store<uint16_t>(data, value);
  case EDGECC_INT16:
    return store<int16_t>(data, value);
  case EDGECC_UINT32:
    return store<uint32_t>(data, value);
  case EDGECC_INT32:
    return store<int32_t>(data, value);
  case EDGECC_UINT64:
    return store<uint64_t>(data, value);
  case EDGECC_INT64:
    return store<int64_t>(data, value);
  }
}

int64_t elementBytes(edgecc_dtype dtype) { return rowOf(dtype).bytes; }

bool isFloat(edgecc_dtype dtype) {
  return dtype == EDGECC_FLOAT32 || dtype == EDGECC_FLOAT64 || dtype == EDGECC_FLOAT16 || dtype == EDGECC_BFLOAT16;
}

StringRef dtypeName(edgecc_dtype dtype) { return rowOf(dtype).name; }

std::optional<edgecc_dtype> parseDType(StringRef name) {
  for (const DTypeRow &row : dtypes)
    if (name == row.name || name == row.shortName)
      return row.dtype;
  return std::nullopt;
}

std::optional<edgecc_dtype> dtypeFromOnnx(int64_t number) {
  for (const DTypeRow &row : dtypes)
    if (row.dtype == number)
      return row.dtype;
  return std::nullopt;
}

std::string shapeText(ArrayRef<int64_t> shape) {
  if (shape.empty())
    return "scalar";
  std::vector<std::string> extents;
  for (int64_t extent : shape)
    extents.push_back(std::to_string(extent));
  return join(extents, "x");
}

std::string typeText(const TensorType &type) { return (dtypeName(type.dtype) + " " + shapeText(type.shape)).str(); }

std::string numberText(double value) {
  std::string text;
  raw_string_ostream(text) << format("%.6g", value);
  return text;
}

} // namespace edgecc::data

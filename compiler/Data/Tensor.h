// A dense tensor in memory: what the tools read, feed to a model and compare.
#ifndef EDGECC_COMPILER_DATA_TENSOR_H
#define EDGECC_COMPILER_DATA_TENSOR_H

#include "edgecc/model.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace edgecc::data {

// The name and type of a tensor; its extents from the outermost in.
struct TensorType {
  std::string name;
  edgecc_dtype dtype = EDGECC_FLOAT32;
  std::vector<int64_t> shape;

  int64_t numElements() const;
  int64_t numBytes() const;
};

// Row-major, little-endian, like a .bin file.
struct Tensor : TensorType {
  std::vector<char> bytes;

  // Zeros of that type.
  static Tensor zeros(TensorType type);

  // One element, converted; exact for all types but 64-bit integers past 2^53.
  double get(int64_t index) const;
  // Rounds to the nearest value that the type holds; integers saturate.
  void set(int64_t index, double value);
};

int64_t elementBytes(edgecc_dtype dtype);
bool isFloat(edgecc_dtype dtype);

// "float32", as in numpy and in meta.json.
llvm::StringRef dtypeName(edgecc_dtype dtype);
// Takes "float32" and the short form "f32"; nothing if there is no such type.
std::optional<edgecc_dtype> parseDType(llvm::StringRef name);
// The type with that number in onnx.TensorProto.DataType; nothing for strings, complex numbers and newer types.
std::optional<edgecc_dtype> dtypeFromOnnx(int64_t number);

// "1x3x224x224", or "scalar".
std::string shapeText(llvm::ArrayRef<int64_t> shape);
// "float32 1x3x224x224".
std::string typeText(const TensorType &type);
// Six significant digits.
std::string numberText(double value);

} // namespace edgecc::data

#endif

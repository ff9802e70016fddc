#include "compiler/Data/TensorFiles.h"

#include "compiler/Data/Failure.h"

#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace edgecc::data {

namespace {

constexpr StringLiteral npyMagic("\x93NUMPY");

struct NpyType {
  edgecc_dtype dtype;
  const char *descr;
};

constexpr NpyType npyTypes[] = {{EDGECC_FLOAT32, "<f4"}, {EDGECC_FLOAT64, "<f8"}, {EDGECC_FLOAT16, "<f2"},
                                {EDGECC_UINT8, "|u1"},   {EDGECC_INT8, "|i1"},    {EDGECC_BOOL, "|b1"},
                                {EDGECC_UINT16, "<u2"},  {EDGECC_INT16, "<i2"},   {EDGECC_UINT32, "<u4"},
                                {EDGECC_INT32, "<i4"},   {EDGECC_UINT64, "<u8"},  {EDGECC_INT64, "<i8"}};

Error writeBytes(StringRef path, StringRef head, ArrayRef<char> bytes) {
  std::error_code error;
  raw_fd_ostream file(path, error);
  if (error)
    return failure(path, "cannot write the file: " + error.message());
  file << head << StringRef(bytes.data(), bytes.size());
  return Error::success();
}

// The text after 'key': in the header, which is a Python dictionary.
StringRef npyField(StringRef header, StringRef key) {
  size_t at = header.find(("'" + key + "':").str());
  return at == StringRef::npos ? StringRef() : header.substr(at + key.size() + 3).ltrim();
}

Expected<TensorType> parseNpyHeader(StringRef path, StringRef header) {
  TensorType type;
  StringRef descr = npyField(header, "descr").drop_front(1).take_until([](char c) { return c == '\''; });
  auto row = find_if(npyTypes, [&](const NpyType &candidate) { return descr == candidate.descr; });
  if (row == std::end(npyTypes))
    return failure(path, "array type '" + descr + "' is not supported");
  type.dtype = row->dtype;
  if (!npyField(header, "fortran_order").starts_with("False"))
    return failure(path, "the array is in Fortran order, expected C order");
  StringRef shape = npyField(header, "shape").drop_front(1).take_until([](char c) { return c == ')'; });
  while (!(shape = shape.ltrim(", ")).empty()) {
    int64_t extent;
    if (shape.consumeInteger(10, extent))
      return failure(path, "the array's shape cannot be read");
    type.shape.push_back(extent);
  }
  return type;
}

} // namespace

Expected<Tensor> readRaw(StringRef path, TensorType type, std::optional<uint64_t> offset) {
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return failure(path, "cannot read the file: " + buffer.getError().message());
  StringRef bytes = (*buffer)->getBuffer();
  uint64_t begin = offset.value_or(0), count = type.numBytes();
  if (begin + count > bytes.size() || (!offset && count != bytes.size()))
    return failure(path, "has " + Twine(bytes.size()) + " bytes, expected " + Twine(begin + count) + " for " +
                             typeText(type));
  bytes = bytes.substr(begin, count);
  return Tensor{std::move(type), {bytes.begin(), bytes.end()}};
}

Error writeRaw(const Tensor &tensor, StringRef path) { return writeBytes(path, "", tensor.bytes); }

Expected<Tensor> readNpy(StringRef path) {
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return failure(path, "cannot read the file: " + buffer.getError().message());
  StringRef bytes = (*buffer)->getBuffer();
  if (bytes.size() < 12 || !bytes.starts_with(npyMagic))
    return failure(path, "not a .npy file");
  bool isVersion1 = bytes[6] == 1;
  size_t headerBegin = isVersion1 ? 10 : 12;
  size_t headerBytes =
      isVersion1 ? support::endian::read16le(bytes.data() + 8) : support::endian::read32le(bytes.data() + 8);
  auto type = parseNpyHeader(path, bytes.substr(headerBegin, headerBytes));
  if (!type)
    return type.takeError();
  return readRaw(path, *type, headerBegin + headerBytes);
}

Error writeNpy(const Tensor &tensor, StringRef path) {
  auto row = find_if(npyTypes, [&](const NpyType &candidate) { return candidate.dtype == tensor.dtype; });
  if (row == std::end(npyTypes))
    return failure(path, dtypeName(tensor.dtype) + " has no .npy form");
  std::string header = std::string("{'descr': '") + row->descr + "', 'fortran_order': False, 'shape': (";
  for (int64_t extent : tensor.shape)
    header += std::to_string(extent) + ",";
  header += "), }";
  // The data begins at a multiple of 64 bytes.
  header.append((64 - (10 + header.size() + 1) % 64) % 64, ' ');
  header += '\n';
  std::string head = npyMagic.str() + std::string("\x01\x00", 2);
  head += static_cast<char>(header.size() & 0xFF);
  head += static_cast<char>(header.size() >> 8);
  return writeBytes(path, head + header, tensor.bytes);
}

} // namespace edgecc::data

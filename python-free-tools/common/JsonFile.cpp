#include "JsonFile.h"

#include "Diagnostics.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace edgecc::tools {

Expected<json::Value> readJson(StringRef path) {
  auto buffer = MemoryBuffer::getFile(path);
  if (!buffer)
    return failure(path, "cannot read the file: " + buffer.getError().message());
  auto value = json::parse((*buffer)->getBuffer());
  if (!value)
    return failure(path, toString(value.takeError()));
  return value;
}

Error writeJson(StringRef path, const json::Value &value) {
  std::error_code error;
  raw_fd_ostream file(path, error);
  if (error)
    return failure(path, "cannot write the file: " + error.message());
  file << formatv("{0:2}\n", value);
  return Error::success();
}

} // namespace edgecc::tools

// Reads ONNX files: models, the tensor files of `--bind`, and the external data of big models.
#include "compiler/Import/ModelReader.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/stubs/logging.h>

#include <climits>

using namespace edgecc::import;
using llvm::StringRef;

static llvm::Error fault(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

StringRef ModelFile::name() const { return llvm::sys::path::filename(path); }

/// Parses a protobuf message of `size` bytes. The library's own complaints are silenced: ours say which file is
/// damaged.
static llvm::Error parse(google::protobuf::io::ZeroCopyInputStream &stream, uint64_t size, StringRef what,
                         google::protobuf::Message &message) {
  if (size == 0)
    return fault("the file is empty, expected an ONNX " + what);
  if (size > static_cast<uint64_t>(INT_MAX))
    return fault("the file has " + llvm::Twine(size) +
                 " bytes, more than the 2 GiB that the format allows; store the weights as external data");
  google::protobuf::LogSilencer silencer;
  google::protobuf::io::CodedInputStream input(&stream);
  if (message.ParsePartialFromCodedStream(&input) && input.ConsumedEntireMessage())
    return llvm::Error::success();
  return fault("not an ONNX " + what + ", or damaged: the data cannot be decoded near byte " +
               llvm::Twine(input.CurrentPosition()) + " of " + llvm::Twine(size));
}

/// Parses a file piece by piece: a mapping would be in memory beside the message.
static llvm::Error parseFile(StringRef path, StringRef what, google::protobuf::Message &message) {
  llvm::sys::fs::file_status status;
  if (std::error_code error = llvm::sys::fs::status(path, status))
    return fault("cannot open '" + path + "': " + error.message());
  if (llvm::sys::fs::is_directory(status))
    return fault("'" + path + "' is a folder, expected a file");
  llvm::Expected<llvm::sys::fs::file_t> file = llvm::sys::fs::openNativeFileForRead(path);
  if (!file)
    return fault("cannot read '" + path + "': " + llvm::toString(file.takeError()));
  auto close = llvm::make_scope_exit([&] { (void)llvm::sys::fs::closeFile(*file); });
  google::protobuf::io::FileInputStream stream(*file, /*block_size=*/1 << 16);
  return parse(stream, status.getSize(), what, message);
}

static llvm::Expected<std::shared_ptr<ModelFile>> withGraph(std::shared_ptr<ModelFile> file) {
  if (!file->model.has_graph())
    return fault("not an ONNX model, or damaged: it holds no graph");
  return file;
}

llvm::Expected<std::shared_ptr<ModelFile>> edgecc::import::parseModel(StringRef bytes, StringRef path) {
  auto file = std::make_shared<ModelFile>();
  file->path = path.str();
  google::protobuf::io::ArrayInputStream stream(bytes.data(),
                                                static_cast<int>(std::min<size_t>(bytes.size(), INT_MAX)));
  if (llvm::Error error = parse(stream, bytes.size(), "model", file->model))
    return {std::move(error)};
  return withGraph(std::move(file));
}

llvm::Expected<std::shared_ptr<ModelFile>> edgecc::import::readModel(StringRef path) {
  auto file = std::make_shared<ModelFile>();
  file->path = path.str();
  if (llvm::Error error = parseFile(path, "model", file->model))
    return {std::move(error)};
  return withGraph(std::move(file));
}

llvm::Error edgecc::import::readTensorFile(StringRef path, onnx::TensorProto &tensor) {
  return parseFile(path, "tensor", tensor);
}

/// `location` inside the folder of `file`. Links that lead out of the folder are refused as well as `..`, since a model
/// may come from a stranger.
static llvm::Expected<std::string> resolveInsideFolder(const ModelFile &file, StringRef location) {
  namespace path = llvm::sys::path;
  if (location.empty() || path::is_absolute(location) ||
      llvm::is_contained(llvm::make_range(path::begin(location), path::end(location)), ".."))
    return fault("external data '" + location + "' must lie inside the folder of the model");
  llvm::SmallString<256> folder(file.path), joined, realFolder, realFile;
  path::remove_filename(folder);
  if (folder.empty())
    folder = ".";
  joined = folder;
  path::append(joined, location);
  if (llvm::sys::fs::real_path(folder, realFolder) || llvm::sys::fs::real_path(joined, realFile))
    return fault("external data '" + location + "' is missing; it must lie beside the model");
  if (!StringRef(realFolder).ends_with("/"))
    realFolder += '/';
  if (!StringRef(realFile).starts_with(realFolder))
    return fault("external data '" + location + "' must lie inside the folder of the model");
  if (!llvm::sys::fs::is_regular_file(realFile))
    return fault("external data '" + location + "' is not a file");
  return realFile.str().str();
}

llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> edgecc::import::readExternalData(ModelFile &file,
                                                                                     const onnx::TensorProto &tensor) {
  std::string location;
  uint64_t offset = 0, length = UINT64_MAX;
  for (const onnx::StringStringEntryProto &entry : tensor.external_data()) {
    StringRef value = entry.value();
    if (entry.key() == "location")
      location = value.str();
    else if ((entry.key() == "offset" && !llvm::to_integer(value, offset, 10)) ||
             (entry.key() == "length" && !llvm::to_integer(value, length, 10)))
      return fault("external data has the " + llvm::Twine(entry.key()) + " '" + value +
                   "', expected a number of bytes");
  }
  // Locations are looked up as they are written: a model says the same name for each tensor of a file.
  if (StringRef(location).contains('\0'))
    return fault("external data has a file name with a zero byte");
  std::string &path = file.externalPaths[location];
  if (path.empty()) {
    auto resolved = resolveInsideFolder(file, location);
    if (!resolved)
      return resolved.takeError();
    path = std::move(*resolved);
  }
  uint64_t size = 0;
  if (std::error_code error = llvm::sys::fs::file_size(path, size))
    return fault("cannot read '" + path + "': " + error.message());
  if (offset > size || (length != UINT64_MAX && length > size - offset))
    return fault("external data '" + location + "' has " + llvm::Twine(size) + " bytes, too few for " +
                 (length == UINT64_MAX ? "" : llvm::Twine(length) + " bytes ") + "at offset " + llvm::Twine(offset));
  if (length == UINT64_MAX)
    length = size - offset;
  // A buffer for each tensor, so that each is given back when its tensor is no longer needed.
  auto buffer = llvm::MemoryBuffer::getFileSlice(path, length, offset);
  if (std::error_code error = buffer.getError())
    return fault("cannot read '" + path + "': " + error.message());
  return std::move(*buffer);
}

#include "ReferenceSet.h"

#include "Diagnostics.h"
#include "JsonFile.h"
#include "compiler/Data/TensorFiles.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <algorithm>

using namespace llvm;

namespace edgecc::tools {

namespace {

std::string inside(StringRef folder, const Twine &name) {
  SmallString<128> path(folder);
  sys::path::append(path, name);
  return path.str().str();
}

Expected<Tensor> readMetaTensor(StringRef folder, StringRef metaPath, const json::Value &value) {
  const json::Object *object = value.getAsObject();
  auto name = object ? object->getString("name") : std::nullopt;
  auto file = object ? object->getString("file") : std::nullopt;
  auto dtype = object ? parseDType(object->getString("dtype").value_or("")) : std::nullopt;
  const json::Array *shape = object ? object->getArray("shape") : nullptr;
  if (!name || !file || !dtype || !shape)
    return failure(metaPath, "a tensor lacks its name, file, shape or a known dtype");
  TensorType type{name->str(), *dtype, {}};
  for (const json::Value &extent : *shape)
    type.shape.push_back(extent.getAsInteger().value_or(0));
  return readRaw(inside(folder, *file), type);
}

Error readMetaTensors(StringRef folder, StringRef metaPath, const json::Array *values, std::vector<Tensor> &tensors) {
  if (!values)
    return failure(metaPath, "lacks `inputs` or `outputs`");
  for (const json::Value &value : *values) {
    auto tensor = readMetaTensor(folder, metaPath, value);
    if (!tensor)
      return tensor.takeError();
    tensors.push_back(std::move(*tensor));
  }
  return Error::success();
}

Error readMeta(StringRef folder, ReferenceSet &set) {
  std::string path = inside(folder, "meta.json");
  auto meta = readJson(path);
  if (!meta)
    return meta.takeError();
  const json::Object *object = meta->getAsObject();
  if (!object)
    return failure(path, "is not a JSON object");
  if (Error error = readMetaTensors(folder, path, object->getArray("inputs"), set.inputs))
    return error;
  return readMetaTensors(folder, path, object->getArray("outputs"), set.outputs);
}

// Reads <prefix>_0.pb, <prefix>_1.pb, ... and gives them the names of the model's inputs or outputs.
Error readProtos(StringRef folder, StringRef prefix, ArrayRef<std::string> names, std::vector<Tensor> &tensors) {
  for (size_t i = 0;; ++i) {
    std::string path = inside(folder, prefix + "_" + Twine(i) + ".pb");
    if (!sys::fs::exists(path))
      return Error::success();
    if (i >= names.size())
      return failure(path, "the model has only " + Twine(names.size()) + " " + prefix + "s");
    auto tensor = readTensorProto(path);
    if (!tensor)
      return tensor.takeError();
    tensor->name = names[i];
    tensors.push_back(std::move(*tensor));
  }
}

bool isReferenceSet(StringRef folder) {
  return sys::fs::exists(inside(folder, "meta.json")) || sys::fs::exists(inside(folder, "output_0.pb"));
}

void addSetsIn(StringRef folder, StringRef prefix, std::vector<std::string> &sets) {
  std::error_code error;
  for (sys::fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (sys::path::filename(entry->path()).starts_with(prefix) && isReferenceSet(entry->path()))
      sets.push_back(entry->path());
}

} // namespace

Expected<ReferenceSet> readReferenceSet(StringRef folder, const OnnxModel &model) {
  ReferenceSet set;
  set.name = sys::path::filename(folder).str();
  if (sys::fs::exists(inside(folder, "meta.json"))) {
    if (Error error = readMeta(folder, set))
      return error;
    return set;
  }
  std::vector<std::string> inputNames;
  for (const ModelInput &input : model.inputs) {
    if (!input.isTensor)
      return failure(model.path, "input '" + input.name + "' is no tensor");
    inputNames.push_back(input.name);
  }
  if (Error error = readProtos(folder, "input", inputNames, set.inputs))
    return error;
  if (Error error = readProtos(folder, "output", model.outputs, set.outputs))
    return error;
  return set;
}

std::vector<std::string> findReferenceSets(StringRef folder) {
  std::vector<std::string> sets;
  if (isReferenceSet(folder))
    return {folder.str()};
  addSetsIn(inside(folder, "ref"), "", sets);
  addSetsIn(folder, "", sets);
  std::sort(sets.begin(), sets.end());
  return sets;
}

} // namespace edgecc::tools

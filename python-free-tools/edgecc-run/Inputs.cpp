#include "Inputs.h"

#include "python-free-tools/common/Diagnostics.h"
#include "python-free-tools/common/Onnx.h"
#include "compiler/Data/TensorFiles.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace edgecc::tools {

namespace {

// Which file goes to which input; indices of `model.inputs`.
Expected<std::vector<std::string>> assignFiles(const Description &model, const InputOptions &options) {
  std::vector<std::string> files(model.inputs.size());
  size_t begin = options.frame.empty() ? 0 : 1; // A frame stands in place of the first input.
  if (begin + options.positional.size() > files.size())
    return failure(options.positional.back(), "the model has only " + Twine(files.size()) + " inputs" +
                                                  (begin ? ", and the frame makes one" : ""));
  copy(options.positional, files.begin() + begin);
  for (StringRef assignment : options.named) {
    auto [name, file] = assignment.rsplit('=');
    auto input = find_if(model.inputs, [name = name](const TensorType &type) { return type.name == name; });
    if (input == model.inputs.end())
      return failure(assignment, "the model has no input '" + name + "'");
    files[input - model.inputs.begin()] = file.str();
  }
  for (size_t i = begin; i < files.size(); ++i)
    if (files[i].empty())
      return failure(model.name, "input '" + model.inputs[i].name + "' (" + typeText(model.inputs[i]) +
                                     ") has no file; give --input '" + model.inputs[i].name + "=FILE'");
  return files;
}

Expected<Tensor> readStored(StringRef file, const TensorType &type, const InputOptions &options) {
  if (file.ends_with(".npy"))
    return readNpy(file);
  if (file.ends_with(".pb"))
    return readTensorProto(file);
  TensorType stored = type;
  stored.dtype = options.rawType.value_or(type.dtype);
  return readRaw(file, stored, options.offset);
}

Expected<Tensor> readInput(StringRef file, const TensorType &type, const InputOptions &options) {
  if (isImagePath(file))
    return readImage(file, type, options.scaling);
  auto stored = readStored(file, type, options);
  if (!stored)
    return stored.takeError();
  if (stored->numElements() != type.numElements())
    return failure(file, "is " + typeText(*stored) + ", but input '" + type.name + "' is " + typeText(type));
  const PixelScaling &scaling = options.scaling;
  bool isScaled = scaling.scale != 1 || scaling.mean != PixelScaling().mean || scaling.std != PixelScaling().std;
  if (!isScaled && stored->dtype == type.dtype)
    return Tensor{type, std::move(stored->bytes)};
  if (scaling.mean.size() != 1 || scaling.std.size() != 1)
    return failure(file, "a mean or std for each channel is only for pictures");
  Tensor tensor = Tensor::zeros(type);
  for (int64_t i = 0, e = tensor.numElements(); i < e; ++i)
    tensor.set(i, scaling.apply(stored->get(i), 0));
  return tensor;
}

} // namespace

Expected<std::vector<Tensor>> readInputs(const Description &model, const InputOptions &options) {
  auto files = assignFiles(model, options);
  if (!files)
    return files.takeError();
  std::vector<Tensor> tensors;
  for (auto [file, type] : zip(*files, model.inputs)) {
    if (tensors.empty() && !options.frame.empty()) {
      tensors.push_back(Tensor{type, {}});
      continue;
    }
    auto tensor = readInput(file, type, options);
    if (!tensor)
      return tensor.takeError();
    tensors.push_back(std::move(*tensor));
  }
  return tensors;
}

Expected<std::string> frameFile(const Description &model, StringRef file, const TempDir &work) {
  if (!model.frame)
    return failure(model.name, "takes no frame; compile it with --image-input");
  if (!isImagePath(file))
    return file.str();
  if (model.frame->format == "nv12")
    return failure(file, "is a picture, but the model takes nv12 frames; give a file of raw planes, Y and then U, V");
  auto pixels = readFramePixels(file, model.frame->format == "gray8" ? 1 : 3, model.frame->width, model.frame->height);
  if (!pixels)
    return pixels.takeError();
  std::string path = work.file("frame");
  std::error_code code;
  raw_fd_ostream stream(path, code);
  if (code)
    return failure(path, code.message());
  stream.write(reinterpret_cast<const char *>(pixels->data()), pixels->size());
  return path;
}

} // namespace edgecc::tools

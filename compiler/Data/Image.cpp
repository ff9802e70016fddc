#include "compiler/Data/Image.h"

#include "compiler/Data/Failure.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Path.h"

#include <memory>
#include <optional>

// libstb has the code; the headers alone would each bring a copy.
#include <stb/stb_image.h>
#include <stb/stb_image_resize.h>

using namespace llvm;

namespace edgecc::data {

namespace {

struct ImageShape {
  int64_t height, width, channels;
  bool channelsFirst;
};

bool isChannelCount(int64_t extent) { return extent == 1 || extent == 3; }

std::optional<ImageShape> imageShape(ArrayRef<int64_t> shape) {
  if (shape.size() == 4 && shape[0] == 1)
    shape = shape.drop_front();
  if (shape.size() == 2)
    return ImageShape{shape[0], shape[1], 1, true};
  if (shape.size() != 3)
    return std::nullopt;
  if (isChannelCount(shape[0]))
    return ImageShape{shape[1], shape[2], shape[0], true};
  if (isChannelCount(shape[2]))
    return ImageShape{shape[0], shape[1], shape[2], false};
  return std::nullopt;
}

using Pixels = std::unique_ptr<unsigned char, void (*)(void *)>;

// 8-bit pixels as the file has them, rows from the top, channels innermost.
Expected<Pixels> loadPixels(StringRef path, int channels, int &width, int &height) {
  int channelsInFile = 0;
  Pixels loaded(stbi_load(path.str().c_str(), &width, &height, &channelsInFile, channels), stbi_image_free);
  if (!loaded)
    return failure(path, Twine("cannot read the picture: ") + stbi_failure_reason());
  return loaded;
}

// The same in the size of `shape`.
Expected<std::vector<unsigned char>> readPixels(StringRef path, const ImageShape &shape) {
  int width = 0, height = 0;
  int channels = static_cast<int>(shape.channels);
  auto pixels = loadPixels(path, channels, width, height);
  if (!pixels)
    return pixels.takeError();
  Pixels loaded = std::move(*pixels);
  // At the same size the resampling filter would still blur.
  if (width == shape.width && height == shape.height)
    return std::vector<unsigned char>(loaded.get(), loaded.get() + shape.height * shape.width * shape.channels);
  std::vector<unsigned char> resized(shape.height * shape.width * shape.channels);
  if (!stbir_resize_uint8(loaded.get(), width, height, 0, resized.data(), static_cast<int>(shape.width),
                          static_cast<int>(shape.height), 0, channels))
    return failure(path, "cannot resize the picture");
  return resized;
}

} // namespace

double PixelScaling::apply(double pixel, int64_t channel) const {
  auto pick = [&](const std::vector<double> &values) { return values.size() == 1 ? values[0] : values.at(channel); };
  return (pixel * scale - pick(mean)) / pick(std);
}

bool isImagePath(StringRef path) {
  return StringSwitch<bool>(sys::path::extension(path).lower())
      .Cases({".png", ".jpg", ".jpeg", ".bmp", ".pgm", ".ppm", ".pnm"}, true)
      .Default(false);
}

Expected<std::vector<unsigned char>> readFramePixels(StringRef path, int channels, int64_t width, int64_t height) {
  int widthInFile = 0, heightInFile = 0;
  auto pixels = loadPixels(path, channels, widthInFile, heightInFile);
  if (!pixels)
    return pixels.takeError();
  if (widthInFile != width || heightInFile != height)
    return failure(path, "the picture is " + Twine(widthInFile) + " x " + Twine(heightInFile) +
                             ", but the model was compiled for frames of " + Twine(width) + " x " + Twine(height));
  return std::vector<unsigned char>(pixels->get(), pixels->get() + width * height * channels);
}

Expected<Tensor> readImage(StringRef path, const TensorType &type, const PixelScaling &scaling) {
  auto shape = imageShape(type.shape);
  if (!shape)
    return failure(path, "input '" + type.name + "' is " + shapeText(type.shape) +
                             ", which is no picture; expected 1 or 3 channels and a batch of 1");
  for (const std::vector<double> *values : {&scaling.mean, &scaling.std})
    if (values->size() != 1 && static_cast<int64_t>(values->size()) != shape->channels)
      return failure(path, "got " + Twine(values->size()) + " values of mean or std, expected 1 or " +
                               Twine(shape->channels));
  auto pixels = readPixels(path, *shape);
  if (!pixels)
    return pixels.takeError();
  Tensor tensor = Tensor::zeros(type);
  int64_t area = shape->height * shape->width;
  for (int64_t i = 0; i < area; ++i)
    for (int64_t channel = 0; channel < shape->channels; ++channel) {
      double value = scaling.apply((*pixels)[i * shape->channels + channel], channel);
      tensor.set(shape->channelsFirst ? channel * area + i : i * shape->channels + channel, value);
    }
  return tensor;
}

} // namespace edgecc::data

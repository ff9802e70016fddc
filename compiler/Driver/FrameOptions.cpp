// Reading of the flags for camera frames; see FrameOptions.h.
#include "compiler/Driver/FrameOptions.h"

#include "compiler/Artefact/Writers.h"
#include "compiler/Data/Samples.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace llvm;
using namespace edgecc;
using artefact::FrameFormat;
using artefact::FrameSummary;

namespace {

/// Larger frames would not fit the 32-bit addresses that the stage computes with.
constexpr int maxSide = 16384;

template <typename... Values> Error failure(const char *format, Values &&...values) {
  return createStringError(formatv(format, std::forward<Values>(values)...).str());
}

/// nv12:1280x720
Error readFormat(StringRef text, FrameSummary &frame) {
  auto [name, size] = text.split(':');
  auto [width, height] = size.split('x');
  if (name == "gray8")
    frame.format = FrameFormat::Gray8;
  else if (name == "rgb8")
    frame.format = FrameFormat::Rgb8;
  else if (name == "nv12")
    frame.format = FrameFormat::Nv12;
  else
    return failure("--image-input={0}: the format is '{1}', expected gray8, rgb8 or nv12", text, name);
  if (width.getAsInteger(10, frame.width) || height.getAsInteger(10, frame.height))
    return failure("--image-input={0}: the size is '{1}', expected WIDTHxHEIGHT in pixels, as {2}:1280x720", text, size,
                   name);
  if (frame.width < 1 || frame.height < 1 || frame.width > maxSide || frame.height > maxSide)
    return failure("--image-input={0}: width and height are {1} and {2}, expected 1 to {3}", text, frame.width,
                   frame.height, maxSide);
  if (frame.format == FrameFormat::Nv12 && (frame.width % 2 || frame.height % 2))
    return failure("--image-input={0}: width and height are {1} and {2}, expected even numbers for nv12", text,
                   frame.width, frame.height);
  return Error::success();
}

/// 10,20,640,480
Error readCrop(StringRef text, FrameSummary &frame) {
  frame.cropWidth = frame.width;
  frame.cropHeight = frame.height;
  if (text.empty())
    return Error::success();
  SmallVector<StringRef> parts;
  text.split(parts, ',');
  int values[4];
  bool isRead = parts.size() == 4;
  for (size_t i = 0; isRead && i < 4; ++i)
    isRead = !parts[i].getAsInteger(10, values[i]) && values[i] >= (i < 2 ? 0 : 1);
  if (!isRead)
    return failure("--crop={0}: expected X,Y,WIDTH,HEIGHT in pixels, as 0,0,{1},{2}", text, frame.width, frame.height);
  auto [x, y, width, height] = values;
  if (int64_t(x) + width > frame.width || int64_t(y) + height > frame.height)
    return failure("--crop={0}: ends at {1},{2}, but the frame is {3} x {4}", text, int64_t(x) + width,
                   int64_t(y) + height, frame.width, frame.height);
  if (frame.format == FrameFormat::Nv12 && (x % 2 || y % 2 || width % 2 || height % 2))
    return failure("--crop={0}: expected even numbers for nv12, whose colours are shared by 2 x 2 pixels", text);
  frame.cropX = x;
  frame.cropY = y;
  frame.cropWidth = width;
  frame.cropHeight = height;
  return Error::success();
}

/// A number or a fraction, as 1/255.
Error readScale(StringRef text, FrameSummary &frame) {
  if (text.empty())
    return Error::success();
  frame.scale = data::parseFraction(text).value_or(0);
  if (!std::isfinite(frame.scale) || frame.scale == 0)
    return failure("--scale={0}: expected a number or a fraction other than 0, as 1/255", text);
  return Error::success();
}

/// One number for all channels, or one for each, joined by commas. Those of --std are divided by.
Error readChannels(StringRef flag, StringRef text, double none, const FrameSummary &frame,
                   std::vector<double> &values) {
  size_t channels = frame.channels;
  values.assign(channels, none);
  if (text.empty())
    return Error::success();
  bool isDivisor = flag == "std";
  SmallVector<StringRef> parts;
  text.split(parts, ',');
  if (parts.size() != 1 && parts.size() != channels)
    return failure("--{0}={1}: has {2} values, expected 1{3}", flag, text, parts.size(),
                   channels == 1 ? "" : formatv(" or {0}, one for each channel", channels).str());
  for (size_t i = 0; i < channels; ++i) {
    StringRef part = parts.size() == 1 ? parts[0] : parts[i];
    if (part.getAsDouble(values[i]) || !std::isfinite(values[i]) || (isDivisor && values[i] <= 0))
      return failure("--{0}={1}: '{2}' is no number{3}", flag, text, part, isDivisor ? " above 0" : "");
  }
  return Error::success();
}

/// Height and width of an image tensor with that many channels: [1, C, H, W], [1, H, W, C], either without the batch,
/// or [H, W].
bool readShape(ArrayRef<int64_t> shape, FrameSummary &frame) {
  if (shape.size() == 4 && shape[0] == 1)
    shape = shape.drop_front();
  bool hasChannels = shape.size() == 3;
  if (!hasChannels && !(shape.size() == 2 && frame.channels == 1))
    return false;
  frame.channelsFirst = !hasChannels || shape[0] == frame.channels;
  if (!frame.channelsFirst && shape[2] != frame.channels)
    return false;
  if (hasChannels)
    shape = frame.channelsFirst ? shape.drop_front() : shape.drop_back();
  if (shape[0] < 1 || shape[1] < 1 || shape[0] > maxSide || shape[1] > maxSide)
    return false;
  frame.tensorHeight = static_cast<int>(shape[0]);
  frame.tensorWidth = static_cast<int>(shape[1]);
  return true;
}

Error readTensor(const artefact::ModelSummary &model, FrameSummary &frame) {
  if (model.inputs.empty())
    return failure("--image-input: the model has no input");
  const artefact::TensorSummary &input = model.inputs.front();
  StringRef type = artefact::nameOfType(input.dtype);
  frame.dtype = input.dtype;
  if (!is_contained({1, 2, 3}, input.dtype))
    return failure("--image-input: input '{0}' is {1}, expected float32, uint8 or int8", input.name, type);
  frame.channels = frame.format == FrameFormat::Gray8 ? 1 : 3;
  if (!readShape(input.shape, frame))
    return failure("--image-input: input '{0}' is {1} {2}, but {3} frames give [1, {4}, H, W] or [1, H, W, {4}]",
                   input.name, type, artefact::shapeText(input.shape), frame.formatName(), frame.channels);
  return Error::success();
}

} // namespace

Expected<FrameSummary> edgecc::describeFrame(const FrameOptions &options, const artefact::ModelSummary &model) {
  FrameSummary frame;
  if (Error error = readFormat(options.format, frame))
    return error;
  if (Error error = readCrop(options.crop, frame))
    return error;
  if (options.resize == "area")
    frame.resize = artefact::FrameResize::Area;
  else if (!options.resize.empty() && options.resize != "bilinear")
    return failure("--resize={0}: expected bilinear or area", options.resize);
  if (Error error = readScale(options.scale, frame))
    return error;
  frame.bgr = options.bgr;
  if (frame.bgr && frame.format == FrameFormat::Gray8)
    return failure("--bgr: a gray8 frame has no colours to swap");
  if (Error error = readTensor(model, frame))
    return error;
  if (Error error = readChannels("mean", options.mean, 0, frame, frame.mean))
    return error;
  if (Error error = readChannels("std", options.std, 1, frame, frame.std))
    return error;
  return frame;
}

std::vector<std::string> edgecc::frameOptionTexts(const FrameOptions &options) {
  std::vector<std::string> texts;
  auto add = [&](StringRef flag, StringRef value) {
    if (!value.empty())
      texts.push_back(("--" + flag + "=" + value).str());
  };
  add("image-input", options.format);
  add("crop", options.crop);
  add("resize", options.resize);
  add("scale", options.scale);
  add("mean", options.mean);
  add("std", options.std);
  if (options.bgr)
    texts.push_back("--bgr");
  return texts;
}

// A camera frame that becomes the model's first input, as plain data: the driver fills it in, a target compiles it, the
// writers of the artefact describe it. Plain C++ on purpose: the code that includes Halide.h reads it, and Halide
// brings an LLVM of its own.
#ifndef EDGECC_COMPILER_ARTEFACT_FRAMESUMMARY_H
#define EDGECC_COMPILER_ARTEFACT_FRAMESUMMARY_H

#include <cstdint>
#include <string>
#include <vector>

namespace edgecc::artefact {

/// What a frame holds in memory, rows from the top.
enum class FrameFormat {
  Gray8, ///< One plane, one byte a pixel.
  Rgb8,  ///< One plane, bytes R, G, B for each pixel.
  Nv12,  ///< A plane of Y, then one of interleaved U, V at half the width and height; BT.601, limited range.
};

enum class FrameResize {
  Bilinear, ///< Between the centres of pixels, the outermost pixels continued.
  Area,     ///< The mean over the rectangle that an output pixel covers.
};

struct FramePlane {
  int components; ///< Bytes that belong together: 1, 2 for U and V, 3 for R, G and B.
  int shift;      ///< Sides of the plane are those of the frame shifted right by this.
};

struct FrameSummary {
  FrameFormat format = FrameFormat::Rgb8;
  int width = 0, height = 0;
  int cropX = 0, cropY = 0, cropWidth = 0, cropHeight = 0;
  FrameResize resize = FrameResize::Bilinear;
  /// A channel of the tensor is (pixel * scale - mean) / std, pixels being 0 to 255. One mean and std for each channel,
  /// in the tensor's order.
  double scale = 1;
  std::vector<double> mean, std;
  bool bgr = false; ///< The tensor's channels are B, G, R.

  // The tensor: the model's first input.
  int dtype = 1; ///< onnx.TensorProto.DataType: float32, uint8 or int8
  int tensorWidth = 0, tensorHeight = 0, channels = 0;
  bool channelsFirst = true;

  uint64_t stackBytes = 0; ///< Of pixels, which the stage keeps on the stack; the target fills it in.

  std::vector<FramePlane> planes() const;
  /// The bytes of one row of a plane: the least stride.
  int rowBytes(const FramePlane &plane) const { return (width >> plane.shift) * plane.components; }
  std::string formatName() const; ///< "nv12"
  std::string resizeName() const; ///< "area"
  std::string layoutName() const; ///< "NCHW" or "NHWC"
};

} // namespace edgecc::artefact

#endif

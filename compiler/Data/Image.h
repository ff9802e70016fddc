// Pictures as model inputs.
#ifndef EDGECC_COMPILER_DATA_IMAGE_H
#define EDGECC_COMPILER_DATA_IMAGE_H

#include "compiler/Data/Tensor.h"

#include "llvm/Support/Error.h"

#include <vector>

namespace edgecc::data {

// value = (pixel * scale - mean) / std, for each channel; a single mean or std serves all channels.
struct PixelScaling {
  double scale = 1; // of a pixel in 0..255
  std::vector<double> mean = {0};
  std::vector<double> std = {1};

  double apply(double pixel, int64_t channel) const;
};

// Whether the path ends like a picture: .png, .jpg, .jpeg, .bmp, .pgm, .ppm, .pnm.
bool isImagePath(llvm::StringRef path);

// Reads a picture and resizes it to the model's input: 1x3xHxW, 1x1xHxW, 1xHxWx3 or 1xHxWx1, also without the batch of
// 1, or HxW for grey.
llvm::Expected<Tensor> readImage(llvm::StringRef path, const TensorType &type, const PixelScaling &scaling);

// The bytes of a picture of exactly that size, rows from the top, channels (1 or 3) innermost.
llvm::Expected<std::vector<unsigned char>> readFramePixels(llvm::StringRef path, int channels, int64_t width,
                                                           int64_t height);

} // namespace edgecc::data

#endif

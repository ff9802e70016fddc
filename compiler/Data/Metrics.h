// How well a model does on samples.
#ifndef EDGECC_COMPILER_DATA_METRICS_H
#define EDGECC_COMPILER_DATA_METRICS_H

#include "compiler/Data/Tensor.h"

#include "llvm/Support/Error.h"

namespace edgecc::data {

// Signal and error of a tensor against a reference, over all samples.
struct Distortion {
  double signal = 0;   // sum of the reference's squares
  double noise = 0;    // sum of the differences' squares
  double absolute = 0; // sum of the differences' magnitudes
  int64_t count = 0;

  void add(const Tensor &result, const Tensor &reference);
  // Squared error by squared reference; the squared error itself where that is all zero.
  double relativeNoise() const { return signal > 0 ? noise / signal : noise; }
  // Signal to quantisation noise ratio, 10 log10(signal / noise), in dB; infinite where there is no noise.
  double sqnr() const;
  double meanAbsoluteError() const { return count ? absolute / count : 0; }
};

// The indices of the `count` largest elements, the largest first; of equal ones, the first.
std::vector<int64_t> largestElements(const Tensor &tensor, size_t count);

// Labels of samples, one number each: a text file, one a line or the column `class` of a table with commas, or a file
// of bytes, "FILE:OFFSET:STRIDE", with the label of sample k at OFFSET + k * STRIDE.
llvm::Expected<std::vector<int64_t>> readLabels(llvm::StringRef source);

} // namespace edgecc::data

#endif

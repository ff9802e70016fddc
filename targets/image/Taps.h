// Resizing along one axis: which source elements go into which output element, and with what weight. The tables are
// computed in double precision at compile time, so that positions are exact however large the frame is.
#ifndef EDGECC_TARGETS_IMAGE_TAPS_H
#define EDGECC_TARGETS_IMAGE_TAPS_H

#include "compiler/Artefact/FrameSummary.h"

#include <vector>

namespace edgecc::image {

/// Output `o` is the sum over k < count of weights[k * outputs + o] times source element first[o] + k.
struct Taps {
  int outputs = 0;
  int count = 0;
  std::vector<int> first;     ///< first[o] + count never exceeds the source's size.
  std::vector<float> weights; ///< Of one output they add up to 1.
};

/// Resizes `source` elements to `outputs`.
Taps makeTaps(artefact::FrameResize method, int source, int outputs);

} // namespace edgecc::image

#endif

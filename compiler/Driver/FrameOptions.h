// The flags that put a camera frame in place of the model's first input.
#ifndef EDGECC_COMPILER_DRIVER_FRAMEOPTIONS_H
#define EDGECC_COMPILER_DRIVER_FRAMEOPTIONS_H

#include "compiler/Artefact/ModelSummary.h"

namespace edgecc {

/// As the user wrote them.
struct FrameOptions {
  std::string format;    ///< --image-input=FORMAT:WxH; empty: the model takes tensors alone.
  std::string crop;      ///< --crop=X,Y,W,H; empty: the whole frame.
  std::string resize;    ///< --resize; empty: bilinear.
  std::string scale;     ///< --scale, a number or a fraction; empty: 1.
  std::string mean, std; ///< --mean, --std, numbers joined by commas; empty: 0 and 1.
  bool bgr = false;
};

/// Reads the flags and fits them to the model's first input; errors name the flag, what was expected and what is there.
llvm::Expected<artefact::FrameSummary> describeFrame(const FrameOptions &options, const artefact::ModelSummary &model);

/// The flags in a fixed order, for banners and the hash.
std::vector<std::string> frameOptionTexts(const FrameOptions &options);

} // namespace edgecc

#endif

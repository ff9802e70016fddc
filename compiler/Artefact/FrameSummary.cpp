// Names and planes of camera frames.
#include "compiler/Artefact/FrameSummary.h"

namespace edgecc::artefact {

std::vector<FramePlane> FrameSummary::planes() const {
  switch (format) {
  case FrameFormat::Gray8:
    return {{1, 0}};
  case FrameFormat::Rgb8:
    return {{3, 0}};
  case FrameFormat::Nv12:
    break;
  }
  return {{1, 0}, {2, 1}};
}

std::string FrameSummary::formatName() const {
  return format == FrameFormat::Gray8 ? "gray8" : format == FrameFormat::Rgb8 ? "rgb8" : "nv12";
}

std::string FrameSummary::resizeName() const { return resize == FrameResize::Bilinear ? "bilinear" : "area"; }

std::string FrameSummary::layoutName() const { return channelsFirst ? "NCHW" : "NHWC"; }

} // namespace edgecc::artefact

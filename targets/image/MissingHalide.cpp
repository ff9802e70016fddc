// What a build without Halide says of frames.
#include "targets/image/FrameStage.h"

namespace edgecc::image {

std::string missingForStages() {
  return "this edgecc was built without Halide; install the package libhalide14-0-dev and build it again with "
         "-DEDGECC_ENABLE_HALIDE=ON";
}

std::string compileStage(const artefact::FrameSummary &, StageMachine, const std::string &, const std::string &) {
  return missingForStages();
}

uint64_t stageStackBytes(const artefact::FrameSummary &) { return 0; }

} // namespace edgecc::image

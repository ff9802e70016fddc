// The stage of camera frames as an OpenCL kernel: what targets/image does on a CPU, one work item for each pixel of the
// tensor.
#ifndef EDGECC_TARGETS_OPENCL_FRAMEKERNEL_H
#define EDGECC_TARGETS_OPENCL_FRAMEKERNEL_H

#include "compiler/Artefact/DeviceProgram.h"
#include "compiler/Artefact/FrameSummary.h"

namespace edgecc::opencl {

/// Adds the kernel `name` to `program`: its text, and what starts it.
void addFrameKernel(const artefact::FrameSummary &frame, const std::string &name, artefact::DeviceProgram &program);

} // namespace edgecc::opencl

#endif

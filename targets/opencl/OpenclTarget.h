// OpenCL C 1.2 kernels beside code for the host.
#ifndef EDGECC_TARGETS_OPENCL_OPENCLTARGET_H
#define EDGECC_TARGETS_OPENCL_OPENCLTARGET_H

#include "targets/Target.h"

namespace edgecc::opencl {

llvm::Expected<std::unique_ptr<Target>> createOpenclTarget(const MachineOptions &machine);

} // namespace edgecc::opencl

#endif

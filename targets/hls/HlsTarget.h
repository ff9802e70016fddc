// C++ for high-level synthesis on FPGAs.
#ifndef EDGECC_TARGETS_HLS_HLSTARGET_H
#define EDGECC_TARGETS_HLS_HLSTARGET_H

#include "targets/Target.h"

namespace edgecc::hls {

llvm::Expected<std::unique_ptr<Target>> createHlsTarget(const MachineOptions &machine);

} // namespace edgecc::hls

#endif

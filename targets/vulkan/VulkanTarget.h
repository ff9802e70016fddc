// SPIR-V kernels for Vulkan 1.1 beside code for the host.
#ifndef EDGECC_TARGETS_VULKAN_VULKANTARGET_H
#define EDGECC_TARGETS_VULKAN_VULKANTARGET_H

#include "targets/Target.h"

namespace edgecc::vulkan {

llvm::Expected<std::unique_ptr<Target>> createVulkanTarget(const MachineOptions &machine);

} // namespace edgecc::vulkan

#endif

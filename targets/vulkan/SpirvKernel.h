// Kernels of the kernel IR as SPIR-V modules for Vulkan 1.1.
#ifndef EDGECC_TARGETS_VULKAN_SPIRVKERNEL_H
#define EDGECC_TARGETS_VULKAN_SPIRVKERNEL_H

#include "targets/device/DeviceLimits.h"
#include "targets/device/Tasks.h"

namespace edgecc::vulkan {

/// One SPIR-V module for `kernel`, a function with `edge.grid`, with an entry point `name`. Set 0, binding i is the
/// storage buffer of operand i, the push constants are the element of each binding at which the operand begins
/// (runtime/include/edgecc/device.h). The reason of the result says what in the kernel has no form in SPIR-V.
device::MadeKernel makeSpirvKernel(mlir::func::FuncOp kernel, llvm::StringRef name, const device::DeviceLimits &limits);

/// Rewrites what has no form in SPIR-V: vectors in memory become scalars, for buffers are arrays of those; reductions
/// of vectors become sums of their elements; functions without an instruction become polynomials.
void prepareForSpirv(mlir::func::FuncOp kernel);

} // namespace edgecc::vulkan

#endif

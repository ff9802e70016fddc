// OpenCL C 1.2 kernels beside code for the host.
#ifndef EDGECC_TARGETS_OPENCL_OPENCLTARGET_H
#define EDGECC_TARGETS_OPENCL_OPENCLTARGET_H

#include "targets/Target.h"
#include "targets/device/DeviceLimits.h"
#include "targets/device/Tasks.h"
#include "targets/opencl/OpenclLanguage.h"

namespace edgecc::opencl {

llvm::Expected<std::unique_ptr<Target>> createOpenclTarget(const MachineOptions &machine);

/// Prints kernels, functions of the kernel IR with `edge.grid`, as the functions of one program.
class KernelWriter {
public:
  KernelWriter(mlir::ModuleOp module, llvm::StringRef model, const device::DeviceLimits &limits);

  /// Adds `kernel` to the program; the reason of the result says what in it has no form in OpenCL C.
  device::MadeKernel write(mlir::func::FuncOp kernel);
  /// The whole program; the driver puts a banner in front of it.
  std::string source() const;

private:
  const device::DeviceLimits &limits;
  OpenclLanguage language;
  llvm::StringMap<std::string> symbols;
  llvm::StringMap<mlir::func::CallOp> calls;
  std::string kernels;
};

} // namespace edgecc::opencl

#endif

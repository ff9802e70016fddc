// Kernels of the kernel IR as OpenCL C.
#ifndef EDGECC_TARGETS_OPENCL_KERNELWRITER_H
#define EDGECC_TARGETS_OPENCL_KERNELWRITER_H

#include "compiler/Artefact/Identifier.h"
#include "targets/device/DeviceLimits.h"
#include "targets/device/Tasks.h"
#include "targets/opencl/OpenclLanguage.h"

#include "llvm/ADT/MapVector.h"

namespace edgecc::opencl {

/// What one work item of a kernel does, as text: `body` on `parameters` at the place item_x, item_y, item_z of a grid.
struct ItemText {
  struct Parameter {
    std::string type, name; ///< "__global const float *", "x"
    bool isUsed = false;
  };
  std::string comment, body;
  llvm::SmallVector<Parameter> parameters;
  std::array<int64_t, 3> grid = {1, 1, 1};
  std::array<bool, 3> usesPlace = {}; ///< Whether the body names item_x, item_y, item_z.

  /// A kernel whose items are those of the grid.
  std::string asKernel(llvm::StringRef name, std::array<uint32_t, 3> group) const;
  /// A function that a kernel calls for each place of the grid.
  std::string asFunction(llvm::StringRef name) const;
};

/// Prints kernels, functions of the kernel IR with `edge.grid`, as the functions of one program.
class KernelWriter {
public:
  KernelWriter(mlir::ModuleOp module, llvm::StringRef model, const device::DeviceLimits &limits);

  /// Makes a kernel of `kernel`; the reason of the result says what in it has no form in OpenCL C.
  device::MadeKernel write(mlir::func::FuncOp kernel);

  /// Makes one kernel that does what `tasks`, on kernels made by write(), do one after the other. `task` is filled in
  /// but for its kernel.
  artefact::DeviceKernel writeSeries(llvm::ArrayRef<artefact::DeviceTask> tasks,
                                     llvm::ArrayRef<artefact::DeviceKernel> kernels, artefact::DeviceTask &task);

  /// The program of these kernels; the driver puts a banner in front of it.
  std::string source(llvm::ArrayRef<artefact::DeviceKernel> kernels) const;

private:
  /// The work items of a series: as many as its largest grid has, as far as the device allows.
  uint32_t seriesItems(llvm::ArrayRef<artefact::DeviceTask> tasks,
                       llvm::ArrayRef<artefact::DeviceKernel> kernels) const;
  /// The name of the function for the items of a kernel.
  std::string functionOf(llvm::StringRef kernel);

  const device::DeviceLimits &limits;
  std::string model;
  OpenclLanguage language;
  llvm::StringMap<std::string> symbols;
  llvm::StringMap<mlir::func::CallOp> calls;
  artefact::IdentifierScope scope; ///< Of all names that the program has.
  llvm::StringMap<ItemText> items; ///< Of each kernel.
  llvm::MapVector<std::string, std::string, llvm::StringMap<unsigned>> functions; ///< By kernel.
  llvm::StringMap<std::string> series;                                            ///< The text of each.
};

} // namespace edgecc::opencl

#endif

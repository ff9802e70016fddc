// The tasks of a run on a device: which step runs as which kernel, on which bytes of which space.
#ifndef EDGECC_TARGETS_DEVICE_TASKS_H
#define EDGECC_TARGETS_DEVICE_TASKS_H

#include "compiler/Artefact/DeviceProgram.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace edgecc::device {

/// A kernel as a target made it, or why it could not.
struct MadeKernel {
  artefact::DeviceKernel kernel;
  std::string reason; ///< Empty where the kernel was made.
};

/// How long a task takes on the device, as far as the compiler knows.
struct TaskCost {
  bool onDevice = false;
  uint64_t items = 0;          ///< Work items of the grid.
  uint64_t groups = 0;         ///< Work groups that they form.
  uint64_t itemOperations = 0; ///< That an item does, one after the other; a vector counts once.
};

/// Fills in kernels, tasks and weights of `program` from a module behind phase kernels. `inputs` is the number of
/// inputs of `entry`. `makeKernel` is asked once for each kernel, a function with `edge.grid`.
///
/// A step that is one call of a kernel on known bytes is a task of the device. Others, with control flow or with a
/// kernel that could not be made, run on the host and say why. Returns the costs of the tasks.
std::vector<TaskCost> formTasks(mlir::ModuleOp module, mlir::func::FuncOp entry, unsigned inputs,
                                llvm::function_ref<MadeKernel(mlir::func::FuncOp)> makeKernel,
                                artefact::DeviceProgram &program);

/// The operations of a work item: those of a loop as often as it runs, of the longer branch, a function of
/// mathematics as 16. Loops without a known end count as endless.
uint64_t operationsOf(mlir::func::FuncOp kernel);

/// A group of work items as wide in x as the grid is, then in y and z, of up to `most` items: neighbours share cache
/// lines, and drivers for CPUs run a group at a time.
std::array<uint32_t, 3> groupOf(llvm::ArrayRef<int64_t> grid, int64_t most);

/// Features of edgecc/device.h that the types of a kernel need.
uint32_t featuresOf(mlir::func::FuncOp kernel);

} // namespace edgecc::device

#endif

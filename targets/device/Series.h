// Series: neighbouring steps that one kernel does one after the other, where to start a kernel for each takes longer.
#ifndef EDGECC_TARGETS_DEVICE_SERIES_H
#define EDGECC_TARGETS_DEVICE_SERIES_H

#include "targets/device/DeviceLimits.h"
#include "targets/device/Tasks.h"

namespace edgecc::device {

/// Tasks `begin` to `end` - 1, at least two.
struct Series {
  size_t begin, end;
};

/// Whether a task takes no longer in one work group than it and the start of a kernel for it would: all of it is one
/// group anyway, or the items that come one after the other in that group do less than the device does meanwhile.
bool fitsSeries(const TaskCost &cost, const DeviceLimits &limits);

/// The longest runs of tasks that fit. Tasks on the host end a series.
std::vector<Series> findSeries(llvm::ArrayRef<TaskCost> costs, const DeviceLimits &limits);

/// Makes one kernel of tasks that run on `kernels`; fills in `task` but for its kernel.
using WriteSeries = llvm::function_ref<artefact::DeviceKernel(llvm::ArrayRef<artefact::DeviceTask> tasks,
                                                              llvm::ArrayRef<artefact::DeviceKernel> kernels,
                                                              artefact::DeviceTask &task)>;

/// Puts one task in the place of each series of `program`, and drops kernels that no task runs any more. `costs` are
/// those of the tasks.
void formSeries(artefact::DeviceProgram &program, llvm::ArrayRef<TaskCost> costs, const DeviceLimits &limits,
                WriteSeries write);

} // namespace edgecc::device

#endif

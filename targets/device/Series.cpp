// Series of steps; see Series.h.
#include "targets/device/Series.h"

#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace edgecc;
using namespace edgecc::device;

bool edgecc::device::fitsSeries(const TaskCost &cost, const DeviceLimits &limits) {
  if (!cost.onDevice || limits.launchOperations == 0)
    return false;
  uint64_t inTurn = divideCeil(cost.items, static_cast<uint64_t>(std::min(limits.seriesItems, limits.maxGroupItems)));
  return cost.groups == 1 ||
         SaturatingMultiply(inTurn, cost.itemOperations) <= static_cast<uint64_t>(limits.launchOperations);
}

std::vector<Series> edgecc::device::findSeries(ArrayRef<TaskCost> costs, const DeviceLimits &limits) {
  std::vector<Series> found;
  for (size_t begin = 0, end = 0; begin < costs.size(); begin = end + 1) {
    for (end = begin; end < costs.size() && fitsSeries(costs[end], limits);)
      ++end;
    if (end - begin >= 2)
      found.push_back({begin, end});
  }
  return found;
}

/// Leaves out kernels that no task runs.
static void dropUnusedKernels(artefact::DeviceProgram &program) {
  std::vector<int32_t> places(program.kernels.size(), -1);
  std::vector<artefact::DeviceKernel> kept;
  for (artefact::DeviceTask &task : program.tasks) {
    if (task.kernel < 0)
      continue;
    int32_t &place = places[task.kernel];
    if (place < 0) {
      place = kept.size();
      kept.push_back(std::move(program.kernels[task.kernel]));
    }
    task.kernel = place;
  }
  program.kernels = std::move(kept);
}

void edgecc::device::formSeries(artefact::DeviceProgram &program, ArrayRef<TaskCost> costs, const DeviceLimits &limits,
                                WriteSeries write) {
  std::vector<artefact::DeviceTask> tasks;
  size_t next = 0;
  auto keepUntil = [&](size_t end) {
    for (; next < end; ++next)
      tasks.push_back(std::move(program.tasks[next]));
  };
  for (Series series : findSeries(costs, limits)) {
    keepUntil(series.begin);
    artefact::DeviceTask task;
    artefact::DeviceKernel kernel =
        write(ArrayRef(program.tasks).slice(series.begin, series.end - series.begin), program.kernels, task);
    task.kernel = program.kernels.size();
    program.kernels.push_back(std::move(kernel));
    tasks.push_back(std::move(task));
    next = series.end;
  }
  keepUntil(program.tasks.size());
  program.tasks = std::move(tasks);
  dropUnusedKernels(program);
}

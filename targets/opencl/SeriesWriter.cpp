// Several steps in one kernel; see KernelWriter.h.
#include "targets/opencl/KernelWriter.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::opencl;
using artefact::DeviceKernel;
using artefact::DeviceOperand;
using artefact::DeviceSpace;
using artefact::DeviceTask;

/// "arena", "input0": the parameter for a space.
static std::string spaceName(const DeviceOperand &operand) {
  switch (operand.space) {
  case DeviceSpace::Input:
    return "input" + std::to_string(operand.index);
  case DeviceSpace::Output:
    return "output" + std::to_string(operand.index);
  case DeviceSpace::Arena:
    return "arena";
  case DeviceSpace::Weights:
    return "weights";
  }
  llvm_unreachable("there are four spaces");
}

/// The spaces that `tasks` touch, each from its beginning to the last byte that one of them touches.
static std::vector<DeviceOperand> spacesOf(ArrayRef<DeviceTask> tasks) {
  std::vector<DeviceOperand> spaces;
  for (const DeviceTask &task : tasks)
    for (const DeviceOperand &operand : task.operands) {
      auto space = llvm::find_if(spaces, [&](const DeviceOperand &other) {
        return other.space == operand.space && other.index == operand.index;
      });
      if (space == spaces.end())
        space = spaces.insert(space, {operand.space, operand.index, 1, 0, 0, 0});
      space->access |= operand.access;
      space->sizeBytes = std::max(space->sizeBytes, operand.beginBytes + operand.sizeBytes);
    }
  llvm::sort(spaces, [](const DeviceOperand &a, const DeviceOperand &b) {
    return std::pair(a.space, a.index) < std::pair(b.space, b.index);
  });
  return spaces;
}

/// The call of a function for an item, with operands in their spaces.
static std::string callOf(const ItemText &item, StringRef function, const DeviceTask &task,
                          ArrayRef<std::string> place) {
  SmallVector<std::string> arguments;
  for (unsigned dim = 0; dim < 3; ++dim)
    if (item.usesPlace[dim])
      arguments.push_back(place[dim]);
  for (auto [parameter, operand] : llvm::zip_equal(item.parameters, task.operands))
    if (parameter.isUsed) {
      std::string name = spaceName(operand), begin = std::to_string(operand.beginBytes);
      arguments.push_back("(" + parameter.type + ")" +
                          (operand.beginBytes == 0 ? name : "(" + name + " + " + begin + ")"));
    }
  return function.str() + "(" + llvm::join(arguments, ", ") + ");\n";
}

/// One item runs the whole grid of a step.
static std::string loopsOf(const ItemText &item, StringRef function, const DeviceTask &task) {
  std::string text, indent = "  ";
  const std::string place[] = {"x", "y", "z"};
  for (int dim = 2; dim >= 0; --dim) {
    if (item.grid[dim] == 1)
      continue;
    text += indent + "for (int " + place[dim] + " = 0; " + place[dim] + " < " + std::to_string(item.grid[dim]) +
            "; ++" + place[dim] + ")\n";
    indent += "  ";
  }
  SmallVector<std::string> at;
  for (unsigned dim = 0; dim < 3; ++dim)
    at.push_back(item.grid[dim] == 1 ? "0" : place[dim]);
  return text + indent + callOf(item, function, task, at);
}

/// The items of a group share the grid of a step, and wait for each other.
static std::string sharedLoopOf(const ItemText &item, StringRef function, const DeviceTask &task, int64_t groupItems) {
  auto [x, y, z] = item.grid;
  auto text = [](int64_t number) { return std::to_string(number); };
  std::string slices = "i / " + text(x * y), rows = x == 1 ? "i" : "i / " + text(x);
  std::string place[] = {y * z == 1 ? "i"
                         : x == 1   ? "0"
                                    : "i % " + text(x),
                         y == 1   ? "0"
                         : z == 1 ? rows
                                  : rows + " % " + text(y),
                         z == 1 ? "0" : slices};
  return "  for (int i = get_local_id(0); i < " + text(x * y * z) + "; i += " + text(groupItems) + ")\n    " +
         callOf(item, function, task, place);
}

uint32_t KernelWriter::seriesItems(ArrayRef<DeviceTask> tasks, ArrayRef<DeviceKernel> kernels) const {
  int64_t most = 1;
  for (const DeviceTask &task : tasks) {
    auto [x, y, z] = items.find(kernels[task.kernel].name)->second.grid;
    most = std::max(most, x * y * z);
  }
  return std::min({static_cast<int64_t>(llvm::PowerOf2Ceil(most)), limits.seriesItems, limits.maxGroupItems});
}

std::string KernelWriter::functionOf(StringRef kernel) {
  std::string &function = functions[kernel.str()];
  if (function.empty())
    function = scope.unique((kernel + "_item").str());
  return function;
}

DeviceKernel KernelWriter::writeSeries(ArrayRef<DeviceTask> tasks, ArrayRef<DeviceKernel> kernels, DeviceTask &task) {
  task.step = tasks.front().step;
  task.operands = spacesOf(tasks);
  DeviceKernel kernel;
  std::string first = std::to_string(task.step), last = std::to_string(tasks.back().step);
  kernel.name = scope.unique(model + "_steps_" + first + "_to_" + last);
  kernel.numOperands = task.operands.size();
  kernel.localSize = {seriesItems(tasks, kernels), 1, 1};

  SmallVector<std::string> list;
  std::string body;
  for (const DeviceOperand &space : task.operands) {
    std::string name = spaceName(space);
    list.push_back(std::string("__global ") + (space.access & artefact::Writes ? "" : "const ") + "uchar *" + name +
                   ", int " + name + "_begin");
    body += "  " + name + " += " + name + "_begin;\n";
  }
  for (const DeviceTask &part : tasks) {
    StringRef partName = kernels[part.kernel].name;
    const ItemText &item = items.find(partName)->second;
    std::string function = functionOf(partName);
    if (kernel.localSize[0] == 1) {
      body += loopsOf(item, function, part);
      continue;
    }
    body += (&part == tasks.begin() ? "" : "  barrier(CLK_GLOBAL_MEM_FENCE);\n") +
            sharedLoopOf(item, function, part, kernel.localSize[0]);
  }
  series[kernel.name] =
      "/* Steps " + first + " to " + last +
      " in one work group, one after the other: to start a kernel for each would take longer. Numbers "
      "are bytes. */\n__kernel __attribute__((reqd_work_group_size(" +
      std::to_string(kernel.localSize[0]) + ", 1, 1)))\nvoid " + kernel.name + "(" + llvm::join(list, ", ") + ") {\n" +
      body + "}\n";
  return kernel;
}

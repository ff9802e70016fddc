// The part of a compiled model that runs on a device, as plain data; runtime/include/edgecc/device.h says what each
// number means there.
#ifndef EDGECC_COMPILER_ARTEFACT_DEVICEPROGRAM_H
#define EDGECC_COMPILER_ARTEFACT_DEVICEPROGRAM_H

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace edgecc::artefact {

enum class DeviceKind : uint32_t { OpenCl = 1, Vulkan = 2 };

/// As targets and the runtime's functions are called: "opencl" or "vulkan".
inline const char *deviceName(DeviceKind kind) { return kind == DeviceKind::OpenCl ? "opencl" : "vulkan"; }
enum class DeviceSpace : uint32_t { Input = 0, Output = 1, Arena = 2, Weights = 3 };
enum DeviceAccess : uint32_t { Reads = 1, Writes = 2 };
enum DeviceFeature : uint32_t { Has8Bit = 1, Has16Bit = 2, Has64Bit = 4, HasFloat16 = 8, HasFloat64 = 16 };

/// A range of bytes of a space.
struct DeviceOperand {
  DeviceSpace space = DeviceSpace::Arena;
  uint32_t index = 0; ///< Which input or output.
  uint32_t elementBytes = 1;
  uint32_t access = 0;
  uint64_t beginBytes = 0;
  uint64_t sizeBytes = 0;
};

struct DeviceKernel {
  std::string name;
  std::vector<uint32_t> spirv; ///< Vulkan only.
  uint32_t numOperands = 0;
  std::array<uint32_t, 3> localSize = {1, 1, 1};
};

struct DeviceTask {
  uint32_t step = 0;   ///< The first that it does; it does all before the first of the next task.
  int32_t kernel = -1; ///< Index of a kernel; -1: the step runs on the host.
  std::array<uint32_t, 3> groups = {1, 1, 1};
  std::vector<DeviceOperand> operands;
  std::string hostReason; ///< Why the step runs on the host; empty where it does not.
};

/// A constant of the module and where it lies among the weights.
struct DeviceWeight {
  std::string symbol;
  uint64_t beginBytes = 0;
};

/// The kernel that makes the first input of a camera frame; its arguments are the planes, then the input.
struct DeviceFrame {
  DeviceKernel kernel;
  std::array<uint32_t, 3> groups = {1, 1, 1};
  std::vector<uint32_t> rowBytes, rows; ///< Of each plane.
};

struct DeviceProgram {
  DeviceKind kind = DeviceKind::OpenCl;
  uint32_t features = 0;
  std::vector<DeviceKernel> kernels;
  std::vector<DeviceTask> tasks;
  std::vector<DeviceWeight> weights; ///< In the order of their places.
  std::string source;                ///< OpenCL only: the text of all kernels.
  std::optional<DeviceFrame> frame;  ///< None: the host makes tensors of frames.

  /// Whether a step on the host reads the first input.
  bool readsFirstInputOnHost() const {
    for (const DeviceTask &task : tasks)
      for (const DeviceOperand &operand : task.operands)
        if (task.kernel < 0 && operand.space == DeviceSpace::Input && operand.index == 0)
          return true;
    return false;
  }

  /// Behind the last step that task `index` does, of `numSteps`.
  uint32_t endOfSteps(size_t index, size_t numSteps) const {
    return index + 1 < tasks.size() ? tasks[index + 1].step : numSteps;
  }
};

} // namespace edgecc::artefact

#endif

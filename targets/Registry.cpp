// The one list of targets.
#include "targets/Target.h"
#include "targets/c/CTarget.h"
#include "targets/cpu/CpuTarget.h"
#include "targets/hls/HlsTarget.h"
#include "targets/opencl/OpenclTarget.h"
#include "targets/template/TemplateTarget.h"
#include "targets/vulkan/VulkanTarget.h"

#include "llvm/ADT/StringExtras.h"

using namespace edgecc;

llvm::ArrayRef<std::pair<llvm::StringRef, llvm::StringRef>> edgecc::targetList() {
  static const std::pair<llvm::StringRef, llvm::StringRef> list[] = {
      {"cpu", "object code by LLVM: x86-64, AArch64, Armv7"},
      {"c", "portable C99 for other toolchains"},
      {"opencl", "OpenCL 1.2 kernels, and code for the host"},
      {"vulkan", "SPIR-V kernels for Vulkan 1.1, and code for the host"},
      {"hls", "C++ for high-level synthesis on FPGAs"},
  };
  return list;
}

llvm::Expected<std::unique_ptr<Target>> edgecc::createTarget(llvm::StringRef name, const MachineOptions &machine) {
  bool hasDevice = name == "opencl" || name == "vulkan";
  if (!machine.device.empty() && !hasDevice)
    return llvm::createStringError("--device is for targets with a device, and --target=" + name + " has none");
  if (!machine.weights.empty() && name != "c")
    return llvm::createStringError("--weights says how --target=c writes weights, and the target is " + name);
  if (name == "hls")
    return hls::createHlsTarget(machine);
  if (!machine.part.empty() || machine.clock != 0)
    return llvm::createStringError("--part and --clock describe an FPGA; --target=" + name + " is none");
  if (name == "cpu")
    return cpu::createCpuTarget(machine);
  if (name == "c")
    return c::createCTarget(machine);
  if (name == "opencl")
    return opencl::createOpenclTarget(machine);
  if (name == "vulkan")
    return vulkan::createVulkanTarget(machine);
  if (name == "template") // To copy, not for users, so the list does not name it.
    return template_target::createTemplateTarget(machine);
  std::string known;
  for (auto &[target, help] : targetList())
    known += (known.empty() ? "" : ", ") + target.str();
  return llvm::createStringError("there is no target '" + name + "'; targets are: " + known);
}

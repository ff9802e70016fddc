// The `vulkan` target: kernel IR to SPIR-V, host code by the cpu target.
#include "targets/vulkan/VulkanTarget.h"

#include "mlir/Dialect/SPIRV/IR/SPIRVDialect.h"
#include "targets/device/DeviceTarget.h"
#include "targets/source/Passes.h"
#include "targets/vulkan/SpirvKernel.h"

using namespace mlir;
using namespace edgecc;

namespace {

class VulkanTarget : public device::DeviceTarget {
public:
  using DeviceTarget::DeviceTarget;

  StringRef name() const override { return "vulkan"; }
  bool hasBFloat16() const override { return false; }

  kernel::VectorTarget vectors() const override {
    kernel::VectorTarget vectors = DeviceTarget::vectors();
    vectors.maxLanes = 4; // The widest vector of SPIR-V.
    return vectors;
  }

protected:
  void formProgram(ModuleOp module, func::FuncOp entry, unsigned inputs,
                   artefact::DeviceProgram &program) const override {
    llvm::StringMap<std::string> symbols = source::nameSymbols(module, entry.getSymName());
    program.kind = artefact::DeviceKind::Vulkan;
    device::formTasks(
        module, entry, inputs,
        [&](func::FuncOp kernel) {
          return vulkan::makeSpirvKernel(kernel, symbols.lookup(kernel.getSymName()), limits);
        },
        program);
  }

  /// NAME_KERNEL.spv, the modules that the library carries, for spirv-dis and for other hosts.
  llvm::Error emitKernels(const artefact::ModelSummary &summary, StringRef folder) const override {
    for (const artefact::DeviceKernel &kernel : summary.program->kernels) {
      llvm::Error error = source::writeFile(folder, kernel.name + ".spv", [&](raw_ostream &stream) {
        stream.write(reinterpret_cast<const char *>(kernel.spirv.data()), 4 * kernel.spirv.size());
      });
      if (error)
        return error;
    }
    return llvm::Error::success();
  }
};

} // namespace

llvm::Expected<std::unique_ptr<Target>> edgecc::vulkan::createVulkanTarget(const MachineOptions &machine) {
  return device::createDeviceTarget<VulkanTarget>("vulkan", machine);
}

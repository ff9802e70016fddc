// The `opencl` target: kernel IR to OpenCL C, host code by the cpu target.
#include "targets/opencl/OpenclTarget.h"

#include "targets/device/DeviceTarget.h"
#include "targets/device/Series.h"
#include "targets/opencl/FrameKernel.h"
#include "targets/opencl/KernelWriter.h"
#include "targets/source/KernelText.h"
#include "targets/source/Passes.h"

using namespace mlir;
using namespace edgecc;

namespace {

class OpenclTarget : public device::DeviceTarget {
public:
  using DeviceTarget::DeviceTarget;

  StringRef name() const override { return "opencl"; }

protected:
  void formProgram(ModuleOp module, func::FuncOp entry, unsigned inputs,
                   artefact::DeviceProgram &program) const override {
    opencl::KernelWriter writer(module, entry.getSymName(), limits);
    program.kind = artefact::DeviceKind::OpenCl;
    std::vector<device::TaskCost> costs =
        device::formTasks(module, entry, inputs, [&](func::FuncOp kernel) { return writer.write(kernel); }, program);
    device::formSeries(program, costs, limits, [&](auto tasks, auto kernels, artefact::DeviceTask &task) {
      return writer.writeSeries(tasks, kernels, task);
    });
    program.features &= ~artefact::HasFloat16; // Halves are only stored, which every OpenCL does.
    if (program.features & artefact::HasFloat64)
      program.source = "#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n";
    program.source += writer.source(program.kernels);
  }

  void addFrameKernel(const artefact::ModelSummary &summary, artefact::DeviceProgram &program) const override {
    opencl::addFrameKernel(*summary.frame, summary.name + "_frame", program);
  }

  /// NAME.cl, the program that the library carries, for people and for offline compilers.
  llvm::Error emitKernels(const artefact::ModelSummary &summary, StringRef folder) const override {
    return source::writeFile(folder, summary.name + ".cl", [&](raw_ostream &stream) {
      stream << source::banner(summary, "OpenCL kernels") << summary.program->source;
    });
  }
};

} // namespace

llvm::Expected<std::unique_ptr<Target>> edgecc::opencl::createOpenclTarget(const MachineOptions &machine) {
  return device::createDeviceTarget<OpenclTarget>("opencl", machine);
}

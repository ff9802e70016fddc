// What the targets share that run kernels on a device with memory of its own, beside code for a CPU.
#ifndef EDGECC_TARGETS_DEVICE_DEVICETARGET_H
#define EDGECC_TARGETS_DEVICE_DEVICETARGET_H

#include "targets/Target.h"
#include "targets/cpu/CpuTarget.h"
#include "targets/device/DeviceLimits.h"
#include "targets/device/Tasks.h"

namespace edgecc::device {

/// A target that makes the artefact of the cpu target, for the host, with an edgecc_program (edgecc/device.h) inside.
/// The same kernels are there for the CPU too: for steps that the device leaves to the host, and to run without a
/// device.
class DeviceTarget : public Target {
public:
  DeviceTarget(std::unique_ptr<Target> host, DeviceLimits limits)
      : limits(std::move(limits)), host(std::move(host)), program(std::make_shared<artefact::DeviceProgram>()) {}

  artefact::TargetSummary summary() const override;
  kernel::VectorTarget vectors() const override;
  llvm::Error checkFrames() const override { return host->checkFrames(); }
  void buildEmitPipeline(mlir::OpPassManager &passes) const override;
  llvm::Error emit(mlir::ModuleOp module, artefact::ModelSummary &summary, EmitKind kind,
                   llvm::StringRef path) const override;

protected:
  /// Makes all kernels and tasks of a module behind phase kernels, whose entry function has `inputs` inputs.
  virtual void formProgram(mlir::ModuleOp module, mlir::func::FuncOp entry, unsigned inputs,
                           artefact::DeviceProgram &program) const = 0;
  /// Adds a kernel that makes the first input of a frame, if this kind of device has one.
  virtual void addFrameKernel(const artefact::ModelSummary &summary, artefact::DeviceProgram &program) const {}
  /// Writes what this kind of device adds to the folder of an artefact.
  virtual llvm::Error emitKernels(const artefact::ModelSummary &summary, llvm::StringRef folder) const = 0;

  DeviceLimits limits;

private:
  std::unique_ptr<Target> host;
  std::shared_ptr<artefact::DeviceProgram> program; ///< Filled in by the pipeline, for emit().
};

/// Makes a `DerivedTarget` called `name` for a machine: host and limits, or an error where the options make no sense.
template <typename DerivedTarget>
llvm::Expected<std::unique_ptr<Target>> createDeviceTarget(llvm::StringRef name, const MachineOptions &machine) {
  if (machine.threads != 1)
    return llvm::createStringError("--target=" + name + " runs on a device; leave out --threads");
  llvm::Expected<std::unique_ptr<Target>> host = cpu::createCpuTarget(machine);
  if (!host)
    return host.takeError();
  llvm::Expected<DeviceLimits> limits = readDeviceLimits(machine.device);
  if (!limits)
    return limits.takeError();
  return std::make_unique<DerivedTarget>(std::move(*host), std::move(*limits));
}

} // namespace edgecc::device

#endif

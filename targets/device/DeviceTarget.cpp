// Targets with a device beside the host; see DeviceTarget.h.
#include "targets/device/DeviceTarget.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SPIRV/IR/SPIRVDialect.h"

#include "llvm/Support/FileSystem.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::device;

namespace {

/// Forms the program from the kernel IR, before the host's passes turn that into code.
struct FormProgramPass : public PassWrapper<FormProgramPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FormProgramPass)
  explicit FormProgramPass(std::function<void(ModuleOp, func::FuncOp, unsigned)> form) : form(std::move(form)) {}
  StringRef getArgument() const override { return "device-form-program"; }
  StringRef getDescription() const override { return "Make the kernels and tasks of a device"; }

  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<spirv::SPIRVDialect>(); }

  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr("edge.steps"))
        form(getOperation(), function, cast<IntegerAttr>(function->getAttr("edge.inputs")).getInt());
  }

  std::function<void(ModuleOp, func::FuncOp, unsigned)> form;
};

} // namespace

artefact::TargetSummary DeviceTarget::summary() const {
  artefact::TargetSummary summary = host->summary();
  summary.device = name().str() + ":" + limits.name;
  return summary;
}

kernel::VectorTarget DeviceTarget::vectors() const {
  kernel::VectorTarget vectors;
  vectors.vectorBits = limits.vectorBits;
  vectors.registers = limits.registers;
  vectors.workItems = limits.workItems;
  vectors.itemOperations = limits.itemOperations;
  vectors.runsGrids = true;
  vectors.skipsZeros = true;
  vectors.maxLanes = 16; // The widest vector of OpenCL.
  vectors.unrolledOperations = 64;
  return vectors;
}

void DeviceTarget::buildEmitPipeline(OpPassManager &passes) const {
  passes.addPass(std::make_unique<FormProgramPass>(
      [this](ModuleOp module, func::FuncOp entry, unsigned inputs) { formProgram(module, entry, inputs, *program); }));
  host->buildEmitPipeline(passes);
}

llvm::Error DeviceTarget::emit(ModuleOp module, artefact::ModelSummary &summary, EmitKind kind, StringRef path) const {
  summary.program = *program;
  if (summary.frame && !program->readsFirstInputOnHost())
    addFrameKernel(summary, *summary.program);
  for (auto [index, task] : llvm::enumerate(program->tasks))
    for (uint32_t step = task.step; step < program->endOfSteps(index, summary.steps.size()); ++step) {
      summary.steps[step].task = index;
      if (task.kernel >= 0)
        summary.steps[step].device = name().str();
      else
        summary.steps[step].reason = task.hostReason;
    }
  if (llvm::Error error = host->emit(module, summary, kind, path))
    return error;
  return kind == EmitKind::Artefact ? emitKernels(summary, path) : llvm::Error::success();
}

// The `cpu` target: kernel IR to LLVM IR to object code.
#include "targets/cpu/CpuTarget.h"
#include "passes/Kernel/Passes.h"
#include "targets/cpu/CpuMachine.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mlir/Transforms/Passes.h"

#include "llvm/IR/Module.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::cpu;

namespace {

class CpuTarget : public Target {
public:
  CpuTarget(std::unique_ptr<llvm::TargetMachine> machine, const MachineOptions &options)
      : machine(std::move(machine)), optimization(options.optimization), threads(options.threads) {}

  StringRef name() const override { return "cpu"; }

  artefact::TargetSummary summary() const override {
    return {machine->getTargetTriple().str(), machine->getTargetCPU().str(), machine->getTargetFeatureString().str()};
  }

  kernel::VectorTarget vectors() const override {
    kernel::VectorTarget vectors = describeVectors(*machine);
    if (optimization == 0) { // One lane: the plain loops that optimised code is compared with.
      vectors.vectorBits = 8;
      vectors.dot = {};
    }
    vectors.threads = threads;
    vectors.skipsZeros = true;
    return vectors;
  }

  llvm::Error checkFrames() const override {
    if (std::string missing = image::missingForStages(); !missing.empty())
      return llvm::createStringError("--image-input: " + missing);
    return frameMachine(*machine).takeError();
  }

  bool decodesWeights() const override { return true; }

  void buildEmitPipeline(OpPassManager &passes) const override {
    unsigned indexBits = machine->getPointerSizeInBits(0);
    if (threads > 1)
      passes.addPass(createPassPoolPass());
    passes.addPass(createLowerBitCountsPass(dotInstructions(*machine)));
    OpPassManager &functions = passes.nest<func::FuncOp>();
    functions.addPass(createLoopInvariantCodeMotionPass());
    functions.addPass(createLowerDotsPass(dotInstructions(*machine)));
    if (machine->getTargetTriple().isX86())
      functions.addPass(createLowerRoundingPass(vectors().vectorBits));
    functions.addPass(kernel::createApproximateMath({hasFusedMultiplyAdd(*machine)}));
    functions.addPass(createCanonicalizerPass());
    functions.addPass(createCSEPass());
    passes.addPass(memref::createExpandStridedMetadataPass());
    passes.addPass(createLowerAffinePass());
    passes.addPass(createSCFToControlFlowPass());
    passes.addPass(createConvertMathToLLVMPass());
    passes.addPass(createConvertMathToLibmPass()); // What has neither a polynomial nor an intrinsic of LLVM.
    passes.addPass(createConvertToLlvmPass(indexBits));
    passes.addPass(createReconcileUnrealizedCastsPass());
    passes.addPass(createCanonicalizerPass());
    passes.addPass(createSymbolDCEPass());
  }

  llvm::Error emit(ModuleOp module, artefact::ModelSummary &summary, EmitKind kind, StringRef path) const override {
    DialectRegistry registry;
    registerAllToLLVMIRTranslations(registry);
    module.getContext()->appendDialectRegistry(registry);
    bool isText = kind == EmitKind::Llvm || kind == EmitKind::Assembly;
    std::vector<Weight> weights = isText ? std::vector<Weight>() : takeWeights(module);
    llvm::LLVMContext context;
    std::unique_ptr<llvm::Module> llvmModule = translateModuleToLLVMIR(module, context, summary.name);
    if (!llvmModule)
      return llvm::createStringError("the module cannot be translated to LLVM IR");
    llvmModule->setTargetTriple(machine->getTargetTriple());
    llvmModule->setDataLayout(machine->createDataLayout());
    // Nothing but what addDescriptor makes is seen from outside. Each step is called from the run and from the table of
    // steps; its code is there once.
    for (llvm::Function &function : *llvmModule) {
      if (!function.isDeclaration())
        function.setLinkage(llvm::GlobalValue::InternalLinkage);
      if (function.getName().starts_with(summary.name + "_step_"))
        function.addFnAttr(llvm::Attribute::NoInline);
      else if (function.getName().starts_with(summary.name + "_k") && !function.hasFnAttribute("edgecc-split"))
        function.addFnAttr(llvm::Attribute::AlwaysInline);
    }
    summary.needsRuntime = threads > 1;
    runOnPool(*llvmModule);
    addDescriptor(*llvmModule, summary);
    if (summary.frame)
      addFrameEntry(*llvmModule, summary);
    if (summary.program)
      for (Weight &weight : weights)
        for (const artefact::DeviceWeight &moved : summary.program->weights)
          if (moved.symbol == weight.symbol) {
            weight.offset = moved.beginBytes;
            weight.symbol = weightsSymbol(summary.name);
            break;
          }
    return emitFiles(*llvmModule, *machine, optimization, summary, std::move(weights), kind, path);
  }

private:
  std::unique_ptr<llvm::TargetMachine> machine;
  int optimization, threads;
};

} // namespace

llvm::Expected<std::unique_ptr<Target>> edgecc::cpu::createCpuTarget(const MachineOptions &options) {
  llvm::Expected<std::unique_ptr<llvm::TargetMachine>> machine = createMachine(options);
  if (!machine)
    return machine.takeError();
  return std::make_unique<CpuTarget>(std::move(*machine), options);
}

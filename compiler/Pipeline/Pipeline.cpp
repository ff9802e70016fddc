// The phase table, the builders of all phases and the check of their contracts.
#include "compiler/Pipeline/Pipeline.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"
#include "passes/Conversion/Passes.h"
#include "passes/Edge/Passes.h"
#include "passes/Kernel/Passes.h"
#include "passes/Memory/Passes.h"
#include "passes/Tensor/Passes.h"
#include "targets/Target.h"

using namespace mlir;
using namespace edgecc;

namespace {

void buildSimplify(OpPassManager &passes, const PipelineOptions &options) {
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
  if (options.optimization == 0)
    return;
  passes.addNestedPass<func::FuncOp>(edgecc::edge::createSinkTransposes());
  passes.addPass(createCanonicalizerPass()); // Transposed weights fold, so that they count as constants below.
  passes.addNestedPass<func::FuncOp>(edgecc::edge::createFoldAffine());
  passes.addNestedPass<func::FuncOp>(edgecc::edge::createFusePad());
  kernel::DotUnit dots = options.vectors.dot;
  // Hardware that is made for the model has multipliers as narrow as its integers.
  bool isMade = options.target && options.target->multiplierBits() > 0;
  if (dots.bytes > 0 || dots.shorts > 0 || isMade) {
    edge::NarrowProductsOptions narrow;
    narrow.prefersUnsigned = dots.prefersUnsigned;
    narrow.prefersSigned = dots.prefersSigned;
    passes.addNestedPass<func::FuncOp>(edgecc::edge::createNarrowProducts(narrow));
  }
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
}

void buildCompress(OpPassManager &passes, const PipelineOptions &options) {
  if (!options.compress)
    return;
  options.compress(passes);
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
}

void buildLower(OpPassManager &passes, const PipelineOptions &options) {
  if (options.optimization > 0 && options.vectors.countsBits)
    passes.addNestedPass<func::FuncOp>(edgecc::edge::createBinaryProducts());
  passes.addPass(edgecc::createConvertEdgeToLinalg());
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
}

void buildSchedule(OpPassManager &passes, const PipelineOptions &options) {
  if (options.optimization > 0) {
    passes.addNestedPass<func::FuncOp>(edgecc::tensor::createFuseElementwise());
    passes.addPass(createCanonicalizerPass());
    passes.addPass(createCSEPass());
  }
  passes.addNestedPass<func::FuncOp>(edgecc::tensor::createFormKernels());
  passes.addNestedPass<func::FuncOp>(edgecc::tensor::createNarrowStorage());
  if (options.optimization > 0)
    passes.addNestedPass<func::FuncOp>(edgecc::tensor::createPlaceInDestination());
}

void buildBuffers(OpPassManager &passes, const PipelineOptions &options) {
  // No canonicalisation from here on: it would look into the bodies of kernels, which have their final form.
  passes.addPass(edgecc::memory::createBufferizeKernels());
  if (options.optimization > 0)
    passes.addNestedPass<func::FuncOp>(edgecc::memory::createFillBorders());
  memory::PlanArenaOptions plan;
  plan.separate = options.target && !options.target->sharesMemory();
  passes.addNestedPass<func::FuncOp>(edgecc::memory::createPlanArena(plan));
}

void buildExpand(OpPassManager &passes, const PipelineOptions &options) {
  if (options.target && options.target->buildExpandPipeline(passes))
    return;
  kernel::ExpandKernelsOptions expand;
  expand.vectorBits = options.vectors.vectorBits;
  expand.maxLanes = options.vectors.maxLanes;
  expand.registers = options.vectors.registers;
  expand.multipliesByLane = options.vectors.multipliesByLane;
  expand.l1Bytes = options.vectors.l1Bytes;
  expand.l2Bytes = options.vectors.l2Bytes;
  expand.threads = options.vectors.threads;
  expand.tilesScalars = options.vectors.tilesScalars;
  expand.unrolledOperations = options.vectors.unrolledOperations;
  expand.runsGrids = options.vectors.runsGrids;
  expand.workItems = options.vectors.workItems;
  expand.itemOperations = options.vectors.itemOperations;
  expand.joinsStores = options.vectors.joinsStores;
  expand.skipsZeros = options.vectors.skipsZeros;
  expand.countsBits = options.vectors.countsBits;
  expand.dotBytes = options.vectors.dot.bytes;
  expand.dotShorts = options.vectors.dot.shorts;
  expand.dotTemporaries = options.vectors.dot.temporaries;
  expand.dotWideTemporaries = options.vectors.dot.wideTemporaries;
  expand.dotTakesUnsigned = options.vectors.dot.takesUnsigned;
  expand.stagesHalves = options.vectors.stagesHalves;
  passes.addPass(edgecc::kernel::createExpandKernels(expand));
}

void buildKernels(OpPassManager &passes, const PipelineOptions &options) {
  buildExpand(passes, options);
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
  kernel::CodeConstantsOptions code;
  if (options.target && !options.target->decodesWeights())
    code.refusedBy = options.target->name().str();
  passes.addPass(edgecc::kernel::createCodeConstants(code));
  passes.addPass(edgecc::kernel::createOutlineSteps());
  passes.addPass(createCanonicalizerPass()); // Steps keep what they need of the entry's constants and views.
  passes.addPass(createCSEPass());
  passes.addPass(createSymbolDCEPass()); // Constants of which only the packed form is read.
}

void buildEmit(OpPassManager &passes, const PipelineOptions &options) {
  if (options.target)
    options.target->buildEmitPipeline(passes);
}

// Dialects, and single operations by their full names. tensor.extract makes the conditions of scf.if and loop bounds.
constexpr StringRef layers[] = {"edge", "func", "scf", "arith", "tensor.extract"};
constexpr StringRef waist[] = {"linalg", "tensor", "arith", "math", "scf", "func"};
constexpr StringRef kernelsOnTensors[] = {"kernel", "linalg", "tensor", "arith", "math", "scf", "func"};
constexpr StringRef kernelsOnBuffers[] = {"kernel", "linalg", "tensor", "memref", "arith", "math", "scf", "func"};
constexpr StringRef kernelIr[] = {"memref", "vector", "kernel.dot", "kernel.count_bits", "arith",
                                  "math",   "scf",    "func"};

const Phase table[] = {
    {"simplify", "fold constants, batch norms and transposes on the layers", buildSimplify, layers},
    {"compress", "prune, share, quantise and factorise the layers as a recipe says", buildCompress, layers},
    {"lower", "layers to linalg on tensors, the waist", buildLower, waist},
    {"schedule", "fuse and group operations into kernels", buildSchedule, kernelsOnTensors},
    {"buffers", "tensors to buffers with offsets in one arena", buildBuffers, kernelsOnBuffers},
    {"kernels", "kernels to loops and vectors: the kernel IR", buildKernels, kernelIr},
    {"emit", "kernel IR to the target's own form", buildEmit, {}},
};

/// Fails on the first operation that a phase should not have left.
struct CheckContractPass : public PassWrapper<CheckContractPass, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(CheckContractPass)
  explicit CheckContractPass(const Phase &phase) : phase(phase) {}
  StringRef getName() const override { return "CheckContract"; }

  void runOnOperation() override {
    getOperation()->walk([&](Operation *op) {
      StringRef dialect = op->getDialect() ? op->getDialect()->getNamespace() : "";
      if (dialect == "builtin" || llvm::is_contained(phase.contract, dialect) ||
          llvm::is_contained(phase.contract, op->getName().getStringRef()))
        return WalkResult::advance();
      op->emitOpError() << "is still there after phase '" << phase.name << "'";
      signalPassFailure();
      return WalkResult::interrupt();
    });
  }

  const Phase &phase;
};

} // namespace

ArrayRef<Phase> edgecc::phases() { return table; }

const Phase *edgecc::findPhase(StringRef name) {
  const Phase *found = llvm::find_if(table, [&](const Phase &phase) { return phase.name == name; });
  return found == std::end(table) ? nullptr : found;
}

void edgecc::buildPhase(OpPassManager &passes, const Phase &phase, const PipelineOptions &options) {
  phase.build(passes, options);
  if (!phase.contract.empty())
    passes.addPass(std::make_unique<CheckContractPass>(phase));
}

void edgecc::buildTensorInput(OpPassManager &passes, bool hasTosa) {
  if (hasTosa) {
    tosa::addTosaToLinalgPasses(passes, TosaToLinalgOptions(), TosaToLinalgNamedOptions(), std::nullopt);
    OpPassManager &functions = passes.nest<func::FuncOp>();
    functions.addPass(createTosaToArithPass(TosaToArithPassOptions{/*includeApplyRescale=*/true, /*use32Bit=*/false}));
    functions.addPass(createTosaToTensorPass());
    functions.addPass(createTosaToSCFPass());
  }
  passes.addPass(createCanonicalizerPass());
  passes.addNestedPass<func::FuncOp>(edgecc::tensor::createDecomposeMovement());
}

void edgecc::printPhases(raw_ostream &stream) {
  stream << "| Phase | What it does | What may be in the IR when it ends |\n|---|---|---|\n";
  auto row = [&](StringRef name, StringRef help, ArrayRef<StringRef> contract) {
    stream << "| " << name << " | " << help << " | ";
    llvm::interleaveComma(contract, stream, [&](StringRef dialect) { stream << '`' << dialect << '`'; });
    stream << (contract.empty() ? "what the target says" : "") << " |\n";
  };
  row("import", "model file to layers", layers);
  for (const Phase &phase : table)
    row(phase.name, phase.help, phase.contract);
}

void edgecc::registerPhasePipelines() {
  for (const Phase &phase : table) {
    static std::vector<std::unique_ptr<PassPipelineRegistration<>>> registrations;
    if (phase.contract.empty())
      continue; // A target's own form needs a target.
    registrations.push_back(std::make_unique<PassPipelineRegistration<>>(
        ("edgecc-" + phase.name).str(), phase.help,
        [&phase](OpPassManager &passes) { buildPhase(passes, phase, PipelineOptions()); }));
  }
}

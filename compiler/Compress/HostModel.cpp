// Compiling for this machine and loading; see HostModel.h.
#include "compiler/Compress/HostModel.h"

#include "compiler/Pipeline/Dialects.h"
#include "compiler/Pipeline/Pipeline.h"
#include "compiler/Pipeline/Summary.h"
#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Parser/Parser.h"
#include "targets/Target.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/SourceMgr.h"

#include <chrono>
#include <limits>

#include <dlfcn.h>

using namespace mlir;
using namespace edgecc;
using namespace edgecc::compress;

namespace {

constexpr llvm::StringLiteral modelName = "observed";

/// Runs the phases behind `compress`, up to `last`.
llvm::Error runPhases(ModuleOp module, const Target &target, StringRef last, artefact::ModelSummary &summary) {
  func::FuncOp entry = findEntry(module);
  entry.setSymName(modelName);
  summary.name = modelName.str();
  summary.target = target.summary();
  summarizeSignature(entry, summary);
  PipelineOptions options;
  options.vectors = target.vectors();
  options.target = &target;
  for (const Phase &phase : phases()) {
    if (phase.name == "simplify" || phase.name == "compress")
      continue;
    PassManager passes(module.getContext());
    buildPhase(passes, phase, options);
    if (failed(passes.run(module)))
      return llvm::createStringError("compiling the network failed in phase '" + phase.name + "'");
    if (phase.name == "kernels")
      summarizePlan(module, summary);
    if (phase.name == last)
      break;
  }
  return llvm::Error::success();
}

uint64_t roundUp(uint64_t bytes, uint64_t alignment) { return (bytes + alignment - 1) / alignment * alignment; }

} // namespace

func::FuncOp edgecc::compress::findEntry(ModuleOp module) {
  for (auto function : module.getOps<func::FuncOp>())
    if (function.isPublic() && !function.isDeclaration())
      return function;
  return nullptr;
}

OwningOpRef<ModuleOp> edgecc::compress::copyInto(MLIRContext &context, ModuleOp module) {
  std::string bytes;
  llvm::raw_string_ostream stream(bytes);
  if (failed(writeBytecodeToFile(module, stream)))
    return {};
  // Weights stay where they are in the buffer, which bytecode wants aligned.
  auto buffer = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(bytes.size(), "network", llvm::Align(64));
  llvm::copy(bytes, buffer->getBufferStart());
  auto sources = std::make_shared<llvm::SourceMgr>();
  sources->AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  return parseSourceFile<ModuleOp>(sources, ParserConfig(&context));
}

llvm::Expected<artefact::ModelSummary> edgecc::compress::plan(ModuleOp module, const Target &target) {
  MLIRContext context(makeDialectRegistry());
  OwningOpRef<ModuleOp> copy = copyInto(context, module);
  if (!copy)
    return llvm::createStringError("cannot copy the network");
  artefact::ModelSummary summary;
  if (llvm::Error error = runPhases(*copy, target, "kernels", summary))
    return std::move(error);
  return summary;
}

llvm::Expected<std::unique_ptr<HostModel>> HostModel::compile(ModuleOp module) {
  MLIRContext context(makeDialectRegistry());
  OwningOpRef<ModuleOp> copy = copyInto(context, module);
  if (!copy)
    return llvm::createStringError("cannot copy the network");
  MachineOptions machine;
  machine.cpu = "native";
  auto target = createTarget("cpu", machine);
  if (!target)
    return target.takeError();
  artefact::ModelSummary summary;
  if (llvm::Error error = runPhases(*copy, **target, "emit", summary))
    return std::move(error);

  SmallString<128> path;
  if (std::error_code code = llvm::sys::fs::createTemporaryFile("edgecc", "so", path))
    return llvm::createStringError("no temporary file: " + code.message());
  llvm::FileRemover remover(path);
  if (llvm::Error error = (*target)->emit(*copy, summary, EmitKind::Shared, path))
    return std::move(error);

  std::unique_ptr<HostModel> result(new HostModel());
  result->plan = std::move(summary);
  result->library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!result->library)
    return llvm::createStringError(std::string("cannot load the network: ") + dlerror());
  result->descriptor = static_cast<const edgecc_model *>(dlsym(result->library, (modelName + "_model").str().c_str()));
  if (!result->descriptor)
    return llvm::createStringError("the compiled network has no descriptor");
  const edgecc_model &model = *result->descriptor;
  for (const edgecc_tensor &output : llvm::ArrayRef(model.outputs, model.num_outputs))
    result->outputs.push_back(data::Tensor::zeros(
        {output.name, static_cast<edgecc_dtype>(output.dtype), {output.shape, output.shape + output.rank}}));
  result->arena.reset(new char[model.arena_bytes + model.arena_alignment]);
  return std::move(result);
}

HostModel::~HostModel() {
  if (library)
    dlclose(library);
}

std::vector<data::TensorType> HostModel::inputTypes() const {
  std::vector<data::TensorType> types;
  for (const edgecc_tensor &input : llvm::ArrayRef(descriptor->inputs, descriptor->num_inputs))
    types.push_back({input.name, static_cast<edgecc_dtype>(input.dtype), {input.shape, input.shape + input.rank}});
  return types;
}

/// Inputs and outputs of a run, at addresses that kernels may read by aligned loads; std::vector aligns too little.
class HostModel::Operands {
public:
  Operands(const HostModel &model, llvm::ArrayRef<data::Tensor> inputs) : model(model) {
    uint64_t total = 0;
    std::vector<uint64_t> inputOffsets = place(inputs, total), outputOffsets = place(model.outputs, total);
    memory.reset(new char[total + alignment()]);
    char *base = align(memory.get());
    for (auto [tensor, offset] : llvm::zip(inputs, inputOffsets)) {
      llvm::copy(tensor.bytes, base + offset);
      inputPointers.push_back(base + offset);
    }
    for (uint64_t offset : outputOffsets)
      outputPointers.push_back(base + offset);
  }

  bool run() const {
    return model.descriptor->run(inputPointers.data(), outputPointers.data(), align(model.arena.get()), nullptr) == 0;
  }

  void copyOutputs(std::vector<data::Tensor> &outputs) const {
    for (auto [tensor, pointer] : llvm::zip(outputs, outputPointers))
      std::copy_n(static_cast<const char *>(pointer), tensor.bytes.size(), tensor.bytes.begin());
  }

private:
  uint64_t alignment() const { return model.descriptor->arena_alignment; }
  char *align(char *pointer) const {
    return reinterpret_cast<char *>(roundUp(reinterpret_cast<uintptr_t>(pointer), alignment()));
  }
  std::vector<uint64_t> place(llvm::ArrayRef<data::Tensor> tensors, uint64_t &total) const {
    std::vector<uint64_t> offsets;
    for (const data::Tensor &tensor : tensors) {
      offsets.push_back(total);
      total += roundUp(std::max<uint64_t>(tensor.bytes.size(), 1), alignment());
    }
    return offsets;
  }

  const HostModel &model;
  std::unique_ptr<char[]> memory;
  std::vector<const void *> inputPointers;
  std::vector<void *> outputPointers;
};

llvm::ArrayRef<data::Tensor> HostModel::run(llvm::ArrayRef<data::Tensor> inputs) {
  Operands operands(*this, inputs);
  if (!operands.run())
    return {};
  operands.copyOutputs(outputs);
  return outputs;
}

double HostModel::fastestRun(llvm::ArrayRef<data::Tensor> inputs) {
  constexpr unsigned leastRuns = 20;
  constexpr std::chrono::milliseconds leastTime(100);
  using Clock = std::chrono::steady_clock;
  Operands operands(*this, inputs);
  double fastest = std::numeric_limits<double>::infinity();
  Clock::time_point begin = Clock::now();
  for (unsigned runs = 0; runs < leastRuns || Clock::now() - begin < leastTime; ++runs) {
    Clock::time_point start = Clock::now();
    if (!operands.run())
      return 0;
    fastest = std::min(fastest, std::chrono::duration<double, std::micro>(Clock::now() - start).count());
  }
  return fastest;
}

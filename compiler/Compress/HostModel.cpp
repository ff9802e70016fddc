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

#include <dlfcn.h>

using namespace mlir;
using namespace edgecc;
using namespace edgecc::compress;

namespace {

constexpr llvm::StringLiteral modelName = "observed";

/// A copy in a context of its own: the phases free weights that they have packed.
OwningOpRef<ModuleOp> copyInto(MLIRContext &context, ModuleOp module) {
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

func::FuncOp findEntry(ModuleOp module) {
  for (auto function : module.getOps<func::FuncOp>())
    if (function.isPublic() && !function.isDeclaration())
      return function;
  return nullptr;
}

llvm::Error runPhases(ModuleOp module, const Target &target, artefact::ModelSummary &summary) {
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
      return llvm::createStringError("compiling the network for this machine failed in phase '" + phase.name + "'");
    if (phase.name == "kernels")
      summarizePlan(module, summary);
  }
  return llvm::Error::success();
}

uint64_t roundUp(uint64_t bytes, uint64_t alignment) { return (bytes + alignment - 1) / alignment * alignment; }

} // namespace

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
  if (llvm::Error error = runPhases(*copy, **target, summary))
    return std::move(error);

  SmallString<128> path;
  if (std::error_code code = llvm::sys::fs::createTemporaryFile("edgecc", "so", path))
    return llvm::createStringError("no temporary file: " + code.message());
  llvm::FileRemover remover(path);
  if (llvm::Error error = (*target)->emit(*copy, summary, EmitKind::Shared, path))
    return std::move(error);

  std::unique_ptr<HostModel> result(new HostModel());
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

llvm::ArrayRef<data::Tensor> HostModel::run(llvm::ArrayRef<data::Tensor> inputs) {
  // Kernels may read their inputs by aligned loads, and std::vector aligns too little.
  uint64_t alignment = descriptor->arena_alignment, total = 0;
  auto place = [&](auto &tensors, std::vector<uint64_t> &offsets) {
    for (const data::Tensor &tensor : tensors) {
      offsets.push_back(total);
      total += roundUp(std::max<uint64_t>(tensor.bytes.size(), 1), alignment);
    }
  };
  std::vector<uint64_t> inputOffsets, outputOffsets;
  place(inputs, inputOffsets);
  place(outputs, outputOffsets);
  std::unique_ptr<char[]> memory(new char[total + alignment]);
  auto align = [&](char *pointer) {
    return reinterpret_cast<char *>(roundUp(reinterpret_cast<uintptr_t>(pointer), alignment));
  };
  char *base = align(memory.get());
  std::vector<const void *> inputPointers;
  std::vector<void *> outputPointers;
  for (auto [tensor, offset] : llvm::zip(inputs, inputOffsets)) {
    llvm::copy(tensor.bytes, base + offset);
    inputPointers.push_back(base + offset);
  }
  for (uint64_t offset : outputOffsets)
    outputPointers.push_back(base + offset);
  if (descriptor->run(inputPointers.data(), outputPointers.data(), align(arena.get()), nullptr) != 0)
    return {};
  for (auto [tensor, offset] : llvm::zip(outputs, outputOffsets))
    std::copy_n(base + offset, tensor.bytes.size(), tensor.bytes.begin());
  return outputs;
}

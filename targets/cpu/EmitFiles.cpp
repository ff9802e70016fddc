// Optimisation of the LLVM module and the files that come of it.
#include "targets/cpu/CpuTarget.h"

#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Signals.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/IPO/AlwaysInliner.h"
#include "llvm/Transforms/IPO/GlobalDCE.h"

using namespace llvm;
using namespace edgecc;

namespace {

void optimize(Module &module, TargetMachine &machine, int level) {
  for (Function &function : module) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr("target-cpu", machine.getTargetCPU());
    function.addFnAttr("target-features", machine.getTargetFeatureString());
    function.addFnAttr(Attribute::NoUnwind);
  }
  PipelineTuningOptions tuning;
  // Loops arrive vectorised and unrolled by the schedule; LLVM's own attempts would only grow them.
  tuning.LoopVectorization = false;
  tuning.LoopUnrolling = false;
  tuning.SLPVectorization = false;
  PassBuilder builder(&machine, tuning);
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager graphs;
  ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(graphs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, graphs, modules);
  OptimizationLevel optimization = level == 0   ? OptimizationLevel::O0
                                   : level == 1 ? OptimizationLevel::O1
                                   : level == 2 ? OptimizationLevel::O2
                                                : OptimizationLevel::O3;
  ModulePassManager passes;
  if (level == 0) {
    passes = builder.buildO0DefaultPipeline(optimization);
  } else {
    // Kernels go into their steps, and each function is then optimised alone: the whole-module analyses of the default
    // pipeline find nothing in a chain of steps, and take minutes where the steps are large.
    passes.addPass(AlwaysInlinerPass());
    passes.addPass(createModuleToFunctionPassAdaptor(
        builder.buildFunctionSimplificationPipeline(optimization, ThinOrFullLTOPhase::None)));
    passes.addPass(GlobalDCEPass());
  }
  passes.run(module, modules);
}

Error generate(Module &module, TargetMachine &machine, CodeGenFileType type, raw_pwrite_stream &stream) {
  legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, stream, nullptr, type))
    return createStringError("the target machine cannot write this kind of file");
  passes.run(module);
  return Error::success();
}

/// An object file that goes into other files. It is written to disk, not to memory: weights make it large.
class ObjectFile {
public:
  ~ObjectFile() {
    sys::fs::remove(path);
    sys::DontRemoveFileOnSignal(path);
  }

  Error write(Module &module, TargetMachine &machine, std::vector<cpu::Weight> weights) {
    int descriptor;
    if (std::error_code code = sys::fs::createTemporaryFile("edgecc", "o", descriptor, path))
      return createFileError("a temporary object file", code);
    sys::RemoveFileOnSignal(path);
    // Of weights that only dead code read, nothing is left after optimisation.
    erase_if(weights, [&](const cpu::Weight &weight) { return !module.getNamedGlobal(weight.symbol); });
    raw_fd_ostream stream(descriptor, /*shouldClose=*/true);
    if (Error error = generate(module, machine, CodeGenFileType::ObjectFile, stream))
      return error;
    stream.close();
    if (std::error_code code = stream.error()) {
      stream.clear_error();
      return createFileError(path, code);
    }
    return cpu::writeWeights(path, weights);
  }

  Error write(ArrayRef<char> bytes) {
    if (std::error_code code = sys::fs::createTemporaryFile("edgecc", "o", path))
      return createFileError("a temporary object file", code);
    sys::RemoveFileOnSignal(path);
    return writeToOutput(path, [&](raw_ostream &stream) {
      stream.write(bytes.data(), bytes.size());
      return Error::success();
    });
  }

  StringRef name() const { return path; }

  Expected<std::unique_ptr<MemoryBuffer>> map() const {
    ErrorOr<std::unique_ptr<MemoryBuffer>> buffer =
        MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
    if (std::error_code code = buffer.getError())
      return createFileError(path, code);
    return std::move(*buffer);
  }

private:
  SmallString<128> path;
};

/// An object file under the name that it has in an archive.
struct Member {
  std::string name;
  std::unique_ptr<ObjectFile> object;
};

Error writeArchiveOf(StringRef path, ArrayRef<Member> list) {
  std::vector<std::unique_ptr<MemoryBuffer>> buffers;
  std::vector<NewArchiveMember> members;
  for (const Member &member : list) {
    Expected<std::unique_ptr<MemoryBuffer>> buffer = member.object->map();
    if (!buffer)
      return buffer.takeError();
    buffers.push_back(std::move(*buffer));
    members.emplace_back(buffers.back()->getMemBufferRef());
    members.back().MemberName = member.name;
  }
  return writeArchive(path, members, SymtabWritingMode::NormalSymtab, object::Archive::K_GNU, /*Deterministic=*/true,
                      /*Thin=*/false);
}

/// Links a shared library with LLVM's linker; its only dependency is libm, which the program brings.
Error linkShared(StringRef path, ArrayRef<Member> list) {
  ErrorOr<std::string> linker = sys::findProgramByName("ld.lld-22");
  if (!linker)
    linker = sys::findProgramByName("ld.lld", {"/usr/lib/llvm-22/bin"});
  if (!linker)
    return createStringError("--emit=shared needs the linker ld.lld; install the package lld-22");
  std::string message;
  std::string target = (path + ".tmp").str();
  SmallVector<StringRef> arguments = {*linker, "-shared", "--build-id=none", "-o", target};
  for (const Member &member : list)
    arguments.push_back(member.object->name());
  if (sys::ExecuteAndWait(*linker, arguments, std::nullopt, {}, 0, 0, &message) != 0) {
    sys::fs::remove(target);
    return createStringError("linking " + path + " failed" + (message.empty() ? "" : ": " + message));
  }
  if (std::error_code code = sys::fs::rename(target, path))
    return createFileError(path, code);
  return Error::success();
}

Error copyObject(StringRef path, const ObjectFile &object) {
  Expected<std::unique_ptr<MemoryBuffer>> buffer = object.map();
  if (!buffer)
    return buffer.takeError();
  return writeToOutput(path, [&](raw_ostream &stream) {
    stream << (*buffer)->getBuffer();
    return Error::success();
  });
}

} // namespace

Error edgecc::cpu::emitFiles(Module &module, TargetMachine &machine, int optimization, artefact::ModelSummary &summary,
                             std::vector<Weight> weights, EmitKind kind, StringRef path) {
  optimize(module, machine, optimization);
  if (kind == EmitKind::Llvm)
    return writeToOutput(path, [&](raw_ostream &stream) {
      module.print(stream, nullptr);
      return Error::success();
    });
  if (kind == EmitKind::Assembly)
    return writeToOutput(path, [&](raw_ostream &stream) {
      buffer_ostream seekable(stream);
      return generate(module, machine, CodeGenFileType::AssemblyFile, seekable);
    });
  std::vector<Member> members;
  members.push_back({summary.name + ".o", std::make_unique<ObjectFile>()});
  if (Error error = members.front().object->write(module, machine, std::move(weights)))
    return error;
  if (kind == EmitKind::Object)
    return copyObject(path, *members.front().object);
  if (summary.frame) {
    Expected<SmallVector<char, 0>> stage = compileFrame(machine, summary);
    if (!stage)
      return stage.takeError();
    members.push_back({summary.name + "_frame.o", std::make_unique<ObjectFile>()});
    if (Error error = members.back().object->write(*stage))
      return error;
  }
  if (kind == EmitKind::Shared)
    return linkShared(path, members);
  SmallString<128> library(path);
  sys::path::append(library, "lib" + summary.name + ".a");
  return writeArchiveOf(library, members);
}

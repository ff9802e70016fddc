// Optimisation of the LLVM module and the files that come of it.
#include "targets/cpu/CpuTarget.h"

#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"
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

Expected<SmallVector<char, 0>> generate(Module &module, TargetMachine &machine, CodeGenFileType type) {
  SmallVector<char, 0> bytes;
  raw_svector_ostream stream(bytes);
  legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, stream, nullptr, type))
    return createStringError("the target machine cannot write this kind of file");
  passes.run(module);
  return bytes;
}

/// Writes a file that appears whole or not at all.
Error writeWhole(StringRef path, function_ref<void(raw_ostream &)> write) {
  return writeToOutput(path, [&](raw_ostream &stream) {
    write(stream);
    return Error::success();
  });
}

Error writeArchiveOf(StringRef path, StringRef member, SmallVector<char, 0> object) {
  SmallVectorMemoryBuffer buffer(std::move(object), member, /*RequiresNullTerminator=*/false);
  std::vector<NewArchiveMember> members;
  members.emplace_back(buffer.getMemBufferRef());
  members.back().MemberName = member;
  Expected<std::unique_ptr<MemoryBuffer>> archive =
      writeArchiveToBuffer(members, SymtabWritingMode::NormalSymtab, object::Archive::K_GNU, /*Deterministic=*/true,
                           /*Thin=*/false);
  if (!archive)
    return archive.takeError();
  return writeWhole(path, [&](raw_ostream &stream) { stream << (*archive)->getBuffer(); });
}

/// Links a shared library with LLVM's linker; its only dependency is libm, which the program brings.
Error linkShared(StringRef path, const SmallVector<char, 0> &object) {
  ErrorOr<std::string> linker = sys::findProgramByName("ld.lld-22");
  if (!linker)
    linker = sys::findProgramByName("ld.lld", {"/usr/lib/llvm-22/bin"});
  if (!linker)
    return createStringError("--emit=shared needs the linker ld.lld; install the package lld-22");
  SmallString<128> objectPath;
  if (std::error_code code = sys::fs::createTemporaryFile("edgecc", "o", objectPath))
    return createFileError(objectPath, code);
  llvm::FileRemover removeObject(objectPath);
  if (Error error = writeWhole(objectPath, [&](raw_ostream &stream) { stream.write(object.data(), object.size()); }))
    return error;
  std::string message;
  std::string target = (path + ".tmp").str();
  StringRef arguments[] = {*linker, "-shared", "--build-id=none", "-o", target, objectPath};
  if (sys::ExecuteAndWait(*linker, arguments, std::nullopt, {}, 0, 0, &message) != 0) {
    sys::fs::remove(target);
    return createStringError("linking " + path + " failed" + (message.empty() ? "" : ": " + message));
  }
  if (std::error_code code = sys::fs::rename(target, path))
    return createFileError(path, code);
  return Error::success();
}

} // namespace

Error edgecc::cpu::emitFiles(Module &module, TargetMachine &machine, int optimization, artefact::ModelSummary &summary,
                             EmitKind kind, StringRef path) {
  optimize(module, machine, optimization);
  if (kind == EmitKind::Llvm)
    return writeWhole(path, [&](raw_ostream &stream) { module.print(stream, nullptr); });
  CodeGenFileType type = kind == EmitKind::Assembly ? CodeGenFileType::AssemblyFile : CodeGenFileType::ObjectFile;
  Expected<SmallVector<char, 0>> bytes = generate(module, machine, type);
  if (!bytes)
    return bytes.takeError();
  if (kind == EmitKind::Shared)
    return linkShared(path, *bytes);
  if (kind == EmitKind::Artefact) {
    SmallString<128> library(path);
    sys::path::append(library, "lib" + summary.name + ".a");
    return writeArchiveOf(library, summary.name + ".o", std::move(*bytes));
  }
  return writeWhole(path, [&](raw_ostream &stream) { stream.write(bytes->data(), bytes->size()); });
}

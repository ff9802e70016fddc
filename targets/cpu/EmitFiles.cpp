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

/// An object file that is not written yet.
struct ObjectFile {
  std::string name;
  SmallVector<char, 0> bytes;
};

Error writeArchiveOf(StringRef path, ArrayRef<ObjectFile> objects) {
  std::vector<NewArchiveMember> members;
  for (const ObjectFile &object : objects)
    members.emplace_back(MemoryBufferRef(StringRef(object.bytes.data(), object.bytes.size()), object.name));
  Expected<std::unique_ptr<MemoryBuffer>> archive =
      writeArchiveToBuffer(members, SymtabWritingMode::NormalSymtab, object::Archive::K_GNU, /*Deterministic=*/true,
                           /*Thin=*/false);
  if (!archive)
    return archive.takeError();
  return writeWhole(path, [&](raw_ostream &stream) { stream << (*archive)->getBuffer(); });
}

/// A temporary file of one object.
Expected<std::string> writeTemporary(const ObjectFile &object) {
  SmallString<128> path;
  if (std::error_code code = sys::fs::createTemporaryFile("edgecc", "o", path))
    return createFileError(path, code);
  if (Error error =
          writeWhole(path, [&](raw_ostream &stream) { stream.write(object.bytes.data(), object.bytes.size()); }))
    return error;
  return path.str().str();
}

/// Links a shared library with LLVM's linker; its only dependency is libm, which the program brings.
Error linkShared(StringRef path, ArrayRef<ObjectFile> objects) {
  ErrorOr<std::string> linker = sys::findProgramByName("ld.lld-22");
  if (!linker)
    linker = sys::findProgramByName("ld.lld", {"/usr/lib/llvm-22/bin"});
  if (!linker)
    return createStringError("--emit=shared needs the linker ld.lld; install the package lld-22");
  std::string target = (path + ".tmp").str();
  std::vector<std::string> paths;
  std::vector<FileRemover> removers(objects.size());
  for (auto [object, remover] : zip(objects, removers)) {
    Expected<std::string> file = writeTemporary(object);
    if (!file)
      return file.takeError();
    paths.push_back(std::move(*file));
    remover.setFile(paths.back());
  }
  std::string message;
  SmallVector<StringRef> arguments = {*linker, "-shared", "--build-id=none", "-o", target};
  append_range(arguments, paths);
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
  if (kind != EmitKind::Shared && kind != EmitKind::Artefact)
    return writeWhole(path, [&](raw_ostream &stream) { stream.write(bytes->data(), bytes->size()); });
  std::vector<ObjectFile> objects;
  objects.push_back({summary.name + ".o", std::move(*bytes)});
  if (summary.frame) {
    Expected<SmallVector<char, 0>> stage = compileFrame(machine, summary);
    if (!stage)
      return stage.takeError();
    objects.push_back({summary.name + "_frame.o", std::move(*stage)});
  }
  if (kind == EmitKind::Shared)
    return linkShared(path, objects);
  SmallString<128> library(path);
  sys::path::append(library, "lib" + summary.name + ".a");
  return writeArchiveOf(library, objects);
}

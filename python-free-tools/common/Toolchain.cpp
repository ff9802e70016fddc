#include "Toolchain.h"

#include "Diagnostics.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Object/Archive.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;

namespace edgecc::tools {

namespace {

struct Architecture {
  const char *name;
  const char *linkerDriver; // where it is foreign
  const char *emulator;
};

constexpr Architecture architectures[] = {{"x86_64", "x86_64-linux-gnu-gcc", "qemu-x86_64-static"},
                                          {"aarch64", "aarch64-linux-gnu-gcc", "qemu-aarch64-static"},
                                          {"arm", "arm-linux-gnueabihf-gcc", "qemu-arm-static"},
                                          {"riscv64", "riscv64-linux-gnu-gcc", "qemu-riscv64-static"}};

Expected<const Architecture *> findArchitecture(StringRef arch) {
  for (const Architecture &row : architectures)
    if (arch == row.name)
      return &row;
  return failure(arch, "the tools cannot link or run programs of this architecture");
}

bool isHost(StringRef arch) { return arch == Triple::getArchTypeName(Triple(sys::getProcessTriple()).getArch()); }

// Adds one object file's sections to the sizes and notes its architecture.
Error measureObject(const object::Archive::Child &child, Library &library) {
  auto binary = child.getAsBinary();
  if (!binary)
    return binary.takeError();
  const auto *object = dyn_cast<object::ObjectFile>(binary->get());
  if (!object)
    return Error::success();
  library.arch = object->getArch() == Triple::thumb ? "arm" : Triple::getArchTypeName(object->getArch()).str();
  for (const object::SectionRef &section : object->sections()) {
    StringRef name = cantFail(section.getName(), "a section has a name");
    if (section.isText())
      library.textBytes += section.getSize();
    else if (name.starts_with(".rodata") || name.starts_with(".data.rel.ro"))
      library.dataBytes += section.getSize();
  }
  return Error::success();
}

Error measureLibrary(Library &library) {
  auto buffer = MemoryBuffer::getFile(library.path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return failure(library.path, "cannot read the file: " + buffer.getError().message());
  auto archive = object::Archive::create((*buffer)->getMemBufferRef());
  if (!archive)
    return failure(library.path, toString(archive.takeError()));
  Error walkError = Error::success();
  for (const object::Archive::Child &child : (*archive)->children(walkError))
    if (Error error = measureObject(child, library))
      return joinErrors(std::move(walkError), std::move(error));
  if (walkError)
    return walkError;
  if (library.arch.empty())
    return failure(library.path, "holds no object file");
  auto stage = (*archive)->findSym(library.name + "_frame_stage");
  if (!stage)
    return failure(library.path, toString(stage.takeError()));
  library.takesFrames = stage->has_value();
  return Error::success();
}

std::string cxxCompiler(const Architecture &arch) {
  StringRef c = arch.linkerDriver;
  return isHost(arch.name) ? "c++" : (c.drop_back(3) + "g++").str();
}

std::string cCompiler(const Architecture &arch) { return isHost(arch.name) ? "cc" : arch.linkerDriver; }

// Compiles one file of an artefact into `object`, with the headers and bytes that lie beside it: C99, or the C++14 of a
// hardware design, whose pragmas are for others.
Error compileSource(const Architecture &arch, StringRef source, StringRef object) {
  std::vector<std::string> arguments = {cCompiler(arch), "-std=c99", "-O2", "-Wall", "-Wextra", "-pedantic", "-Werror"};
  if (source.ends_with(".cpp"))
    arguments = {cxxCompiler(arch), "-std=c++14", "-O2", "-Wall", "-Wextra", "-Werror", "-Wno-unknown-pragmas"};
  if (StringRef(arch.name) == "arm")
    arguments.push_back("-mfpu=neon-vfpv4");
  arguments.push_back(("-I" + sys::path::parent_path(source)).str());
  for (StringRef argument : {StringRef("-c"), source, StringRef("-o"), object})
    arguments.push_back(argument.str());
  ProcessResult result = runProcess(arguments, /*timeoutSeconds=*/600);
  return result.succeeded() ? Error::success() : failure(source, "does not compile: " + StringRef(result.summary()));
}

// The library of an artefact that consists of C sources; the manifest names them and the machine they are for.
Expected<Library> buildLibrary(StringRef directory, StringRef manifest, StringRef workDir) {
  auto text = MemoryBuffer::getFile(manifest);
  if (!text)
    return failure(manifest, "cannot read the file: " + text.getError().message());
  auto parsed = json::parse((*text)->getBuffer());
  if (!parsed)
    return failure(manifest, toString(parsed.takeError()));
  const json::Object *object = parsed->getAsObject();
  const json::Array *sources = object ? object->getArray("sources") : nullptr;
  const json::Object *target = object ? object->getObject("target") : nullptr;
  if (!sources || !target)
    return failure(directory, "has no lib*.a, and its manifest lists no sources");
  std::string triple = target->getString("triple").value_or("any").str();
  Triple machine(triple == "any" ? sys::getProcessTriple() : triple);
  auto arch = findArchitecture(machine.getArch() == Triple::thumb ? "arm" : Triple::getArchTypeName(machine.getArch()));
  if (!arch)
    return arch.takeError();

  Library library;
  library.name = object->getString("name").value_or("").str();
  library.path = (workDir + "/lib" + library.name + ".a").str();
  std::vector<NewArchiveMember> members;
  for (const json::Value &source : *sources) {
    std::string name = source.getAsString().value_or("").str(), made = (workDir + "/" + name + ".o").str();
    if (Error error = compileSource(**arch, (directory + "/" + name).str(), made))
      return error;
    auto member = NewArchiveMember::getFile(made, /*Deterministic=*/true);
    if (!member)
      return member.takeError();
    members.push_back(std::move(*member));
  }
  if (Error error = writeArchive(library.path, members, SymtabWritingMode::NormalSymtab, object::Archive::K_GNU,
                                 /*Deterministic=*/true, /*Thin=*/false))
    return error;
  return library;
}

} // namespace

Toolchain Toolchain::besideTool(const char *argv0) {
  static int anchor; // some address inside this program
  SmallString<128> bin(sys::path::parent_path(sys::fs::getMainExecutable(argv0, &anchor)));
  SmallString<128> compiler(bin), harness(sys::path::parent_path(bin));
  sys::path::append(compiler, "edgecc");
  sys::path::append(harness, "lib", "edgecc", "harness");
  return {compiler.str().str(), harness.str().str()};
}

Error checkCompiler(const Toolchain &toolchain) {
  if (!sys::fs::can_execute(toolchain.compiler))
    return failure(toolchain.compiler, "the compiler is not here; build or install edgecc beside this tool");
  return Error::success();
}

ProcessResult compileModel(const Toolchain &toolchain, const CompileRequest &request) {
  std::vector<std::string> arguments = {toolchain.compiler, request.model, "-o", request.outputDir};
  arguments.insert(arguments.end(), request.flags.begin(), request.flags.end());
  return runProcess(arguments, request.timeoutSeconds);
}

Expected<Library> findLibrary(StringRef directory, StringRef workDir) {
  Library library;
  std::string manifest;
  std::error_code error;
  for (sys::fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    StringRef file = sys::path::filename(entry->path());
    // Beside it lie NAME.compress.json and NAME_hls.json.
    if (file.ends_with(".json") && file.count('.') == 1 && !file.ends_with("_hls.json"))
      manifest = entry->path();
    if (!file.starts_with("lib") || !file.ends_with(".a"))
      continue;
    if (!library.path.empty())
      return failure(directory, "has more than one lib*.a; give the folder of one model");
    library.path = entry->path();
    library.name = file.drop_front(3).drop_back(2).str();
  }
  if (library.path.empty()) {
    if (manifest.empty())
      return failure(directory, "has no lib*.a; expected a folder that edgecc wrote");
    auto built = buildLibrary(directory, manifest, workDir);
    if (!built)
      return built.takeError();
    library = std::move(*built);
  }
  if (Error measureError = measureLibrary(library))
    return measureError;
  return library;
}

Error linkHarness(const Toolchain &toolchain, const Library &library, StringRef program) {
  auto arch = findArchitecture(library.arch);
  if (!arch)
    return arch.takeError();
  bool isNative = isHost(library.arch);
  SmallString<128> harness(toolchain.harnessDir);
  sys::path::append(harness, library.arch, "libedgecc_harness.a");
  if (!sys::fs::exists(harness))
    return failure(harness,
                   Twine("the harness for ") + library.arch + " was not built; it needs " + (*arch)->linkerDriver);

  std::string model = library.name + "_model";
  std::vector<std::string> arguments = {cCompiler(**arch)};
  if (!isNative)
    arguments.push_back("-static"); // no need for the other system's libraries when it runs
  if (library.takesFrames)
    arguments.push_back("-Wl,--defsym=edgecc_harness_frame=" + library.name + "_frame_stage");
  for (const std::string &argument :
       {"-Wl,--undefined=" + model, "-Wl,--defsym=edgecc_harness_model=" + model, std::string("-Wl,--start-group"),
        harness.str().str(), library.path, std::string("-Wl,--end-group"), std::string("-lm"), std::string("-lpthread"),
        std::string("-ldl"), std::string("-o"), program.str()})
    arguments.push_back(argument);
  ProcessResult link = runProcess(arguments, /*timeoutSeconds=*/120);
  if (!link.succeeded())
    return failure(library.path, "does not link with the harness: " + StringRef(link.summary()));
  return Error::success();
}

Expected<std::vector<std::string>> runnerFor(StringRef arch) {
  if (isHost(arch))
    return std::vector<std::string>();
  auto row = findArchitecture(arch);
  if (!row)
    return row.takeError();
  return std::vector<std::string>{(*row)->emulator, "-cpu", "max"};
}

} // namespace edgecc::tools

// The programs that the tools call: the compiler, and for each architecture a linker driver and an emulator.
#ifndef EDGECC_TOOLS_TOOLCHAIN_H
#define EDGECC_TOOLS_TOOLCHAIN_H

#include "Process.h"

#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace edgecc::tools {

struct Toolchain {
  std::string compiler;   // path of edgecc
  std::string harnessDir; // has <arch>/libedgecc_harness.a

  // What lies beside the running tool: edgecc in its own folder, the harness in ../lib/edgecc/harness.
  static Toolchain besideTool(const char *argv0);
};

// An error if the compiler is not there.
llvm::Error checkCompiler(const Toolchain &toolchain);

// What one compile is asked for.
struct CompileRequest {
  std::string model;              // .onnx file
  std::vector<std::string> flags; // for edgecc, as they are
  std::string outputDir;
  unsigned timeoutSeconds = 300;
};

// Runs edgecc. Exit code 1 means that it refused the model, 2 that it has a bug.
ProcessResult compileModel(const Toolchain &toolchain, const CompileRequest &request);

// The library of an artefact and what was found inside it.
struct Library {
  std::string path;         // libNAME.a
  std::string name;         // NAME
  std::string arch;         // LLVM's name, such as "aarch64"
  bool takesFrames = false; // was compiled with --image-input
  uint64_t textBytes = 0;
  uint64_t dataBytes = 0; // read-only data, weights included
};

// The library in the folder that a compile wrote: its one lib*.a, or one made in `workDir` of the C sources that the
// manifest lists, as C99 or C++14 with all warnings as errors.
llvm::Expected<Library> findLibrary(llvm::StringRef directory, llvm::StringRef workDir);

// Links the library and the harness for its architecture into `program`.
llvm::Error linkHarness(const Toolchain &toolchain, const Library &library, llvm::StringRef program);

// What to put before a program of that architecture to run it here: nothing, or an emulator.
llvm::Expected<std::vector<std::string>> runnerFor(llvm::StringRef arch);

} // namespace edgecc::tools

#endif

// One compile, from a model file to the files of an artefact.
#ifndef EDGECC_COMPILER_DRIVER_COMPILE_H
#define EDGECC_COMPILER_DRIVER_COMPILE_H

#include "compiler/Driver/Compression.h"
#include "compiler/Driver/FrameOptions.h"
#include "compiler/Import/Import.h"
#include "targets/Target.h"

namespace edgecc {

/// Exit codes of the driver.
enum ExitCode { ExitDone = 0, ExitInput = 1, ExitBug = 2 };

struct CompileOptions {
  std::string input;  ///< model.onnx or *.mlir
  std::string output; ///< Folder of the artefact, or the file of --emit; empty: a name made from the model's.
  std::string name;   ///< C identifier of the model; empty: made from the input's name.
  std::string target = "cpu";
  std::string emit;          ///< "", shared, obj, asm, llvm or mlir
  std::string compileTo;     ///< Last phase to run; the IR is then printed.
  std::string compileFrom;   ///< First phase to run on *.mlir input.
  std::string dumpFolder;    ///< Folder for the IR after each phase.
  bool denseKernels = false; ///< Products multiply by zero weights too.
  std::string optionText;    ///< The flags that shape the code, for banners and the hash.
  MachineOptions machine;
  import::ImportOptions import;
  FrameOptions frame;
  CompressionOptions compression;
};

/// Compiles; every fault has been printed to stderr when this returns.
ExitCode compile(const CompileOptions &options);

} // namespace edgecc

#endif

// The way to Halide. It lies in a module that is loaded when the first frame is compiled: linked to edgecc, Halide and
// its LLVM would make each compile start 30 ms later, frames or not.
#include "targets/image/FrameStage.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/DynamicLibrary.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace edgecc::image {

#ifdef EDGECC_ENABLE_HALIDE
namespace {

/// ../lib/edgecc beside the folder of the running program, in builds and installations alike.
std::string modulePath() {
  static int anchor; // some address inside this program
  SmallString<128> path(sys::fs::getMainExecutable(nullptr, &anchor));
  sys::path::remove_filename(path);
  sys::path::append(path, "..", "lib", "edgecc", "edgecc_stage.so");
  sys::path::remove_dots(path, /*remove_dot_dot=*/true);
  return path.str().str();
}

CompileStageFunction *load(std::string &problem) {
  std::string path = modulePath();
  // For good: it may have registered functions that run at exit.
  sys::DynamicLibrary library = sys::DynamicLibrary::getPermanentLibrary(path.c_str(), &problem);
  if (!library.isValid()) {
    problem = "the code for frames cannot be loaded (" + problem + "); it needs the package libhalide14-0";
    return nullptr;
  }
  return reinterpret_cast<CompileStageFunction *>(library.getAddressOfSymbol(compileStageName));
}

} // namespace

std::string missingForStages() {
  std::string problem;
  load(problem);
  return problem;
}

std::string compileStage(artefact::FrameSummary &frame, StageMachine machine, const std::string &symbol,
                         const std::string &path) {
  std::string problem;
  if (CompileStageFunction *compile = load(problem))
    compile(frame, machine, symbol, path, frame.stackBytes, problem);
  return problem;
}

#else

std::string missingForStages() {
  return "this edgecc was built without Halide; install the package libhalide14-0-dev and build it again with "
         "-DEDGECC_ENABLE_HALIDE=ON";
}

std::string compileStage(artefact::FrameSummary &, StageMachine, const std::string &, const std::string &) {
  return missingForStages();
}

#endif

} // namespace edgecc::image

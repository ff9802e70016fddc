// A compiled model that can be run here: linked with the harness, natively or under an emulator, in a child process.
#ifndef EDGECC_TOOLS_ARTEFACT_H
#define EDGECC_TOOLS_ARTEFACT_H

#include "Diagnostics.h"
#include "TempDir.h"
#include "Toolchain.h"
#include "compiler/Data/Tensor.h"

#include "llvm/Support/JSON.h"

#include <memory>
#include <optional>

namespace edgecc::tools {

// What edgecc/frame.h says of the camera frames that a model takes.
struct FrameType {
  std::string format; // "gray8", "rgb8" or "nv12"
  int64_t width = 0, height = 0;
};

// What edgecc/model.h says of a model.
struct Description {
  std::string name;
  std::string hash;
  std::vector<TensorType> inputs;
  std::vector<TensorType> outputs;
  int64_t arenaBytes = 0;
  int64_t arenaLowerBoundBytes = 0;
  int64_t weightBytes = 0;
  int64_t numSteps = 0;
  std::optional<int64_t> hostSteps; // of a model for a device: steps that the device leaves to the host
  std::optional<FrameType> frame;   // that may stand in place of the first input
};

struct RunRequest {
  std::vector<Tensor> inputs; // one for each of Description::inputs, in order
  std::string frameFile;      // raw planes in place of inputs[0], if not empty
  unsigned repeat = 0;        // 0: run once and take no times
  unsigned warmup = 0;
  unsigned threads = 1;
  bool profile = false; // step by step
  bool wantOutputs = true;
  unsigned timeoutSeconds = 300;
};

struct RunResult {
  std::vector<Tensor> outputs;        // in the order of Description::outputs; empty if not wanted
  llvm::json::Value report = nullptr; // times or profile, as the harness prints them
};

// The error of a compile that did not succeed.
llvm::Error compileFailure(const ProcessResult &result);

class Artefact {
public:
  // Opens a folder that edgecc wrote. The folder may go afterwards.
  static llvm::Expected<std::unique_ptr<Artefact>> open(const Toolchain &toolchain, llvm::StringRef directory);

  // The same for a folder that edgecc wrote, a model file, or a folder with a model.onnx; compiles the latter two.
  static llvm::Expected<std::unique_ptr<Artefact>> openOrCompile(const Toolchain &toolchain, llvm::StringRef path,
                                                                 std::vector<std::string> compilerFlags);

  const Description &description() const { return about; }
  const Library &library() const { return lib; }

  // Every run uses fresh memory; the harness also looks for writes outside of it.
  llvm::Expected<RunResult> run(const RunRequest &request) const;

  // Runs once on each sample, which has one tensor for each input, in one process; returns the outputs of each.
  llvm::Expected<std::vector<std::vector<Tensor>>> runSamples(llvm::ArrayRef<std::vector<Tensor>> samples,
                                                              unsigned threads = 1) const;

private:
  std::vector<std::string> commandLine() const;

  TempDir work; // the linked program
  std::vector<std::string> runner;
  Library lib;
  Description about;
};

} // namespace edgecc::tools

#endif

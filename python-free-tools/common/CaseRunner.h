// Compiles a model, runs it on a reference set and compares: the part that edgecc-verify and edgecc-conformance share.
#ifndef EDGECC_TOOLS_CASERUNNER_H
#define EDGECC_TOOLS_CASERUNNER_H

#include "Artefact.h"
#include "Compare.h"
#include "ReferenceSet.h"

#include <optional>

namespace edgecc::tools {

struct CaseOptions {
  std::vector<std::string> compilerFlags;
  Tolerance tolerance;
  unsigned timeoutSeconds = 300; // of each child process
};

struct CaseResult {
  bool passed = false;
  std::string problem;            // one line, if it failed
  std::vector<std::string> bound; // inputs that had to be constants for the compile
  double maxAbsError = 0;         // over all outputs
  double worstRatio = 0;
  std::optional<int64_t> hostSteps; // of a model for a device, see Description
  bool outputsDiffer = false;       // it ran, but outputs are not as they should be
};

// Runs the sets of one model; artefacts are static in shape, so it compiles again where a set's shapes need it.
class CaseRunner {
public:
  CaseRunner(const Toolchain &toolchain, const OnnxModel &model, const CaseOptions &options)
      : toolchain(toolchain), model(model), options(options) {}

  CaseResult run(const ReferenceSet &set);

  // Compiles the model with these flags added to those of the last run() and runs it on the set.
  llvm::Expected<RunResult> rerun(const ReferenceSet &set, llvm::ArrayRef<std::string> moreFlags) const;

private:
  struct Compiled {
    std::vector<std::string> flags;
    std::unique_ptr<Artefact> artefact;
  };

  llvm::Error compileFor(const ReferenceSet &set, std::vector<std::string> &bound);
  llvm::Error compileWith(std::vector<std::string> flags, bool &wasRefused);
  llvm::Expected<Compiled> compileAfresh(std::vector<std::string> flags, bool &wasRefused) const;
  llvm::Expected<RunResult> runOn(const Artefact &artefact, const ReferenceSet &set) const;

  const Toolchain &toolchain;
  const OnnxModel &model;
  const CaseOptions &options;
  TempDir bindFiles;
  Compiled current;
};

} // namespace edgecc::tools

#endif

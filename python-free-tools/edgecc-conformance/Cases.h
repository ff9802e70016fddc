// The conformance cases: folders with a model.onnx and test_data_set_*/, and the list of those expected to fail.
#ifndef EDGECC_TOOLS_CONFORMANCE_CASES_H
#define EDGECC_TOOLS_CONFORMANCE_CASES_H

#include "python-free-tools/common/CaseRunner.h"

#include "llvm/ADT/StringMap.h"

namespace edgecc::tools {

struct ConformanceCase {
  std::string name; // of its folder
  std::string folder;
};

// The cases at or below `folder`, by name.
std::vector<ConformanceCase> findCases(llvm::StringRef folder);

// Case name to reason. Lines are `case-name  reason`; `#` begins a comment.
llvm::Expected<llvm::StringMap<std::string>> readExpectedFailures(llvm::StringRef path);

enum class Verdict { Passed, Failed, ExpectedFailure, UnexpectedPass };

struct CaseReport {
  std::string name;
  Verdict verdict = Verdict::Failed;
  std::string problem;
  std::vector<std::string> operators; // of the model, each once
  std::vector<std::string> bound;
  double maxAbsError = 0;
  std::optional<int64_t> hostSteps; // of a model for a device, see Description
};

// Runs all sets of a case; the first problem counts.
CaseReport runCase(const Toolchain &toolchain, const ConformanceCase &which, const CaseOptions &options,
                   const llvm::StringMap<std::string> &expectedFailures);

} // namespace edgecc::tools

#endif

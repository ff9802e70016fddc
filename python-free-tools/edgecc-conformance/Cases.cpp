#include "Cases.h"

#include "python-free-tools/common/Diagnostics.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <set>

using namespace llvm;

namespace edgecc::tools {

namespace {

std::string modelPath(StringRef folder) {
  SmallString<128> path(folder);
  sys::path::append(path, "model.onnx");
  return path.str().str();
}

// Runs the case and says in `report` what happened; the verdict is not about expectations yet.
Error runSets(const Toolchain &toolchain, const ConformanceCase &which, const CaseOptions &options,
              CaseReport &report) {
  auto model = readModel(modelPath(which.folder));
  if (!model)
    return model.takeError();
  std::set<std::string> operators;
  for (const ModelNode &node : model->nodes)
    operators.insert(node.op);
  report.operators.assign(operators.begin(), operators.end());

  std::vector<std::string> folders = findReferenceSets(which.folder);
  if (folders.empty())
    return failure(which.folder, "has no test_data_set_*");
  CaseRunner runner(toolchain, *model, options);
  for (const std::string &folder : folders) {
    auto set = readReferenceSet(folder, *model);
    if (!set)
      return set.takeError();
    CaseResult result = runner.run(*set);
    report.bound = result.bound;
    report.hostSteps = result.hostSteps;
    report.maxAbsError = std::max(report.maxAbsError, result.maxAbsError);
    if (!result.passed)
      return createStringError(result.problem);
  }
  return Error::success();
}

// The line stands beside the name of the case, so the model's path would say it twice.
std::string firstLine(StringRef message, const ConformanceCase &which) {
  StringRef line = message.split('\n').first;
  line.consume_front(modelPath(which.folder) + ": error: ");
  return line.str();
}

} // namespace

std::vector<ConformanceCase> findCases(StringRef folder) {
  std::vector<ConformanceCase> cases;
  auto addIfCase = [&](StringRef candidate) {
    if (sys::fs::exists(modelPath(candidate)))
      cases.push_back({sys::path::filename(candidate).str(), candidate.str()});
  };
  addIfCase(folder);
  std::error_code error;
  for (sys::fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (entry->type() == sys::fs::file_type::directory_file)
      addIfCase(entry->path());
  std::sort(cases.begin(), cases.end(),
            [](const ConformanceCase &a, const ConformanceCase &b) { return a.name < b.name; });
  return cases;
}

Expected<StringMap<std::string>> readExpectedFailures(StringRef path) {
  StringMap<std::string> reasons;
  auto buffer = MemoryBuffer::getFile(path);
  if (!buffer)
    return failure(path, "cannot read the file: " + buffer.getError().message());
  SmallVector<StringRef> lines;
  (*buffer)->getBuffer().split(lines, '\n');
  for (size_t i = 0; i < lines.size(); ++i) {
    StringRef line = lines[i].split('#').first.trim();
    if (line.empty())
      continue;
    auto [name, reason] = line.split(' ');
    if (reason.trim().empty())
      return failure(path + ":" + Twine(i + 1), "case '" + name + "' has no reason");
    reasons[name] = reason.trim().str();
  }
  return reasons;
}

CaseReport runCase(const Toolchain &toolchain, const ConformanceCase &which, const CaseOptions &options,
                   const StringMap<std::string> &expectedFailures) {
  CaseReport report;
  report.name = which.name;
  Error error = runSets(toolchain, which, options, report);
  bool failed = static_cast<bool>(error);
  report.problem = firstLine(toString(std::move(error)), which);
  auto expected = expectedFailures.find(which.name);
  if (expected == expectedFailures.end()) {
    report.verdict = failed ? Verdict::Failed : Verdict::Passed;
  } else if (failed) {
    report.verdict = Verdict::ExpectedFailure;
  } else {
    report.verdict = Verdict::UnexpectedPass;
    report.problem = "passes, but is listed as failing (" + expected->second + "); take it off the list";
  }
  return report;
}

} // namespace edgecc::tools

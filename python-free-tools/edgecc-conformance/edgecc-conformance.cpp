// edgecc-conformance: compiles and runs the ONNX backend test cases, or any folders in their form, and counts.
#include "Cases.h"

#include "python-free-tools/common/Diagnostics.h"
#include "python-free-tools/common/JsonFile.h"
#include "python-free-tools/common/TargetOptions.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Regex.h"
#include "llvm/Support/ThreadPool.h"

#include <map>

using namespace llvm;
using namespace edgecc::tools;

namespace {

struct Totals {
  unsigned passed = 0, failed = 0, skipped = 0;

  void add(Verdict verdict) {
    if (verdict == Verdict::Passed)
      ++passed;
    else if (verdict == Verdict::ExpectedFailure)
      ++skipped;
    else
      ++failed;
  }
};

StringRef verdictName(Verdict verdict) {
  switch (verdict) {
  case Verdict::Passed:
    return "passed";
  case Verdict::Failed:
    return "failed";
  case Verdict::ExpectedFailure:
    return "expected failure";
  case Verdict::UnexpectedPass:
    return "unexpected pass";
  }
  llvm_unreachable("unknown verdict");
}

void printCase(const CaseReport &report, bool verbose) {
  if (report.verdict == Verdict::Failed)
    outs() << "FAIL " << report.name << ": " << report.problem << "\n";
  else if (report.verdict == Verdict::UnexpectedPass)
    outs() << "XPASS " << report.name << ": " << report.problem << "\n";
  else if (verbose)
    outs() << (report.verdict == Verdict::Passed ? "PASS " : "XFAIL ") << report.name
           << (report.bound.empty() ? "" : " (compiled with " + join(report.bound, ", ") + " as constants)") << "\n";
  outs().flush();
}

// A case counts for each operator in its model.
void printOperatorTable(ArrayRef<CaseReport> reports) {
  std::map<std::string, Totals> byOperator;
  for (const CaseReport &report : reports)
    for (const std::string &op : report.operators)
      byOperator[op].add(report.verdict);
  outs() << formatv("{0,-32} {1,7} {2,7} {3,7}\n", "operator", "passed", "failed", "skipped");
  for (const auto &[op, totals] : byOperator)
    outs() << formatv("{0,-32} {1,7} {2,7} {3,7}\n", op, totals.passed, totals.failed, totals.skipped);
}

// For targets with a device: how many cases need nothing of the host.
void printDeviceUse(ArrayRef<CaseReport> reports) {
  unsigned onDevice = 0, onBoth = 0;
  for (const CaseReport &report : reports)
    if (report.verdict == Verdict::Passed && report.hostSteps)
      ++(*report.hostSteps == 0 ? onDevice : onBoth);
  if (onDevice + onBoth > 0)
    outs() << formatv("{0} of the cases that passed ran on the device alone, {1} with steps on the host\n", onDevice,
                      onBoth);
}

json::Value toJson(ArrayRef<CaseReport> reports) {
  json::Array rows;
  for (const CaseReport &report : reports)
    rows.push_back(json::Object{{"case", report.name},
                                {"verdict", verdictName(report.verdict)},
                                {"problem", json::fixUTF8(report.problem)},
                                {"operators", json::Array(report.operators)},
                                {"bound", json::Array(report.bound)},
                                {"max_abs_err", report.maxAbsError}});
  return json::Value(std::move(rows));
}

// A name on the list that no case has is a mistake, unless only some of the cases run.
Error checkNamesExist(StringRef path, const StringMap<std::string> &expectedFailures, ArrayRef<ConformanceCase> cases) {
  for (const auto &entry : expectedFailures)
    if (none_of(cases, [&](const ConformanceCase &candidate) { return candidate.name == entry.getKey(); }))
      return failure(path, "there is no case '" + entry.getKey() + "'");
  return Error::success();
}

Error keepMatching(StringRef filter, std::vector<ConformanceCase> &cases) {
  if (filter.empty())
    return Error::success();
  Regex pattern(filter);
  std::string problem;
  if (!pattern.isValid(problem))
    return failure("edgecc-conformance", "--filter is '" + filter + "', which is no regular expression: " + problem);
  erase_if(cases, [&](const ConformanceCase &candidate) { return !pattern.match(candidate.name); });
  if (cases.empty())
    return failure("edgecc-conformance", "no case has a name that matches '" + filter + "'");
  return Error::success();
}

} // namespace

int main(int argc, char **argv) {
  forgetLibraryOptions();
  cl::OptionCategory category("edgecc-conformance options");
  cl::opt<std::string> casesFolder(
      "cases", cl::desc("Folder with the cases, at any depth (default those of libonnx-testdata)"),
      cl::value_desc("folder"), cl::init("/usr/share/libonnx-testdata/data"), cl::cat(category));
  cl::opt<std::string> filter("filter", cl::desc("Only cases whose name matches"), cl::value_desc("regex"),
                              cl::cat(category));
  cl::list<std::string> expectedFiles(
      "expected-failures", cl::desc("List of `case-name  reason`; such a case may not pass; may be repeated"),
      cl::value_desc("file"), cl::cat(category));
  cl::opt<bool> table("summary-by-operator", cl::desc("Print a table by operator"), cl::cat(category));
  cl::opt<bool> verbose("verbose", cl::desc("Name the cases that pass too"), cl::cat(category));
  cl::opt<unsigned> jobs("jobs", cl::desc("Cases to work on at once (default 1)"), cl::init(1), cl::cat(category));
  cl::opt<unsigned> timeout("timeout", cl::desc("Limit for one compile or run in seconds (default 300)"), cl::init(300),
                            cl::cat(category));
  cl::opt<std::string> jsonFile("json", cl::desc("Also write the results to this file"), cl::value_desc("file"),
                                cl::cat(category));
  TargetOptions target(category);
  cl::ParseCommandLineOptions(argc, argv, "edgecc-conformance: runs ONNX backend test cases through edgecc\n");

  Toolchain toolchain = target.toolchain(argv[0]);
  if (Error error = checkCompiler(toolchain))
    return report(std::move(error));
  std::vector<ConformanceCase> cases = findCases(casesFolder);
  if (cases.empty())
    return report(failure(casesFolder, "no folder below has a model.onnx"));
  StringMap<std::string> expectedFailures;
  for (const std::string &file : expectedFiles) {
    auto list = readExpectedFailures(file);
    if (!list)
      return report(list.takeError());
    if (Error error = checkNamesExist(file, *list, cases))
      return report(std::move(error));
    for (const auto &entry : *list)
      expectedFailures[entry.getKey()] = entry.getValue();
  }
  if (Error error = keepMatching(filter, cases))
    return report(std::move(error));

  CaseOptions options{target.compilerFlags(), Tolerance(), timeout};
  DefaultThreadPool pool(hardware_concurrency(jobs));
  std::vector<std::shared_future<CaseReport>> pending;
  for (const ConformanceCase &which : cases)
    pending.push_back(pool.async([&] { return runCase(toolchain, which, options, expectedFailures); }));

  Totals totals;
  std::vector<CaseReport> reports;
  for (const auto &future : pending) {
    reports.push_back(future.get());
    totals.add(reports.back().verdict);
    printCase(reports.back(), verbose);
  }
  if (table)
    printOperatorTable(reports);
  printDeviceUse(reports);
  outs() << formatv("{0} passed, {1} failed, {2} skipped\n", totals.passed, totals.failed, totals.skipped);
  if (!jsonFile.empty())
    if (Error error = writeJson(jsonFile, toJson(reports)))
      return report(std::move(error));
  return totals.failed ? ExitInput : ExitDone;
}

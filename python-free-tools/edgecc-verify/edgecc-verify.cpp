// edgecc-verify: compiles models, runs them on reference inputs and compares the outputs. Where they differ, it looks
// for the first tensor inside the model that the optimised and the plain compile compute differently.
#include "LayerDiff.h"
#include "RtlCheck.h"

#include "python-free-tools/common/CaseRunner.h"
#include "python-free-tools/common/Diagnostics.h"
#include "python-free-tools/common/JsonFile.h"
#include "python-free-tools/common/TargetOptions.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/ThreadPool.h"

using namespace llvm;
using namespace edgecc::tools;

namespace {

struct VerifyOptions {
  CaseOptions cases;
  std::string referenceFolder; // empty: beside the model
  bool findLayer = true;
  bool rtl = false;
};

struct SetReport {
  std::string set;
  CaseResult result;
  std::string layer; // what findFirstDifference says
};

struct ModelReport {
  std::string name;
  std::string problem; // the model or its reference sets cannot be read
  bool skipped = false;
  std::vector<SetReport> sets;
  std::optional<RtlResult> rtl;
};

// MODEL.onnx, or a folder with a model.onnx.
std::string modelFile(StringRef argument) {
  if (!sys::fs::is_directory(argument))
    return argument.str();
  SmallString<128> path(argument);
  sys::path::append(path, "model.onnx");
  return path.str().str();
}

std::string modelName(StringRef path) {
  if (sys::path::filename(path) == "model.onnx" && sys::path::has_parent_path(path))
    return sys::path::filename(sys::path::parent_path(path)).str();
  return sys::path::stem(path).str();
}

ModelReport verifyModel(const Toolchain &toolchain, const std::string &path, const VerifyOptions &options) {
  ModelReport report;
  report.name = modelName(path);
  auto model = readModel(path);
  if (!model) {
    report.problem = toString(model.takeError());
    return report;
  }
  StringRef folder =
      options.referenceFolder.empty() ? sys::path::parent_path(path) : StringRef(options.referenceFolder);
  std::vector<std::string> folders = findReferenceSets(folder.empty() ? "." : folder);
  report.skipped = folders.empty() && !options.rtl;
  if (options.rtl) {
    TempDir directory;
    report.rtl =
        checkRtl(toolchain, {path, options.cases.compilerFlags, directory.path(), options.cases.timeoutSeconds});
  }

  CaseRunner runner(toolchain, *model, options.cases);
  for (const std::string &setFolder : folders) {
    SetReport entry{sys::path::filename(setFolder).str(), {}, {}};
    auto set = readReferenceSet(setFolder, *model);
    if (!set) {
      entry.result.problem = toString(set.takeError());
    } else {
      entry.result = runner.run(*set);
      if (entry.result.outputsDiffer && options.findLayer)
        entry.layer = findFirstDifference(runner, *model, *set, options.cases.tolerance);
    }
    report.sets.push_back(std::move(entry));
  }
  return report;
}

struct Totals {
  unsigned passed = 0, failed = 0, skipped = 0;
};

void printSet(StringRef model, const SetReport &entry, Totals &totals) {
  const CaseResult &result = entry.result;
  ++(result.passed ? totals.passed : totals.failed);
  outs() << (result.passed ? "PASS " : "FAIL ") << model << " " << entry.set;
  if (result.passed || result.outputsDiffer)
    outs() << " max_abs_err=" << numberText(result.maxAbsError) << " worst=" << numberText(result.worstRatio);
  if (!result.bound.empty())
    outs() << " (compiled with " << join(result.bound, ", ") << " as constants)";
  outs() << "\n";
  if (!result.problem.empty())
    outs() << "  " << result.problem << "\n";
  if (!entry.layer.empty())
    outs() << "  " << entry.layer << "\n";
}

void printRtl(StringRef model, const RtlResult &result, Totals &totals) {
  ++(result.passed ? totals.passed : totals.failed);
  outs() << (result.passed ? "PASS " : "FAIL ") << model << " rtl";
  if (result.cycles > 0) {
    double ratio = static_cast<double>(result.cycles) / std::max<int64_t>(1, result.unpipelined);
    outs() << formatv(" cycles={0}, estimate {1} without pipelines ({2:F2} times it), {3} with", result.cycles,
                      result.unpipelined, ratio, result.estimate);
  }
  outs() << "\n";
  if (!result.problem.empty())
    outs() << "  " << result.problem << "\n";
}

void printModel(const ModelReport &report, Totals &totals) {
  if (report.skipped) {
    ++totals.skipped;
    outs() << "SKIP " << report.name << " (no reference set)\n";
  }
  if (!report.problem.empty()) {
    ++totals.failed;
    outs() << "FAIL " << report.name << "\n  " << report.problem << "\n";
  }
  for (const SetReport &entry : report.sets)
    printSet(report.name, entry, totals);
  if (report.rtl)
    printRtl(report.name, *report.rtl, totals);
  outs().flush();
}

json::Value toJson(ArrayRef<ModelReport> reports) {
  json::Array rows;
  for (const ModelReport &report : reports) {
    for (const SetReport &entry : report.sets)
      rows.push_back(json::Object{{"model", report.name},
                                  {"set", entry.set},
                                  {"passed", entry.result.passed},
                                  {"problem", json::fixUTF8(entry.result.problem)},
                                  {"layer", json::fixUTF8(entry.layer)},
                                  {"max_abs_err", entry.result.maxAbsError},
                                  {"worst", numberText(entry.result.worstRatio)},
                                  {"bound", json::Array(entry.result.bound)}});
    if (report.rtl)
      rows.push_back(json::Object{{"model", report.name},
                                  {"set", "rtl"},
                                  {"passed", report.rtl->passed},
                                  {"problem", json::fixUTF8(report.rtl->problem)},
                                  {"cycles", report.rtl->cycles},
                                  {"unpipelined_cycles", report.rtl->unpipelined},
                                  {"latency_cycles", report.rtl->estimate}});
  }
  return json::Value(std::move(rows));
}

} // namespace

int main(int argc, char **argv) {
  forgetLibraryOptions();
  cl::OptionCategory category("edgecc-verify options");
  cl::list<std::string> models(cl::Positional, cl::OneOrMore, cl::desc("MODEL.onnx or folders with a model.onnx"),
                               cl::cat(category));
  cl::opt<std::string> references("ref", cl::desc("Folder of reference sets (default those beside each model)"),
                                  cl::value_desc("folder"), cl::cat(category));
  cl::opt<double> relative("rtol", cl::desc("Allowed error relative to the reference (default 1e-3)"), cl::init(1e-3),
                           cl::cat(category));
  cl::opt<double> scaled("atol", cl::desc("Allowed error relative to the largest reference of a tensor (default 1e-4)"),
                         cl::init(1e-4), cl::cat(category));
  cl::opt<unsigned> jobs("jobs", cl::desc("Models to work on at once (default 1)"), cl::init(1), cl::cat(category));
  cl::opt<unsigned> timeout("timeout", cl::desc("Limit for one compile or run in seconds (default 300)"), cl::init(300),
                            cl::cat(category));
  cl::opt<bool> layers("layers", cl::desc("Look for the first layer that differs (default true)"), cl::init(true),
                       cl::cat(category));
  cl::opt<bool> rtl("rtl",
                    cl::desc("With --target=hls: also synthesise with PandA-Bambu and run the Verilog (takes minutes)"),
                    cl::cat(category));
  cl::opt<std::string> jsonFile("json", cl::desc("Also write the results to this file"), cl::value_desc("file"),
                                cl::cat(category));
  TargetOptions target(category);
  cl::ParseCommandLineOptions(argc, argv, "edgecc-verify: compares compiled models with their reference outputs\n");

  VerifyOptions options{
      {target.compilerFlags(), {relative, scaled, Tolerance().absolute}, timeout}, references, layers, rtl};
  Toolchain toolchain = target.toolchain(argv[0]);
  if (Error error = checkCompiler(toolchain))
    return report(std::move(error));
  if (rtl) {
    if (target.targetName() != "hls")
      return report(failure("--rtl", "runs hardware designs; add --target=hls"));
    if (Error error = checkRtlTools())
      return report(std::move(error));
  }
  DefaultThreadPool pool(hardware_concurrency(jobs));
  std::vector<std::shared_future<ModelReport>> pending;
  for (const std::string &argument : models)
    pending.push_back(pool.async(
        [&toolchain, &options, path = modelFile(argument)] { return verifyModel(toolchain, path, options); }));

  Totals totals;
  std::vector<ModelReport> reports;
  for (const auto &future : pending) {
    reports.push_back(future.get());
    printModel(reports.back(), totals);
  }
  outs() << formatv("{0} passed, {1} failed, {2} skipped\n", totals.passed, totals.failed, totals.skipped);
  if (!jsonFile.empty())
    if (Error error = writeJson(jsonFile, toJson(reports)))
      return report(std::move(error));
  return totals.failed ? ExitInput : ExitDone;
}

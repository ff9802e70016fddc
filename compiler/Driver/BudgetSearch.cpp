// The search for a budget in the driver; see BudgetSearch.h.
#include "compiler/Driver/BudgetSearch.h"

#include "compiler/Data/Metrics.h"
#include "compiler/Driver/CompressionReport.h"
#include "compiler/Pipeline/Dialects.h"
#include "compiler/Pipeline/Summary.h"
#include "compiler/Search/Log.h"
#include "compiler/Search/Methods.h"
#include "targets/Target.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Signals.h"

#include <atomic>

using namespace mlir;
using namespace edgecc;
using namespace edgecc::search;

namespace {

std::atomic<bool> wasInterrupted{false};

template <typename... Parts> llvm::Error failure(Parts &&...parts) {
  return llvm::createStringError((Twine("--budget: ") + ... + parts));
}

/// "size 96.40 KiB, latency 1.20 ms, arena 20.00 KiB, macs 510.2 K, drop 0.35 % +- 0.10 %".
std::string measurementText(const Measurement &measurement) {
  std::vector<std::string> parts;
  for (Quantity quantity : {Size, Latency, Arena, Macs, Drop})
    if (quantity != Latency || measurement[Latency] > 0)
      parts.push_back((quantityName(quantity) + " " + quantityText(quantity, measurement[quantity])).str());
  if (measurement.deviation > 0)
    parts.back() += " +- " + quantityText(Drop, measurement.deviation);
  return llvm::join(parts, ", ");
}

std::string limitsText(const Budget &budget) {
  std::vector<std::string> parts;
  for (Quantity quantity : {Size, Latency, Arena, Macs, Drop})
    if (budget[quantity])
      parts.push_back((quantityName(quantity) + " " + quantityText(quantity, *budget[quantity])).str());
  return llvm::join(parts, ", ");
}

/// All that says which samples are used and how, and the bytes of files.
std::string samplesText(const data::SampleOptions &samples) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  for (const std::string &source : samples.sources) {
    StringRef path = source;
    if (!llvm::sys::fs::exists(path)) // INPUT=PATH
      path = path.rsplit('=').second;
    uint64_t bytes = 0;
    (void)llvm::sys::fs::file_size(path, bytes);
    stream << source << " " << bytes << "\n";
  }
  stream << samples.scaling.scale << " " << samples.offset << " " << samples.stride << " " << samples.limit << " "
         << samples.channelsLast << " " << (samples.rawType ? int(*samples.rawType) : 0);
  for (const std::vector<double> *values : {&samples.scaling.mean, &samples.scaling.std})
    for (double value : *values)
      stream << " " << value;
  return text;
}

/// What --labels and --accuracy say.
llvm::Error readAccuracy(const BudgetOptions &options, EvaluatorOptions &evaluation) {
  if (!options.accuracy.empty() && !(evaluation.kind = parseAccuracyKind(options.accuracy)))
    return llvm::createStringError("--accuracy is '" + options.accuracy + "', expected top1, agreement or fidelity");
  if (options.labels.empty())
    return llvm::Error::success();
  auto labels = data::readLabels(options.labels);
  if (!labels)
    return labels.takeError();
  evaluation.labels = std::move(*labels);
  return llvm::Error::success();
}

class BudgetSearch {
public:
  BudgetSearch(const BudgetTask &task, const BudgetOptions &options, compress::StepOptions steps, RecipeReader read)
      : task(task), options(options), read(std::move(read)) {
    evaluation.steps = std::move(steps);
    evaluation.samples = evaluation.steps.observe.samples;
    evaluation.steps.observe.samples.part = data::SamplePart::Quarter;
    evaluation.samples.part = data::SamplePart::Rest;
    evaluation.samples.limit = options.evaluationLimit;
    evaluation.isHost = task.isHost;
  }

  llvm::Expected<compress::Recipe> run() {
    if (llvm::Error error = readOptions())
      return std::move(error);
    if (StringRef folder = llvm::sys::path::parent_path(task.output); !folder.empty())
      if (std::error_code code = llvm::sys::fs::create_directories(folder))
        return failure(folder, ": ", code.message());
    // Codes make weights small, and nothing fast.
    bool wantsCodes = budget[Size] || !budget.limitsResources();
    space = methodsFor(compress::findEntry(task.module), wantsCodes && task.target.decodesWeights());
    NetworkEvaluator evaluator(task.module, task.target, space, evaluation, read);
    if (llvm::Error error = evaluator.open())
      return std::move(error);
    auto stop = [] { return wasInterrupted.load(); };
    LoggedEvaluator logged(evaluator, space, statePath(), key(), stop);
    llvm::errs() << "edgecc: budget: " << limitsText(budget) << "; accuracy is " << describe(evaluator.kind()) << " on "
                 << evaluator.numSamples() << " samples"
                 << (evaluation.deviceLatency > 0 ? "; latency is modelled by its ratio on this machine" : "") << "\n";
    if (logged.numKnown())
      llvm::errs() << "edgecc: budget: " << logged.numKnown() << " candidates are known from " << statePath() << "\n";
    llvm::sys::SetInterruptFunction([] { wasInterrupted = true; });
    SearchOptions searching{options.seed, options.trials, stop,
                            [this](const Point &point, bool isBest) { show(point, isBest); }};
    auto result = findBest(space, budget, logged, searching);
    llvm::sys::SetInterruptFunction(nullptr);
    if (!result)
      return result.takeError();
    return take(*result, evaluator);
  }

private:
  llvm::Error readOptions() {
    auto parsed = parseBudget(options.limits);
    if (!parsed)
      return parsed.takeError();
    budget = *parsed;
    if (!options.deviceLatency.empty()) {
      auto time = parseBudget("latency:" + options.deviceLatency);
      if (!time) {
        llvm::consumeError(time.takeError());
        return llvm::createStringError("--device-latency is '" + options.deviceLatency +
                                       "', expected a time such as 40ms");
      }
      evaluation.deviceLatency = *(*time)[Latency];
    } else if (budget[Latency] && !task.isHost) {
      return failure(
          "latency is measured on the machine that compiles, and so only for --target=cpu without --mtriple, "
          "--mcpu, --mattr, --threads and -O; give --device-latency=TIME, what the model takes on the device, "
          "and it is modelled by that, or limit macs in its place");
    }
    evaluation.wantsLatency = budget[Latency].has_value();
    return readAccuracy(options, evaluation);
  }

  std::string key() const {
    const compress::ObserveOptions &observe = evaluation.steps.observe;
    std::string text = samplesText(observe.samples) + "\n" + std::to_string(unsigned(observe.method)) + "\n" +
                       samplesText(evaluation.samples) + "\n" + options.labels + "\n" + options.accuracy;
    if (evaluation.wantsLatency)
      text += "\nlatency " + options.deviceLatency;
    return contentHash(task.modelHash, text);
  }

  /// One line for each candidate.
  void show(const Point &point, bool isBest) {
    llvm::errs() << llvm::formatv("edgecc: budget: {0,3}{1} {2}: {3}\n", ++shown, isBest ? "*" : " ",
                                  measurementText(point.measurement), shortText(space, point.candidate));
  }

  llvm::Expected<compress::Recipe> take(const SearchResult &result, NetworkEvaluator &evaluator) {
    std::string text = recipeText(space, result.best.candidate);
    auto recipe = text.empty() ? llvm::Expected<compress::Recipe>(compress::Recipe()) : read(text);
    if (!recipe)
      return recipe;
    if (llvm::Error error = writeReport(result, *recipe, evaluator))
      return std::move(error);
    if (budget.excess(result.best.measurement) <= 0) {
      llvm::errs() << "edgecc: budget: " << (result.wasStopped ? "stopped; the best so far has " : "")
                   << measurementText(result.best.measurement) << "\nedgecc: budget: "
                   << (text.empty() ? "the model is within the budget as it is" : "--compress='" + text + "'") << "\n";
      (void)llvm::sys::fs::remove(nearestPath()); // Of an earlier search.
      return recipe;
    }
    if (llvm::Error error = writeNearest(*recipe))
      return std::move(error);
    return failure(result.wasStopped ? "stopped; " : "", "none of ", Twine(result.points.size()),
                   " candidates is within ", limitsText(budget), "; the nearest has ",
                   measurementText(result.best.measurement), "; to take it, give --compress=", nearestPath());
  }

  llvm::Error writeReport(const SearchResult &result, const compress::Recipe &recipe, NetworkEvaluator &evaluator) {
    if (options.report.empty())
      return llvm::Error::success();
    auto report = describeCompression(task, evaluator, evaluation, recipe);
    if (!report)
      return report.takeError();
    report->budget = limitsText(budget);
    describeCandidates(*report, space, result);
    return report::writeReport(*report, options.report);
  }

  std::string statePath() const { return task.output + ".budget.json"; }
  std::string nearestPath() const { return task.output + ".nearest.compress.json"; }

  /// Writes the recipe with what it observes, so that it needs no samples.
  llvm::Error writeNearest(compress::Recipe &recipe) const {
    MLIRContext context(makeDialectRegistry());
    OwningOpRef<ModuleOp> network = compress::copyInto(context, task.module);
    if (!network)
      return failure("cannot copy the network");
    if (llvm::Error error = compressNetwork(*network, recipe, evaluation.steps))
      return error;
    return llvm::writeToOutput(nearestPath(), [&](llvm::raw_ostream &stream) {
      stream << compress::printRecipe(recipe);
      return llvm::Error::success();
    });
  }

  const BudgetTask &task;
  const BudgetOptions &options;
  RecipeReader read;
  EvaluatorOptions evaluation;
  Budget budget;
  Space space;
  unsigned shown = 0;
};

} // namespace

llvm::Expected<compress::Recipe> edgecc::searchRecipe(const BudgetTask &task, const BudgetOptions &options,
                                                      compress::StepOptions steps, const RecipeReader &read) {
  return BudgetSearch(task, options, std::move(steps), read).run();
}

llvm::Error edgecc::reportRecipe(const BudgetTask &task, const BudgetOptions &options,
                                 const compress::StepOptions &steps, const compress::Recipe &recipe) {
  EvaluatorOptions evaluation;
  evaluation.steps = steps;
  evaluation.samples = steps.observe.samples;
  evaluation.samples.limit = options.evaluationLimit;
  evaluation.isHost = evaluation.wantsLatency = task.isHost;
  if (llvm::Error error = readAccuracy(options, evaluation))
    return error;
  Space space;
  NetworkEvaluator evaluator(task.module, task.target, space, evaluation, nullptr);
  if (llvm::Error error = evaluator.open())
    return error;
  auto report = describeCompression(task, evaluator, evaluation, recipe);
  if (!report)
    return report.takeError();
  report->accuracy += "; ranges were chosen by some of the samples";
  return report::writeReport(*report, options.report);
}

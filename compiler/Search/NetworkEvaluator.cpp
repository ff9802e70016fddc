// Compressing, compiling and running; see NetworkEvaluator.h.
#include "compiler/Search/NetworkEvaluator.h"

#include "compiler/Data/Metrics.h"
#include "compiler/Pipeline/Dialects.h"
#include "compiler/Pipeline/Pipeline.h"
#include "compiler/Search/Methods.h"
#include "mlir/Pass/PassManager.h"
#include "targets/Target.h"

#include "llvm/ADT/StringSwitch.h"

#include <cmath>

using namespace mlir;
using namespace edgecc;
using namespace edgecc::search;

namespace {

constexpr size_t mostBytesKept = size_t(256) << 20; ///< Of samples and outputs, each.
constexpr size_t leastSamples = 4;
constexpr double mostNoise = 10;

size_t bytesOf(llvm::ArrayRef<data::Tensor> tensors) {
  size_t bytes = 0;
  for (const data::Tensor &tensor : tensors)
    bytes += tensor.bytes.size();
  return bytes;
}

/// Whether a tensor has a score for each of several classes.
bool hasClasses(const data::Tensor &tensor) {
  return data::isFloat(tensor.dtype) && tensor.numElements() > 1 &&
         llvm::is_contained(tensor.shape, tensor.numElements());
}

int64_t classOf(const data::Tensor &scores) { return data::largestElements(scores, 1).front(); }

} // namespace

std::optional<AccuracyKind> edgecc::search::parseAccuracyKind(llvm::StringRef text) {
  return llvm::StringSwitch<std::optional<AccuracyKind>>(text)
      .Case("top1", AccuracyKind::Top1)
      .Case("agreement", AccuracyKind::Agreement)
      .Case("fidelity", AccuracyKind::Fidelity)
      .Default(std::nullopt);
}

llvm::StringRef edgecc::search::describe(AccuracyKind kind) {
  switch (kind) {
  case AccuracyKind::Top1:
    return "top-1 against labels";
  case AccuracyKind::Agreement:
    return "agreement with the model's first class";
  case AccuracyKind::Fidelity:
    return "1 - squared error / squares of the model's outputs";
  }
  return "";
}

llvm::Error edgecc::search::compressNetwork(ModuleOp module, compress::Recipe &recipe,
                                            const compress::StepOptions &options) {
  std::string message;
  ScopedDiagnosticHandler handler(module.getContext(), [&](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() == DiagnosticSeverity::Error && message.empty())
      message = diagnostic.str();
  });
  PipelineOptions pipeline;
  pipeline.compress = [&](OpPassManager &passes) {
    for (compress::Step &step : recipe.steps)
      passes.addPass(compress::createStepPass(step, options));
  };
  PassManager passes(module.getContext());
  buildPhase(passes, *findPhase("compress"), pipeline);
  return succeeded(passes.run(module)) ? llvm::Error::success() : llvm::createStringError(message);
}

llvm::Error NetworkEvaluator::open() {
  auto model = compress::HostModel::compile(module);
  if (!model)
    return model.takeError();
  auto set = data::SampleSet::open((*model)->inputTypes(), options.samples);
  if (!set)
    return set.takeError();
  samples = std::move(*set);
  if (samples->size() < leastSamples)
    return llvm::createStringError("--budget: there are " + Twine(samples->size()) +
                                   " samples to measure accuracy on, beside the fourth of them that ranges are chosen "
                                   "by; give at least 6 with --calibrate");
  size_t bytesIn = 0, bytesOut = 0;
  for (size_t i = 0; i < samples->size() && bytesOut < mostBytesKept; ++i) {
    if (!options.labels.empty() && samples->position(i) >= options.labels.size())
      return llvm::createStringError("--labels: has " + Twine(options.labels.size()) + " labels, too few for sample " +
                                     Twine(samples->position(i)));
    auto sample = samples->read(i);
    if (!sample)
      return sample.takeError();
    llvm::ArrayRef<data::Tensor> outputs = (*model)->run(*sample);
    if (outputs.empty())
      return llvm::createStringError("--budget: the network failed on sample " + Twine(samples->position(i)));
    bytesOut += bytesOf(outputs);
    reference.push_back(outputs.vec());
    bytesIn += bytesOf(*sample);
    if (i == 0 || bytesIn < mostBytesKept)
      inputs.push_back(std::move(*sample));
  }
  if (options.deviceLatency > 0)
    if (double fastest = (*model)->fastestRun(inputs.front()); fastest > 0)
      latencyScale = options.deviceLatency / fastest;
  accuracyKind = options.kind.value_or(suggestedKind());
  if (accuracyKind == AccuracyKind::Top1 && options.labels.empty())
    return llvm::createStringError("--accuracy=top1 needs --labels");
  if (accuracyKind != AccuracyKind::Fidelity && reference.front().front().numElements() == 0)
    return llvm::createStringError("--accuracy: the first output has no elements, and so no classes");
  if (accuracyKind == AccuracyKind::Top1) {
    size_t right = 0;
    for (auto [i, outputs] : llvm::enumerate(reference))
      right += classOf(outputs.front()) == rightClass(i);
    referenceAccuracy = double(right) / reference.size();
  }
  return llvm::Error::success();
}

int64_t NetworkEvaluator::rightClass(size_t index) const {
  return accuracyKind == AccuracyKind::Top1 ? options.labels[samples->position(index)]
                                            : classOf(reference[index].front());
}

AccuracyKind NetworkEvaluator::suggestedKind() const {
  if (!options.labels.empty())
    return AccuracyKind::Top1;
  return hasClasses(reference.front().front()) ? AccuracyKind::Agreement : AccuracyKind::Fidelity;
}

llvm::Expected<std::vector<data::Tensor>> NetworkEvaluator::sampleAt(size_t index) const {
  return index < inputs.size() ? llvm::Expected<std::vector<data::Tensor>>(inputs[index]) : samples->read(index);
}

llvm::Error NetworkEvaluator::measureOutputs(compress::HostModel &model, Measurement &measurement) const {
  std::vector<data::Distortion> distortions(reference.front().size());
  size_t right = 0, differ = 0; // In whether they are right.
  for (auto [i, wanted] : llvm::enumerate(reference)) {
    auto sample = sampleAt(i);
    if (!sample)
      return sample.takeError();
    llvm::ArrayRef<data::Tensor> outputs = model.run(*sample);
    if (outputs.empty())
      return llvm::createStringError("the network failed on sample " + Twine(samples->position(i)));
    for (auto [distortion, output, other] : llvm::zip(distortions, outputs, wanted))
      distortion.add(output, other);
    if (accuracyKind == AccuracyKind::Fidelity)
      continue;
    bool isRight = classOf(outputs.front()) == rightClass(i);
    right += isRight;
    differ += isRight != (classOf(wanted.front()) == rightClass(i));
  }
  for (const data::Distortion &distortion : distortions)
    measurement.noise = std::max(measurement.noise, distortion.relativeNoise());
  if (!(measurement.noise < mostNoise)) // Or the outputs are not finite.
    measurement.noise = mostNoise;
  measurement.accuracy =
      accuracyKind == AccuracyKind::Fidelity ? 1 - measurement.noise : double(right) / reference.size();
  measurement[Drop] = referenceAccuracy - measurement.accuracy;
  // The drop is a sum of +1 and -1 where the networks differ: its variance is about their number.
  measurement.deviation = std::sqrt(double(differ)) / reference.size();
  return llvm::Error::success();
}

/// Runs the steps; what one observes is kept for other recipes that begin alike.
llvm::Error NetworkEvaluator::applySteps(ModuleOp network, compress::Recipe &recipe) {
  compress::Recipe done;
  compress::Step *observing = nullptr;
  std::string prefix;
  for (compress::Step &step : recipe.steps)
    if (compress::needsObservations(step.pass)) {
      prefix = compress::printRecipe(done);
      if (auto known = observations.find(prefix); known != observations.end())
        step.observed = known->second;
      observing = &step;
      break;
    } else {
      done.steps.push_back(step);
    }
  if (llvm::Error error = compressNetwork(network, recipe, options.steps))
    return error;
  if (observing)
    observations.try_emplace(prefix, observing->observed);
  return llvm::Error::success();
}

/// `model` is `network` without coded weights, which compute the same.
llvm::Error NetworkEvaluator::measureCost(ModuleOp network, std::unique_ptr<compress::HostModel> model, bool isCoded,
                                          Measurement &measurement) const {
  if (isCoded && options.wantsLatency) {
    auto coded = compress::HostModel::compile(network);
    if (!coded)
      return coded.takeError();
    model = std::move(*coded);
  }
  if (options.wantsLatency)
    measurement[Latency] = latencyScale * model->fastestRun(inputs.front());
  auto summary = options.isHost && (!isCoded || options.wantsLatency)
                     ? llvm::Expected<artefact::ModelSummary>(model->summary())
                     : compress::plan(network, target);
  if (!summary)
    return summary.takeError();
  measurement[Size] = summary->weightBytes;
  measurement[Arena] = summary->arenaBytes;
  measurement[Macs] = summary->macs();
  return llvm::Error::success();
}

llvm::Expected<Measurement> NetworkEvaluator::measure(const Candidate &candidate) {
  std::string text = recipeText(space, candidate);
  if (text.empty())
    return measureRecipe({});
  auto recipe = read(text);
  return recipe ? measureRecipe(std::move(*recipe)) : recipe.takeError();
}

llvm::Expected<Measurement> NetworkEvaluator::measureRecipe(compress::Recipe recipe) {
  MLIRContext context(makeDialectRegistry());
  OwningOpRef<ModuleOp> network = compress::copyInto(context, module);
  if (!network)
    return llvm::createStringError("cannot copy the network");
  compress::Recipe coding;
  if (!recipe.empty() && recipe.steps.back().pass == "edge-code-weights") {
    coding.steps.push_back(std::move(recipe.steps.back()));
    recipe.steps.pop_back();
  }
  if (llvm::Error error = applySteps(*network, recipe))
    return std::move(error);
  auto model = compress::HostModel::compile(*network);
  if (!model)
    return model.takeError();
  Measurement measurement;
  if (llvm::Error error = measureOutputs(**model, measurement))
    return std::move(error);
  if (!coding.empty())
    if (llvm::Error error = compressNetwork(*network, coding, options.steps))
      return std::move(error);
  if (llvm::Error error = measureCost(*network, std::move(*model), !coding.empty(), measurement))
    return std::move(error);
  return measurement;
}

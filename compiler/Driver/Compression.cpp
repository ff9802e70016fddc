// Recipes in the driver; see Compression.h.
#include "compiler/Driver/Compression.h"

#include "compiler/Compress/StepPass.h"
#include "passes/Compress/Passes.h"

#include "llvm/Support/FileUtilities.h"

using namespace mlir;
using namespace edgecc;

namespace {

/// Options that suit a target, unless the recipe has its own.
void adaptToTarget(compress::Step &step, const Target &target) {
  auto prefer = [&](StringRef option, StringRef value) {
    if (!StringRef(step.options).contains(option))
      step.options += ((step.options.empty() ? "" : " ") + option + "=" + value).str();
  };
  unsigned bits = target.multiplierBits();
  if (bits > 0 && (step.pass == "edge-quantize" || step.pass == "edge-rescale-integers"))
    prefer("multiplier-bits", std::to_string(bits));
  if (step.pass != "edge-quantize")
    return;
  kernel::DotUnit unit = target.vectors().dot;
  prefer("activations", unit.prefersSigned ? "i8" : "u8");
  if (unit.wantsSmallPairs && !StringRef(step.options).contains("activations=i16")) // Only bytes saturate.
    prefer("limit-pairs", "true");
  if (unit.needsNeighbours)
    prefer("needs-neighbours", "true");
}

/// Reads a recipe and makes it fit for the target. An error where it is none, or needs samples and there are none.
llvm::Expected<compress::Recipe> readFor(const Target &target, StringRef text, bool hasSamples) {
  auto recipe = compress::readRecipe(text);
  if (!recipe)
    return recipe.takeError();
  for (compress::Step &step : recipe->steps) {
    if (step.pass == "edge-code-weights" && !target.decodesWeights())
      return llvm::createStringError("--compress: the target '" + target.name() +
                                     "' has no form for coded weights; use --target=cpu or c, or leave out 'code'");
    if (step.pass == "edge-narrow-storage" && StringRef(step.options).contains("bf16") && !target.hasBFloat16())
      return llvm::createStringError("--compress: the target '" + target.name() + "' has no bfloat16; use f16");
    bool isKnown = step.observed.kind() != llvm::json::Value::Null;
    if (compress::needsObservations(step.pass) && !isKnown && !hasSamples)
      return llvm::createStringError("--compress: '" + step.pass +
                                     "' needs samples of the model's inputs; give --calibrate=FOLDER, a folder of "
                                     "pictures, .npy or .bin files");
    if (!isKnown)
      adaptToTarget(step, target);
    if (llvm::Error error = compress::checkStep(step))
      return std::move(error);
  }
  return recipe;
}

} // namespace

llvm::Error Compression::open(const Target &target) {
  bool hasSamples = !options.samples.sources.empty();
  if (hasBudget() && !options.recipe.empty())
    return llvm::createStringError("--budget searches for a recipe, and --compress has one; give one of them");
  if (hasBudget() && options.leastSqnr)
    return llvm::createStringError("--min-sqnr: --budget chooses layers by its own measure; give one of them");
  if (hasBudget() && !hasSamples)
    return llvm::createStringError("--budget measures accuracy on samples of the model's inputs; give "
                                   "--calibrate=FOLDER, a folder of pictures, .npy or .bin files");
  if (StringRef report = options.budget.report; !report.empty()) {
    if (!report.ends_with(".html"))
      return llvm::createStringError("--report=" + report + ": expected a file that ends in .html");
    if (!hasSamples || (!hasBudget() && options.recipe.empty()))
      return llvm::createStringError(
          "--report: compares a compressed network with the model on samples; give --compress "
          "or --budget, and --calibrate=FOLDER");
  }
  if (!isActive())
    return hasSamples ? llvm::createStringError(
                            "--calibrate: there is nothing to calibrate for; give --compress=int8 or a --budget")
                      : llvm::Error::success();
  [[maybe_unused]] static bool registered = (compress::registerEdgeccCompressPasses(), true);
  if (!options.recipe.empty()) {
    auto read = readFor(target, options.recipe, hasSamples);
    if (!read)
      return read.takeError();
    recipe = std::move(*read);
  }
  std::optional<compress::RangeMethod> method =
      compress::parseRangeMethod(options.range.empty() ? "l2" : options.range);
  if (!method)
    return llvm::createStringError("--range is '" + options.range + "', expected min-max, percentile, entropy or l2");
  stepOptions = {{options.samples, *method, 256}, options.leastSqnr};
  if (hasBudget()) // What accuracy is measured on chooses no ranges.
    stepOptions.observe.samples.part = data::SamplePart::Quarter;
  return llvm::Error::success();
}

llvm::Error Compression::prepare(const BudgetTask &task) {
  if (!hasBudget())
    return reportRecipe(task, options.budget, stepOptions, recipe);
  auto found = searchRecipe(task, options.budget, stepOptions,
                            [&](StringRef text) { return readFor(task.target, text, /*hasSamples=*/true); });
  if (!found)
    return found.takeError();
  recipe = std::move(*found);
  return llvm::Error::success();
}

void Compression::build(OpPassManager &passes) {
  for (compress::Step &step : recipe.steps)
    passes.addPass(compress::createStepPass(step, stepOptions));
}

llvm::Error Compression::write(StringRef path) const {
  return llvm::writeToOutput(path, [&](raw_ostream &stream) {
    stream << text();
    return llvm::Error::success();
  });
}

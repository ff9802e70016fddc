// The contents of a report; see CompressionReport.h.
#include "compiler/Driver/CompressionReport.h"

#include "compiler/Pipeline/Dialects.h"
#include "compiler/Search/LayerErrors.h"
#include "compiler/Search/Methods.h"
#include "compiler/Search/Pareto.h"
#include "dialects/Edge/LayerName.h"
#include "passes/Compress/WeightLayers.h"
#include "targets/Target.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::search;

namespace {

report::Cost costOf(const Measurement &measurement) {
  report::Cost cost{measurement[Size], measurement[Arena],   measurement[Macs],
                    std::nullopt,      measurement.accuracy, measurement.noise};
  if (measurement[Latency] > 0)
    cost.latency = measurement[Latency];
  return cost;
}

/// Bytes of constant weights by layer.
llvm::StringMap<uint64_t> weightBytes(ModuleOp module) {
  llvm::StringMap<uint64_t> bytes;
  compress::findEntry(module).walk([&](Operation *op) {
    for (OpOperand *operand : compress::weightOperands(op))
      if (auto type = cast<RankedTensorType>(operand->get().getType()); matchPattern(operand->get(), m_Constant()))
        bytes[edge::layerName(op->getLoc())] += type.getNumElements() * ((type.getElementTypeBitWidth() + 7) / 8);
  });
  return bytes;
}

/// Operator and multiply-accumulates of a layer, which other nodes may be fused to.
void findSteps(const artefact::ModelSummary &summary, report::LayerRow &row) {
  for (const artefact::StepSummary &step : summary.steps)
    if (StringRef name = step.name; step.macs && name.consume_front(row.name) && (name.empty() || name[0] == '+')) {
      row.macs += step.macs;
      row.op = step.op;
    }
}

/// "edge-quantize{...},edge-code-weights".
std::string recipeText(const compress::Recipe &recipe) {
  std::string text;
  for (const compress::Step &step : recipe.steps)
    text += (text.empty() ? "" : ",") + step.pass + (step.options.empty() ? "" : "{" + step.options + "}");
  return text;
}

} // namespace

llvm::Expected<report::Report> edgecc::describeCompression(const BudgetTask &task, NetworkEvaluator &evaluator,
                                                           const EvaluatorOptions &evaluation,
                                                           const compress::Recipe &recipe) {
  report::Report report;
  report.model = task.name;
  report.version = EDGECC_VERSION;
  artefact::TargetSummary machine = task.target.summary();
  report.target =
      (task.target.name() + " for " + machine.triple + (machine.cpu.empty() ? "" : ", " + machine.cpu)).str();
  report.recipe = recipeText(recipe);
  report.accuracy = describe(evaluator.kind()).str();
  report.samples = evaluator.numSamples();
  auto before = evaluator.measureRecipe({});
  if (!before)
    return before.takeError();
  auto after = evaluator.measureRecipe(recipe);
  if (!after)
    return after.takeError();
  report.before = costOf(*before);
  report.after = costOf(*after);

  MLIRContext context(makeDialectRegistry());
  OwningOpRef<ModuleOp> network = compress::copyInto(context, task.module);
  compress::Recipe copy = recipe;
  if (!network)
    return llvm::createStringError("cannot copy the network");
  if (llvm::Error error = compressNetwork(*network, copy, evaluation.steps))
    return std::move(error);
  auto summary = compress::plan(*network, task.target);
  if (!summary)
    return summary.takeError();
  std::vector<std::string> layers = namedLayers(compress::findEntry(task.module));
  llvm::StringMap<uint64_t> bytesBefore = weightBytes(task.module), bytesAfter = weightBytes(*network);
  for (const std::string &layer : layers) {
    report::LayerRow row{layer, "", 0, bytesBefore.lookup(layer), bytesAfter.lookup(layer), std::nullopt};
    findSteps(*summary, row);
    if (compress::Recipe alone = restrictTo(recipe, layer, layers); !alone.empty()) {
      auto measured = evaluator.measureRecipe(alone);
      if (measured)
        row.noise = measured->noise;
      else
        llvm::consumeError(measured.takeError()); // The layer cannot be compressed alone.
    }
    report.layers.push_back(std::move(row));
  }
  return report;
}

void edgecc::describeCandidates(report::Report &report, const Space &space, const SearchResult &result) {
  std::vector<std::pair<double, double>> costs;
  for (const Point &point : result.points) {
    costs.emplace_back(point.measurement[Size], -point.measurement.accuracy);
    report.points.push_back({shortText(space, point.candidate), costOf(point.measurement), false,
                             point.candidate == result.best.candidate});
  }
  for (size_t index : paretoFront(costs))
    report.points[index].isOnFront = true;
}

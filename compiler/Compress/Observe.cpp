// Observation of a network on samples; see Observe.h.
#include "compiler/Compress/Observe.h"

#include "compiler/Compress/HostModel.h"
#include "dialects/Edge/LayerName.h"
#include "passes/Compress/Products.h"
#include "passes/Compress/QuantizedGroups.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace edgecc;
using namespace edgecc::compress;

namespace {

/// Values that products read, and all that share integers with them.
SmallVector<Value> observedValues(func::FuncOp entry) {
  SmallVector<Value> sinks;
  for (Operation &op : entry.getBody().front())
    if (std::optional<WeightedProduct> product = matchWeightedProduct(&op))
      sinks.push_back(product->input);
  QuantizedGroups groups(entry, sinks);
  return SmallVector<Value>(groups.members());
}

/// A copy of the module that returns `values` of its entry, and nothing else.
OwningOpRef<ModuleOp> returning(func::FuncOp entry, ArrayRef<Value> values) {
  auto module = entry->getParentOfType<ModuleOp>();
  OwningOpRef<ModuleOp> copy = ModuleOp::create(module.getLoc());
  OpBuilder builder = OpBuilder::atBlockEnd(copy->getBody());
  IRMapping mapping;
  func::FuncOp function;
  for (Operation &op : *module.getBody())
    if (Operation *clone = builder.clone(op, mapping); &op == entry.getOperation())
      function = cast<func::FuncOp>(clone);
  Operation *terminator = function.getBody().front().getTerminator();
  SmallVector<Value> results;
  for (Value value : values)
    results.push_back(mapping.lookup(value));
  terminator->setOperands(results);
  function.setFunctionType(
      FunctionType::get(entry.getContext(), function.getArgumentTypes(), ValueRange(results).getTypes()));
  function.removeResAttrsAttr();
  return copy;
}

/// What is gathered of one value.
struct Statistics {
  double lowest = std::numeric_limits<double>::infinity(), highest = -lowest;
  std::vector<double> sums; ///< Of each channel, the last dimension.
  uint64_t count = 0;       ///< Values of each channel.
  std::optional<Histogram> histogram;

  void add(ArrayRef<float> values, int64_t channels) {
    sums.resize(channels);
    for (size_t i = 0; i < values.size(); ++i) {
      lowest = std::min<double>(lowest, values[i]);
      highest = std::max<double>(highest, values[i]);
      sums[i % channels] += values[i];
    }
    count += values.size() / channels;
  }
};

ArrayRef<float> floatsOf(const data::Tensor &tensor) {
  return {reinterpret_cast<const float *>(tensor.bytes.data()), static_cast<size_t>(tensor.numElements())};
}

/// Runs every sample and hands each output to `use`.
template <typename Use> llvm::Error runAll(HostModel &model, const data::SampleSet &samples, Use use) {
  for (size_t i = 0; i < samples.size(); ++i) {
    auto inputs = samples.read(i);
    if (!inputs)
      return inputs.takeError();
    ArrayRef<data::Tensor> outputs = model.run(*inputs);
    if (outputs.empty())
      return llvm::createStringError("calibration: the network failed on sample " + Twine(i));
    for (auto [index, output] : llvm::enumerate(outputs))
      use(index, output);
  }
  return llvm::Error::success();
}

DictionaryAttr describe(MLIRContext *context, const Statistics &statistics, std::pair<double, double> range) {
  Builder builder(context);
  SmallVector<double> means;
  for (double sum : statistics.sums)
    means.push_back(sum / static_cast<double>(std::max<uint64_t>(statistics.count, 1)));
  return builder.getDictionaryAttr({builder.getNamedAttr("min", builder.getF64FloatAttr(range.first)),
                                    builder.getNamedAttr("max", builder.getF64FloatAttr(range.second)),
                                    builder.getNamedAttr("mean", builder.getDenseF64ArrayAttr(means))});
}

std::string nameOf(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    return "input " + std::to_string(argument.getArgNumber());
  return edge::layerName(value.getLoc()).str();
}

} // namespace

llvm::Error edgecc::compress::observe(func::FuncOp entry, const ObserveOptions &options) {
  SmallVector<Value> values = observedValues(entry);
  if (values.empty())
    return llvm::Error::success();
  OwningOpRef<ModuleOp> module = returning(entry, values);
  auto model = HostModel::compile(*module);
  if (!model)
    return model.takeError();
  auto samples = data::SampleSet::open((*model)->inputTypes(), options.samples);
  if (!samples)
    return samples.takeError();

  std::vector<Statistics> statistics(values.size());
  if (llvm::Error error = runAll(**model, *samples, [&](size_t index, const data::Tensor &output) {
        statistics[index].add(floatsOf(output), output.shape.empty() ? 1 : std::max<int64_t>(output.shape.back(), 1));
      }))
    return error;
  for (auto [value, found] : llvm::zip(values, statistics))
    if (!std::isfinite(found.lowest) || !std::isfinite(found.highest))
      return llvm::createStringError("calibration: node '" + nameOf(value) +
                                     "' computes values that are not finite; leave its layer in float, or look at the "
                                     "samples and their --scale, --mean and --std");
  if (options.method != RangeMethod::MinMax) {
    for (Statistics &found : statistics)
      found.histogram.emplace(found.lowest, found.highest);
    if (llvm::Error error = runAll(**model, *samples, [&](size_t index, const data::Tensor &output) {
          statistics[index].histogram->add(floatsOf(output));
        }))
      return error;
  }
  for (auto [value, found] : llvm::zip(values, statistics)) {
    std::pair<double, double> range = found.histogram
                                          ? chooseRange(*found.histogram, options.method, options.levels)
                                          : std::pair(std::min(found.lowest, 0.0), std::max(found.highest, 0.0));
    setObservation(value, describe(entry.getContext(), found, range));
  }
  return llvm::Error::success();
}

llvm::json::Value edgecc::compress::writeObservations(func::FuncOp entry) {
  llvm::json::Array rows;
  for (Value value : observedValues(entry)) {
    DictionaryAttr observed = observationOf(value);
    if (!observed)
      continue;
    llvm::json::Array means;
    if (auto stored = observed.getAs<DenseF64ArrayAttr>("mean"))
      for (double mean : stored.asArrayRef())
        means.push_back(mean);
    rows.push_back(llvm::json::Object{{"value", llvm::json::fixUTF8(nameOf(value))},
                                      {"min", observed.getAs<FloatAttr>("min").getValueAsDouble()},
                                      {"max", observed.getAs<FloatAttr>("max").getValueAsDouble()},
                                      {"mean", std::move(means)}});
  }
  return rows;
}

llvm::Error edgecc::compress::readObservations(func::FuncOp entry, const llvm::json::Value &observations) {
  SmallVector<Value> values = observedValues(entry);
  const llvm::json::Array *rows = observations.getAsArray();
  if (!rows || rows->size() != values.size())
    return llvm::createStringError("the recipe observed " + Twine(rows ? rows->size() : 0) +
                                   " values, but the network has " + Twine(values.size()) +
                                   "; it is a recipe for another network");
  Builder builder(entry.getContext());
  for (auto [value, row] : llvm::zip(values, *rows)) {
    const llvm::json::Object *object = row.getAsObject();
    std::optional<double> lowest = object ? object->getNumber("min") : std::nullopt;
    std::optional<double> highest = object ? object->getNumber("max") : std::nullopt;
    const llvm::json::Array *means = object ? object->getArray("mean") : nullptr;
    std::optional<StringRef> name = object ? object->getString("value") : std::nullopt;
    if (!lowest || !highest || !means || !name || *lowest > *highest)
      return llvm::createStringError("the recipe has an observation without value, min, max or mean");
    if (*name != llvm::json::fixUTF8(nameOf(value)))
      return llvm::createStringError("the recipe observed '" + *name + "' where the network has '" + nameOf(value) +
                                     "'; it is a recipe for another network");
    SmallVector<double> numbers;
    for (const llvm::json::Value &mean : *means)
      numbers.push_back(mean.getAsNumber().value_or(0));
    setObservation(value,
                   builder.getDictionaryAttr({builder.getNamedAttr("min", builder.getF64FloatAttr(*lowest)),
                                              builder.getNamedAttr("max", builder.getF64FloatAttr(*highest)),
                                              builder.getNamedAttr("mean", builder.getDenseF64ArrayAttr(numbers))}));
  }
  return llvm::Error::success();
}

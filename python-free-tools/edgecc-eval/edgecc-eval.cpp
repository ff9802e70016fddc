// edgecc-eval: how well a model, or what edgecc made of it, does on a data set, and how far it is from another.
#include "compiler/Data/Metrics.h"
#include "compiler/Data/Samples.h"
#include "python-free-tools/common/Artefact.h"
#include "python-free-tools/common/JsonFile.h"
#include "python-free-tools/common/TargetOptions.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

using namespace llvm;
using namespace edgecc::tools;

namespace {

struct EvalOptions {
  std::string model, reference;
  std::vector<std::string> compilerFlags, referenceFlags;
  SampleOptions samples;
  std::string labels;
  bool layers;
  std::string jsonFile;
};

constexpr size_t samplesPerProcess = 64;

struct Tally {
  int64_t samples = 0, top1 = 0, top5 = 0, agreed = 0;
  StringMap<Distortion> distortions; // of outputs, by name
};

void count(Tally &tally, ArrayRef<Tensor> outputs, const std::vector<Tensor> *reference, std::optional<int64_t> label) {
  ++tally.samples;
  std::vector<int64_t> best = largestElements(outputs.front(), 5);
  if (label) {
    tally.top1 += !best.empty() && best.front() == *label;
    tally.top5 += is_contained(best, *label);
  }
  if (!reference)
    return;
  StringMap<const Tensor *> wanted;
  for (const Tensor &tensor : *reference)
    wanted[tensor.name] = &tensor;
  if (const Tensor *first = wanted.lookup(outputs.front().name))
    tally.agreed += largestElements(*first, 1) == std::vector<int64_t>(best.begin(), best.begin() + !best.empty());
  for (const Tensor &output : outputs)
    if (const Tensor *other = wanted.lookup(output.name); other && other->numElements() == output.numElements())
      tally.distortions[output.name].add(output, *other);
}

Expected<Tally> evaluate(const Artefact &artefact, const Artefact *reference, const SampleSet &samples,
                         const std::vector<int64_t> &labels) {
  Tally tally;
  for (size_t begin = 0; begin < samples.size(); begin += samplesPerProcess) {
    std::vector<std::vector<Tensor>> inputs;
    for (size_t i = begin; i < std::min(begin + samplesPerProcess, samples.size()); ++i) {
      auto sample = samples.read(i);
      if (!sample)
        return sample.takeError();
      inputs.push_back(std::move(*sample));
    }
    auto results = artefact.runSamples(inputs);
    if (!results)
      return results.takeError();
    std::optional<std::vector<std::vector<Tensor>>> wanted;
    if (reference) {
      auto run = reference->runSamples(inputs);
      if (!run)
        return run.takeError();
      wanted = std::move(*run);
    }
    for (size_t k = 0; k < results->size(); ++k) {
      std::optional<int64_t> label;
      if (!labels.empty())
        label = labels[samples.position(begin + k)];
      count(tally, (*results)[k], wanted ? &(*wanted)[k] : nullptr, label);
    }
  }
  return tally;
}

double percent(int64_t part, int64_t whole) { return whole ? 100.0 * part / whole : 0; }

// Infinity is no number in JSON.
json::Value finite(double value) { return std::isfinite(value) ? json::Value(value) : json::Value(nullptr); }

json::Object report(const Artefact &artefact, const Tally &tally, bool hasLabels, bool hasReference) {
  const Description &model = artefact.description();
  json::Object object{{"model", model.name},
                      {"samples", tally.samples},
                      {"weight_bytes", model.weightBytes},
                      {"arena_bytes", model.arenaBytes},
                      {"text_bytes", artefact.library().textBytes},
                      {"rodata_bytes", artefact.library().dataBytes}};
  outs() << formatv("{0}: {1} samples\n", model.name, tally.samples);
  outs() << formatv("weights {0} bytes, arena {1} bytes, code {2} bytes\n", model.weightBytes, model.arenaBytes,
                    artefact.library().textBytes);
  if (hasLabels) {
    outs() << formatv("top-1  {0} of {1}, {2:f2} %\n", tally.top1, tally.samples, percent(tally.top1, tally.samples));
    outs() << formatv("top-5  {0} of {1}, {2:f2} %\n", tally.top5, tally.samples, percent(tally.top5, tally.samples));
    object["top1"] = tally.top1;
    object["top5"] = tally.top5;
  }
  if (!hasReference)
    return object;
  outs() << formatv("agreement with the reference  {0} of {1}, {2:f2} %\n", tally.agreed, tally.samples,
                    percent(tally.agreed, tally.samples));
  outs() << "  SQNR dB  mean |error|  tensor\n";
  json::Array tensors;
  SmallVector<StringRef> names(tally.distortions.keys());
  sort(names);
  for (StringRef name : names) {
    const Distortion &distortion = tally.distortions.find(name)->second;
    outs() << format("%9.2f  %12.6g  ", distortion.sqnr(), distortion.meanAbsoluteError()) << name << "\n";
    tensors.push_back(json::Object{{"name", json::fixUTF8(name)},
                                   {"sqnr_db", finite(distortion.sqnr())},
                                   {"mean_absolute_error", finite(distortion.meanAbsoluteError())}});
  }
  object["agreed"] = tally.agreed;
  object["tensors"] = std::move(tensors);
  return object;
}

Error eval(const Toolchain &toolchain, EvalOptions options) {
  if (options.layers) { // Every node's output is then one of the model's.
    options.compilerFlags.push_back("--keep-tensors");
    options.referenceFlags.push_back("--keep-tensors");
  }
  auto artefact = Artefact::openOrCompile(toolchain, options.model, options.compilerFlags);
  if (!artefact)
    return artefact.takeError();
  std::unique_ptr<Artefact> reference;
  if (!options.reference.empty()) {
    auto opened = Artefact::openOrCompile(toolchain, options.reference, options.referenceFlags);
    if (!opened)
      return opened.takeError();
    reference = std::move(*opened);
  }
  auto samples = SampleSet::open((*artefact)->description().inputs, options.samples);
  if (!samples)
    return samples.takeError();
  std::vector<int64_t> labels;
  if (!options.labels.empty()) {
    auto read = readLabels(options.labels);
    if (!read)
      return read.takeError();
    labels = std::move(*read);
    if (samples->size() && samples->position(samples->size() - 1) >= labels.size())
      return failure(options.labels, "has " + Twine(labels.size()) + " labels, but there are more samples");
  }
  auto tally = evaluate(**artefact, reference.get(), *samples, labels);
  if (!tally)
    return tally.takeError();
  json::Object object = report(**artefact, *tally, !labels.empty(), reference != nullptr);
  return options.jsonFile.empty() ? Error::success() : writeJson(options.jsonFile, std::move(object));
}

} // namespace

int main(int argc, char **argv) {
  forgetLibraryOptions();
  cl::OptionCategory category("edgecc-eval options");
  cl::opt<std::string> model(cl::Positional, cl::Required, cl::desc("MODEL.onnx|FOLDER"), cl::cat(category));
  cl::list<std::string> sources("samples", cl::desc("Folder of pictures, .npy or .bin files, or a file of records"),
                                cl::value_desc("[input=]path"), cl::cat(category));
  cl::opt<std::string> labels("labels", cl::desc("Classes: numbers in a text, or bytes in FILE:OFFSET:STRIDE"),
                              cl::value_desc("file"), cl::cat(category));
  cl::opt<std::string> reference("reference",
                                 cl::desc("Also compare with this model, compiled without --compile-option"),
                                 cl::value_desc("MODEL.onnx|FOLDER"), cl::cat(category));
  cl::opt<bool> layers("layers", cl::desc("Compare every tensor of the models, not only the outputs"),
                       cl::cat(category));
  cl::opt<unsigned> limit("limit", cl::desc("Samples to use at most (default all)"), cl::init(0), cl::cat(category));
  cl::opt<std::string> scale("scale", cl::desc("Factor for pixels or raw values, such as 1/255 (default 1)"),
                             cl::init("1"), cl::cat(category));
  cl::list<double> mean("mean", cl::desc("To subtract after scaling; one, or one for each channel (default 0)"),
                        cl::CommaSeparated, cl::cat(category));
  cl::list<double> deviation("std", cl::desc("To divide by then; one, or one for each channel (default 1)"),
                             cl::CommaSeparated, cl::cat(category));
  cl::opt<std::string> dtype("dtype", cl::desc("Element type of raw files (default the model's)"), cl::value_desc("u8"),
                             cl::cat(category));
  cl::opt<uint64_t> offset("offset", cl::desc("First record of raw files, in bytes (default 0)"), cl::cat(category));
  cl::opt<uint64_t> stride("stride", cl::desc("From one raw record to the next, in bytes (default no gap)"),
                           cl::cat(category));
  cl::opt<bool> hwc("hwc", cl::desc("Raw pictures are height x width x channels (default as the input)"),
                    cl::cat(category));
  cl::opt<std::string> jsonFile("json", cl::desc("Also write the results to this file"), cl::value_desc("file"),
                                cl::cat(category));
  TargetOptions target(category);
  ShapeOptions shape(category);
  cl::ParseCommandLineOptions(argc, argv, "edgecc-eval: how well a model does on a data set\n");

  EvalOptions options{model, reference, target.compilerFlags(), shape.compilerFlags(), {}, labels, layers, jsonFile};
  append_range(options.compilerFlags, shape.compilerFlags());
  SampleOptions &samples = options.samples;
  samples.sources = sources;
  samples.limit = limit;
  samples.offset = offset;
  samples.stride = stride;
  samples.channelsLast = hwc;
  if (!mean.empty())
    samples.scaling.mean = mean;
  if (!deviation.empty())
    samples.scaling.std = deviation;
  auto factor = parseFraction(scale);
  if (!factor)
    return report(failure("edgecc-eval", "--scale is '" + scale + "', expected a number or a fraction"));
  samples.scaling.scale = *factor;
  if (!dtype.empty() && !(samples.rawType = parseDType(dtype)))
    return report(failure("edgecc-eval", "--dtype is '" + dtype + "', expected a type such as u8 or float32"));
  if (sources.empty())
    return report(failure("edgecc-eval", "there are no samples; give --samples=FOLDER"));
  if (Error error = eval(target.toolchain(argv[0]), std::move(options)))
    return report(std::move(error));
  return ExitDone;
}

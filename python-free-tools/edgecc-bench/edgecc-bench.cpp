// edgecc-bench: how long a compiled model takes and how much memory it needs.
#include "RandomInputs.h"

#include "python-free-tools/common/Artefact.h"
#include "python-free-tools/common/Diagnostics.h"
#include "python-free-tools/common/JsonFile.h"
#include "python-free-tools/common/TargetOptions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace edgecc::tools;

namespace {

struct BenchOptions {
  std::string model;
  std::vector<std::string> compilerFlags;
  std::vector<unsigned> threads;
  unsigned repeat, warmup;
  std::string jsonFile;
};

// One row of times for each number of threads, as the harness reports them.
Expected<json::Array> measure(const Artefact &artefact, const BenchOptions &options) {
  RunRequest request;
  for (const auto &input : enumerate(artefact.description().inputs))
    request.inputs.push_back(randomInput(input.value(), input.index()));
  request.repeat = options.repeat;
  request.warmup = options.warmup;
  request.wantOutputs = false;
  json::Array times;
  for (unsigned threads : options.threads) {
    request.threads = threads;
    auto result = artefact.run(request);
    if (!result)
      return result.takeError();
    times.push_back(std::move(result->report));
  }
  return times;
}

void printTimes(const json::Array &times) {
  outs() << formatv("{0,8} {1,12} {2,12} {3,12}\n", "threads", "min_us", "median_us", "p95_us");
  for (const json::Value &value : times) {
    const json::Object *row = value.getAsObject();
    if (!row)
      continue;
    auto number = [&](StringRef key) { return row->getNumber(key).value_or(0); };
    outs() << format("%8.0f %12.2f %12.2f %12.2f\n", number("threads"), number("min_us"), number("median_us"),
                     number("p95_us"));
  }
}

Error bench(const Toolchain &toolchain, const BenchOptions &options) {
  auto artefact = Artefact::openOrCompile(toolchain, options.model, options.compilerFlags);
  if (!artefact)
    return artefact.takeError();
  const Description &model = (*artefact)->description();
  const Library &library = (*artefact)->library();
  outs() << formatv("{0} on {1}: {2} steps\n", model.name, library.arch, model.numSteps);
  outs() << formatv("arena {0} bytes (lower bound {1}), code {2} bytes, read-only data {3} bytes\n", model.arenaBytes,
                    model.arenaLowerBoundBytes, library.textBytes, library.dataBytes);
  auto times = measure(**artefact, options);
  if (!times)
    return times.takeError();
  printTimes(*times);
  if (options.jsonFile.empty())
    return Error::success();
  return writeJson(options.jsonFile, json::Object{{"model", model.name},
                                                  {"hash", model.hash},
                                                  {"arch", library.arch},
                                                  {"arena_bytes", model.arenaBytes},
                                                  {"arena_lower_bound_bytes", model.arenaLowerBoundBytes},
                                                  {"text_bytes", library.textBytes},
                                                  {"rodata_bytes", library.dataBytes},
                                                  {"times", std::move(*times)}});
}

} // namespace

int main(int argc, char **argv) {
  forgetLibraryOptions();
  cl::OptionCategory category("edgecc-bench options");
  cl::opt<std::string> model(cl::Positional, cl::Required, cl::desc("MODEL.onnx|FOLDER"), cl::cat(category));
  cl::list<unsigned> threads("threads", cl::desc("Numbers of threads to run on (default 1)"), cl::value_desc("1,2"),
                             cl::CommaSeparated, cl::cat(category));
  cl::opt<unsigned> repeat("repeat", cl::desc("Runs to time (default 50)"), cl::init(50), cl::cat(category));
  cl::opt<unsigned> warmup("warmup", cl::desc("Runs before that (default 5)"), cl::init(5), cl::cat(category));
  cl::opt<std::string> jsonFile("json", cl::desc("Also write the results to this file"), cl::value_desc("file"),
                                cl::cat(category));
  TargetOptions target(category);
  ShapeOptions shape(category);
  cl::ParseCommandLineOptions(argc, argv, "edgecc-bench: times a model on random inputs\n");

  BenchOptions options{model, target.compilerFlags(), threads, repeat, warmup, jsonFile};
  append_range(options.compilerFlags, shape.compilerFlags());
  if (options.threads.empty())
    options.threads = {1};
  if (repeat == 0 || is_contained(options.threads, 0u))
    return report(failure("edgecc-bench", "--repeat and --threads take numbers from 1"));
  if (unsigned most = *llvm::max_element(options.threads); most > 1) // Kernels are split when they are compiled.
    options.compilerFlags.push_back("--threads=" + std::to_string(most));
  if (Error error = bench(target.toolchain(argv[0]), options))
    return report(std::move(error));
  return ExitDone;
}

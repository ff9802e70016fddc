// edgecc: options in, exit code out.
#include "compiler/Driver/Compile.h"
#include "compiler/Pipeline/Pipeline.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/Timing.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#if __has_include(<malloc.h>)
#include <malloc.h>
#endif

using namespace edgecc;
namespace cl = llvm::cl;

namespace {

cl::OptionCategory modelCategory("Model");
cl::OptionCategory frameCategory("Camera frame");
cl::OptionCategory compressionCategory("Compression");
cl::OptionCategory targetCategory("Target");
cl::OptionCategory outputCategory("Output");

bool fail(const llvm::Twine &message) {
  llvm::errs() << "edgecc: error: " << message << "\n";
  return false;
}

/// Splits NAME=VALUE; ONNX names may hold '=', so the last one counts.
bool splitPair(llvm::StringRef flag, llvm::StringRef text, std::pair<llvm::StringRef, llvm::StringRef> &pair) {
  pair = text.rsplit('=');
  if (pair.first.empty() || pair.second.empty())
    return fail("--" + flag + "=" + text + ": expected NAME=VALUE");
  return true;
}

/// Leaves `number` alone where there is no text.
bool readNumber(llvm::StringRef flag, llvm::StringRef text, double &number) {
  std::optional<double> read = text.empty() ? number : data::parseFraction(text);
  if (!read)
    return fail("--" + flag + "=" + text + ": expected a number or a fraction other than 0, as 1/255");
  number = *read;
  return true;
}

/// The same for numbers joined by commas.
bool readNumbers(llvm::StringRef flag, llvm::StringRef text, std::vector<double> &numbers) {
  if (text.empty())
    return true;
  numbers.clear();
  for (llvm::StringRef part : llvm::split(text, ','))
    if (!readNumber(flag, part, numbers.emplace_back()))
      return false;
  return true;
}

/// For --print-phases, which needs no model and so does not wait for the end of parsing.
const auto printPhasesAndExit = [](const bool &) {
  printPhases(llvm::outs());
  llvm::outs().flush();
  std::exit(ExitDone);
};

/// The flags of the driver. They are made when main runs, after dropForeignOptions().
struct Flags {
  cl::opt<std::string> input{cl::Positional, cl::Required, cl::desc("model.onnx"), cl::cat(modelCategory)};
  cl::list<std::string> dims{"dim", cl::desc("Value of a symbolic dimension"), cl::value_desc("NAME=SIZE"),
                             cl::cat(modelCategory)};
  cl::list<std::string> shapes{"shape", cl::desc("Shape of an input"), cl::value_desc("INPUT=1x3x224x224"),
                               cl::cat(modelCategory)};
  cl::list<std::string> bindings{"bind", cl::desc("Bake an input in as a constant"), cl::value_desc("INPUT=tensor.pb"),
                                 cl::cat(modelCategory)};
  cl::opt<std::string> name{"name", cl::desc("C name of the model (default: from the file's name)"),
                            cl::cat(modelCategory)};
  cl::opt<std::string> frameFormat{"image-input",
                                   cl::desc("Frame in place of the first input: gray8, rgb8 or nv12, and its pixels"),
                                   cl::value_desc("nv12:1280x720"), cl::cat(frameCategory)};
  cl::opt<std::string> frameCrop{"crop", cl::desc("Part of the frame, in pixels (default: all)"),
                                 cl::value_desc("X,Y,W,H"), cl::cat(frameCategory)};
  cl::opt<std::string> frameResize{"resize", cl::desc("To the input's size: bilinear or area (default: bilinear)"),
                                   cl::value_desc("method"), cl::cat(frameCategory)};
  cl::opt<std::string> frameScale{"scale", cl::desc("Factor for pixels of 0 to 255, as 1/255 (default: 1)"),
                                  cl::value_desc("factor"), cl::cat(frameCategory)};
  cl::opt<std::string> frameMean{"mean", cl::desc("To subtract then, one or one a channel (default: 0)"),
                                 cl::value_desc("a,b,c"), cl::cat(frameCategory)};
  cl::opt<std::string> frameStd{"std", cl::desc("To divide by then, one or one a channel (default: 1)"),
                                cl::value_desc("a,b,c"), cl::cat(frameCategory)};
  cl::opt<bool> frameBgr{"bgr", cl::desc("Channels are B, G, R (default: R, G, B)"), cl::cat(frameCategory)};
  cl::opt<std::string> compress{"compress", cl::desc("Methods, as int8,prune=0.5, or a recipe (*.json)"),
                                cl::value_desc("recipe"), cl::cat(compressionCategory)};
  cl::opt<std::string> budget{"budget",
                              cl::desc("Search for a recipe within limits of size, latency, arena, macs, drop"),
                              cl::value_desc("size:512KiB,drop:1%"), cl::cat(compressionCategory)};
  cl::opt<std::string> labels{"labels",
                              cl::desc("Classes of the samples, for --budget: a text, or bytes in FILE:OFFSET:STRIDE"),
                              cl::value_desc("file"), cl::cat(compressionCategory)};
  cl::opt<std::string> accuracy{
      "accuracy", cl::desc("What --budget measures: top1, agreement or fidelity (default: as labels and outputs are)"),
      cl::value_desc("kind"), cl::cat(compressionCategory)};
  cl::opt<uint64_t> seed{"seed", cl::desc("Of the order in which --budget tries single layers (default: 0)"),
                         cl::init(0), cl::cat(compressionCategory)};
  cl::opt<unsigned> budgetTrials{"budget-trials", cl::desc("Candidates to measure at most (default: 150)"),
                                 cl::init(150), cl::cat(compressionCategory)};
  cl::opt<unsigned> evaluationLimit{"evaluate-limit",
                                    cl::desc("Samples for --budget to measure accuracy on at most (default: 2000)"),
                                    cl::init(2000), cl::cat(compressionCategory)};
  cl::opt<std::string> deviceLatency{
      "device-latency", cl::desc("What the model takes on the device; models latency there (default: measured here)"),
      cl::value_desc("40ms"), cl::cat(compressionCategory)};
  cl::opt<std::string> report{"report",
                              cl::desc("Write what compression did, layer by layer, as FILE.html and FILE.json"),
                              cl::value_desc("file.html"), cl::cat(compressionCategory)};
  cl::list<std::string> calibrate{"calibrate",
                                  cl::desc("Samples of inputs: a folder of pictures, .npy or .bin files, or a file"),
                                  cl::value_desc("[input=]path"), cl::cat(compressionCategory)};
  cl::opt<unsigned> calibrationLimit{"calibrate-limit", cl::desc("Samples to use at most (default: 200)"),
                                     cl::init(200), cl::cat(compressionCategory)};
  cl::opt<std::string> range{"range", cl::desc("Ranges of integers: min-max, percentile, entropy or l2 (default: l2)"),
                             cl::value_desc("method"), cl::cat(compressionCategory)};
  cl::opt<double> leastSqnr{
      "min-sqnr", cl::desc("Keep layers in float until each output is so near to the model, dB; 0: none (default: 20)"),
      cl::init(20), cl::cat(compressionCategory)};
  cl::opt<std::string> sampleType{"dtype", cl::desc("Element type of raw samples, as u8 (default: the input's)"),
                                  cl::cat(compressionCategory)};
  cl::opt<uint64_t> sampleOffset{"offset", cl::desc("First record of raw samples, bytes (default: 0)"), cl::init(0),
                                 cl::cat(compressionCategory)};
  cl::opt<uint64_t> sampleStride{"stride", cl::desc("From one raw record to the next, bytes (default: no gap)"),
                                 cl::init(0), cl::cat(compressionCategory)};
  cl::opt<bool> sampleHwc{"hwc", cl::desc("Raw samples are height x width x channels (default: as the input)"),
                          cl::cat(compressionCategory)};
  cl::opt<std::string> target{"target", cl::desc("What to compile for: cpu, c, opencl, vulkan or hls (default: cpu)"),
                              cl::init("cpu"), cl::cat(targetCategory)};
  cl::opt<std::string> triple{"mtriple", cl::desc("Target triple (default: this machine)"), cl::cat(targetCategory)};
  cl::opt<std::string> cpu{"mcpu", cl::desc("Processor, or native (default: this machine's)"), cl::cat(targetCategory)};
  cl::opt<std::string> features{"mattr", cl::desc("Processor features, as +avx2,-fma"), cl::cat(targetCategory)};
  cl::opt<std::string> device{"device",
                              cl::desc("Limits of the device of a GPU target: generic, cpu-avx2, ... or a JSON file "
                                       "(default: generic)"),
                              cl::cat(targetCategory)};
  cl::opt<unsigned> optimization{"O", cl::desc("Optimisation, 0 to 3 (default: 3)"), cl::Prefix, cl::init(3),
                                 cl::cat(targetCategory)};
  cl::opt<bool> denseKernels{"dense-kernels",
                             cl::desc("Multiply by zero weights too, so that each NaN and infinity spreads"),
                             cl::cat(targetCategory)};
  cl::opt<unsigned> threads{"threads",
                            cl::desc("Most threads of a run; above 1 the artefact needs edgecc's runtime (default: 1)"),
                            cl::init(1), cl::cat(targetCategory)};
  cl::opt<std::string> part{"part", cl::desc("FPGA of --target=hls, as xc7z020 (default: the smallest that fits)"),
                            cl::cat(targetCategory)};
  cl::opt<unsigned> clock{"clock", cl::desc("Clock of --target=hls, MHz (default: what suits the part)"), cl::init(0),
                          cl::cat(targetCategory)};
  cl::opt<std::string> weights{"weights",
                               cl::desc("Weights of --target=c: array, or incbin for a file of bytes (default: array)"),
                               cl::value_desc("form"), cl::cat(targetCategory)};
  cl::opt<std::string> output{"o", cl::desc("Folder of the artefact, or file of --emit"), cl::value_desc("path"),
                              cl::cat(outputCategory)};
  cl::opt<std::string> emit{"emit", cl::desc("Write one file instead: shared, obj, asm, llvm or mlir"),
                            cl::cat(outputCategory)};
  cl::opt<std::string> compileTo{"compile-to", cl::desc("Stop behind a phase and print the IR"),
                                 cl::value_desc("phase"), cl::cat(outputCategory)};
  cl::opt<std::string> compileFrom{"compile-from", cl::desc("Start at a phase (*.mlir input)"), cl::value_desc("phase"),
                                   cl::cat(outputCategory)};
  cl::opt<std::string> dumpFolder{"dump-phases-to", cl::desc("Folder for the IR behind each phase"),
                                  cl::value_desc("folder"), cl::cat(outputCategory)};
  cl::opt<bool> keepTensors{"keep-tensors", cl::desc("Make every node output an output of the model"), cl::Hidden,
                            cl::cat(outputCategory)};
  cl::opt<bool> printPhases{"print-phases",
                            cl::desc("Print the phase table of docs/pipeline.md and exit"),
                            cl::Hidden,
                            cl::ValueDisallowed,
                            cl::callback(printPhasesAndExit),
                            cl::cat(outputCategory)};

  bool readModelOptions(import::ImportOptions &options);
  FrameOptions frameOptions() {
    return {frameFormat, frameCrop, frameResize, frameScale, frameMean, frameStd, frameBgr};
  }
  bool readCompressionOptions(CompressionOptions &options);
  std::string optionText();
};

/// Options of the libraries that we link would clash with ours and fill --help with what no user of edgecc needs.
void dropForeignOptions() {
  llvm::SmallVector<cl::Option *> foreign;
  for (auto &option : cl::getRegisteredOptions()) // --help and --version are in a category of their own.
    if (llvm::is_contained(option.second->Categories, &cl::getGeneralCategory()))
      foreign.push_back(option.second);
  for (cl::Option *option : foreign)
    option->removeArgument();
}

bool Flags::readModelOptions(import::ImportOptions &options) {
  std::pair<llvm::StringRef, llvm::StringRef> pair;
  for (const std::string &text : dims) {
    int64_t size;
    if (!splitPair("dim", text, pair))
      return false;
    if (pair.second.getAsInteger(10, size) || size < 1)
      return fail("--dim=" + text + ": the size must be a number of at least 1");
    options.dims[pair.first] = size;
  }
  for (const std::string &text : shapes) {
    if (!splitPair("shape", text, pair))
      return false;
    llvm::SmallVector<int64_t> &shape = options.shapes[pair.first];
    llvm::SmallVector<llvm::StringRef> parts;
    if (pair.second != "scalar")
      pair.second.split(parts, 'x');
    for (llvm::StringRef part : parts)
      if (part.getAsInteger(10, shape.emplace_back()) || shape.back() < 0)
        return fail("--shape=" + text + ": expected sizes joined by x, as 1x3x224x224");
  }
  for (const std::string &text : bindings) {
    if (!splitPair("bind", text, pair))
      return false;
    options.bindings[pair.first] = pair.second.str();
  }
  options.keepTensors = keepTensors;
  return true;
}

/// Samples are scaled as frames are, by --scale, --mean and --std.
bool Flags::readCompressionOptions(CompressionOptions &options) {
  options.recipe = compress;
  options.range = range;
  bool choosesLayers = budget.empty() || leastSqnr.getNumOccurrences(); // A budget has a measure of its own.
  if (leastSqnr != 0 && choosesLayers)
    options.leastSqnr = leastSqnr;
  options.budget = {budget, labels, accuracy, seed, budgetTrials, evaluationLimit, deviceLatency, report};
  data::SampleOptions &samples = options.samples;
  samples.sources.assign(calibrate.begin(), calibrate.end());
  samples.limit = calibrationLimit;
  samples.offset = sampleOffset;
  samples.stride = sampleStride;
  samples.channelsLast = sampleHwc;
  if (!sampleType.empty() && !(samples.rawType = data::parseDType(sampleType)))
    return fail("--dtype=" + sampleType + ": expected a type such as u8 or float32");
  if (samples.sources.empty())
    return true;
  return readNumber("scale", frameScale, samples.scaling.scale) &&
         readNumbers("mean", frameMean, samples.scaling.mean) && readNumbers("std", frameStd, samples.scaling.std);
}

/// The flags that shape the code, in a fixed order, without paths.
std::string Flags::optionText() {
  std::vector<std::string> parts;
  auto add = [&](llvm::StringRef flag, llvm::StringRef value) {
    if (!value.empty())
      parts.push_back(("--" + flag + "=" + value).str());
  };
  for (const std::string &text : dims)
    add("dim", text);
  for (const std::string &text : shapes)
    add("shape", text);
  for (const std::string &text : bindings)
    add("bind", llvm::StringRef(text).rsplit('=').first);
  if (!frameFormat.empty()) // Else they are for samples, which the recipe stands for.
    llvm::append_range(parts, frameOptionTexts(frameOptions()));
  add("target", target);
  add("mtriple", triple);
  add("mcpu", cpu);
  add("mattr", features);
  add("device", llvm::sys::path::filename(device));
  add("part", part);
  if (clock != 0)
    parts.push_back("--clock=" + std::to_string(clock));
  add("weights", weights);
  if (optimization != 3)
    parts.push_back("-O" + std::to_string(optimization));
  if (denseKernels)
    parts.push_back("--dense-kernels");
  if (threads != 1)
    parts.push_back("--threads=" + std::to_string(threads));
  if (keepTensors)
    parts.push_back("--keep-tensors");
  return llvm::join(parts, " ");
}

/// What MLIR adds is for developers: --help-hidden lists it.
void hideDevelopersOptions() {
  for (auto &[name, option] : cl::getRegisteredOptions()) {
    bool ours = llvm::any_of(option->Categories, [](const cl::OptionCategory *category) {
      return llvm::is_contained(
          {&modelCategory, &frameCategory, &compressionCategory, &targetCategory, &outputCategory}, category);
    });
    if (!ours && name != "help" && name != "help-hidden" && name != "version")
      option->setHiddenFlag(cl::Hidden);
  }
}

/// Weights are freed while others are allocated: each block of this size or more goes back to the system at once, where
/// glibc would keep blocks of up to 32 MiB.
void returnFreedWeights() {
#ifdef M_MMAP_THRESHOLD
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

} // namespace

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  returnFreedWeights();
  dropForeignOptions();
  Flags flags;
  mlir::registerMLIRContextCLOptions();
  mlir::registerPassManagerCLOptions();
  mlir::registerDefaultTimingManagerCLOptions();
  cl::SetVersionPrinter([](llvm::raw_ostream &stream) { stream << "edgecc " << EDGECC_VERSION << "\n"; });
  std::string overview = "compiles a neural network for a device\n\nphases: import";
  for (const Phase &phase : phases())
    overview += ", " + phase.name.str();
  hideDevelopersOptions();
  if (!cl::ParseCommandLineOptions(argc, argv, overview + "\n", &llvm::errs()))
    return ExitInput;

  CompileOptions options;
  if (!flags.readModelOptions(options.import))
    return ExitInput;
  options.frame = flags.frameOptions();
  if (!flags.readCompressionOptions(options.compression))
    return ExitInput;
  if (std::vector<std::string> texts = frameOptionTexts(options.frame);
      options.frame.format.empty() && options.compression.samples.sources.empty() && !texts.empty())
    return fail(texts.front() + ": says how a frame becomes the input, but there is no --image-input"), ExitInput;
  if (flags.optimization > 3)
    return fail("-O takes 0 to 3"), ExitInput;
  static const llvm::StringRef kinds[] = {"", "shared", "obj", "asm", "llvm", "mlir"};
  if (!llvm::is_contained(kinds, flags.emit))
    return fail("--emit=" + flags.emit + ": expected shared, obj, asm, llvm or mlir"), ExitInput;
  options.input = flags.input;
  options.output = flags.output;
  options.name = flags.name;
  options.target = flags.target;
  options.emit = flags.emit;
  options.compileTo = flags.compileTo;
  options.compileFrom = flags.compileFrom;
  options.dumpFolder = flags.dumpFolder;
  options.denseKernels = flags.denseKernels;
  options.optionText = flags.optionText();
  if (flags.threads < 1 || flags.threads > 256)
    return fail("--threads takes 1 to 256"), ExitInput;
  options.machine = {flags.triple,
                     flags.cpu,
                     flags.features,
                     static_cast<int>(flags.optimization),
                     static_cast<int>(flags.threads),
                     flags.device,
                     flags.part,
                     flags.clock,
                     flags.weights};
  return compile(options);
}

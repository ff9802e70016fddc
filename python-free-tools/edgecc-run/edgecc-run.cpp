// edgecc-run: runs a model, or the folder that edgecc made of it, on inputs from files, and shows what comes out.
#include "Inputs.h"
#include "Printing.h"

#include "python-free-tools/common/Diagnostics.h"
#include "python-free-tools/common/TargetOptions.h"
#include "python-free-tools/common/Onnx.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace edgecc::tools;

namespace {

Expected<std::vector<std::string>> readLabels(StringRef path) {
  std::vector<std::string> labels;
  if (path.empty())
    return labels;
  auto buffer = MemoryBuffer::getFile(path);
  if (!buffer)
    return failure(path, "cannot read the file: " + buffer.getError().message());
  SmallVector<StringRef> lines;
  (*buffer)->getBuffer().rtrim('\n').split(lines, '\n');
  for (StringRef line : lines)
    labels.push_back(line.rtrim('\r').str());
  return labels;
}

// Writes outputs to the files of NAME=FILE assignments.
Error writeOutputs(ArrayRef<Tensor> outputs, ArrayRef<std::string> assignments) {
  for (StringRef assignment : assignments) {
    auto [name, file] = assignment.rsplit('=');
    const Tensor *output = find_if(outputs, [name = name](const Tensor &tensor) { return tensor.name == name; });
    if (output == outputs.end())
      return failure(assignment, "the model has no output '" + name + "'");
    if (Error error = writeTensor(*output, file))
      return error;
  }
  return Error::success();
}

struct RunOptions {
  std::string model;
  std::vector<std::string> compilerFlags;
  InputOptions inputs;
  std::optional<uint64_t> index; // of a record in a raw file
  std::vector<std::string> outputFiles;
  std::string labelFile;
  unsigned top, threads;
  bool profile;
};

Error run(const Toolchain &toolchain, RunOptions options) {
  auto labels = readLabels(options.labelFile);
  if (!labels)
    return labels.takeError();
  auto artefact = Artefact::openOrCompile(toolchain, options.model, options.compilerFlags);
  if (!artefact)
    return artefact.takeError();
  const Description &model = (*artefact)->description();
  if (options.index && !model.inputs.empty()) {
    TensorType record = model.inputs.front();
    record.dtype = options.inputs.rawType.value_or(record.dtype);
    options.inputs.offset = options.inputs.offset.value_or(0) + *options.index * record.numBytes();
  }
  auto inputs = readInputs(model, options.inputs);
  if (!inputs)
    return inputs.takeError();

  RunRequest request;
  TempDir work;
  if (!options.inputs.frame.empty()) {
    auto frame = frameFile(model, options.inputs.frame, work);
    if (!frame)
      return frame.takeError();
    request.frameFile = std::move(*frame);
  }
  request.inputs = std::move(*inputs);
  request.threads = options.threads;
  request.profile = options.profile;
  request.repeat = options.profile ? 10 : 0;
  request.warmup = options.profile ? 2 : 0;
  auto result = (*artefact)->run(request);
  if (!result)
    return result.takeError();
  for (const Tensor &output : result->outputs)
    printOutput(output, options.top, *labels);
  if (options.profile)
    printProfile(result->report);
  return writeOutputs(result->outputs, options.outputFiles);
}

std::string joinNumbers(ArrayRef<double> values) {
  std::string text;
  raw_string_ostream stream(text);
  for (double value : values)
    stream << (text.empty() ? "" : ",") << format("%.17g", value);
  return text;
}

} // namespace

int main(int argc, char **argv) {
  forgetLibraryOptions();
  cl::OptionCategory category("edgecc-run options");
  cl::opt<std::string> model(cl::Positional, cl::Required, cl::desc("MODEL.onnx|FOLDER"), cl::cat(category));
  cl::list<std::string> files(cl::Positional, cl::desc("[input files, in the model's order]"), cl::cat(category));
  cl::list<std::string> inputs("input", cl::desc("File of an input: .png .jpg .ppm, .npy, .pb or raw"),
                               cl::value_desc("name=file"), cl::cat(category));
  cl::opt<std::string> frame("frame", cl::desc("Camera frame as the first input: .png .jpg .ppm or raw planes"),
                             cl::value_desc("file"), cl::cat(category));
  cl::opt<std::string> imageInput("image-input", cl::desc("Frames to compile for, as for edgecc (default none)"),
                                  cl::value_desc("nv12:1280x720"), cl::cat(category));
  cl::list<std::string> outputs("output", cl::desc("Where to write an output: .npy, .pb or raw"),
                                cl::value_desc("name=file"), cl::cat(category));
  cl::opt<unsigned> top("top", cl::desc("How many of a vector's largest elements to print (default 5)"), cl::init(5),
                        cl::cat(category));
  cl::opt<std::string> labels("labels", cl::desc("Names of the classes, one a line"), cl::value_desc("file"),
                              cl::cat(category));
  cl::opt<std::string> scale("scale", cl::desc("Factor for pixels or raw values, such as 1/255 (default 1)"),
                             cl::init("1"), cl::cat(category));
  cl::list<double> mean("mean", cl::desc("To subtract after scaling; one, or one for each channel (default 0)"),
                        cl::CommaSeparated, cl::cat(category));
  cl::list<double> deviation("std", cl::desc("To divide by then; one, or one for each channel (default 1)"),
                             cl::CommaSeparated, cl::cat(category));
  cl::opt<std::string> dtype("dtype", cl::desc("Element type of raw input files (default the model's)"),
                             cl::value_desc("u8"), cl::cat(category));
  cl::opt<uint64_t> offset("offset", cl::desc("Where the data begins in a raw input file, in bytes"),
                           cl::cat(category));
  cl::opt<uint64_t> index("index", cl::desc("Which record of a raw input file to take, from 0"), cl::cat(category));
  cl::opt<unsigned> threads("threads", cl::desc("Threads to run on (default 1)"), cl::init(1), cl::cat(category));
  cl::opt<bool> profile("profile", cl::desc("Also print the time of each step, median of 10 runs"), cl::cat(category));
  TargetOptions target(category);
  ShapeOptions shape(category);
  cl::ParseCommandLineOptions(argc, argv, "edgecc-run: runs a model on inputs from files\n");

  RunOptions options{model, target.compilerFlags(), {}, {}, outputs, labels, top, threads, profile};
  append_range(options.compilerFlags, shape.compilerFlags());
  if (threads > 1) // Kernels are split when they are compiled.
    options.compilerFlags.push_back("--threads=" + std::to_string(threads));
  options.inputs.named = inputs;
  options.inputs.frame = frame;
  options.inputs.positional = files;
  if (!imageInput.empty()) { // The compiled model scales its frames itself.
    options.compilerFlags.push_back("--image-input=" + imageInput);
    options.compilerFlags.push_back("--scale=" + scale);
    if (!mean.empty())
      options.compilerFlags.push_back("--mean=" + joinNumbers(mean));
    if (!deviation.empty())
      options.compilerFlags.push_back("--std=" + joinNumbers(deviation));
  }
  if (!mean.empty() && imageInput.empty())
    options.inputs.scaling.mean = mean;
  if (!deviation.empty() && imageInput.empty())
    options.inputs.scaling.std = deviation;
  auto factor = parseFraction(imageInput.empty() ? StringRef(scale) : "1");
  if (!factor)
    return report(failure("edgecc-run", "--scale is '" + scale + "', expected a number or a fraction"));
  options.inputs.scaling.scale = *factor;
  if (!dtype.empty() && !(options.inputs.rawType = parseDType(dtype)))
    return report(failure("edgecc-run", "--dtype is '" + dtype + "', expected a type such as u8 or float32"));
  if (offset.getNumOccurrences())
    options.inputs.offset = offset;
  if (index.getNumOccurrences())
    options.index = index;

  if (Error error = run(target.toolchain(argv[0]), std::move(options)))
    return report(std::move(error));
  return ExitDone;
}

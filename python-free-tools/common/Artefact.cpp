#include "Artefact.h"

#include "Diagnostics.h"
#include "compiler/Data/TensorFiles.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace edgecc::tools {

namespace {

Expected<std::vector<TensorType>> parseTensors(StringRef where, const json::Object &object, StringRef key) {
  std::vector<TensorType> types;
  const json::Array *values = object.getArray(key);
  if (!values)
    return failure(where, "the harness printed no " + key);
  for (const json::Value &value : *values) {
    const json::Object *tensor = value.getAsObject();
    auto dtype = tensor ? dtypeFromOnnx(tensor->getInteger("dtype").value_or(0)) : std::nullopt;
    const json::Array *shape = tensor ? tensor->getArray("shape") : nullptr;
    if (!dtype || !shape)
      return failure(where, "the descriptor has a tensor of unknown type in its " + key);
    TensorType type{tensor->getString("name").value_or("").str(), *dtype, {}};
    for (const json::Value &extent : *shape)
      type.shape.push_back(extent.getAsInteger().value_or(0));
    if (type.numBytes() != tensor->getInteger("bytes").value_or(-1))
      return failure(where, "the descriptor's bytes of '" + type.name + "' do not fit its type " + typeText(type));
    types.push_back(std::move(type));
  }
  return types;
}

Expected<Description> parseDescription(StringRef where, StringRef text) {
  auto parsed = json::parse(text);
  if (!parsed)
    return failure(where, toString(parsed.takeError()));
  const json::Object *object = parsed->getAsObject();
  if (!object)
    return failure(where, "the harness printed no JSON object");
  auto inputs = parseTensors(where, *object, "inputs");
  if (!inputs)
    return inputs.takeError();
  auto outputs = parseTensors(where, *object, "outputs");
  if (!outputs)
    return outputs.takeError();
  Description about;
  about.name = object->getString("name").value_or("").str();
  about.hash = object->getString("hash").value_or("").str();
  about.inputs = std::move(*inputs);
  about.outputs = std::move(*outputs);
  about.arenaBytes = object->getInteger("arena_bytes").value_or(0);
  about.arenaLowerBoundBytes = object->getInteger("arena_lower_bound_bytes").value_or(0);
  about.weightBytes = object->getInteger("weight_bytes").value_or(0);
  const json::Array *steps = object->getArray("steps");
  about.numSteps = steps ? steps->size() : 0;
  if (auto hostSteps = object->getInteger("host_steps"))
    about.hostSteps = *hostSteps;
  if (const json::Object *frame = object->getObject("frame"))
    about.frame = FrameType{frame->getString("format").value_or("").str(), frame->getInteger("width").value_or(0),
                            frame->getInteger("height").value_or(0)};
  return about;
}

// Why a child did not succeed; its own words where it had any.
Error runFailure(const Library &library, const ProcessResult &result) {
  return failure(library.path, "the compiled model failed: " + StringRef(result.summary()));
}

} // namespace

Error compileFailure(const ProcessResult &result) {
  if (result.kind != ProcessResult::Exited)
    return failure("edgecc", "the compiler " + StringRef(result.summary()));
  if (result.exitCode > ExitInput)
    return failure("edgecc", "compiler bug, exit code " + Twine(result.exitCode) + ": " + result.summary());
  return createStringError(result.summary());
}

std::vector<std::string> Artefact::commandLine() const {
  std::vector<std::string> arguments = runner;
  arguments.push_back(work.file("harness"));
  return arguments;
}

Expected<std::unique_ptr<Artefact>> Artefact::open(const Toolchain &toolchain, StringRef directory) {
  auto artefact = std::make_unique<Artefact>();
  auto library = findLibrary(directory, artefact->work.path());
  if (!library)
    return library.takeError();
  artefact->lib = std::move(*library);
  if (Error error = linkHarness(toolchain, artefact->lib, artefact->work.file("harness")))
    return error;
  auto runner = runnerFor(artefact->lib.arch);
  if (!runner)
    return runner.takeError();
  artefact->runner = std::move(*runner);

  std::vector<std::string> arguments = artefact->commandLine();
  arguments.push_back("--describe");
  ProcessResult result = runProcess(arguments, /*timeoutSeconds=*/60);
  if (!result.succeeded())
    return runFailure(artefact->lib, result);
  auto about = parseDescription(artefact->lib.path, result.out);
  if (!about)
    return about.takeError();
  artefact->about = std::move(*about);
  return artefact;
}

Expected<std::unique_ptr<Artefact>> Artefact::openOrCompile(const Toolchain &toolchain, StringRef path,
                                                            std::vector<std::string> compilerFlags) {
  SmallString<128> model(path);
  if (sys::fs::is_directory(path)) {
    sys::path::append(model, "model.onnx");
    if (!sys::fs::exists(model))
      return open(toolchain, path);
  }
  if (Error error = checkCompiler(toolchain))
    return error;
  TempDir directory;
  ProcessResult result = compileModel(toolchain, {model.str().str(), std::move(compilerFlags), directory.path()});
  if (!result.succeeded())
    return compileFailure(result);
  return open(toolchain, directory.path());
}

Expected<RunResult> Artefact::run(const RunRequest &request) const {
  if (request.inputs.size() != about.inputs.size())
    return failure(lib.path, "got " + Twine(request.inputs.size()) + " inputs, expected " + Twine(about.inputs.size()));
  TempDir files;
  std::vector<std::string> arguments = commandLine();
  auto add = [&](const char *option, const Twine &value) {
    arguments.push_back(option);
    arguments.push_back(value.str());
  };
  if (!request.frameFile.empty())
    add("--frame", request.frameFile);
  for (size_t i = request.frameFile.empty() ? 0 : 1; i < request.inputs.size(); ++i) {
    std::string path = files.file("input_" + Twine(i));
    if (Error error = writeRaw(request.inputs[i], path))
      return error;
    add("--input", Twine(i) + "=" + path);
  }
  for (size_t i = 0; request.wantOutputs && i < about.outputs.size(); ++i)
    add("--output", Twine(i) + "=" + files.file("output_" + Twine(i)));
  if (request.repeat)
    add("--repeat", Twine(request.repeat));
  add("--warmup", Twine(request.warmup));
  add("--threads", Twine(request.threads));
  arguments.push_back("--forbid-malloc");
  if (std::getenv("EDGECC_VALIDATE")) // For models on Vulkan; others have no such layer.
    arguments.push_back("--validate");
  if (request.profile)
    arguments.push_back("--profile");

  ProcessResult process = runProcess(arguments, request.timeoutSeconds);
  if (!process.succeeded())
    return runFailure(lib, process);
  RunResult result;
  for (size_t i = 0; request.wantOutputs && i < about.outputs.size(); ++i) {
    auto tensor = readRaw(files.file("output_" + Twine(i)), about.outputs[i]);
    if (!tensor)
      return tensor.takeError();
    result.outputs.push_back(std::move(*tensor));
  }
  if (!process.out.empty()) {
    auto report = json::parse(process.out);
    if (!report)
      return report.takeError();
    result.report = std::move(*report);
  }
  return result;
}

Expected<std::vector<std::vector<Tensor>>> Artefact::runSamples(ArrayRef<std::vector<Tensor>> samples,
                                                                unsigned threads) const {
  TempDir files;
  std::vector<std::string> arguments = commandLine();
  auto add = [&](const char *option, const Twine &value) {
    arguments.push_back(option);
    arguments.push_back(value.str());
  };
  for (size_t i = 0; i < about.inputs.size(); ++i) {
    Tensor all{about.inputs[i], {}}; // Its bytes are those of all samples.
    for (const std::vector<Tensor> &sample : samples)
      all.bytes.insert(all.bytes.end(), sample[i].bytes.begin(), sample[i].bytes.end());
    std::string path = files.file("input_" + Twine(i));
    if (Error error = writeRaw(all, path))
      return std::move(error);
    add("--input", Twine(i) + "=" + path);
  }
  for (size_t i = 0; i < about.outputs.size(); ++i)
    add("--output", Twine(i) + "=" + files.file("output_" + Twine(i)));
  add("--records", Twine(samples.size()));
  add("--threads", Twine(threads));
  ProcessResult process = runProcess(arguments, /*timeoutSeconds=*/3600);
  if (!process.succeeded())
    return runFailure(lib, process);
  std::vector<std::vector<Tensor>> results(samples.size());
  for (size_t i = 0; i < about.outputs.size(); ++i)
    for (size_t k = 0; k < samples.size(); ++k) {
      auto tensor = readRaw(files.file("output_" + Twine(i)), about.outputs[i], k * about.outputs[i].numBytes());
      if (!tensor)
        return tensor.takeError();
      results[k].push_back(std::move(*tensor));
    }
  return results;
}

} // namespace edgecc::tools

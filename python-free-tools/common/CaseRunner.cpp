#include "CaseRunner.h"

#include "Diagnostics.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

using namespace llvm;

namespace edgecc::tools {

namespace {

// Shapes, axes, permutations and the like, which a static compile has to know.
constexpr int64_t maxBoundElements = 16;

bool isSmallInteger(const Tensor &tensor) { return !isFloat(tensor.dtype) && tensor.numElements() <= maxBoundElements; }

bool isSmallVector(const Tensor &tensor) {
  return tensor.shape.size() <= 1 && tensor.numElements() <= maxBoundElements;
}

std::vector<std::string> shapeFlags(const OnnxModel &model, const ReferenceSet &set) {
  std::vector<std::string> flags;
  for (const ModelInput &input : model.inputs) {
    auto tensor = find_if(set.inputs, [&](const Tensor &candidate) { return candidate.name == input.name; });
    if (input.isStatic() || tensor == set.inputs.end())
      continue;
    flags.push_back("--shape");
    flags.push_back(input.name + "=" + shapeText(tensor->shape));
  }
  return flags;
}

// The inputs to try as constants, in turn, when the compiler refuses the model as it is: first small integers, then
// small float vectors too, such as the scales of Resize. The first input is mostly the data, so it comes last.
std::vector<std::vector<const Tensor *>> bindAttempts(const ReferenceSet &set) {
  std::vector<std::vector<const Tensor *>> attempts(3);
  for (const Tensor &tensor : set.inputs) {
    if (isSmallInteger(tensor))
      attempts[0].push_back(&tensor);
    if (isSmallInteger(tensor) || (isSmallVector(tensor) && &tensor != &set.inputs.front()))
      attempts[1].push_back(&tensor);
    if (isSmallInteger(tensor) || isSmallVector(tensor))
      attempts[2].push_back(&tensor);
  }
  attempts.erase(std::unique(attempts.begin(), attempts.end()), attempts.end());
  if (attempts.front().empty())
    attempts.erase(attempts.begin());
  return attempts;
}

const Tensor *findTensor(ArrayRef<Tensor> tensors, StringRef name) {
  const Tensor *found = find_if(tensors, [&](const Tensor &tensor) { return tensor.name == name; });
  return found == tensors.end() ? nullptr : found;
}

// `reference` as `dtype`, where it holds the same bits: ONNX's own cases store bfloat16 as uint16.
Tensor readAs(Tensor reference, edgecc_dtype dtype) {
  if (dtype == EDGECC_BFLOAT16 && reference.dtype == EDGECC_UINT16)
    reference.dtype = dtype;
  return reference;
}

void compareOutputs(const RunResult &run, const ReferenceSet &set, const Tolerance &tolerance, CaseResult &result) {
  for (const Tensor &reference : set.outputs) {
    const Tensor *output = findTensor(run.outputs, reference.name);
    Comparison comparison;
    if (output) {
      comparison = compare(*output, readAs(reference, output->dtype), tolerance);
    } else {
      comparison.equal = false;
      comparison.problem = "is missing from the compiled model";
    }
    result.maxAbsError = std::max(result.maxAbsError, comparison.maxAbsError);
    result.worstRatio = std::max(result.worstRatio, comparison.worstRatio);
    if (comparison.equal || result.outputsDiffer)
      continue;
    result.outputsDiffer = true;
    result.problem = "output '" + reference.name + "': " + comparison.problem;
  }
  result.passed = !result.outputsDiffer;
}

} // namespace

Expected<CaseRunner::Compiled> CaseRunner::compileAfresh(std::vector<std::string> flags, bool &wasRefused) const {
  Compiled compiled;
  TempDir directory;
  ProcessResult result = compileModel(toolchain, {model.path, flags, directory.path(), options.timeoutSeconds});
  wasRefused = result.kind == ProcessResult::Exited && result.exitCode == ExitInput;
  if (!result.succeeded())
    return compileFailure(result);
  auto artefact = Artefact::open(toolchain, directory.path());
  if (!artefact)
    return artefact.takeError();
  compiled.flags = std::move(flags);
  compiled.artefact = std::move(*artefact);
  return compiled;
}

Error CaseRunner::compileWith(std::vector<std::string> flags, bool &wasRefused) {
  wasRefused = false;
  if (current.artefact && current.flags == flags)
    return Error::success();
  auto compiled = compileAfresh(std::move(flags), wasRefused);
  if (!compiled)
    return compiled.takeError();
  current = std::move(*compiled);
  return Error::success();
}

Error CaseRunner::compileFor(const ReferenceSet &set, std::vector<std::string> &bound) {
  std::vector<std::string> flags = options.compilerFlags;
  std::vector<std::string> shapes = shapeFlags(model, set);
  flags.insert(flags.end(), shapes.begin(), shapes.end());

  bool wasRefused = false;
  Error firstError = compileWith(flags, wasRefused);
  if (!wasRefused)
    return firstError;
  for (const std::vector<const Tensor *> &attempt : bindAttempts(set)) {
    std::vector<std::string> bindFlags = flags;
    bound.clear();
    for (const Tensor *tensor : attempt) {
      std::string file = bindFiles.file(set.name + "_" + Twine(bound.size()) + ".pb");
      if (Error error = writeTensorProto(*tensor, file))
        return joinErrors(std::move(firstError), std::move(error));
      bindFlags.insert(bindFlags.end(), {"--bind", tensor->name + "=" + file});
      bound.push_back(tensor->name);
    }
    Error error = compileWith(bindFlags, wasRefused);
    if (!wasRefused) {
      consumeError(std::move(firstError));
      return error;
    }
    consumeError(std::move(error));
  }
  // The first message is about the model as the user knows it.
  bound.clear();
  return firstError;
}

Expected<RunResult> CaseRunner::runOn(const Artefact &artefact, const ReferenceSet &set) const {
  RunRequest request;
  request.timeoutSeconds = options.timeoutSeconds;
  for (const TensorType &input : artefact.description().inputs) {
    const Tensor *tensor = findTensor(set.inputs, input.name);
    if (!tensor)
      return failure(model.path, "the reference set has no input '" + input.name + "'");
    Tensor value = readAs(*tensor, input.dtype);
    if (value.dtype != input.dtype || value.shape != input.shape)
      return failure(model.path, "input '" + input.name + "' of the compiled model is " + typeText(input) +
                                     ", but the reference is " + typeText(value));
    request.inputs.push_back(std::move(value));
  }
  return artefact.run(request);
}

CaseResult CaseRunner::run(const ReferenceSet &set) {
  CaseResult result;
  if (Error error = compileFor(set, result.bound)) {
    result.problem = toString(std::move(error));
    return result;
  }
  result.hostSteps = current.artefact->description().hostSteps;
  auto run = runOn(*current.artefact, set);
  if (!run) {
    result.problem = toString(run.takeError());
    return result;
  }
  compareOutputs(*run, set, options.tolerance, result);
  return result;
}

Expected<RunResult> CaseRunner::rerun(const ReferenceSet &set, ArrayRef<std::string> moreFlags) const {
  std::vector<std::string> flags = current.flags;
  flags.insert(flags.end(), moreFlags.begin(), moreFlags.end());
  bool wasRefused = false;
  auto compiled = compileAfresh(std::move(flags), wasRefused);
  if (!compiled)
    return compiled.takeError();
  return runOn(*compiled->artefact, set);
}

} // namespace edgecc::tools

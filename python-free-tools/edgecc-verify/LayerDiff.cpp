#include "LayerDiff.h"

#include "llvm/ADT/StringMap.h"

using namespace llvm;

namespace edgecc::tools {

namespace {

StringMap<const Tensor *> byName(ArrayRef<Tensor> tensors) {
  StringMap<const Tensor *> map;
  for (const Tensor &tensor : tensors)
    map[tensor.name] = &tensor;
  return map;
}

std::string describe(const ModelNode &node, StringRef tensor, const Comparison &comparison) {
  std::string where = node.name.empty() ? "" : "node '" + node.name + "' ";
  return where + "(" + node.op + "): tensor '" + tensor.str() + "' " + comparison.problem;
}

// "" if no kept tensor differs.
std::string firstDifference(const OnnxModel &model, ArrayRef<Tensor> results, ArrayRef<Tensor> references,
                            const Tolerance &tolerance) {
  StringMap<const Tensor *> resultOf = byName(results), referenceOf = byName(references);
  for (const ModelNode &node : model.nodes)
    for (const std::string &name : node.outputs) {
      const Tensor *result = resultOf.lookup(name), *reference = referenceOf.lookup(name);
      if (!result || !reference)
        continue; // folded away in one of the two
      Comparison comparison = compare(*result, *reference, tolerance);
      if (!comparison.equal)
        return describe(node, name, comparison);
    }
  return "";
}

} // namespace

std::string findFirstDifference(const CaseRunner &runner, const OnnxModel &model, const ReferenceSet &set,
                                const Tolerance &tolerance) {
  auto optimised = runner.rerun(set, {"--keep-tensors"});
  if (!optimised)
    return "no layer-by-layer comparison, --keep-tensors failed: " + toString(optimised.takeError());
  auto plain = runner.rerun(set, {"--keep-tensors", "-O0"});
  if (!plain)
    return "no layer-by-layer comparison, --keep-tensors -O0 failed: " + toString(plain.takeError());

  std::string difference = firstDifference(model, optimised->outputs, plain->outputs, tolerance);
  if (!difference.empty())
    return "optimised against -O0, first difference at " + difference;
  difference = firstDifference(model, optimised->outputs, set.outputs, tolerance);
  if (difference.empty())
    return "with all tensors kept the outputs are right, so the fault needs a fusion or an in-place buffer";
  return "optimised and -O0 agree on every tensor, so the fault is in what both share: import or lowering";
}

} // namespace edgecc::tools

// Losses, which appear in graphs exported for training or evaluation.
#include "compiler/Import/Composites.h"
#include "compiler/Import/OperatorRegistry.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::import;

namespace {

/// The sum over the classes, dimension 1, of `values` where `isTarget` holds.
Value atTarget(NodeImporter &node, Value isTarget, Value values) {
  if (!values)
    return {};
  Value chosen = node.create<edge::SelectOp>(isTarget, values, node.scalar(0, elementOf(values)));
  return reduceAlong(node, chosen, edge::ReduceKind::sum, {1}, /*keepDims=*/false);
}

/// Whether each class, along dimension 1, is the target there. All false where the target is `ignore_index`.
Value targetMask(NodeImporter &node, int64_t classes, int64_t rank) {
  Value target = node.input(1);
  SmallVector<int64_t> shape(shapeOf(target)), counting(rank, 1);
  shape.insert(shape.begin() + 1, 1);
  counting[1] = classes;
  target = node.reshape(target, shape);
  Value numbers = node.cast(node.reshape(countingConstant(node, classes), counting), elementOf(target));
  Value isTarget = node.create<edge::EqualOp>(target, numbers);
  if (!node.hasAttribute("ignore_index"))
    return isTarget;
  Value ignored = node.create<edge::EqualOp>(target, node.scalar(node.integer("ignore_index", 0), elementOf(target)));
  return node.create<edge::AndOp>(isTarget, node.create<edge::NotOp>(ignored));
}

/// -weight[target] * logProbabilities[target], reduced as the node says. Operand 1 holds targets, 2 maybe weights.
Value negativeLogLikelihood(NodeImporter &node, Value logProbabilities) {
  int64_t rank = rankOf(logProbabilities), classes = rank < 2 ? 0 : shapeOf(logProbabilities)[1];
  SmallVector<int64_t> points(shapeOf(logProbabilities)), perClass(rank, 1);
  if (rank < 2 || (points.erase(points.begin() + 1), node.inputType(1).getShape() != ArrayRef<int64_t>(points))) {
    (void)node.unsupported("the target must have the shape of the scores without their dimension 1");
    return {};
  }
  Type type = elementOf(logProbabilities);
  perClass[1] = classes;
  Value weights = node.hasInput(2) ? node.reshape(node.input(2), perClass)
                                   : node.broadcastTo(node.scalar(1, type), perClass);
  Value isTarget = targetMask(node, classes, rank);
  if (!weights || !isTarget)
    return {};
  Value weighted = node.create<edge::MulOp>(logProbabilities, weights);
  Value loss = node.create<edge::NegOp>(atTarget(node, isTarget, weighted));
  std::string reduction = node.string("reduction", "mean");
  if (!loss || reduction == "none")
    return loss;
  auto total = [&](Value value) {
    return value ? reduceAlong(node, value, edge::ReduceKind::sum, countUp(rankOf(value)), /*keepDims=*/false) : value;
  };
  if (reduction == "sum")
    return total(loss);
  if (reduction == "mean")
    return node.create<edge::DivOp>(total(loss), total(atTarget(node, isTarget, weights)));
  (void)node.unsupported("reduction is '" + reduction + "', expected none, sum or mean");
  return {};
}

LogicalResult importNegativeLogLikelihood(NodeImporter &node) {
  return node.done(negativeLogLikelihood(node, node.input(0)));
}

LogicalResult importSoftmaxCrossEntropy(NodeImporter &node) {
  if (node.inputType(0).getRank() < 2)
    return node.unsupported("the scores must have rank 2 or more");
  Value logProbabilities = logSoftmax(node, node.input(0), 1);
  if (!logProbabilities)
    return failure();
  if (node.wantsOutput(1))
    node.setOutput(1, logProbabilities);
  return node.done(negativeLogLikelihood(node, logProbabilities));
}

} // namespace

void edgecc::import::registerLosses(OperatorRegistry &registry) {
  registry.add("NegativeLogLikelihoodLoss", importNegativeLogLikelihood);
  registry.add("SoftmaxCrossEntropyLoss", importSoftmaxCrossEntropy);
}

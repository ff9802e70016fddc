// ONNX operators that combine the elements along axes: Reduce*, ArgMax, TopK, CumSum.
#include "compiler/Import/Composites.h"
#include "compiler/Import/OperatorRegistry.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::import;

//===-- Reduce* --------------------------------------------------------------------------------------------------===//

/// The axes of a Reduce* node, ascending from the front: an attribute, or an input since opset 13 (ReduceSum) or 18.
static FailureOr<SmallVector<int64_t>> reducedAxes(NodeImporter &node) {
  int64_t rank = rankOf(node.input(0));
  FailureOr<SmallVector<int64_t>> stated = node.hasInput(1) ? node.integersInput(1, "axes") : node.integers("axes");
  if (failed(stated))
    return failure();
  if (stated->empty()) {
    if (node.integer("noop_with_empty_axes", 0) != 0)
      return SmallVector<int64_t>();
    return countUp(rank);
  }
  SmallVector<int64_t> axes;
  for (int64_t axis : *stated) {
    FailureOr<int64_t> counted = node.axisOf(axis, rank);
    if (failed(counted))
      return failure();
    axes.push_back(*counted);
  }
  llvm::sort(axes);
  axes.erase(llvm::unique(axes), axes.end());
  return axes;
}

/// Reduces `value`, which has the shape of input 0, as the attributes say.
static Value reduceNode(NodeImporter &node, Value value, edge::ReduceKind kind) {
  FailureOr<SmallVector<int64_t>> axes = reducedAxes(node);
  if (failed(axes))
    return {};
  return reduceAlong(node, value, kind, *axes, node.integer("keepdims", 1) != 0);
}

template <edge::ReduceKind kind> static LogicalResult importReduce(NodeImporter &node) {
  Value value = node.input(0);
  if (!elementOf(value).isInteger(1))
    return node.done(reduceNode(node, value, kind));
  // The largest boolean: whether any is true.
  Value bytes = node.cast(value, node.builder().getIntegerType(8, /*isSigned=*/false));
  return node.done(node.cast(reduceNode(node, bytes, kind), elementOf(value)));
}

static LogicalResult importReduceL1(NodeImporter &node) {
  return node.done(reduceNode(node, node.create<edge::AbsOp>(node.input(0)), edge::ReduceKind::sum));
}

static Value sumOfSquares(NodeImporter &node) {
  return reduceNode(node, node.create<edge::MulOp>(node.input(0), node.input(0)), edge::ReduceKind::sum);
}

static LogicalResult importReduceSumSquare(NodeImporter &node) { return node.done(sumOfSquares(node)); }

static LogicalResult importReduceL2(NodeImporter &node) {
  return node.done(node.create<edge::SqrtOp>(sumOfSquares(node)));
}

static LogicalResult importReduceLogSum(NodeImporter &node) {
  return node.done(node.create<edge::LogOp>(reduceNode(node, node.input(0), edge::ReduceKind::sum)));
}

/// The peak is taken out before exp, which would overflow; an infinite peak stays in, since inf - inf is NaN.
static LogicalResult importReduceLogSumExp(NodeImporter &node) {
  Value value = node.input(0);
  FailureOr<SmallVector<int64_t>> axes = reducedAxes(node);
  if (failed(axes))
    return failure();
  Value peak = reduceAlong(node, value, edge::ReduceKind::max, *axes, /*keepDims=*/true);
  peak = node.create<edge::SelectOp>(node.create<edge::IsInfOp>(peak), node.scalar(0, elementOf(value)), peak);
  Value powers = node.create<edge::ExpOp>(node.create<edge::SubOp>(value, peak));
  Value sum = reduceAlong(node, powers, edge::ReduceKind::sum, *axes, /*keepDims=*/true);
  Value result = node.create<edge::AddOp>(node.create<edge::LogOp>(sum), peak);
  if (!result || node.integer("keepdims", 1) != 0)
    return node.done(result);
  SmallVector<int64_t> shape;
  for (auto [index, size] : llvm::enumerate(shapeOf(result)))
    if (!llvm::is_contained(*axes, static_cast<int64_t>(index)))
      shape.push_back(size);
  return node.done(node.reshape(result, shape));
}

//===-- Positions and running sums -------------------------------------------------------------------------------===//

template <bool largest> static LogicalResult importArgReduce(NodeImporter &node) {
  Value value = node.input(0);
  FailureOr<int64_t> axis = node.axisOf(node.integer("axis", 0), rankOf(value));
  if (failed(axis))
    return failure();
  Value index = node.create<edge::ArgReduceOp>(value, *axis, largest, node.integer("select_last_index", 0) != 0);
  SmallVector<int64_t> kept(shapeOf(value));
  kept[*axis] = 1;
  return node.done(node.integer("keepdims", 1) != 0 ? node.reshape(index, kept) : index);
}

static LogicalResult importTopK(NodeImporter &node) {
  Value value = node.input(0);
  FailureOr<int64_t> axis = node.axisOf(node.integer("axis", -1), rankOf(value));
  FailureOr<SmallVector<int64_t>> k = SmallVector<int64_t>{node.integer("k", -1)};
  if (node.opset() >= 10)
    k = node.integersInput(1, "number k");
  if (failed(axis) || failed(k))
    return failure();
  if (k->size() != 1)
    return node.unsupported("k must be one number");
  SmallVector<Value> results = node.createMany<edge::TopKOp>(value, k->front(), *axis, node.integer("largest", 1) != 0);
  if (results.empty())
    return failure();
  node.setOutput(0, results[0]);
  node.setOutput(1, results[1]);
  return success();
}

static LogicalResult importCumSum(NodeImporter &node) {
  Value value = node.input(0);
  FailureOr<SmallVector<int64_t>> stated = node.integersInput(1, "axis");
  if (failed(stated))
    return failure();
  if (stated->size() != 1)
    return node.unsupported("the axis must be one number");
  FailureOr<int64_t> axis = node.axisOf(stated->front(), rankOf(value));
  if (failed(axis))
    return failure();
  return node.done(
      node.create<edge::CumSumOp>(value, *axis, node.integer("exclusive", 0) != 0, node.integer("reverse", 0) != 0));
}

void edgecc::import::registerReductions(OperatorRegistry &registry) {
  registry.add("ReduceSum", importReduce<edge::ReduceKind::sum>);
  registry.add("ReduceMean", importReduce<edge::ReduceKind::mean>);
  registry.add("ReduceMax", importReduce<edge::ReduceKind::max>);
  registry.add("ReduceMin", importReduce<edge::ReduceKind::min>);
  registry.add("ReduceProd", importReduce<edge::ReduceKind::prod>);
  registry.add("ReduceL1", importReduceL1);
  registry.add("ReduceL2", importReduceL2);
  registry.add("ReduceSumSquare", importReduceSumSquare);
  registry.add("ReduceLogSum", importReduceLogSum);
  registry.add("ReduceLogSumExp", importReduceLogSumExp);
  registry.add("ArgMax", importArgReduce<true>);
  registry.add("ArgMin", importArgReduce<false>);
  registry.add("TopK", importTopK);
  registry.add("CumSum", importCumSum);
}

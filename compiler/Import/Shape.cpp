// ONNX operators that change or read the shape of a tensor and leave its elements alone.
#include "compiler/Import/OperatorRegistry.h"
#include "compiler/Import/Tensors.h"

#include <numeric>

using namespace mlir;
using namespace edgecc;
using namespace edgecc::import;

static int64_t product(ArrayRef<int64_t> sizes) {
  return std::accumulate(sizes.begin(), sizes.end(), int64_t(1), std::multiplies<int64_t>());
}

/// Integers that were an attribute in old opsets and are an input now; empty where neither is there.
static FailureOr<SmallVector<int64_t>> attributeOrInput(NodeImporter &node, StringRef name, size_t index) {
  if (node.hasAttribute(name) || !node.hasInput(index))
    return node.integers(name);
  return node.integersInput(index, name);
}

//===-- Reshape --------------------------------------------------------------------------------------------------===//

/// Replaces 0 by the input's size at that place, unless `allowZero`, and one -1 by what is left over.
static LogicalResult completeShape(NodeImporter &node, ArrayRef<int64_t> input, bool allowZero,
                                   SmallVectorImpl<int64_t> &shape) {
  int64_t wildcard = -1;
  for (auto [index, size] : llvm::enumerate(shape)) {
    if (size == -1) {
      if (wildcard >= 0)
        return node.unsupported("the shape has more than one -1");
      wildcard = index;
      size = 1;
    } else if (size == 0 && !allowZero) {
      if (index >= input.size())
        return node.unsupported("the shape has a 0 in dimension " + Twine(index) + ", which the input does not have");
      size = input[index];
    }
  }
  if (!isShapeInRange(shape))
    return node.unsupported("the shape has a negative dimension or more than 2^31 elements");
  int64_t rest = product(shape), total = product(input);
  if (wildcard < 0)
    return success();
  if (rest == 0 || total % rest != 0)
    return node.unsupported("the input has " + Twine(total) + " elements, which the other dimensions of the shape, " +
                            Twine(rest) + " together, do not divide");
  shape[wildcard] = total / rest;
  return success();
}

static LogicalResult importReshape(NodeImporter &node) {
  FailureOr<SmallVector<int64_t>> shape = node.opset() < 5 ? node.integers("shape") : node.integersInput(1, "shape");
  Value value = node.input(0);
  if (failed(shape) || failed(completeShape(node, shapeOf(value), node.integer("allowzero", 0) != 0, *shape)))
    return failure();
  if (product(*shape) != product(shapeOf(value)))
    return node.unsupported("the input has " + Twine(product(shapeOf(value))) + " elements but the new shape has " +
                            Twine(product(*shape)));
  return node.done(node.reshape(value, *shape));
}

static LogicalResult importFlatten(NodeImporter &node) {
  Value value = node.input(0);
  ArrayRef<int64_t> shape = shapeOf(value);
  int64_t axis = node.integer("axis", 1), rank = shape.size();
  if (axis < -rank || axis > rank)
    return node.unsupported("axis " + Twine(axis) + " is outside the rank, " + Twine(rank));
  axis += axis < 0 ? rank : 0;
  return node.done(node.reshape(value, {product(shape.take_front(axis)), product(shape.drop_front(axis))}));
}

static LogicalResult importSqueeze(NodeImporter &node) {
  Value value = node.input(0);
  FailureOr<SmallVector<int64_t>> axes = attributeOrInput(node, "axes", 1);
  if (failed(axes))
    return failure();
  bool all = !node.hasAttribute("axes") && !node.hasInput(1);
  llvm::SmallBitVector removed(rankOf(value));
  for (int64_t stated : *axes) {
    FailureOr<int64_t> axis = node.axisOf(stated, rankOf(value));
    if (failed(axis))
      return failure();
    if (shapeOf(value)[*axis] != 1)
      return node.unsupported("dimension " + Twine(*axis) + " has size " + Twine(shapeOf(value)[*axis]) +
                              "; only dimensions of size 1 can be removed");
    removed.set(*axis);
  }
  SmallVector<int64_t> shape;
  for (auto [index, size] : llvm::enumerate(shapeOf(value)))
    if (all ? size != 1 : !removed.test(index))
      shape.push_back(size);
  return node.done(node.reshape(value, shape));
}

static LogicalResult importUnsqueeze(NodeImporter &node) {
  Value value = node.input(0);
  FailureOr<SmallVector<int64_t>> axes = attributeOrInput(node, "axes", 1);
  if (failed(axes))
    return failure();
  int64_t rank = rankOf(value) + axes->size();
  llvm::SmallBitVector added(rank);
  for (int64_t stated : *axes) {
    FailureOr<int64_t> axis = node.axisOf(stated, rank);
    if (failed(axis))
      return failure();
    if (added.test(*axis))
      return node.unsupported("axis " + Twine(*axis) + " is listed twice");
    added.set(*axis);
  }
  SmallVector<int64_t> shape;
  ArrayRef<int64_t> left = shapeOf(value);
  for (int64_t i = 0; i < rank; ++i) {
    shape.push_back(added.test(i) ? 1 : left.front());
    left = added.test(i) ? left : left.drop_front();
  }
  return node.done(node.reshape(value, shape));
}

//===-- Order, size, repetition ----------------------------------------------------------------------------------===//

static LogicalResult importTranspose(NodeImporter &node) {
  Value value = node.input(0);
  SmallVector<int64_t> permutation = node.integers("perm");
  if (!node.hasAttribute("perm"))
    for (int64_t i = rankOf(value) - 1; i >= 0; --i)
      permutation.push_back(i);
  for (int64_t &axis : permutation) {
    FailureOr<int64_t> counted = node.axisOf(axis, rankOf(value));
    if (failed(counted))
      return failure();
    axis = *counted;
  }
  return node.done(node.transpose(value, permutation));
}

static LogicalResult importShape(NodeImporter &node) {
  ArrayRef<int64_t> shape = node.inputType(0).getShape();
  int64_t rank = shape.size();
  auto clamp = [&](int64_t at) { return std::clamp<int64_t>(at < 0 ? at + rank : at, 0, rank); };
  int64_t start = clamp(node.integer("start", 0)), end = clamp(node.integer("end", rank));
  return node.done(node.integerConstant(shape.slice(start, std::max<int64_t>(0, end - start))));
}

static LogicalResult importSize(NodeImporter &node) {
  auto type = RankedTensorType::get({}, node.builder().getI64Type());
  return node.done(node.constant(DenseElementsAttr::get(type, node.inputType(0).getNumElements())));
}

static LogicalResult importExpand(NodeImporter &node) {
  FailureOr<SmallVector<int64_t>> wanted = node.integersInput(1, "shape");
  if (failed(wanted))
    return failure();
  Value value = node.input(0);
  FailureOr<SmallVector<int64_t>> shape = edge::broadcastShapes({shapeOf(value), *wanted});
  if (failed(shape))
    return node.unsupported("the input does not broadcast to the shape that is asked for");
  return node.done(node.broadcastTo(value, *shape));
}

void edgecc::import::registerShape(OperatorRegistry &registry) {
  registry.add("Reshape", importReshape);
  registry.add("Flatten", importFlatten);
  registry.add("Squeeze", importSqueeze);
  registry.add("Unsqueeze", importUnsqueeze);
  registry.add("Transpose", importTranspose);
  registry.add("Shape", importShape);
  registry.add("Size", importSize);
  registry.add("Expand", importExpand);
}

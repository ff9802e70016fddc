// ONNX operators that read or write elements at positions given by other tensors.
#include "compiler/Import/Composites.h"
#include "compiler/Import/OperatorRegistry.h"
#include "compiler/Import/Tensors.h"

#include <numeric>

using namespace mlir;
using namespace edgecc;
using namespace edgecc::import;

/// Constant positions must lie inside the dimension they index; others are the model's own business at run time.
static LogicalResult checkIndices(NodeImporter &node, size_t input, int64_t dim) {
  ElementsAttr constant = node.constantInput(input);
  if (!constant)
    return success();
  FailureOr<SmallVector<int64_t>> indices = integersOf(constant);
  if (failed(indices))
    return node.unsupported("the indices must be integers");
  for (int64_t index : *indices)
    if (index < -dim || index >= dim)
      return node.unsupported("index " + Twine(index) + " is outside the dimension, which has size " + Twine(dim));
  return success();
}

//===-- Gather ---------------------------------------------------------------------------------------------------===//

static LogicalResult importGather(NodeImporter &node) {
  Value value = node.input(0), indices = node.input(1);
  FailureOr<int64_t> axis = node.axisOf(node.integer("axis", 0), rankOf(value));
  if (failed(axis) || failed(checkIndices(node, 1, shapeOf(value)[*axis])))
    return failure();
  ElementsAttr constant = node.constantInput(1);
  if (!constant || constant.getNumElements() != 1)
    return node.done(node.create<edge::GatherOp>(value, indices, *axis));
  // One position is a slice, which costs nothing.
  int64_t position = integersOf(constant)->front();
  position += position < 0 ? shapeOf(value)[*axis] : 0;
  SmallVector<int64_t> shape(shapeOf(value).take_front(*axis));
  llvm::append_range(shape, shapeOf(indices));
  llvm::append_range(shape, shapeOf(value).drop_front(*axis + 1));
  return node.done(node.reshape(sliceAlong(node, value, *axis, position, 1), shape));
}

/// Whether `indices` has the rank of `value` and stays inside it but for `axis`.
static LogicalResult checkElementIndices(NodeImporter &node, Value value, Value indices, int64_t axis) {
  if (rankOf(value) != rankOf(indices))
    return node.unsupported("the indices have rank " + Twine(rankOf(indices)) + ", expected " + Twine(rankOf(value)));
  for (int64_t d = 0; d < rankOf(value); ++d)
    if (d != axis && shapeOf(indices)[d] > shapeOf(value)[d])
      return node.unsupported("the indices are larger than the input in dimension " + Twine(d));
  return checkIndices(node, 1, shapeOf(value)[axis]);
}

static LogicalResult importGatherElements(NodeImporter &node) {
  Value value = node.input(0), indices = node.input(1);
  FailureOr<int64_t> axis = node.axisOf(node.integer("axis", 0), rankOf(value));
  if (failed(axis) || failed(checkElementIndices(node, value, indices, *axis)))
    return failure();
  return node.done(node.create<edge::GatherElementsOp>(value, indices, *axis));
}

static LogicalResult importGatherNd(NodeImporter &node) {
  Value value = node.input(0), indices = node.input(1);
  int64_t batch = node.integer("batch_dims", 0);
  if (batch < 0 || batch >= std::min(rankOf(value), rankOf(indices)) ||
      shapeOf(value).take_front(batch) != shapeOf(indices).take_front(batch))
    return node.unsupported("the first " + Twine(batch) + " dimensions (batch_dims) of input and indices differ");
  return node.done(node.create<edge::GatherNdOp>(value, indices, batch));
}

//===-- Scatter --------------------------------------------------------------------------------------------------===//

static FailureOr<edge::ScatterMode> scatterModeOf(NodeImporter &node) {
  std::string name = node.string("reduction", "none");
  if (std::optional<edge::ScatterMode> mode = edge::symbolizeScatterMode(name == "none" ? "assign" : name))
    return *mode;
  return node.unsupported("reduction is '" + name + "', expected none, add, mul, max or min");
}

static LogicalResult importScatterElements(NodeImporter &node) {
  Value value = node.input(0), indices = node.input(1), updates = node.input(2);
  FailureOr<int64_t> axis = node.axisOf(node.integer("axis", 0), rankOf(value));
  FailureOr<edge::ScatterMode> mode = scatterModeOf(node);
  if (failed(axis) || failed(mode) || failed(checkElementIndices(node, value, indices, *axis)))
    return failure();
  if (shapeOf(updates) != shapeOf(indices) || elementOf(updates) != elementOf(value))
    return node.unsupported("the updates must have the shape of the indices and the type of the input");
  return node.done(node.create<edge::ScatterElementsOp>(value, indices, updates, *axis, *mode));
}

static LogicalResult importScatterNd(NodeImporter &node) {
  Value value = node.input(0), indices = node.input(1), updates = node.input(2);
  FailureOr<edge::ScatterMode> mode = scatterModeOf(node);
  if (failed(mode))
    return failure();
  if (rankOf(indices) < 1 || shapeOf(indices).back() > rankOf(value))
    return node.unsupported("the index tuples are longer than the rank of the input, " + Twine(rankOf(value)));
  SmallVector<int64_t> expected(shapeOf(indices).drop_back());
  llvm::append_range(expected, shapeOf(value).drop_front(shapeOf(indices).back()));
  if (shapeOf(updates) != ArrayRef<int64_t>(expected) || elementOf(updates) != elementOf(value))
    return node.unsupported("the updates do not have the shape that the indices ask for, or another type");
  return node.done(node.create<edge::ScatterNdOp>(value, indices, updates, *mode));
}

//===-- Built from positions -------------------------------------------------------------------------------------===//

/// on_value where the counted position equals the index, else off_value.
static LogicalResult importOneHot(NodeImporter &node) {
  FailureOr<SmallVector<double>> depths = node.numbersInput(1, "depth");
  if (failed(depths))
    return failure();
  int64_t depth = depths->size() == 1 && depths->front() >= 1 && depths->front() <= maxElements ? depths->front() : 0;
  Value indices = node.cast(node.input(0), node.builder().getI64Type()), values = node.input(2);
  if (depth < 1 || !indices || rankOf(values) != 1 || shapeOf(values)[0] != 2)
    return node.unsupported("expected one depth of at least 1 and two values, off and on");
  FailureOr<int64_t> axis = node.axisOf(node.integer("axis", -1), rankOf(indices) + 1);
  if (failed(axis))
    return failure();
  Type i64 = node.builder().getI64Type();
  Value wrapped = node.create<edge::AddOp>(indices, node.scalar(depth, i64));
  indices = node.create<edge::SelectOp>(node.create<edge::LessOp>(indices, node.scalar(0, i64)), wrapped, indices);
  if (!indices)
    return failure();
  SmallVector<int64_t> shape(shapeOf(indices)), counting(rankOf(indices) + 1, 1);
  shape.insert(shape.begin() + *axis, 1);
  counting[*axis] = depth;
  Value hot =
      node.create<edge::EqualOp>(node.reshape(indices, shape), node.reshape(countingConstant(node, depth), counting));
  Value off = node.reshape(sliceAlong(node, values, 0, 0, 1), {}),
        on = node.reshape(sliceAlong(node, values, 0, 1, 1), {});
  return node.done(node.create<edge::SelectOp>(hot, on, off));
}

/// Reverses the first `sequence_lens[b]` elements of each batch along the time axis.
static LogicalResult importReverseSequence(NodeImporter &node) {
  Value value = node.input(0), lengths = node.cast(node.input(1), node.builder().getI64Type());
  int64_t batchAxis = node.integer("batch_axis", 1), timeAxis = node.integer("time_axis", 0);
  if (rankOf(value) < 2 || batchAxis + timeAxis != 1 || batchAxis * timeAxis != 0)
    return node.unsupported("batch_axis and time_axis must be 0 and 1 and the input of rank 2 or more");
  SmallVector<int64_t> swapped = countUp(rankOf(value));
  std::swap(swapped[0], swapped[timeAxis == 0 ? 1 : 0]);
  value = node.transpose(value, swapped); // (batch, time, ...)
  if (!value || !lengths || shapeOf(lengths) != shapeOf(value).take_front(1))
    return node.unsupported("sequence_lens must hold one length per batch");
  int64_t batch = shapeOf(value)[0], time = shapeOf(value)[1];
  Value length = node.reshape(lengths, {batch, 1}), at = countingConstant(node, time);
  Value last = node.create<edge::SubOp>(length, node.scalar(1, node.builder().getI64Type()));
  Value source =
      node.create<edge::SelectOp>(node.create<edge::LessOp>(at, length), node.create<edge::SubOp>(last, at), at);
  Value reversed = node.create<edge::GatherNdOp>(value, node.reshape(source, {batch, time, 1}), 1);
  return node.done(node.transpose(reversed, swapped));
}

/// The positions of the elements of a constant that are not 0, one row per dimension.
static LogicalResult importNonZero(NodeImporter &node) {
  FailureOr<SmallVector<double>> numbers = node.numbersInput(0, "input");
  if (failed(numbers))
    return failure();
  ArrayRef<int64_t> shape = node.inputType(0).getShape();
  SmallVector<int64_t> found;
  for (auto [index, number] : llvm::enumerate(*numbers))
    if (number != 0)
      found.push_back(index);
  std::vector<int64_t> positions;
  int64_t below = numbers->size();
  for (int64_t size : shape) {
    below = size ? below / size : 0;
    for (int64_t index : found)
      positions.push_back(index / below % size);
  }
  auto type = RankedTensorType::get({static_cast<int64_t>(shape.size()), static_cast<int64_t>(found.size())},
                                    node.builder().getI64Type());
  ArrayRef<char> bytes(reinterpret_cast<const char *>(positions.data()), positions.size() * sizeof(int64_t));
  return node.done(node.constant(makeElements(type, bytes, "nonzero")));
}

void edgecc::import::registerIndexing(OperatorRegistry &registry) {
  registry.add("Gather", importGather);
  registry.add("GatherElements", importGatherElements);
  registry.add("GatherND", importGatherNd);
  registry.add("Scatter", importScatterElements);
  registry.add("ScatterElements", importScatterElements);
  registry.add("ScatterND", importScatterNd);
  registry.add("OneHot", importOneHot);
  registry.add("ReverseSequence", importReverseSequence);
  registry.add("NonZero", importNonZero);
}

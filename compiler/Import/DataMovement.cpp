// ONNX operators that cut, join, extend and repeat tensors.
#include "compiler/Import/Composites.h"
#include "compiler/Import/OperatorRegistry.h"
#include "compiler/Import/Tensors.h"

#include <numeric>

using namespace mlir;
using namespace edgecc;
using namespace edgecc::import;

static FailureOr<SmallVector<int64_t>> attributeOrInput(NodeImporter &node, StringRef name, size_t index) {
  if (node.hasAttribute(name))
    return node.integers(name);
  return node.integersInput(index, name);
}

//===-- Slice ----------------------------------------------------------------------------------------------------===//

namespace {

/// One dimension of a slice: element i is `start + i * step`.
struct SliceRange {
  int64_t start, size, step;
};

} // namespace

/// Negative positions count from the end; those outside are moved to the edge, as ONNX says.
static SliceRange clampRange(int64_t start, int64_t end, int64_t step, int64_t dim) {
  bool forward = step > 0;
  auto clamp = [&](int64_t at) {
    at = at < 0 ? at + dim : at;
    return forward ? std::clamp<int64_t>(at, 0, dim) : std::clamp<int64_t>(at, -1, dim - 1);
  };
  start = clamp(start);
  if (!forward)
    start = std::max<int64_t>(start, 0);
  end = clamp(end);
  step = std::clamp<int64_t>(step, -maxElements, maxElements);
  int64_t length = forward ? end - start : start - end, stride = std::abs(step);
  int64_t size = length <= 0 ? 0 : (length + stride - 1) / stride;
  return size == 0 ? SliceRange{0, 0, 1} : SliceRange{start, size, step};
}

static LogicalResult importSlice(NodeImporter &node) {
  Value value = node.input(0);
  FailureOr<SmallVector<int64_t>> starts = attributeOrInput(node, "starts", 1),
                                  ends = attributeOrInput(node, "ends", 2);
  if (failed(starts) || failed(ends))
    return failure();
  SmallVector<int64_t> axes = countUp(starts->size()), steps(starts->size(), 1);
  if (node.hasAttribute("axes") || node.hasInput(3)) {
    FailureOr<SmallVector<int64_t>> stated = attributeOrInput(node, "axes", 3);
    if (failed(stated))
      return failure();
    axes = *stated;
  }
  if (node.hasInput(4)) {
    FailureOr<SmallVector<int64_t>> stated = node.integersInput(4, "steps");
    if (failed(stated))
      return failure();
    steps = *stated;
  }
  if (ends->size() != starts->size() || axes.size() != starts->size() || steps.size() != starts->size())
    return node.unsupported("starts, ends, axes and steps differ in length");

  SmallVector<int64_t> begin(rankOf(value), 0), sizes(shapeOf(value)), strides(rankOf(value), 1);
  for (auto [start, end, stated, step] : llvm::zip_equal(*starts, *ends, axes, steps)) {
    FailureOr<int64_t> axis = node.axisOf(stated, rankOf(value));
    if (failed(axis))
      return failure();
    if (step == 0)
      return node.unsupported("a step is 0");
    SliceRange range = clampRange(start, end, step, shapeOf(value)[*axis]);
    begin[*axis] = range.start;
    sizes[*axis] = range.size;
    strides[*axis] = range.step;
  }
  bool whole = shapeOf(value) == ArrayRef(sizes) && llvm::all_of(strides, [](int64_t step) { return step == 1; });
  return node.done(whole ? value : node.create<edge::SliceOp>(value, begin, sizes, strides));
}

//===-- Split and Concat -----------------------------------------------------------------------------------------===//

/// The sizes of the pieces of a dimension: stated, or equal but for a smaller last one.
static FailureOr<SmallVector<int64_t>> splitSizes(NodeImporter &node, int64_t dim) {
  if (node.hasAttribute("split") || node.hasInput(1))
    return attributeOrInput(node, "split", 1);
  int64_t pieces = node.integer("num_outputs", node.numOutputs());
  if (pieces != static_cast<int64_t>(node.numOutputs()) || pieces < 1)
    return node.unsupported("num_outputs is " + Twine(pieces) + " but the node has " + Twine(node.numOutputs()) +
                            " outputs");
  int64_t chunk = (dim + pieces - 1) / pieces;
  SmallVector<int64_t> sizes;
  for (int64_t i = 0; i < pieces; ++i)
    sizes.push_back(std::clamp<int64_t>(dim - i * chunk, 0, chunk));
  return sizes;
}

static LogicalResult importSplit(NodeImporter &node) {
  Value value = node.input(0);
  FailureOr<int64_t> axis = node.axisOf(node.integer("axis", 0), rankOf(value));
  if (failed(axis))
    return failure();
  int64_t dim = shapeOf(value)[*axis];
  FailureOr<SmallVector<int64_t>> sizes = splitSizes(node, dim);
  if (failed(sizes))
    return failure();
  if (sizes->size() != node.numOutputs() || !isShapeInRange(*sizes) ||
      std::accumulate(sizes->begin(), sizes->end(), int64_t(0)) != dim)
    return node.unsupported("the sizes of the pieces must be one per output and add up to " + Twine(dim));
  int64_t start = 0;
  for (auto [index, size] : llvm::enumerate(*sizes)) {
    node.setOutput(index, sliceAlong(node, value, *axis, start, size));
    start += size;
  }
  return success();
}

static LogicalResult importConcat(NodeImporter &node) {
  FailureOr<int64_t> axis = node.axisOf(node.integer("axis", 1), rankOf(node.input(0)));
  if (failed(axis))
    return failure();
  SmallVector<Value> inputs = node.inputs();
  return node.done(inputs.size() == 1 ? inputs.front() : node.create<edge::ConcatOp>(inputs, *axis));
}

//===-- Pad ------------------------------------------------------------------------------------------------------===//

/// The pads of each dimension: all begins, then all ends. They were an attribute before opset 11.
static FailureOr<SmallVector<int64_t>> padsOf(NodeImporter &node, int64_t rank) {
  FailureOr<SmallVector<int64_t>> stated =
      node.opset() < 11 ? node.integers(node.opset() < 2 ? "paddings" : "pads") : node.integersInput(1, "pads");
  if (failed(stated))
    return failure();
  SmallVector<int64_t> axes = countUp(rank), pads(2 * rank, 0);
  if (node.hasInput(3)) {
    FailureOr<SmallVector<int64_t>> given = node.integersInput(3, "axes");
    if (failed(given))
      return failure();
    axes = *given;
  }
  if (stated->size() != 2 * axes.size())
    return node.unsupported("there are " + Twine(stated->size()) + " pads, expected " + Twine(2 * axes.size()));
  for (auto [index, given] : llvm::enumerate(axes)) {
    FailureOr<int64_t> axis = node.axisOf(given, rank);
    if (failed(axis))
      return failure();
    pads[*axis] = (*stated)[index];
    pads[rank + *axis] = (*stated)[axes.size() + index];
  }
  if (llvm::any_of(pads, [](int64_t pad) { return std::abs(pad) > maxElements || pad == INT64_MIN; }))
    return node.unsupported("a pad is larger than 2^31");
  return pads;
}

static FailureOr<edge::PadMode> padModeOf(NodeImporter &node) {
  std::string name = node.string("mode", "constant");
  if (std::optional<edge::PadMode> mode = edge::symbolizePadMode(name))
    return *mode;
  return node.unsupported("mode is '" + name + "', expected constant, reflect, edge or wrap");
}

/// What constant mode writes.
static Value padValue(NodeImporter &node, Type type) {
  if (node.opset() < 11)
    return node.scalar(node.number("value", 0), type);
  if (!node.hasInput(2))
    return node.scalar(0, type);
  return node.reshape(node.input(2), {});
}

static LogicalResult importPad(NodeImporter &node) {
  Value value = node.input(0);
  int64_t rank = rankOf(value);
  FailureOr<SmallVector<int64_t>> pads = padsOf(node, rank);
  FailureOr<edge::PadMode> mode = padModeOf(node);
  if (failed(pads) || failed(mode))
    return failure();
  // Negative pads cut elements off.
  SmallVector<int64_t> starts, sizes(shapeOf(value)), low, high;
  for (int64_t d = 0; d < rank; ++d) {
    int64_t before = (*pads)[d], after = (*pads)[rank + d];
    starts.push_back(std::max<int64_t>(0, -before));
    sizes[d] += std::min<int64_t>(0, before) + std::min<int64_t>(0, after);
    low.push_back(std::max<int64_t>(0, before));
    high.push_back(std::max<int64_t>(0, after));
    if (sizes[d] < 0)
      return node.unsupported("negative pads cut off more than dimension " + Twine(d) + " has");
    int64_t limit = *mode == edge::PadMode::reflect ? sizes[d] - 1 : sizes[d];
    bool bounded = *mode == edge::PadMode::reflect || *mode == edge::PadMode::wrap || sizes[d] == 0;
    if (*mode != edge::PadMode::constant && bounded && std::max(low[d], high[d]) > std::max<int64_t>(0, limit))
      return node.unsupported("dimension " + Twine(d) + " of size " + Twine(sizes[d]) + " is padded by " +
                              Twine(std::max(low[d], high[d])) + ", more than it holds");
  }
  value = sliceBox(node, value, starts, sizes);
  auto isZero = [](int64_t pad) { return pad == 0; };
  if (!value || (llvm::all_of(low, isZero) && llvm::all_of(high, isZero)))
    return node.done(value);
  Value fill = *mode == edge::PadMode::constant ? padValue(node, elementOf(value)) : Value();
  if (*mode == edge::PadMode::constant && !fill)
    return failure();
  return node.done(node.create<edge::PadOp>(value, fill, low, high, *mode));
}

//===-- Repetition and selection ---------------------------------------------------------------------------------===//

/// Repeats whole dimensions: each is split in (repeat, size), of which the first is broadcast.
static LogicalResult importTile(NodeImporter &node) {
  Value value = node.input(0);
  FailureOr<SmallVector<int64_t>> repeats = node.integersInput(1, "repeats");
  if (failed(repeats))
    return failure();
  if (node.opset() < 6) { // One number of tiles, along one axis.
    FailureOr<SmallVector<int64_t>> axes = node.integersInput(2, "axis");
    if (failed(axes) || axes->size() != 1 || repeats->size() != 1)
      return node.unsupported("expected one number of tiles and one axis");
    FailureOr<int64_t> axis = node.axisOf(axes->front(), rankOf(value));
    if (failed(axis))
      return failure();
    int64_t tiles = repeats->front();
    repeats->assign(rankOf(value), 1);
    (*repeats)[*axis] = tiles;
  }
  if (static_cast<int64_t>(repeats->size()) != rankOf(value) || !isShapeInRange(*repeats))
    return node.unsupported("repeats must hold one number of at least 0 per dimension");
  SmallVector<int64_t> split, tiled, result;
  for (auto [size, repeat] : llvm::zip_equal(shapeOf(value), *repeats)) {
    if (repeat != 1) {
      split.push_back(1);
      tiled.push_back(repeat);
    }
    split.push_back(size);
    tiled.push_back(size);
    result.push_back(size * repeat);
  }
  return node.done(node.reshape(node.broadcastTo(node.reshape(value, split), tiled), result));
}

static LogicalResult importCompress(NodeImporter &node) {
  Value value = node.input(0);
  FailureOr<SmallVector<int64_t>> condition = node.integersInput(1, "condition");
  if (failed(condition))
    return failure();
  if (!node.hasAttribute("axis"))
    value = node.reshape(value, {tensorType(value).getNumElements()});
  if (!value)
    return failure();
  FailureOr<int64_t> axis = node.axisOf(node.integer("axis", 0), rankOf(value));
  if (failed(axis))
    return failure();
  SmallVector<int64_t> chosen;
  for (auto [index, keep] : llvm::enumerate(*condition))
    if (keep)
      chosen.push_back(index);
  if (!chosen.empty() && chosen.back() >= shapeOf(value)[*axis])
    return node.unsupported("the condition is longer than axis " + Twine(*axis));
  return node.done(node.create<edge::GatherOp>(value, node.integerConstant(chosen), *axis));
}

/// Keeps the triangle above (or below) the k-th diagonal of the last two dimensions.
static LogicalResult importTrilu(NodeImporter &node) {
  Value value = node.input(0);
  int64_t k = 0, rank = rankOf(value);
  if (node.hasInput(1)) {
    FailureOr<SmallVector<int64_t>> stated = node.integersInput(1, "diagonal k");
    if (failed(stated) || stated->size() != 1)
      return node.unsupported("k must be one number");
    k = std::clamp<int64_t>(stated->front(), -maxElements, maxElements);
  }
  if (rank < 2)
    return node.unsupported("the input has rank " + Twine(rank) + ", expected 2 or more");
  int64_t rows = shapeOf(value)[rank - 2], columns = shapeOf(value)[rank - 1];
  if (rows * columns > maxComputedElements)
    return node.unsupported("the last two dimensions are too large");
  bool upper = node.integer("upper", 1) != 0;
  std::vector<char> mask(rows * columns, 0);
  for (int64_t row = 0; row < rows; ++row) {
    auto begin = mask.begin() + row * columns, diagonal = begin + std::clamp<int64_t>(row + k + !upper, 0, columns);
    std::fill(upper ? diagonal : begin, upper ? begin + columns : diagonal, 1);
  }
  return node.done(
      node.create<edge::SelectOp>(maskConstant(node, {rows, columns}, mask), value, node.scalar(0, elementOf(value))));
}

void edgecc::import::registerDataMovement(OperatorRegistry &registry) {
  registry.add("Slice", importSlice);
  registry.add("Split", importSplit);
  registry.add("Concat", importConcat);
  registry.add("Pad", importPad);
  registry.add("Tile", importTile);
  registry.add("Compress", importCompress);
  registry.add("Trilu", importTrilu);
}

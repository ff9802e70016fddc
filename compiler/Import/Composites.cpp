// Small combinations of `edge` operations that several operator families need.
#include "compiler/Import/Composites.h"
#include "compiler/Import/Tensors.h"

#include <numeric>

using namespace mlir;
using namespace edgecc;
using namespace edgecc::import;

Value edgecc::import::reduceAlong(NodeImporter &node, Value value, edge::ReduceKind kind, ArrayRef<int64_t> axes,
                                  bool keepDims) {
  if (!value || axes.empty())
    return value;
  SmallVector<int64_t> kept(shapeOf(value));
  for (int64_t axis : axes)
    kept[axis] = 1;
  Value reduced = node.create<edge::ReduceOp>(value, kind, axes);
  return keepDims ? node.reshape(reduced, kept) : reduced;
}

Value edgecc::import::logSoftmax(NodeImporter &node, Value value, int64_t axis) {
  Value peak = reduceAlong(node, value, edge::ReduceKind::max, {axis}, /*keepDims=*/true);
  Value shifted = node.create<edge::SubOp>(value, peak);
  Value sum = reduceAlong(node, node.create<edge::ExpOp>(shifted), edge::ReduceKind::sum, {axis}, /*keepDims=*/true);
  return node.create<edge::SubOp>(shifted, node.create<edge::LogOp>(sum));
}

SmallVector<int64_t> edgecc::import::countUp(int64_t count) {
  SmallVector<int64_t> values(count);
  std::iota(values.begin(), values.end(), 0);
  return values;
}

Value edgecc::import::countingConstant(NodeImporter &node, int64_t size) {
  if (size > maxComputedElements) {
    (void)node.unsupported("a dimension of size " + Twine(size) + " is too large");
    return {};
  }
  SmallVector<int64_t> values = countUp(size);
  auto type = RankedTensorType::get({size}, node.builder().getI64Type());
  ArrayRef<char> bytes(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(int64_t));
  return node.constant(makeElements(type, bytes, "range"));
}

Value edgecc::import::sliceBox(NodeImporter &node, Value value, ArrayRef<int64_t> starts, ArrayRef<int64_t> sizes) {
  if (!value || shapeOf(value) == sizes)
    return value;
  return node.create<edge::SliceOp>(value, starts, sizes, SmallVector<int64_t>(sizes.size(), 1));
}

Value edgecc::import::sliceAlong(NodeImporter &node, Value value, int64_t axis, int64_t start, int64_t size) {
  if (!value)
    return value;
  SmallVector<int64_t> starts(rankOf(value), 0), sizes(shapeOf(value));
  starts[axis] = start;
  sizes[axis] = size;
  return sliceBox(node, value, starts, sizes);
}

Value edgecc::import::maskConstant(NodeImporter &node, ArrayRef<int64_t> shape, ArrayRef<char> values) {
  return node.constant(makeElements(RankedTensorType::get(shape, node.builder().getI1Type()), values, "mask"));
}

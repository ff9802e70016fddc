// What the importers of layers share: formulas, reductions, matrix products, windows.
#include "compiler/Import/LayerBuilder.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::import;

SmallVector<int64_t> edgecc::import::iota(int64_t count, int64_t first) {
  SmallVector<int64_t> result;
  for (int64_t i = 0; i < count; ++i)
    result.push_back(first + i);
  return result;
}

LogicalResult edgecc::import::checkSize(NodeImporter &node, StringRef what, int64_t value, int64_t least) {
  if (value >= least && value <= largestSize)
    return success();
  return node.unsupported(what + Twine(" is ") + Twine(value) + ", expected at least " + Twine(least) +
                          " and at most 2^31");
}

//===-- Formulas
//-----------------------------------------------------------------------------------------------------===//

Value LayerBuilder::pow(Value a, double b) {
  if (!a || b == 1.0)
    return a;
  if (b == 2.0)
    return mul(a, a);
  if (b == 0.5)
    return sqrt(a);
  return node.create<edge::PowOp>(a, scalarLike(a, b));
}

Value LayerBuilder::transposeMatrix(Value a) {
  if (!a)
    return a;
  SmallVector<int64_t> order = iota(rankOf(a));
  std::swap(order[order.size() - 1], order[order.size() - 2]);
  return node.transpose(a, order);
}

Value LayerBuilder::reduce(edge::ReduceKind kind, Value a, ArrayRef<int64_t> axes) {
  if (!a)
    return a;
  Value reduced = node.create<edge::ReduceOp>(a, kind, axes);
  if (!reduced)
    return reduced;
  SmallVector<int64_t> shape(shapeOf(a));
  for (int64_t axis : axes)
    shape[axis] = 1;
  return node.reshape(reduced, shape);
}

Value LayerBuilder::slice(Value a, int64_t axis, int64_t start, int64_t size) {
  if (!a || shapeOf(a)[axis] == size)
    return a;
  SmallVector<int64_t> starts(rankOf(a), 0), steps(rankOf(a), 1), sizes(shapeOf(a));
  starts[axis] = start;
  sizes[axis] = size;
  return node.create<edge::SliceOp>(a, starts, sizes, steps);
}

Value LayerBuilder::pad(Value a, ArrayRef<int64_t> low, ArrayRef<int64_t> high, double filler) {
  bool isNeeded = llvm::any_of(low, [](int64_t size) { return size != 0; }) ||
                  llvm::any_of(high, [](int64_t size) { return size != 0; });
  return a && isNeeded ? node.create<edge::PadOp>(a, scalarLike(a, filler), low, high, edge::PadMode::constant) : a;
}

Value LayerBuilder::concat(ArrayRef<Value> parts, int64_t axis) {
  if (llvm::any_of(parts, [](Value part) { return !part; }))
    return {};
  return parts.size() == 1 ? parts[0] : node.create<edge::ConcatOp>(ValueRange(parts), static_cast<uint64_t>(axis));
}

Value LayerBuilder::matmul(Value a, Value b) {
  if (!a || !b)
    return {};
  if (rankOf(a) == 0 || rankOf(b) == 0) {
    (void)node.unsupported("an operand of a matrix product is a scalar; both need rank 1 or more");
    return {};
  }
  bool isRow = rankOf(a) == 1, isColumn = rankOf(b) == 1;
  Value lhs = isRow ? node.reshape(a, {1, shapeOf(a)[0]}) : a;
  Value rhs = isColumn ? node.reshape(b, {shapeOf(b)[0], 1}) : b;
  Value product = node.create<edge::MatMulOp>(lhs, rhs);
  if (!product || (!isRow && !isColumn))
    return product;
  SmallVector<int64_t> shape(shapeOf(product));
  if (isColumn)
    shape.pop_back();
  if (isRow)
    shape.erase(shape.end() - (isColumn ? 1 : 2));
  return node.reshape(product, shape);
}

Value LayerBuilder::along(Value vector, int64_t axis, int64_t rank) {
  if (!vector)
    return vector;
  if (axis >= rank) {
    (void)node.unsupported("an operand has rank " + Twine(rank) + ", expected at least " + Twine(axis + 1));
    return {};
  }
  SmallVector<int64_t> shape(rank - axis, 1);
  shape[0] = tensorType(vector).getNumElements();
  return node.reshape(vector, shape);
}

LogicalResult LayerBuilder::outputs(ArrayRef<Value> values) {
  for (auto [index, value] : llvm::enumerate(values)) {
    if (!node.wantsOutput(index))
      continue;
    if (!value)
      return failure();
    node.setOutput(index, value);
  }
  return success();
}

//===-- Windows
//------------------------------------------------------------------------------------------------------===//

FailureOr<SmallVector<int64_t>> edgecc::import::spatialIntegers(NodeImporter &node, StringRef name, size_t count,
                                                                int64_t fallback, int64_t least) {
  SmallVector<int64_t> values = node.integers(name);
  if (values.empty())
    return SmallVector<int64_t>(count, fallback);
  if (values.size() != count)
    return node.unsupported(Twine("attribute '") + name + "' has " + Twine(values.size()) + " values, expected " +
                            Twine(count));
  for (int64_t value : values)
    if (failed(checkSize(node, ("a value of attribute '" + name + "'").str(), value, least)))
      return failure();
  return values;
}

namespace {

int64_t ceilDivide(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Sets begin and end pads of dimension `d` so that the output has ceil(size / stride) elements. An odd pad is longer
/// at the end in SAME_UPPER and at the beginning in SAME_LOWER.
void padSame(Window &window, size_t d, int64_t size, bool isUpper) {
  int64_t extent = (window.kernel[d] - 1) * window.dilations[d] + 1;
  int64_t total = (ceilDivide(size, window.strides[d]) - 1) * window.strides[d] + extent - size;
  total = std::max<int64_t>(total, 0);
  int64_t begin = isUpper ? total / 2 : total - total / 2;
  window.pads[d] = begin;
  window.pads[window.kernel.size() + d] = total - begin;
}

/// Lengthens the end pad of dimension `d` by what ceil_mode needs. A last window that would begin beyond the input and
/// its begin pad is dropped, as PyTorch does and ONNX says since opset 19.
void padForCeil(Window &window, size_t d, int64_t size) {
  size_t spatial = window.kernel.size();
  int64_t stride = window.strides[d], begin = window.pads[d];
  int64_t extent = (window.kernel[d] - 1) * window.dilations[d] + 1;
  int64_t padded = size + begin + window.pads[spatial + d];
  if (padded < extent)
    return; // The operation's verifier says what is wrong.
  int64_t count = ceilDivide(padded - extent, stride) + 1;
  if ((count - 1) * stride >= size + begin)
    --count;
  window.ceilPads[d] = std::max<int64_t>((count - 1) * stride + extent - padded, 0);
  window.pads[spatial + d] += window.ceilPads[d];
}

} // namespace

FailureOr<Window> edgecc::import::readWindow(NodeImporter &node, ArrayRef<int64_t> sizes, ArrayRef<int64_t> kernel) {
  size_t spatial = sizes.size();
  if (kernel.size() != spatial)
    return node.unsupported("the kernel has " + Twine(kernel.size()) + " dimensions but the input has " +
                            Twine(spatial) + " spatial ones");
  FailureOr<SmallVector<int64_t>> strides = spatialIntegers(node, "strides", spatial, 1, 1);
  FailureOr<SmallVector<int64_t>> dilations = spatialIntegers(node, "dilations", spatial, 1, 1);
  FailureOr<SmallVector<int64_t>> pads = spatialIntegers(node, "pads", 2 * spatial, 0, 0);
  if (failed(strides) || failed(dilations) || failed(pads))
    return failure();
  Window window{llvm::to_vector(kernel), *strides, *dilations, *pads, SmallVector<int64_t>(spatial, 0)};
  std::string autoPad = node.string("auto_pad", "NOTSET");
  if (autoPad == "VALID")
    window.pads.assign(2 * spatial, 0);
  else if (autoPad == "SAME_UPPER" || autoPad == "SAME_LOWER")
    for (size_t d = 0; d < spatial; ++d)
      padSame(window, d, sizes[d], autoPad == "SAME_UPPER");
  else if (autoPad != "NOTSET" && !autoPad.empty())
    return node.unsupported("auto_pad is '" + autoPad + "', expected NOTSET, SAME_UPPER, SAME_LOWER or VALID");
  if (node.integer("ceil_mode", 0))
    for (size_t d = 0; d < spatial; ++d)
      padForCeil(window, d, sizes[d]);
  return window;
}

// Folding of `edge` operations that move elements without computing: identities, chains, and constants.
// Arithmetic is in EdgeFoldElementwise.cpp and EdgeFoldReduce.cpp; rewrites that make operations in
// EdgeCanonicalize.cpp.
#include "dialects/Edge/ConstantData.h"
#include "dialects/Edge/EdgeOps.h"
#include "dialects/Edge/StridedCopy.h"

#include <cstring>

using namespace mlir;
using namespace edgecc::edge;

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValueAttr(); }

/// A broadcast constant of more elements than this stays an operation: a loop repeats it for less than memory does.
static constexpr int64_t maxBroadcastElements = 4096;

/// Strides, in elements, over the bytes of a constant; all zero for a splat.
static SmallVector<int64_t> stridesOf(const ConstantData &data) {
  return data.isSplat() ? SmallVector<int64_t>(data.shape().size(), 0) : rowMajorStrides(data.shape());
}

/// The constant of `type` that `sourceStrides` pick from `data`, starting `offset` elements in.
static ElementsAttr copyOut(const ConstantData &data, int64_t offset, ArrayRef<int64_t> sourceStrides,
                            RankedTensorType type) {
  if (data.isSplat() && type.getNumElements() > 0)
    return splatConstant(type, data.bytes().data());
  if (type.getNumElements() > maxFoldedElements)
    return {};
  unsigned width = elementBytes(type.getElementType());
  ConstantBuffer buffer(type);
  copyStrided(data.bytes().data() + offset * width, sourceStrides, buffer.bytes().data(),
              rowMajorStrides(type.getShape()), type.getShape(), width);
  return buffer.finish();
}

/// Copies all of `data` into the box of a tensor of `targetShape` at `target` that begins at `offsets`.
static void copyInto(const ConstantData &data, char *target, ArrayRef<int64_t> targetShape, ArrayRef<int64_t> offsets) {
  SmallVector<int64_t> strides = rowMajorStrides(targetShape);
  unsigned width = elementBytes(data.elementType());
  int64_t offset = 0;
  for (auto [stride, begin] : llvm::zip_equal(strides, offsets))
    offset += stride * begin;
  copyStrided(data.bytes().data(), stridesOf(data), target + offset * width, strides, data.shape(), width);
}

OpFoldResult ReshapeOp::fold(FoldAdaptor adaptor) {
  if (getInput().getType() == getType())
    return getInput();
  if (auto value = dyn_cast_or_null<ElementsAttr>(adaptor.getInput()))
    return reshapeConstant(value, getType());
  if (auto inner = getInput().getDefiningOp<ReshapeOp>()) {
    getInputMutable().assign(inner.getInput());
    return getResult();
  }
  return {};
}

OpFoldResult BroadcastToOp::fold(FoldAdaptor adaptor) {
  if (getInput().getType() == getType())
    return getInput();
  if (auto inner = getInput().getDefiningOp<BroadcastToOp>()) {
    getInputMutable().assign(inner.getInput());
    return getResult();
  }
  std::optional<ConstantData> data = ConstantData::read(adaptor.getInput());
  if (!data)
    return {};
  if (data->size() == getType().getNumElements())
    return reshapeConstant(cast<ElementsAttr>(adaptor.getInput()), getType());
  if (auto dense = dyn_cast<DenseElementsAttr>(adaptor.getInput()); dense && dense.isSplat())
    return dense.resizeSplat(getType());
  if (getType().getNumElements() > maxBroadcastElements)
    return {};
  SmallVector<int64_t> strides = stridesOf(*data);
  for (auto [stride, size] : llvm::zip_equal(strides, data->shape()))
    stride = size == 1 ? 0 : stride;
  strides.insert(strides.begin(), getType().getRank() - strides.size(), 0);
  return copyOut(*data, 0, strides, getType());
}

OpFoldResult TransposeOp::fold(FoldAdaptor adaptor) {
  ArrayRef<int64_t> permutation = getPermutation();
  if (llvm::equal(permutation, llvm::seq<int64_t>(0, permutation.size())))
    return getInput();
  if (std::optional<ConstantData> data = ConstantData::read(adaptor.getInput())) {
    SmallVector<int64_t> strides = stridesOf(*data), permuted;
    for (int64_t dim : permutation)
      permuted.push_back(strides[dim]);
    if (ElementsAttr result = copyOut(*data, 0, permuted, getType()))
      return result;
  }
  if (auto inner = getInput().getDefiningOp<TransposeOp>()) {
    SmallVector<int64_t> composed;
    for (int64_t dim : permutation)
      composed.push_back(inner.getPermutation()[dim]);
    getInputMutable().assign(inner.getInput());
    setPermutation(composed);
    return getResult();
  }
  return {};
}

OpFoldResult SliceOp::fold(FoldAdaptor adaptor) {
  bool forward = llvm::all_of(llvm::zip(getSteps(), getSizes()),
                              [](auto pair) { return std::get<0>(pair) == 1 || std::get<1>(pair) == 1; });
  if (getInput().getType() == getType() && forward)
    return getInput(); // Each size is that of the input, so that each start is 0.
  std::optional<ConstantData> data = ConstantData::read(adaptor.getInput());
  if (!data)
    return {};
  SmallVector<int64_t> strides = stridesOf(*data);
  int64_t offset = 0;
  for (auto [stride, start, step] : llvm::zip_equal(strides, getStarts(), getSteps())) {
    offset += stride * start;
    stride *= step;
  }
  return copyOut(*data, offset, strides, getType());
}

OpFoldResult ConcatOp::fold(FoldAdaptor adaptor) {
  if (getInputs().size() == 1)
    return getInputs()[0];
  if (getType().getNumElements() > maxFoldedElements)
    return {};
  SmallVector<ConstantData> parts;
  for (Attribute attr : adaptor.getInputs()) {
    std::optional<ConstantData> data = ConstantData::read(attr);
    if (!data)
      return {};
    parts.push_back(*data);
  }
  ConstantBuffer buffer(getType());
  SmallVector<int64_t> offsets(getType().getRank(), 0);
  for (const ConstantData &part : parts) {
    copyInto(part, buffer.bytes().data(), getType().getShape(), offsets);
    offsets[getAxis()] += part.shape()[getAxis()];
  }
  return buffer.finish();
}

/// Elements along `axis` picked by `indices`, all inside the shape; `shape` becomes that of the result.
static std::vector<char> take(ArrayRef<char> bytes, SmallVectorImpl<int64_t> &shape, int64_t axis,
                              ArrayRef<int64_t> indices, unsigned width) {
  ArrayRef<int64_t> dims = shape;
  int64_t outer = llvm::product_of(dims.take_front(axis)), size = dims[axis];
  int64_t row = llvm::product_of(dims.drop_front(axis + 1)) * width;
  std::vector<char> result(outer * indices.size() * row);
  char *target = result.data();
  for (int64_t o = 0; o < outer; ++o)
    for (int64_t index : indices) {
      std::memcpy(target, bytes.data() + (o * size + index) * row, row);
      target += row;
    }
  shape[axis] = indices.size();
  return result;
}

/// All elements of a constant, also where it is a splat.
static std::vector<char> allBytes(const ConstantData &data) {
  std::vector<char> result(data.size() * elementBytes(data.elementType()));
  copyInto(data, result.data(), data.shape(), SmallVector<int64_t>(data.shape().size(), 0));
  return result;
}

static ElementsAttr fromBytes(ArrayRef<char> bytes, RankedTensorType type) {
  ConstantBuffer buffer(type);
  llvm::copy(bytes, buffer.bytes().data());
  return buffer.finish();
}

/// The position in a dimension of `size` elements that position `index`, maybe outside, repeats.
static int64_t paddedIndex(PadMode mode, int64_t index, int64_t size) {
  if (mode == PadMode::edge)
    return std::clamp<int64_t>(index, 0, size - 1);
  int64_t period = mode == PadMode::wrap ? size : std::max<int64_t>(1, 2 * (size - 1));
  int64_t position = ((index % period) + period) % period;
  return position < size ? position : period - position;
}

OpFoldResult PadOp::fold(FoldAdaptor adaptor) {
  if (getInput().getType() == getType())
    return getInput();
  std::optional<ConstantData> data = ConstantData::read(adaptor.getInput()),
                              value = ConstantData::read(adaptor.getValue());
  if (!data || getType().getNumElements() > maxFoldedElements)
    return {};
  unsigned width = elementBytes(data->elementType());
  if (getMode() == PadMode::constant) {
    if (!value)
      return {};
    ConstantBuffer buffer(getType());
    copyStrided(value->bytes().data(), SmallVector<int64_t>(getType().getRank(), 0), buffer.bytes().data(),
                rowMajorStrides(getType().getShape()), getType().getShape(), width);
    copyInto(*data, buffer.bytes().data(), getType().getShape(), getLow());
    return buffer.finish();
  }
  if (data->size() == 0)
    return {};
  SmallVector<int64_t> shape(data->shape());
  std::vector<char> bytes = allBytes(*data);
  for (auto [axis, low, high] : llvm::enumerate(getLow(), getHigh())) {
    if (low == 0 && high == 0)
      continue;
    SmallVector<int64_t> indices;
    for (int64_t index = -low; index < shape[axis] + high; ++index)
      indices.push_back(paddedIndex(getMode(), index, shape[axis]));
    bytes = take(bytes, shape, axis, indices, width);
  }
  return fromBytes(bytes, getType());
}

OpFoldResult GatherOp::fold(FoldAdaptor adaptor) {
  std::optional<ConstantData> data = ConstantData::read(adaptor.getInput()),
                              at = ConstantData::read(adaptor.getIndices());
  if (!data || !at || getType().getNumElements() > maxFoldedElements || data->size() > maxFoldedElements)
    return {};
  SmallVector<int64_t> shape(data->shape()), indices = at->integers();
  int64_t size = shape[getAxis()];
  for (int64_t &index : indices) {
    index += index < 0 ? size : 0;
    if (index < 0 || index >= size)
      return {}; // Reading outside the tensor is not ours to define.
  }
  std::vector<char> expanded;
  if (data->isSplat())
    expanded = allBytes(*data);
  return fromBytes(take(data->isSplat() ? ArrayRef<char>(expanded) : data->bytes(), shape, getAxis(), indices,
                        elementBytes(data->elementType())),
                   getType());
}

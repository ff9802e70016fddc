// Copying boxes of elements. Dimensions that lie together in both tensors are merged first; what remains is rows
// (memcpy), or a transposed plane, which is walked in tiles so that both sides stay in the cache.
#include "dialects/Edge/StridedCopy.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cassert>
#include <cstring>

using namespace llvm;

SmallVector<int64_t> edgecc::edge::rowMajorStrides(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (size_t d = shape.size(); d-- > 1;)
    strides[d - 1] = strides[d] * shape[d];
  return strides;
}

namespace {

struct Dim {
  int64_t size, source, target;
};

/// The dimensions of the box without those of size 1, outermost first; neighbours that form one run are merged.
SmallVector<Dim> mergedDims(ArrayRef<int64_t> shape, ArrayRef<int64_t> source, ArrayRef<int64_t> target) {
  SmallVector<Dim> dims;
  for (auto [size, sourceStride, targetStride] : zip_equal(shape, source, target)) {
    if (size == 1)
      continue;
    bool merges =
        !dims.empty() && dims.back().source == sourceStride * size && dims.back().target == targetStride * size;
    if (merges)
      dims.back() = {dims.back().size * size, sourceStride, targetStride};
    else
      dims.push_back({size, sourceStride, targetStride});
  }
  return dims;
}

template <typename T> void copyRow(const T *source, T *target, Dim dim) {
  if (dim.source == 1 && dim.target == 1) {
    std::memcpy(target, source, dim.size * sizeof(T));
    return;
  }
  for (int64_t i = 0; i < dim.size; ++i)
    target[i * dim.target] = source[i * dim.source];
}

template <typename T> void copyPlane(const T *source, T *target, Dim outer, Dim inner) {
  constexpr int64_t tile = 32;
  for (int64_t i0 = 0; i0 < outer.size; i0 += tile)
    for (int64_t j0 = 0; j0 < inner.size; j0 += tile)
      for (int64_t i = i0, iEnd = std::min(i0 + tile, outer.size); i < iEnd; ++i)
        for (int64_t j = j0, jEnd = std::min(j0 + tile, inner.size); j < jEnd; ++j)
          target[i * outer.target + j * inner.target] = source[i * outer.source + j * inner.source];
}

template <typename T> void copyBox(const T *source, T *target, ArrayRef<Dim> dims) {
  if (dims.empty())
    *target = *source;
  else if (dims.size() == 1)
    copyRow(source, target, dims[0]);
  else if (dims.size() == 2 && dims[1].source != 1)
    copyPlane(source, target, dims[0], dims[1]);
  else
    for (int64_t i = 0; i < dims[0].size; ++i)
      copyBox(source + i * dims[0].source, target + i * dims[0].target, dims.drop_front());
}

template <typename T> void copyTyped(const char *source, char *target, ArrayRef<Dim> dims) {
  copyBox(reinterpret_cast<const T *>(source), reinterpret_cast<T *>(target), dims);
}

} // namespace

void edgecc::edge::copyStrided(const char *source, ArrayRef<int64_t> sourceStrides, char *target,
                               ArrayRef<int64_t> targetStrides, ArrayRef<int64_t> shape, unsigned elementBytes) {
  if (is_contained(shape, 0))
    return;
  SmallVector<Dim> dims = mergedDims(shape, sourceStrides, targetStrides);
  // The source dimension that is contiguous goes next to the innermost one, where both form a plane.
  if (dims.size() > 2 && dims.back().source != 1) {
    auto contiguous = find_if(dims, [](const Dim &dim) { return dim.source == 1; });
    if (contiguous != dims.end())
      std::rotate(contiguous, contiguous + 1, dims.end() - 1);
  }
  switch (elementBytes) {
  case 1:
    return copyTyped<uint8_t>(source, target, dims);
  case 2:
    return copyTyped<uint16_t>(source, target, dims);
  case 4:
    return copyTyped<uint32_t>(source, target, dims);
  default:
    assert(elementBytes == 8 && "no such element size");
    return copyTyped<uint64_t>(source, target, dims);
  }
}

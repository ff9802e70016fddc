// Folding of `edge.reduce` of constants: the reduced dimensions are moved to the end, then each row is combined.
#include "dialects/Edge/ConstantData.h"
#include "dialects/Edge/EdgeOps.h"
#include "dialects/Edge/StridedCopy.h"

#include <limits>

using namespace mlir;
using namespace edgecc::edge;

namespace {

/// What a reduction of `kind` starts from.
template <typename Number> Number initialValue(ReduceKind kind) {
  using Limits = std::numeric_limits<Number>;
  constexpr bool isFloat = Limits::has_infinity;
  switch (kind) {
  case ReduceKind::sum:
  case ReduceKind::mean:
    return 0;
  case ReduceKind::prod:
    return 1;
  case ReduceKind::max:
    return isFloat ? -Limits::infinity() : Limits::lowest();
  case ReduceKind::min:
    return isFloat ? Limits::infinity() : Limits::max();
  }
  llvm_unreachable("unknown kind of reduction");
}

/// One step of a reduction; integers wrap, NaN wins.
template <typename Number> Number combine(ReduceKind kind, Number x, Number y) {
  switch (kind) {
  case ReduceKind::sum:
  case ReduceKind::mean:
    if constexpr (std::is_integral_v<Number>)
      return static_cast<Number>(static_cast<uint64_t>(x) + static_cast<uint64_t>(y));
    return x + y;
  case ReduceKind::prod:
    if constexpr (std::is_integral_v<Number>)
      return static_cast<Number>(static_cast<uint64_t>(x) * static_cast<uint64_t>(y));
    return x * y;
  case ReduceKind::max:
    return x > y || x != x ? x : y;
  case ReduceKind::min:
    return x < y || x != x ? x : y;
  }
  llvm_unreachable("unknown kind of reduction");
}

/// Reduces `count` elements. Half-precision sums are kept in f32, and sums for integer means in 64 bits.
template <typename T> auto reduceRow(ReduceKind kind, const T *row, int64_t count) {
  using Number = std::conditional_t<std::is_arithmetic_v<T>, T, float>;
  if constexpr (std::is_integral_v<T>) {
    if (kind == ReduceKind::mean) {
      using Wide = std::conditional_t<std::is_signed_v<T>, int64_t, uint64_t>;
      Wide sum = 0;
      for (int64_t i = 0; i < count; ++i)
        sum += row[i];
      return static_cast<Number>(sum / static_cast<Wide>(count));
    }
  }
  Number result = initialValue<Number>(kind);
  for (int64_t i = 0; i < count; ++i)
    result = combine(kind, result, static_cast<Number>(row[i]));
  return kind == ReduceKind::mean ? static_cast<Number>(result / static_cast<Number>(count)) : result;
}

/// The elements of `data` with dimensions `axes` moved to the end.
std::vector<char> withAxesLast(const ConstantData &data, ArrayRef<int64_t> axes) {
  SmallVector<int64_t> strides =
      data.isSplat() ? SmallVector<int64_t>(data.shape().size(), 0) : rowMajorStrides(data.shape());
  SmallVector<int64_t> shape, source;
  for (bool reduced : {false, true}) {
    for (auto [dim, size] : llvm::enumerate(data.shape())) {
      if (llvm::is_contained(axes, static_cast<int64_t>(dim)) != reduced)
        continue;
      shape.push_back(size);
      source.push_back(strides[dim]);
    }
  }
  unsigned width = elementBytes(data.elementType());
  std::vector<char> moved(data.size() * width);
  copyStrided(data.bytes().data(), source, moved.data(), rowMajorStrides(shape), shape, width);
  return moved;
}

} // namespace

OpFoldResult ReduceOp::fold(FoldAdaptor adaptor) {
  if (getAxes().empty())
    return getInput();
  std::optional<ConstantData> data = ConstantData::read(adaptor.getInput());
  if (!data || data->size() > maxFoldedElements || getType().getNumElements() == 0)
    return {};
  int64_t count = data->size() / getType().getNumElements();
  if (count == 0 && getKind() == ReduceKind::mean && getType().getElementType().isInteger())
    return {};
  std::vector<char> moved = withAxesLast(*data, getAxes());
  ElementsAttr result;
  withStorageType(data->elementType(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (!std::is_same_v<T, Boolean>) {
      ConstantBuffer buffer(getType());
      const T *rows = reinterpret_cast<const T *>(moved.data());
      for (int64_t i = 0, end = getType().getNumElements(); i < end; ++i) {
        if constexpr (std::is_arithmetic_v<T>)
          buffer.as<T>()[i] = reduceRow(getKind(), rows + i * count, count);
        else
          buffer.as<T>()[i] = T::from(reduceRow(getKind(), rows + i * count, count));
      }
      result = buffer.finish();
    }
  });
  return result;
}

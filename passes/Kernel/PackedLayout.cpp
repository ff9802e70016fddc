// Layout of packed constants; see PackedLayout.h.
#include "passes/Kernel/PackedLayout.h"

using namespace mlir;
using namespace edgecc::kernel;

/// Loops along which the packed form of an operand is laid out, from the outermost to the innermost.
static SmallVector<unsigned> packedLoops(const KernelNest &nest, const Schedule &schedule, const Access &access) {
  SmallVector<unsigned> order;
  bool vectorReduction = nest.loops[*schedule.vectorLoop].reduction;
  for (unsigned loop : schedule.order)
    if (access.strides[loop] != 0 && loop != *schedule.vectorLoop)
      order.push_back(loop);
  for (auto [loop, unroll] : schedule.reductions)
    if (access.strides[loop] != 0 && loop != *schedule.vectorLoop)
      order.push_back(loop);
  if (vectorReduction)
    order.push_back(*schedule.vectorLoop);
  return order;
}

SmallVector<Piece> edgecc::kernel::columnPieces(int64_t size, const Schedule &schedule) {
  SmallVector<Piece> pieces;
  int64_t panel = schedule.lanes * schedule.vectors, begin = 0;
  if (size >= panel) {
    pieces.push_back({0, panel, size / panel, schedule.lanes});
    begin = size / panel * panel;
  }
  if (int64_t vectors = (size - begin) / schedule.lanes) {
    pieces.push_back({begin, vectors * schedule.lanes, 1, schedule.lanes});
    begin += vectors * schedule.lanes;
  }
  for (int64_t width = schedule.lanes / 2; width >= 1; width /= 2)
    if (size - begin >= width) {
      pieces.push_back({begin, width, 1, width});
      begin += width;
    }
  return pieces;
}

int64_t edgecc::kernel::layOutPacked(const KernelNest &nest, const Schedule &schedule, Access &access) {
  SmallVector<unsigned> order = packedLoops(nest, schedule, access);
  bool panelled = isPanelled(nest, schedule, access);
  SmallVector<int64_t> strides(nest.loops.size(), 0);
  int64_t stride = 1, panelElements = 0;
  for (unsigned loop : llvm::reverse(order)) {
    if (panelled && !nest.loops[loop].reduction && panelElements == 0) {
      panelElements = stride;
      stride *= nest.loops[*schedule.vectorLoop].size;
    }
    strides[loop] = stride;
    stride *= nest.loops[loop].size;
  }
  if (panelled) {
    panelElements = panelElements == 0 ? stride : panelElements;
    strides[*schedule.vectorLoop] = panelElements;
  }
  access.strides = strides;
  access.offset = 0;
  return panelElements;
}

bool PackedOrder::operator==(const PackedOrder &other) const {
  return offset == other.offset && outer == other.outer && inner == other.inner && panels == other.panels &&
         columnStride == other.columnStride;
}

int64_t PackedOrder::numElements() const {
  int64_t result = 0;
  for (auto [begin, width] : panels)
    result += width;
  for (const Loop &loop : llvm::concat<const Loop>(outer, inner))
    result *= loop.size;
  return result;
}

/// Calls `visit` with the element that each iteration of `loops` begins at.
static void iterate(ArrayRef<PackedOrder::Loop> loops, int64_t element, function_ref<void(int64_t)> visit) {
  if (loops.empty())
    return visit(element);
  for (int64_t i = 0; i < loops.front().size; ++i)
    iterate(loops.drop_front(), element + i * loops.front().stride, visit);
}

void PackedOrder::forEachRow(function_ref<void(int64_t, int64_t)> run) const {
  iterate(outer, offset, [&](int64_t element) {
    for (auto [begin, width] : panels)
      iterate(inner, element + begin * columnStride, [&, width = width](int64_t first) { run(first, width); });
  });
}

PackedOrder edgecc::kernel::packedOrder(const KernelNest &nest, const Schedule &schedule, unsigned operand) {
  const Access &access = *nest.main.accesses[operand];
  PackedOrder order;
  order.offset = access.offset;
  bool panelled = isPanelled(nest, schedule, access);
  SmallVector<unsigned> loops = packedLoops(nest, schedule, access);
  // Panels lie outside the reductions, inside the other parallel loops.
  for (unsigned loop : loops)
    (panelled && nest.loops[loop].reduction ? order.inner : order.outer)
        .push_back({nest.loops[loop].size, access.strides[loop]});
  if (panelled) {
    order.columnStride = access.strides[*schedule.vectorLoop];
    for (const Piece &piece : columnPieces(nest.loops[*schedule.vectorLoop].size, schedule))
      for (int64_t i = 0; i < piece.count; ++i)
        order.panels.emplace_back(piece.begin + i * piece.width, piece.width);
  } else {
    PackedOrder::Loop columns = order.outer.empty() ? PackedOrder::Loop{1, 1} : order.outer.pop_back_val();
    order.columnStride = columns.stride;
    order.panels.emplace_back(0, columns.size);
  }
  return order;
}

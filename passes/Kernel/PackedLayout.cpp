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

/// Whether `access` reads the weights of dot products.
static bool isGrouped(const KernelNest &nest, const Access &access) {
  return nest.dot && access.operand == nest.main.accesses[nest.dot->weights]->operand;
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
  int64_t stride = isGrouped(nest, access) ? nest.dot->size : 1, panelElements = 0;
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
         columnStride == other.columnStride && group == other.group;
}

int64_t PackedOrder::numElements() const {
  int64_t result = 0;
  for (auto [begin, width] : panels)
    result += width;
  for (const Loop &loop : llvm::concat<const Loop>(outer, inner))
    result *= loop.size;
  return result * group;
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

/// Calls `visit` with the first element and the valid places of each group of `loops`.
static void iterateGroups(ArrayRef<PackedOrder::Loop> loops, int64_t group, int64_t element, int64_t stride,
                          std::pair<int64_t, int64_t> valid,
                          function_ref<void(int64_t, int64_t, std::pair<int64_t, int64_t>)> visit) {
  if (loops.empty())
    return visit(element, stride, valid);
  const PackedOrder::Loop &loop = loops.front();
  for (int64_t i = 0; i < loop.size; ++i) {
    if (loop.elements == 0) {
      iterateGroups(loops.drop_front(), group, element + i * loop.stride, stride, valid, visit);
      continue;
    }
    int64_t begin = std::max<int64_t>(0, std::min(i * group, loop.elements - group));
    iterateGroups(loops.drop_front(), group, element + begin * loop.stride, loop.stride,
                  {i * group - begin, std::min(group, loop.elements)}, visit);
  }
}

void PackedOrder::forEachElement(function_ref<void(int64_t)> take) const {
  iterate(outer, offset, [&](int64_t element) {
    for (auto [begin, width] : panels) {
      int64_t columns = width;
      iterateGroups(inner, group, element + begin * columnStride, 0, {0, group},
                    [&](int64_t first, int64_t stride, std::pair<int64_t, int64_t> valid) {
                      for (int64_t column = 0; column < columns; ++column)
                        for (int64_t place = 0; place < group; ++place)
                          take(place < valid.first || place >= valid.second
                                   ? -1
                                   : first + column * columnStride + place * stride);
                    });
    }
  });
}

PackedOrder edgecc::kernel::packedOrder(const KernelNest &nest, const Schedule &schedule, unsigned operand) {
  const Access &access = *nest.main.accesses[operand];
  PackedOrder order;
  order.offset = access.offset;
  bool panelled = isPanelled(nest, schedule, access);
  SmallVector<unsigned> loops = packedLoops(nest, schedule, access);
  bool grouped = isGrouped(nest, access);
  if (grouped)
    order.group = nest.dot->size;
  // Panels lie outside the reductions, inside the other parallel loops.
  for (unsigned loop : loops)
    (panelled && nest.loops[loop].reduction ? order.inner : order.outer)
        .push_back(
            {nest.loops[loop].size, access.strides[loop], grouped && loop == nest.dot->loop ? nest.dot->elements : 0});
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

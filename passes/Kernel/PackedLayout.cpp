// Layout of packed constants; see PackedLayout.h.
#include "passes/Kernel/PackedLayout.h"

using namespace mlir;
using namespace edgecc::kernel;

/// Loops along which the packed form of an operand is laid out, from the outermost to the innermost.
static SmallVector<unsigned> packedOrder(const KernelNest &nest, const Schedule &schedule, const Access &access) {
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
  SmallVector<unsigned> order = packedOrder(nest, schedule, access);
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

SmallVector<int64_t> edgecc::kernel::packedLayout(const KernelNest &nest, const Schedule &schedule, unsigned operand) {
  const Access &access = *nest.main.accesses[operand];
  SmallVector<unsigned> order = packedOrder(nest, schedule, access);
  SmallVector<int64_t> layout;
  // `order` with the columns of a panel innermost; panels lie outside the reductions, inside the other parallel loops.
  auto walk = [&](auto &&self, ArrayRef<unsigned> rest, int64_t element,
                  std::optional<std::pair<int64_t, int64_t>> panel) -> void {
    bool panelled = isPanelled(nest, schedule, access);
    if (panelled && !panel && (rest.empty() || nest.loops[rest.front()].reduction)) {
      for (const Piece &piece : columnPieces(nest.loops[*schedule.vectorLoop].size, schedule))
        for (int64_t i = 0; i < piece.count; ++i)
          self(self, rest, element, std::make_pair(piece.begin + i * piece.width, piece.width));
      return;
    }
    if (rest.empty()) {
      int64_t begin = panel ? panel->first : 0, width = panel ? panel->second : 1;
      for (int64_t column = begin; column < begin + width; ++column)
        layout.push_back(access.offset + element + column * (panel ? access.strides[*schedule.vectorLoop] : 0));
      return;
    }
    for (int64_t i = 0; i < nest.loops[rest.front()].size; ++i)
      self(self, rest.drop_front(), element + i * access.strides[rest.front()], panel);
  };
  walk(walk, order, 0, std::nullopt);
  return layout;
}

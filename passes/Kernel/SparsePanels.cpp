// Lists of the steps that products with zero weights take; see SparsePanels.h.
#include "passes/Kernel/SparsePanels.h"
#include "passes/Kernel/Product.h"

#include <cstring>
#include <limits>

using namespace mlir;
using namespace edgecc::kernel;

namespace {

/// Less than this share of zeros cannot be worth a list.
constexpr double leastZeros = 0.1;

/// Tells which elements are zero; a negative zero is.
class ZeroTest {
public:
  ZeroTest(Type type, ArrayRef<char> data) : data(data), bytes(type.getIntOrFloatBitWidth() / 8) {
    uint64_t sign = isa<FloatType>(type) ? uint64_t(1) << (8 * bytes - 1) : 0;
    mask = ~sign;
  }
  bool operator()(int64_t element) const {
    uint64_t value = 0;
    std::memcpy(&value, data.data() + element * bytes, bytes);
    return (value & mask) == 0;
  }
  double share() const {
    int64_t elements = data.size() / bytes, zeros = 0;
    for (int64_t element = 0; element < elements; ++element)
      zeros += (*this)(element);
    return static_cast<double>(zeros) / elements;
  }

private:
  ArrayRef<char> data;
  int64_t bytes;
  uint64_t mask;
};

/// The order of the weights with units in place of panels.
PackedOrder unitOrder(const KernelNest &nest, const Schedule &schedule, unsigned weights) {
  PackedOrder order = packedOrder(nest, schedule, weights);
  order.panels.clear();
  Schedule units = schedule;
  units.vectors = 1;
  for (const Piece &piece : columnPieces(nest.loops[*schedule.vectorLoop].size, units))
    for (int64_t i = 0; i < piece.count; ++i)
      order.panels.emplace_back(piece.begin + i * piece.width, piece.width);
  return order;
}

int64_t stepsOf(const PackedOrder &order) {
  int64_t steps = 1;
  for (const PackedOrder::Loop &loop : order.inner)
    steps *= loop.size;
  return steps;
}

/// Whether steps of the product can be skipped: the activations are the same in all lanes, and the weights differ from
/// step to step and in nothing but steps and columns.
bool canSkip(const KernelNest &nest, const Schedule &schedule, const Access &activations, const Access &weights) {
  if (nest.dot && nest.dot->elements < nest.dot->size)
    return false;
  int64_t span = 0;
  for (auto [index, loop] : llvm::enumerate(nest.loops)) {
    if (loop.reduction && weights.strides[index] == 0)
      return false;
    if (!loop.reduction && index != *schedule.vectorLoop && weights.strides[index] != 0)
      return false;
    if (loop.reduction)
      span += (loop.size - 1) * std::abs(activations.strides[index]);
  }
  return activations.strides[*schedule.vectorLoop] == 0 && isPanelled(nest, schedule, weights) &&
         span < std::numeric_limits<int32_t>::max();
}

/// Where the activations of each step lie, from those of the first on.
std::vector<int32_t> activationOffsets(const KernelNest &nest, const Schedule &schedule, const Access &activations) {
  std::vector<int32_t> offsets{0};
  for (auto [loop, unroll] : schedule.reductions) {
    std::vector<int32_t> inner;
    bool grouped = nest.dot && nest.dot->loop == loop;
    for (int32_t outer : offsets)
      for (int64_t i = 0; i < nest.loops[loop].size; ++i) {
        int64_t offset = i * activations.strides[loop];
        if (grouped) // The last group ends with the row.
          offset = std::min(offset, nest.dot->elements - nest.dot->size);
        inner.push_back(outer + offset);
      }
    offsets = std::move(inner);
  }
  return offsets;
}

} // namespace

std::optional<WeightBlocks> WeightBlocks::find(const KernelNest &nest, const Schedule &schedule,
                                               llvm::function_ref<ArrayRef<char>(unsigned operand)> dataOf) {
  if (!matchProduct(nest.main.op) || schedule.packed.size() != 1 || !schedule.vectorLoop ||
      nest.loops[*schedule.vectorLoop].reduction)
    return std::nullopt;
  WeightBlocks blocks;
  blocks.factors = {1 - schedule.packed.front(), schedule.packed.front()};
  const std::optional<Access> &activations = nest.main.accesses[blocks.activations()];
  const Access &weights = *nest.main.accesses[blocks.weights()];
  if (!activations || !canSkip(nest, schedule, *activations, weights))
    return std::nullopt;
  auto type = cast<ShapedType>(nest.kernel.getOperand(weights.operand).getType());
  int64_t bits = type.getElementTypeBitWidth();
  ArrayRef<char> data = dataOf(weights.operand);
  if (bits % 8 != 0 || static_cast<int64_t>(data.size()) != type.getNumElements() * bits / 8)
    return std::nullopt;
  ZeroTest isZero(type.getElementType(), data);
  if (isZero.share() < leastZeros)
    return std::nullopt;

  PackedOrder order = unitOrder(nest, schedule, blocks.weights());
  blocks.numSteps = stepsOf(order);
  blocks.nonZero.resize(order.panels.size() * blocks.numSteps);
  int64_t block = 0, place = 0;
  size_t unit = 0;
  order.forEachElement([&](int64_t at) {
    if (at >= 0 && !isZero(at))
      blocks.nonZero.set(block);
    if (++place < order.panels[unit].second * order.group)
      return;
    place = 0;
    if (++block % blocks.numSteps == 0)
      ++unit;
  });
  return blocks;
}

/// Calls `visit` with the first and the number of the units of each list of a panel.
static void forEachList(int64_t unit, int64_t count, int64_t together,
                        llvm::function_ref<void(int64_t first, int64_t count)> visit) {
  for (int64_t done = 0; done < count; done += together)
    visit(unit + done, std::min(together, count - done));
}

int64_t WeightBlocks::panelSteps(int64_t unit, int64_t count, int64_t together) const {
  int64_t longest = 0;
  forEachList(unit, count, together, [&](int64_t first, int64_t units) {
    int64_t length = 0;
    for (int64_t step = 0; step < numSteps; ++step) {
      bool kept = false;
      for (int64_t i = 0; i < units; ++i)
        kept |= !isZero(first + i, step);
      length += kept;
    }
    longest = std::max(longest, length);
  });
  return longest;
}

/// The `length` steps of a list: those that are not zero, and as many of the others as it takes, in order.
static SmallVector<int64_t> listOf(const WeightBlocks &blocks, int64_t first, int64_t units, int64_t length) {
  SmallVector<bool> kept;
  for (int64_t step = 0; step < blocks.steps(); ++step)
    kept.push_back(llvm::any_of(llvm::seq(first, first + units), [&](int64_t at) { return !blocks.isZero(at, step); }));
  int64_t missing = length - llvm::count(kept, true);
  SmallVector<int64_t> list;
  for (int64_t step = 0; step < blocks.steps(); ++step)
    if (kept[step] || missing-- > 0)
      list.push_back(step);
  return list;
}

SparsePanels edgecc::kernel::layOutSparse(const KernelNest &nest, const Schedule &schedule,
                                          const WeightBlocks &blocks) {
  const Access &activations = *nest.main.accesses[blocks.activations()];
  std::vector<int32_t> offsets = activationOffsets(nest, schedule, activations);
  PackedOrder order = unitOrder(nest, schedule, blocks.weights());
  SparsePanels panels;
  // Where the elements of a block go, for all units and steps; -1: nowhere.
  std::vector<int64_t> places(order.panels.size() * blocks.steps(), -1);
  std::vector<int32_t> starts{0}, stepOffsets;
  int64_t unit = 0, elements = 0;
  for (const Piece &piece : columnPieces(nest.loops[*schedule.vectorLoop].size, schedule)) {
    int64_t units = piece.width / piece.lanes, stepElements = piece.width * order.group;
    int64_t lists = llvm::divideCeil(units, schedule.sparse->together), before = starts.back();
    panels.pieces.push_back({piece.begin, piece.width, piece.count, lists, static_cast<int64_t>(starts.size()) - 1,
                             elements - before * stepElements,
                             static_cast<int64_t>(stepOffsets.size()) - before * lists});
    for (int64_t panel = 0; panel < piece.count; ++panel, unit += units) {
      int64_t length = blocks.panelSteps(unit, units, schedule.sparse->together), list = 0;
      size_t firstOffset = stepOffsets.size();
      stepOffsets.resize(firstOffset + length * lists);
      forEachList(unit, units, schedule.sparse->together, [&](int64_t first, int64_t count) {
        for (auto [index, step] : llvm::enumerate(listOf(blocks, first, count, length))) {
          stepOffsets[firstOffset + index * lists + list] = offsets[step];
          for (int64_t at = first; at < first + count; ++at)
            places[at * blocks.steps() + step] =
                elements + index * stepElements + (at - unit) * piece.lanes * order.group;
        }
        ++list;
      });
      elements += length * stepElements;
      starts.push_back(starts.back() + length);
    }
  }
  for (SparsePiece &piece : panels.pieces)
    piece.offsets += starts.size();
  panels.lists = std::move(starts);
  llvm::append_range(panels.lists, stepOffsets);

  panels.share = static_cast<double>(elements) / order.numElements();
  panels.layout.resize(elements);
  int64_t block = 0, place = 0;
  size_t current = 0;
  order.forEachElement([&](int64_t at) {
    if (places[block] >= 0)
      panels.layout[places[block] + place] = at;
    if (++place < order.panels[current].second * order.group)
      return;
    place = 0;
    if (++block % blocks.steps() == 0)
      ++current;
  });
  return panels;
}

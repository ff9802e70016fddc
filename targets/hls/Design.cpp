// Designs as attributes, and the layout of constants under them; see Design.h.
#include "targets/hls/Design.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::hls;

Design edgecc::hls::plainDesign(const kernel::KernelNest &nest) {
  Design design;
  for (auto [number, loop] : llvm::enumerate(nest.loops))
    (loop.reduction ? design.reductions : design.order).push_back(number);
  design.unroll.assign(nest.loops.size(), 1);
  return design;
}

DictionaryAttr edgecc::hls::toAttribute(MLIRContext *context, const Design &design) {
  Builder builder(context);
  auto numbers = [&](ArrayRef<unsigned> loops) {
    return builder.getDenseI64ArrayAttr(SmallVector<int64_t>(loops.begin(), loops.end()));
  };
  return builder.getDictionaryAttr({builder.getNamedAttr("order", numbers(design.order)),
                                    builder.getNamedAttr("tile", builder.getI64IntegerAttr(design.tile)),
                                    builder.getNamedAttr("reductions", numbers(design.reductions)),
                                    builder.getNamedAttr("unroll", builder.getDenseI64ArrayAttr(design.unroll)),
                                    builder.getNamedAttr("wide_epilogue", builder.getBoolAttr(design.wideEpilogue))});
}

Design edgecc::hls::fromAttribute(DictionaryAttr attribute) {
  auto numbers = [&](StringRef name) { return attribute.getAs<DenseI64ArrayAttr>(name).asArrayRef(); };
  Design design;
  design.order.assign(numbers("order").begin(), numbers("order").end());
  design.tile = attribute.getAs<IntegerAttr>("tile").getInt();
  design.reductions.assign(numbers("reductions").begin(), numbers("reductions").end());
  design.unroll.assign(numbers("unroll").begin(), numbers("unroll").end());
  design.wideEpilogue = attribute.getAs<BoolAttr>("wide_epilogue").getValue();
  return design;
}

PackedOrder edgecc::hls::packedOrder(const kernel::KernelNest &nest, const Design &design,
                                     const kernel::Access &access) {
  PackedOrder order;
  auto visit = [&](ArrayRef<unsigned> loops) {
    for (unsigned loop : loops) {
      if (access.strides[loop] == 0)
        continue;
      if (stepsOf(nest, design, loop) > 1)
        order.loops.push_back(loop);
      if (design.unroll[loop] > 1)
        order.lanes.push_back(loop);
    }
  };
  visit(design.outer());
  visit(design.reductions);
  visit(design.inner());
  return order;
}

/// How often the stages read a kernel operand.
static unsigned countUses(const kernel::KernelNest &nest, unsigned operand) {
  unsigned uses = 0;
  auto count = [&](const kernel::Stage &stage) {
    for (const std::optional<kernel::Access> &access : stage.accesses)
      uses += access && access->operand == operand;
  };
  llvm::for_each(nest.inits, count);
  count(nest.main);
  if (nest.epilogue)
    count(*nest.epilogue);
  for (Operation *user : nest.kernel.getBodyBlock()->getArgument(operand).getUsers())
    uses += isa<tensor::ExtractOp>(user);
  return uses;
}

bool edgecc::hls::isPacked(const kernel::KernelNest &nest, const Design &design, unsigned index,
                           llvm::function_ref<bool(unsigned)> isConstant) {
  const std::optional<kernel::Access> &access = nest.main.accesses[index];
  if (!access || index >= nest.main.op.getNumDpsInputs() || !nest.hasReduction() || !isConstant(access->operand))
    return false;
  // Only what no other stage reads as it is.
  if (countUses(nest, access->operand) > 1)
    return false;
  // Only what is read once at each point of its loops: otherwise the packed form would hold elements twice.
  int64_t points = 1, span = 1;
  bool lanes = false;
  for (auto [loop, stride] : llvm::enumerate(access->strides))
    if (stride != 0) {
      points *= nest.loops[loop].size;
      span += (nest.loops[loop].size - 1) * std::abs(stride);
      lanes |= design.unroll[loop] > 1;
    }
  return lanes && points <= span;
}

std::optional<Window> edgecc::hls::windowOf(const kernel::KernelNest &nest, const Design &design, unsigned operand,
                                            llvm::function_ref<bool(unsigned)> isConstant,
                                            llvm::function_ref<bool(unsigned)> isOffChip) {
  constexpr int64_t largest = 32 * 1024;
  const std::optional<kernel::Access> &access = nest.main.accesses[operand];
  if (!access || operand >= nest.main.op.getNumDpsInputs() || design.tile == 0 || !nest.hasReduction() ||
      isConstant(access->operand) || !isOffChip(access->operand) || countUses(nest, access->operand) > 1)
    return std::nullopt;
  Window window{operand, std::nullopt, 0, 1, 0, 0};
  for (auto [loop, stride] : llvm::enumerate(access->strides)) {
    if (stride < 0)
      return std::nullopt;
    if (!llvm::is_contained(design.outer(), loop))
      window.span += (nest.loops[loop].size - 1) * stride;
  }
  for (auto [level, loop] : llvm::enumerate(design.outer()))
    if (access->strides[loop] != 0) {
      window.loop = loop;
      window.level = level;
      window.fresh = std::min(access->strides[loop], window.span);
    }
  window.size = window.loop ? static_cast<int64_t>(llvm::PowerOf2Ceil(window.span)) : window.span;
  return window.size <= largest ? std::optional<Window>(window) : std::nullopt;
}

/// Elements of a kernel's operand.
static int64_t elementsOf(const kernel::KernelNest &nest, unsigned operand) {
  return cast<MemRefType>(nest.kernel.getOperand(operand).getType()).getNumElements();
}

std::optional<int64_t> edgecc::hls::leftBehindWindow(const kernel::KernelNest &nest, const Window &window) {
  const kernel::Access &access = *nest.main.accesses[window.operand];
  int64_t left = elementsOf(nest, access.operand) - window.span;
  if (window.loop) {
    if (window.fresh != access.strides[*window.loop]) // There are gaps between the windows.
      return std::nullopt;
    left -= window.fresh * (nest.loops[*window.loop].size - 1);
  }
  bool isOnce = window.level == 0 && access.offset == 0 && left >= 0;
  return isOnce ? std::optional<int64_t>(left) : std::nullopt;
}

bool edgecc::hls::isInOrder(const kernel::KernelNest &nest, const Design &design, Section section,
                            const kernel::Access &access, int64_t elements) {
  SmallVector<std::pair<int64_t, int64_t>> walk; // Count and stride.
  auto steps = [&](ArrayRef<unsigned> loops) {
    for (unsigned loop : loops)
      walk.push_back({stepsOf(nest, design, loop), access.strides[loop] * design.unroll[loop]});
  };
  auto lanes = [&](ArrayRef<unsigned> loops) {
    for (unsigned loop : loops)
      walk.push_back({design.unroll[loop], access.strides[loop]});
  };
  steps(design.order);
  if (!nest.hasReduction() || section == Section::Results) {
    lanes(design.order);
  } else if (design.tile == 0) {
    steps(design.reductions);
    lanes(design.reductions);
  } else { // Main of a tile runs the reductions around the tile, and reads what it shares again and again.
    return false;
  }
  int64_t next = 1;
  for (auto [count, stride] : llvm::reverse(walk)) {
    if (count == 1)
      continue;
    if (stride != next)
      return false;
    next *= count;
  }
  return next == elements && access.offset == 0;
}

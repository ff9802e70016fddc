// Addresses of accesses; see Addresses.h.
#include "passes/Kernel/Addresses.h"
#include "passes/Kernel/PackedLayout.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace edgecc::kernel;

unsigned Addresses::track(const Access &access, bool packed) {
  tracked.push_back({access, packed, 0, Value()});
  if (packed)
    tracked.back().panelElements = layOutPacked(nest, schedule, tracked.back().access);
  return tracked.size() - 1;
}

SmallVector<std::optional<unsigned>> Addresses::trackStage(const Stage &stage) {
  SmallVector<std::optional<unsigned>> numbers;
  for (auto [index, access] : llvm::enumerate(stage.accesses)) {
    bool packed = &stage == &nest.main && llvm::is_contained(schedule.packed, index);
    numbers.push_back(access ? std::optional<unsigned>(track(*access, packed)) : std::nullopt);
  }
  return numbers;
}

Addresses::Tracked Addresses::redirect(unsigned access, Value standIn, ArrayRef<int64_t> strides) {
  Tracked before = tracked[access];
  tracked[access] = {{before.access.operand, llvm::to_vector(strides)}, /*packed=*/false, 0, standIn};
  return before;
}

Position Addresses::origin() const {
  Position position;
  for (const Tracked &entry : tracked)
    position.bases.push_back({operands[entry.access.operand].offset, entry.access.offset});
  position.loops.resize(nest.loops.size());
  return position;
}

Position Addresses::advance(const Position &from, unsigned loop, Value iv, int64_t constant, int64_t width) {
  auto add = [&](Value sum, Value step) {
    return sum ? arith::AddIOp::create(builder, loc, sum, step).getResult() : step;
  };
  Position to = from;
  for (auto [entry, base] : llvm::zip_equal(tracked, to.bases)) {
    // The reductions of a panel lie outside of its columns.
    bool scaled = entry.packed && entry.panelElements && nest.loops[loop].reduction;
    int64_t stride = entry.access.strides[loop] * (scaled ? width : 1);
    if (stride == 0)
      continue;
    base.constant += constant * stride;
    if (iv) {
      Value factor = stride == 1 ? Value() : arith::ConstantIndexOp::create(builder, loc, stride).getResult();
      base.dynamic = add(base.dynamic, factor ? arith::MulIOp::create(builder, loc, iv, factor).getResult() : iv);
    }
  }
  to.loops[loop].constant += constant;
  if (iv)
    to.loops[loop].dynamic = add(to.loops[loop].dynamic, iv);
  return to;
}

Value Addresses::toValue(Address address) {
  if (address.dynamic && address.constant == 0)
    return address.dynamic;
  Value constant = arith::ConstantIndexOp::create(builder, loc, address.constant);
  return address.dynamic ? arith::AddIOp::create(builder, loc, address.dynamic, constant).getResult() : constant;
}

int64_t Addresses::laneStride(unsigned access) const {
  const Tracked &entry = tracked[access];
  if (nest.dot && entry.packed)
    return nest.dot->size;
  return entry.packed && entry.panelElements ? 1 : entry.access.strides[*schedule.vectorLoop];
}

Type Addresses::element(unsigned access) const { return cast<MemRefType>(buffer(access).getType()).getElementType(); }

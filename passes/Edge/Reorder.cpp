// Which operations work in any order of dimensions, and how their attributes follow.
//
// Dimension i of a transposed tensor is dimension permutation[i] of the original, so an axis a of an operation on the
// transposed tensor is axis permutation[a] on the original; lists with a value per dimension are permuted back.
#include "passes/Edge/Reorder.h"
#include "dialects/Edge/EdgeOps.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace edgecc::edge;

static bool isElementwise(Operation *op) { return op->hasTrait<Elementwise>(); }

static int64_t rankOf(Value value) { return cast<RankedTensorType>(value.getType()).getRank(); }

//===-- Reshape --------------------------------------------------------------------------------------------------===//

namespace {

/// Consecutive dimensions of a shape that a reshape turns into consecutive dimensions of another.
struct DimGroup {
  SmallVector<int64_t> from, to;
};

/// Splits a reshape into its smallest independent parts. Dimensions of size 1 of `from` are in no group; those of `to`
/// belong to the group before them, or make one of their own at the front.
std::optional<SmallVector<DimGroup>> groupDims(ArrayRef<int64_t> from, ArrayRef<int64_t> to) {
  if (llvm::is_contained(from, 0))
    return std::nullopt;
  SmallVector<DimGroup> groups;
  DimGroup current;
  int64_t fromSize = 1, toSize = 1;
  size_t i = 0, o = 0;
  while (i < from.size() || o < to.size()) {
    if (fromSize == toSize && !current.from.empty() && !current.to.empty()) {
      groups.push_back(std::exchange(current, {}));
      fromSize = toSize = 1;
    }
    if (i < from.size() && from[i] == 1) {
      ++i;
    } else if (o < to.size() && to[o] == 1) {
      bool between = current.from.empty() && current.to.empty();
      if (between && groups.empty())
        groups.emplace_back();
      (between ? groups.back() : current).to.push_back(o++);
    } else if (i < from.size() && (fromSize <= toSize || o == to.size())) {
      fromSize *= from[i];
      current.from.push_back(i++);
    } else {
      toSize *= to[o];
      current.to.push_back(o++);
    }
  }
  if (!current.from.empty() || !current.to.empty())
    groups.push_back(current);
  return groups;
}

/// A reshape of a transposed tensor as a transpose of a reshaped one: whole groups move, in the order that their
/// dimensions have in the original tensor. Dimensions of size 1 go first, which costs nothing.
std::optional<Passage> passageOfReshape(ReshapeOp op, ArrayRef<int64_t> permutation) {
  ArrayRef<int64_t> shape = op.getInput().getType().getShape();
  std::optional<SmallVector<DimGroup>> groups = groupDims(shape, op.getType().getShape());
  if (!groups)
    return std::nullopt;
  auto firstPosition = [&](const DimGroup &group) {
    int64_t first = group.from.empty() ? -1 : INT64_MAX;
    for (int64_t dim : group.from)
      first = std::min(first, permutation[dim]);
    return first;
  };
  llvm::stable_sort(*groups, [&](auto &a, auto &b) { return firstPosition(a) < firstPosition(b); });
  Permutation from, to;
  for (auto [dim, size] : llvm::enumerate(shape))
    if (size == 1)
      from.push_back(dim);
  for (const DimGroup &group : *groups) {
    llvm::append_range(from, group.from);
    llvm::append_range(to, group.to);
  }
  Passage passage{inversePermutation(from), inversePermutation(to)};
  if (keepsElementOrder(from, shape))
    return std::nullopt; // No group moves.
  return passage;
}

} // namespace

//===-- Permutations ---------------------------------------------------------------------------------------------===//

/// For an operation that replaces the dimensions `axes` of its input by `inserted` ones at the place of the first: the
/// permutation behind it. `inserted` is 0 for reductions.
static Permutation permutationWithout(ArrayRef<int64_t> permutation, ArrayRef<int64_t> axes, int64_t inserted) {
  // Names: a kept dimension is its number in the original tensor, inserted ones are negative.
  auto namesOf = [&](ArrayRef<int64_t> dims, auto isAxis) {
    SmallVector<int64_t> names;
    for (int64_t dim : dims) {
      if (!isAxis(dim)) {
        names.push_back(dim);
        continue;
      }
      for (int64_t i = 0; i < inserted; ++i)
        names.push_back(-1 - i);
    }
    return names;
  };
  auto isAxis = [&](int64_t dim) { return llvm::any_of(axes, [&](int64_t axis) { return permutation[axis] == dim; }); };
  SmallVector<int64_t> before = namesOf(llvm::to_vector(llvm::seq<int64_t>(0, permutation.size())), isAxis);
  SmallVector<int64_t> after = namesOf(permutation, isAxis);
  Permutation result;
  for (int64_t name : after)
    result.push_back(llvm::find(before, name) - before.begin());
  return result;
}

std::optional<Passage> edgecc::edge::findPassage(Operation *op, unsigned operand, ArrayRef<int64_t> permutation) {
  using Result = std::optional<Passage>;
  if (!llvm::is_contained(reorderedOperands(op), operand))
    return std::nullopt;
  if (isElementwise(op)) {
    Permutation extended = extendPermutation(permutation, rankOf(op->getResult(0)));
    return Passage{extended, extended};
  }
  auto without = [&](ArrayRef<int64_t> axes, int64_t inserted) -> Result {
    return Passage{Permutation(permutation), permutationWithout(permutation, axes, inserted)};
  };
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case<BroadcastToOp, ConcatOp, PadOp, SliceOp, ResizeOp, SoftmaxOp, CumSumOp, TopKOp>([&](auto) -> Result {
        return Passage{Permutation(permutation), extendPermutation(permutation, rankOf(op->getResult(0)))};
      })
      .Case([&](ReduceOp reduce) { return without(reduce.getAxes(), 0); })
      .Case([&](ArgReduceOp reduce) { return without({static_cast<int64_t>(reduce.getAxis())}, 0); })
      .Case([&](GatherOp gather) {
        return without({static_cast<int64_t>(gather.getAxis())}, rankOf(gather.getIndices()));
      })
      .Case([&](ReshapeOp reshape) { return passageOfReshape(reshape, permutation); })
      .Default([](Operation *) -> Result { return std::nullopt; });
}

SmallVector<unsigned> edgecc::edge::reorderedOperands(Operation *op) {
  if (isElementwise(op) || isa<ConcatOp>(op))
    return llvm::to_vector(llvm::seq<unsigned>(0, op->getNumOperands()));
  if (isa<BroadcastToOp, PadOp, SliceOp, ResizeOp, SoftmaxOp, CumSumOp, TopKOp, ReduceOp, ArgReduceOp, GatherOp,
          ReshapeOp>(op))
    return {0};
  return {};
}

//===-- Rewriting ------------------------------------------------------------------------------------------------===//

/// `value` with `permutation`, of a tensor of maybe higher rank that it broadcasts to, undone.
static Value undo(OpBuilder &builder, Location loc, Value value, ArrayRef<int64_t> permutation) {
  auto type = cast<RankedTensorType>(value.getType());
  if (type.getNumElements() == 1)
    return value;
  int64_t front = permutation.size() - type.getRank();
  Permutation own;
  for (int64_t dim : permutation.drop_front(front))
    own.push_back(dim - front);
  if (extendPermutation(own, permutation.size()) == permutation)
    return createTranspose(builder, loc, value, inversePermutation(own));
  SmallVector<int64_t> shape(front, 1);
  llvm::append_range(shape, type.getShape());
  return createTranspose(builder, loc, createReshape(builder, loc, value, shape), inversePermutation(permutation));
}

/// Rewrites the attributes of `op`, which now works on the original tensor.
static void reorderAttributes(Operation *op, ArrayRef<int64_t> permutation) {
  Permutation inverse = inversePermutation(permutation);
  auto axis = [&](auto typed) { typed.setAxis(permutation[typed.getAxis()]); };
  llvm::TypeSwitch<Operation *>(op)
      .Case<ConcatOp, SoftmaxOp, CumSumOp, TopKOp, ArgReduceOp, GatherOp>(axis)
      .Case([&](PadOp pad) {
        pad.setLow(permuted(pad.getLow(), inverse));
        pad.setHigh(permuted(pad.getHigh(), inverse));
      })
      .Case([&](SliceOp slice) {
        slice.setStarts(permuted(slice.getStarts(), inverse));
        slice.setSizes(permuted(slice.getSizes(), inverse));
        slice.setSteps(permuted(slice.getSteps(), inverse));
      })
      .Case([&](ResizeOp resize) {
        ArrayRef<double> roi = resize.getRoi();
        SmallVector<double> ends;
        for (ArrayRef<double> half : {roi.take_front(roi.size() / 2), roi.drop_front(roi.size() / 2)})
          if (!roi.empty())
            llvm::append_range(ends, permuted(half, inverse));
        resize.setRoi(ends);
        resize.setScales(permuted(resize.getScales(), inverse));
      })
      .Case([&](ReduceOp reduce) {
        SmallVector<int64_t> axes;
        for (int64_t dim : reduce.getAxes())
          axes.push_back(permutation[dim]);
        llvm::sort(axes);
        reduce.setAxes(axes);
      });
}

SmallVector<Value> edgecc::edge::createReordered(OpBuilder &builder, Operation *op, const Passage &passage) {
  Location loc = op->getLoc();
  Permutation back = inversePermutation(passage.behind);
  if (auto reshape = dyn_cast<ReshapeOp>(op)) {
    Value input = undo(builder, loc, reshape.getInput(), passage.undone);
    Value output = createReshape(builder, loc, input, permuted(reshape.getType().getShape(), back));
    return {createTranspose(builder, loc, output, passage.behind)};
  }
  Operation *reordered = builder.clone(*op);
  for (unsigned number : reorderedOperands(op))
    reordered->setOperand(number, undo(builder, loc, op->getOperand(number), passage.undone));
  // Operands were made after the clone, which reads them.
  reordered->moveBefore(builder.getInsertionBlock(), builder.getInsertionPoint());
  reorderAttributes(reordered, passage.undone);
  SmallVector<Value> results;
  for (Value result : reordered->getResults()) {
    result.setType(permutedType(cast<RankedTensorType>(result.getType()), back));
    results.push_back(createTranspose(builder, loc, result, passage.behind));
  }
  return results;
}

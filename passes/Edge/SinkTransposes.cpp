// Moving transposes to where they cancel. See Passes.td for the idea; Reorder.h for the operations they pass.
//
// The downward sweep visits each operation once, in program order, so that all that happens above it is settled, and
// decides by bytes: what the transposes around the operation copy now against what they would copy after the move.
// Whether a transpose at the result would meet an inverse further down is found by following its users.
#include "dialects/Edge/EdgeOps.h"
#include "passes/Edge/Flatten.h"
#include "passes/Edge/Passes.h"
#include "passes/Edge/Reorder.h"

#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace edgecc::edge {
#define GEN_PASS_DEF_SINKTRANSPOSES
#include "passes/Edge/Passes.h.inc"
} // namespace edgecc::edge

using namespace mlir;
using namespace edgecc::edge;

namespace {

/// A later sweep only finds what the transposes moved by an earlier one made possible; two are rarely needed.
constexpr int maxSweeps = 4;

int64_t bytesOf(Value value) { return tensorBytes(cast<RankedTensorType>(value.getType())); }

ArrayRef<int64_t> shapeOf(Value value) { return cast<RankedTensorType>(value.getType()).getShape(); }

//===-- Costs ----------------------------------------------------------------------------------------------------===//

/// Bytes that a transpose of `value` by `permutation`, which may have more dimensions in front, would copy.
int64_t transposeCost(Value value, ArrayRef<int64_t> permutation) {
  if (reordersForFree(value))
    return 0;
  SmallVector<int64_t> shape(permutation.size() - shapeOf(value).size(), 1);
  llvm::append_range(shape, shapeOf(value));
  return keepsElementOrder(permutation, shape) ? 0 : bytesOf(value);
}

/// Whether a tensor transposed by `first` and then by `second` keeps its elements' order.
bool cancels(ArrayRef<int64_t> first, ArrayRef<int64_t> second, ArrayRef<int64_t> transposedShape) {
  Permutation back = inversePermutation(first);
  return keepsElementOrder(composePermutations(first, second), permuted(transposedShape, back));
}

/// What becomes of a transpose that moves down: it stays somewhere, merges with another or is absorbed, or cancels.
enum class Fate { stays, merges, cancels };
using Fates = DenseMap<Operation *, Fate>;

Fate fateAt(OpOperand &use, ArrayRef<int64_t> permutation, Fates &known);

/// The best fate of a transpose by `permutation` that made `value`, at its users or behind operations that it passes.
Fate fateBehind(Value value, ArrayRef<int64_t> permutation, Fates &known) {
  if (transposeCost(value, inversePermutation(permutation)) == 0)
    return Fate::merges;
  Fate best = Fate::stays;
  for (OpOperand &use : value.getUses())
    best = std::max(best, fateAt(use, permutation, known));
  return best;
}

Fate fateAt(OpOperand &use, ArrayRef<int64_t> permutation, Fates &known) {
  Operation *user = use.getOwner();
  if (auto transpose = dyn_cast<TransposeOp>(user))
    return cancels(permutation, transpose.getPermutation(), shapeOf(use.get())) ? Fate::cancels : Fate::merges;
  if (auto flatten = dyn_cast<ReshapeOp>(user); flatten && matmulThatAbsorbs(flatten, permutation))
    return Fate::merges;
  if (auto found = known.find(user); found != known.end())
    return found->second;
  Fate fate = Fate::stays;
  if (std::optional<Passage> passage = findPassage(user, use.getOperandNumber(), permutation))
    for (Value result : user->getResults())
      fate = std::max(fate, fateBehind(result, passage->behind, known));
  return known[user] = fate;
}

/// What moving a transpose past one of its users saves: its share, if it could be moved past all of them.
int64_t savedShare(Operation *transpose) {
  if (!isa<TransposeOp>(transpose))
    return 0; // A reshape that only moves dimensions of size 1.
  SmallPtrSet<Operation *, 4> users(transpose->user_begin(), transpose->user_end());
  for (Operation *user : users)
    if (!isa<TransposeOp>(user) && reorderedOperands(user).empty())
      return 0;
  return bytesOf(transpose->getResult(0)) / users.size();
}

/// Bytes copied around an operation as it is, and with the order of dimensions of one operand changed.
struct Balance {
  int64_t now = 0, moved = 0;
  /// Whether a transpose would be added in front of an operand that has none.
  bool addsTranspose = false;
  int64_t gain() const { return now - moved; }
  bool pays() const { return gain() > 0 || (gain() == 0 && !addsTranspose); }
};

Balance weigh(Operation *op, const Passage &passage) {
  Balance balance;
  SmallPtrSet<Value, 4> seen;
  for (unsigned number : reorderedOperands(op)) {
    Value value = op->getOperand(number);
    if (!seen.insert(value).second || reordersForFree(value))
      continue;
    Permutation left = inversePermutation(passage.undone);
    if (std::optional<TransposedValue> transposed = transposedFrom(value)) {
      balance.now += savedShare(transposed->op);
      left = composePermutations(extendPermutation(transposed->permutation, left.size()), left);
      value = transposed->source;
    }
    int64_t cost = transposeCost(value, left);
    balance.moved += cost;
    // Reshapes that only move dimensions of size 1 are free, but would change places forever.
    SmallVector<int64_t> shape(left.size() - shapeOf(value).size(), 1);
    llvm::append_range(shape, shapeOf(value));
    bool reshapes = !isa<ReshapeOp>(op) && permuted<int64_t>(shape, left) != shape;
    balance.addsTranspose |= cost > 0 || reshapes;
  }
  for (Value result : op->getResults()) {
    int64_t cost = transposeCost(result, inversePermutation(passage.behind));
    Fates known;
    bool anyStays = result.use_empty(), anyCancels = false;
    for (OpOperand &use : result.getUses()) {
      Fate fate = fateAt(use, passage.behind, known);
      anyStays |= fate == Fate::stays;
      anyCancels |= fate == Fate::cancels;
    }
    balance.now += anyCancels ? cost : 0;
    balance.moved += anyStays ? cost : 0;
  }
  return balance;
}

//===-- Sweeps ---------------------------------------------------------------------------------------------------===//

struct SinkTransposes : edgecc::edge::impl::SinkTransposesBase<SinkTransposes> {
  void runOnOperation() override {
    for (int sweep = 0; sweep < maxSweeps; ++sweep) {
      bool changed = false;
      getOperation().walk([&](Block *block) { changed |= sweepDown(*block); });
      if (!changed)
        break;
    }
    getOperation().walk([&](Block *block) { sweepUp(*block); });
    getOperation().walk([&](Block *block) { eraseDead(*block); });
  }

private:
  /// Moves the transpose of that operand of `op` past it that saves most, if any does.
  bool sinkInto(Operation *op) {
    std::optional<Passage> best;
    int64_t bestGain = -1;
    for (unsigned number : reorderedOperands(op)) {
      std::optional<TransposedValue> transposed = transposedFrom(op->getOperand(number));
      if (!transposed || (isa<ReshapeOp>(op) && isa<ReshapeOp>(transposed->op)))
        continue;
      std::optional<Passage> passage = findPassage(op, number, transposed->permutation);
      if (!passage)
        continue;
      Balance balance = weigh(op, *passage);
      if (balance.pays() && balance.gain() > bestGain) {
        bestGain = balance.gain();
        best = passage;
      }
    }
    if (!best)
      return false;
    OpBuilder builder(op);
    op->replaceAllUsesWith(createReordered(builder, op, *best));
    eraseWithInputs(op);
    ++numMoved;
    return true;
  }

  /// Composes a transpose with the one before it, or makes it a reshape.
  bool simplify(TransposeOp op) {
    if (!op.getInput().getDefiningOp<TransposeOp>() && !keepsElementOrder(op.getPermutation(), shapeOf(op.getInput())))
      return false;
    OpBuilder builder(op);
    op.replaceAllUsesWith(createTranspose(builder, op.getLoc(), op.getInput(), op.getPermutation()));
    eraseWithInputs(op);
    return true;
  }

  bool sweepDown(Block &block) {
    bool changed = false;
    for (Operation *op : opsOf(block)) {
      OpBuilder builder(op);
      if (auto transpose = dyn_cast<TransposeOp>(op))
        changed |= simplify(transpose);
      else if (auto matmul = dyn_cast<MatMulOp>(op))
        changed |= absorbTranspose(builder, matmul);
      else
        changed |= sinkInto(op);
    }
    return changed;
  }

  /// Transposes that feed only operations in need of the order move up, past what has one use and copies no more.
  void sweepUp(Block &block) {
    SmallVector<TransposeOp> worklist(block.getOps<TransposeOp>());
    while (!worklist.empty()) {
      TransposeOp transpose = worklist.pop_back_val();
      if (transpose->use_empty() || !llvm::all_of(transpose->getUsers(), needsOrder))
        continue;
      while (Operation *moved = hoist(transpose)) {
        transpose = {};
        for (Value operand : moved->getOperands())
          if (auto next = operand.getDefiningOp<TransposeOp>(); next && next->hasOneUse())
            transpose = next;
        if (!transpose)
          break;
        llvm::erase(worklist, transpose);
      }
    }
  }

  static bool needsOrder(Operation *op) {
    return isa_and_nonnull<EdgeDialect>(op->getDialect()) && reorderedOperands(op).empty();
  }

  /// Moves `transpose` above the operation that makes its input, and returns the operation that does so now, or null.
  Operation *hoist(TransposeOp transpose) {
    Operation *op = transpose.getInput().getDefiningOp();
    if (!op || op->getNumResults() != 1 || !op->hasOneUse() ||
        !(isa<PadOp, SliceOp>(op) || op->hasTrait<Elementwise>()))
      return nullptr;
    // Computed on transposed operands, the result comes out transposed: the inverse is undone on each operand.
    ArrayRef<int64_t> permutation = transpose.getPermutation();
    std::optional<unsigned> full;
    int64_t cost = 0;
    for (unsigned number : reorderedOperands(op)) {
      cost += transposeCost(op->getOperand(number), permutation);
      if (shapeOf(op->getOperand(number)).size() == permutation.size())
        full = number;
    }
    if (!full || cost > bytesOf(transpose))
      return nullptr;
    OpBuilder builder(op);
    Passage passage = *findPassage(op, *full, inversePermutation(permutation));
    Value reordered = createReordered(builder, op, passage)[0];
    Value straight = createTranspose(builder, transpose.getLoc(), reordered, permutation);
    transpose.replaceAllUsesWith(straight);
    transpose.erase();
    if (isOpTriviallyDead(op))
      op->erase();
    ++numMoved;
    return straight.getDefiningOp();
  }

  /// Erases `op` and what only it used. All of that was visited, and as a user it would spoil the costs.
  static void eraseWithInputs(Operation *op) {
    SetVector<Operation *> makers;
    for (Value operand : op->getOperands())
      if (Operation *maker = operand.getDefiningOp())
        makers.insert(maker);
    op->erase();
    for (Operation *maker : makers)
      if (isOpTriviallyDead(maker))
        maker->erase();
  }

  static SmallVector<Operation *> opsOf(Block &block) {
    return llvm::map_to_vector(block, [](Operation &op) { return &op; });
  }

  static void eraseDead(Block &block) {
    SmallVector<Operation *> ops = opsOf(block);
    for (Operation *op : llvm::reverse(ops))
      if (isOpTriviallyDead(op))
        op->erase();
  }
};

} // namespace

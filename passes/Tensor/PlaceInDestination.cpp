// Kernels that write into slices of padded or concatenated tensors.
#include "passes/Tensor/Passes.h"

#include "dialects/Kernel/KernelOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Dominance.h"

namespace edgecc::tensor {
#define GEN_PASS_DEF_PLACEINDESTINATION
#include "passes/Tensor/Passes.h.inc"
} // namespace edgecc::tensor

using namespace mlir;
using namespace edgecc;

namespace {

/// Whether `op` starts a destination without reading anything computed: an empty tensor, a constant fill.
bool startsDestination(Operation *op) {
  if (isa<mlir::tensor::EmptyOp, arith::ConstantOp>(op))
    return true;
  auto kernel = dyn_cast<kernel::ComputeOp>(op);
  return kernel && kernel.getInputs().empty() &&
         llvm::all_of(kernel.getOutputs(), [](Value output) { return output.getDefiningOp<mlir::tensor::EmptyOp>(); });
}

/// The kernel's result that `insert` places, if the kernel can write there itself.
OpResult placeableSource(mlir::tensor::InsertSliceOp insert) {
  auto result = dyn_cast<OpResult>(insert.getSource());
  auto kernel = result ? dyn_cast<kernel::ComputeOp>(result.getOwner()) : nullptr;
  if (!kernel || kernel->getBlock() != insert->getBlock() ||
      insert.getSourceType().getRank() != insert.getType().getRank())
    return nullptr;
  return kernel.getOutputs()[result.getResultNumber()].getDefiningOp<mlir::tensor::EmptyOp>() ? result : nullptr;
}

/// Moves what `value` depends on before `point`, if that is only the start of a destination.
bool availableBefore(Value value, Operation *point) {
  Operation *definition = value.getDefiningOp();
  if (!definition || definition->getBlock() != point->getBlock())
    return true;
  if (definition->isBeforeInBlock(point))
    return true;
  if (!startsDestination(definition))
    return false;
  for (Value operand : definition->getOperands())
    if (!availableBefore(operand, point))
      return false;
  definition->moveBefore(point);
  return true;
}

/// The chain of insertions that ends in `last`, in program order of their sources, so that each can follow its kernel.
void orderByProducer(SmallVectorImpl<mlir::tensor::InsertSliceOp> &chain) {
  llvm::stable_sort(chain, [](mlir::tensor::InsertSliceOp a, mlir::tensor::InsertSliceOp b) {
    Operation *x = a.getSource().getDefiningOp(), *y = b.getSource().getDefiningOp();
    if (!x || !y || x->getBlock() != y->getBlock())
      return !x && y;
    return x->isBeforeInBlock(y);
  });
}

/// Whether two slices of one tensor are known to share no element: along some dimension one ends before the other
/// begins.
bool areDisjoint(mlir::tensor::InsertSliceOp a, mlir::tensor::InsertSliceOp b) {
  auto endsBefore = [](mlir::tensor::InsertSliceOp first, mlir::tensor::InsertSliceOp second, unsigned dim) {
    int64_t offset = first.getStaticOffset(dim), size = first.getStaticSize(dim), stride = first.getStaticStride(dim);
    return offset + (size - 1) * stride < second.getStaticOffset(dim);
  };
  for (unsigned dim = 0; dim < a.getType().getRank(); ++dim) {
    bool known = llvm::all_of(ArrayRef<mlir::tensor::InsertSliceOp>{a, b}, [&](mlir::tensor::InsertSliceOp op) {
      return !op.isDynamicOffset(dim) && !op.isDynamicSize(dim) && !op.isDynamicStride(dim);
    });
    if (known && (endsBefore(a, b, dim) || endsBefore(b, a, dim)))
      return true;
  }
  return false;
}

bool areAllDisjoint(ArrayRef<mlir::tensor::InsertSliceOp> chain) {
  for (size_t i = 0; i < chain.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (!areDisjoint(chain[i], chain[j]))
        return false;
  return true;
}

struct PlaceInDestinationPass : public edgecc::tensor::impl::PlaceInDestinationBase<PlaceInDestinationPass> {
  void runOnOperation() override {
    SmallVector<mlir::tensor::InsertSliceOp> ends;
    getOperation().walk([&](mlir::tensor::InsertSliceOp insert) {
      bool continues = insert->hasOneUse() && isa<mlir::tensor::InsertSliceOp>(*insert->user_begin()) &&
                       cast<mlir::tensor::InsertSliceOp>(*insert->user_begin()).getDest() == insert.getResult();
      if (!continues)
        ends.push_back(insert);
    });
    for (mlir::tensor::InsertSliceOp end : ends)
      placeChain(end);
  }

private:
  void placeChain(mlir::tensor::InsertSliceOp end) {
    SmallVector<mlir::tensor::InsertSliceOp> chain{end};
    while (auto previous = chain.back().getDest().getDefiningOp<mlir::tensor::InsertSliceOp>()) {
      if (!previous->hasOneUse() || previous->getBlock() != end->getBlock())
        break;
      chain.push_back(previous);
    }
    std::reverse(chain.begin(), chain.end());
    Value dest = chain.front().getDest();
    // Slices that overlap must be written in the order that they have.
    if (!dest.getDefiningOp() || !startsDestination(dest.getDefiningOp()) || !areAllDisjoint(chain))
      return;
    orderByProducer(chain);
    rebuild(chain, ownDestination(dest), end);
  }

  /// Tensors that are padded alike start from one fill. Each gets its own, which is cheaper than a copy of the filled
  /// one.
  Value ownDestination(Value dest) {
    Operation *start = dest.getDefiningOp();
    if (dest.hasOneUse() || isa<arith::ConstantOp>(start))
      return dest;
    OpBuilder builder(start);
    Operation *copy = builder.clone(*start);
    builder.setInsertionPoint(copy);
    if (auto kernel = dyn_cast<kernel::ComputeOp>(copy))
      for (OpOperand &output : kernel.getOutputsMutable())
        output.set(builder.clone(*output.get().getDefiningOp())->getResult(0));
    return copy->getResult(cast<OpResult>(dest).getResultNumber());
  }

  void rebuild(ArrayRef<mlir::tensor::InsertSliceOp> chain, Value dest, mlir::tensor::InsertSliceOp end) {
    Value result = end.getResult();
    SmallVector<mlir::tensor::InsertSliceOp> rebuilt;
    OpBuilder builder(end);
    builder.setInsertionPointAfter(end);
    for (mlir::tensor::InsertSliceOp insert : chain) {
      auto copy = cast<mlir::tensor::InsertSliceOp>(builder.clone(*insert));
      copy.getDestMutable().assign(dest);
      dest = copy.getResult();
      rebuilt.push_back(copy);
    }
    result.replaceAllUsesWith(dest);
    for (mlir::tensor::InsertSliceOp insert : chain) {
      insert->dropAllUses(); // Only by others of the chain, which go as well.
      insert->erase();
    }
    for (mlir::tensor::InsertSliceOp insert : rebuilt)
      place(insert);
  }

  /// Moves the start of a destination right before the first kernel that writes there, so that its buffer lives
  /// shortly.
  void startLate(Operation *start, Operation *kernel) {
    if (!start || !startsDestination(start) || start->getBlock() != kernel->getBlock())
      return;
    start->moveBefore(kernel);
    for (Value operand : start->getOperands())
      if (operand.hasOneUse())
        operand.getDefiningOp()->moveBefore(start);
  }

  /// Gives the kernel behind `insert` the slice as its output and moves the insertion right behind the kernel.
  void place(mlir::tensor::InsertSliceOp insert) {
    OpResult source = placeableSource(insert);
    if (!source)
      return;
    auto kernel = cast<kernel::ComputeOp>(source.getOwner());
    if (insert.getDest().hasOneUse())
      startLate(insert.getDest().getDefiningOp(), kernel);
    if (!availableBefore(insert.getDest(), kernel))
      return;
    OpBuilder builder(kernel);
    Value slice = mlir::tensor::ExtractSliceOp::create(builder, insert.getLoc(), insert.getSourceType(),
                                                       insert.getDest(), insert.getMixedOffsets(),
                                                       insert.getMixedSizes(), insert.getMixedStrides());
    kernel.getOutputsMutable().slice(source.getResultNumber(), 1).assign(slice);
    insert->moveAfter(kernel);
    ++numPlaced;
  }
};

} // namespace

// Grouping of linalg operations into kernels.
#include "passes/Tensor/Passes.h"

#include "dialects/Kernel/KernelOps.h"
#include "mlir/Analysis/TopologicalSortUtils.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"

namespace edgecc::tensor {
#define GEN_PASS_DEF_FORMKERNELS
#include "passes/Tensor/Passes.h.inc"
} // namespace edgecc::tensor

using namespace mlir;
using namespace edgecc;

namespace {

bool isElementwise(linalg::GenericOp op) { return op.getNumReductionLoops() == 0; }

bool readsTensors(linalg::GenericOp op) {
  return llvm::any_of(op.getDpsInputs(), [](Value input) { return isa<RankedTensorType>(input.getType()); });
}

/// Whether `map` is the identity but for dimensions of size 1.
bool isIdentityLike(AffineMap map, ArrayRef<int64_t> shape) {
  if (map.getNumDims() != map.getNumResults())
    return false;
  for (auto [index, expr] : llvm::enumerate(map.getResults())) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if ((!dim || dim.getPosition() != index) && shape[index] != 1)
      return false;
  }
  return true;
}

/// The elementwise operation that can run as the epilogue of `main`: its only user, over the same points.
linalg::GenericOp findEpilogue(linalg::GenericOp main) {
  linalg::GenericOp epilogue;
  for (Operation *user : main->getUsers()) {
    auto generic = dyn_cast<linalg::GenericOp>(user);
    if (!generic || generic->getBlock() != main->getBlock() || (epilogue && epilogue != generic))
      return nullptr;
    epilogue = generic;
  }
  if (!epilogue || !isElementwise(epilogue))
    return nullptr;
  // Main writes a permutation of its parallel loops in their own order.
  for (OpResult result : main->getResults()) {
    AffineMap map = main.getIndexingMapMatchingResult(result);
    int64_t previous = -1;
    for (AffineExpr expr : map.getResults()) {
      auto dim = dyn_cast<AffineDimExpr>(expr);
      if (!dim || static_cast<int64_t>(dim.getPosition()) <= previous)
        return nullptr;
      previous = dim.getPosition();
    }
  }
  for (OpOperand &operand : epilogue->getOpOperands()) {
    if (operand.get().getDefiningOp() != main)
      continue;
    auto type = cast<RankedTensorType>(operand.get().getType());
    if (!epilogue.isDpsInput(&operand) || !isIdentityLike(epilogue.getMatchingIndexingMap(&operand), type.getShape()) ||
        type.getShape() != ArrayRef<int64_t>(epilogue.getStaticLoopRanges()))
      return nullptr;
  }
  for (OpResult result : epilogue->getResults()) {
    auto type = cast<RankedTensorType>(result.getType());
    if (!isIdentityLike(epilogue.getIndexingMapMatchingResult(result), type.getShape()))
      return nullptr;
  }
  bool readsOutputs = llvm::any_of(epilogue.getRegionOutputArgs(), [](BlockArgument arg) { return !arg.use_empty(); });
  return readsOutputs ? nullptr : epilogue;
}

bool isComputedScalar(Value value) {
  Operation *definition = value.getDefiningOp();
  return definition && !isa<ShapedType>(value.getType()) && !definition->hasTrait<OpTrait::ConstantLike>();
}

/// Lets the body capture computed scalars that were operands.
linalg::GenericOp captureScalarOperands(linalg::GenericOp op) {
  if (llvm::none_of(op.getInputs(), isComputedScalar))
    return op;
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray(), keptMaps;
  for (unsigned index = 0, kept = 0; index < maps.size(); ++index) {
    if (index < op.getInputs().size() && isComputedScalar(op.getInputs()[index])) {
      op.getBody()->getArgument(kept).replaceAllUsesWith(op.getInputs()[index]);
      op.getBody()->eraseArgument(kept);
      continue;
    }
    if (index < op.getInputs().size())
      inputs.push_back(op.getInputs()[index]);
    keptMaps.push_back(maps[index]);
    ++kept;
  }
  OpBuilder builder(op);
  auto rebuilt = linalg::GenericOp::create(builder, op.getLoc(), op.getResultTypes(), inputs, op.getOutputs(), keptMaps,
                                           op.getIteratorTypesArray());
  rebuilt.getRegion().takeBody(op.getRegion());
  op->replaceAllUsesWith(rebuilt);
  op->erase();
  return rebuilt;
}

/// Moves copies of the scalar computations that `op` captures, such as a padding value read by tensor.extract, into its
/// body, so that the body depends on tensors and constants alone.
void computeScalarsInside(linalg::GenericOp op) {
  OpBuilder builder = OpBuilder::atBlockBegin(op.getBody());
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(op.getRegion(), captured);
  llvm::SetVector<Operation *> scalars;
  for (size_t next = 0; next < captured.size(); ++next) {
    Operation *definition = captured[next].getDefiningOp();
    if (!isComputedScalar(captured[next]) || !isPure(definition) || definition->getNumRegions() != 0)
      continue;
    scalars.insert(definition);
    captured.insert(definition->operand_begin(), definition->operand_end());
  }
  IRMapping mapping;
  for (Operation *scalar : topologicalSort(scalars)) {
    Operation *copy = builder.clone(*scalar, mapping);
    for (auto [outside, inside] : llvm::zip_equal(scalar->getResults(), copy->getResults()))
      replaceAllUsesInRegionWith(outside, inside, op.getRegion());
  }
}

/// A nest that never iterates leaves its outputs as they were.
bool replaceEmptyLoops(linalg::GenericOp op) {
  if (!llvm::is_contained(op.getStaticLoopRanges(), 0))
    return false;
  op->replaceAllUsesWith(op.getDpsInits());
  op->erase();
  return true;
}

/// Builds one kernel from the operations of a group, in order. The last one's results become the kernel's.
class KernelBuilder {
public:
  KernelBuilder(ArrayRef<linalg::GenericOp> group) : group(group), last(group.back()) {}

  void build() {
    OpBuilder builder(last);
    collectInputs();
    SmallVector<Value> outputs;
    for (Value init : last.getDpsInits())
      outputs.push_back(destination(builder, init));
    SmallVector<Location> locations;
    for (linalg::GenericOp op : group)
      locations.push_back(op.getLoc());
    Location loc = FusedLoc::get(builder.getContext(), locations);
    auto kernel = kernel::ComputeOp::create(builder, loc, last->getResultTypes(), inputs, outputs);
    Block *body = builder.createBlock(&kernel.getBody());
    IRMapping mapping;
    for (Value input : inputs)
      mapping.map(input, body->addArgument(input.getType(), loc));
    for (auto [index, output] : llvm::enumerate(outputs))
      body->addArgument(output.getType(), loc);
    builder.setInsertionPointToEnd(body);
    cloneCaptured(builder, mapping);
    for (linalg::GenericOp op : group) {
      mapInits(op, builder, mapping, body);
      builder.clone(*op, mapping);
    }
    SmallVector<Value> results;
    for (Value result : last->getResults())
      results.push_back(mapping.lookup(result));
    kernel::YieldOp::create(builder, loc, results);
    last->replaceAllUsesWith(kernel.getResults());
    for (linalg::GenericOp op : llvm::reverse(group))
      if (op->use_empty())
        op->erase();
  }

private:
  /// Where a result goes: an empty tensor of its own, since one that is shared would be one buffer, alive from its
  /// first user to its last. What the operation reads of its output is an input of the kernel.
  Value destination(OpBuilder &builder, Value init) {
    auto type = cast<RankedTensorType>(init.getType());
    return mlir::tensor::EmptyOp::create(builder, last.getLoc(), type.getShape(), type.getElementType());
  }

  bool inGroup(Value value) { return llvm::is_contained(group, value.getDefiningOp<linalg::GenericOp>()); }

  /// Tensors that the group reads from outside, captured ones of tensor.extract included.
  void collectInputs() {
    llvm::SetVector<Value> found;
    for (linalg::GenericOp op : group) {
      for (OpOperand *operand : op.getDpsInputOperands())
        note(operand->get(), found);
      for (auto [init, argument] : llvm::zip_equal(op.getDpsInits(), op.getRegionOutputArgs()))
        if (!argument.use_empty())
          note(init, found);
      llvm::SetVector<Value> captured;
      getUsedValuesDefinedAbove(op.getRegion(), captured);
      for (Value value : captured)
        note(value, found);
    }
    inputs.assign(found.begin(), found.end());
  }

  void note(Value value, llvm::SetVector<Value> &found) {
    if (inGroup(value))
      return;
    if (isa<RankedTensorType>(value.getType()) && !value.getDefiningOp<mlir::tensor::EmptyOp>())
      found.insert(value);
    else if (Operation *definition = value.getDefiningOp())
      cloned.insert(definition);
  }

  /// Scalar constants and empty tensors are made again inside.
  void cloneCaptured(OpBuilder &builder, IRMapping &mapping) {
    for (Operation *op : cloned)
      builder.clone(*op, mapping);
  }

  /// Outputs that are not read inside are named by the kernel's own output arguments, others by empty tensors.
  void mapInits(linalg::GenericOp op, OpBuilder &builder, IRMapping &mapping, Block *body) {
    for (auto [index, init] : llvm::enumerate(op.getDpsInits())) {
      if (mapping.contains(init))
        continue;
      auto type = cast<RankedTensorType>(init.getType());
      mapping.map(init, mlir::tensor::EmptyOp::create(builder, op.getLoc(), type.getShape(), type.getElementType()));
    }
  }

  ArrayRef<linalg::GenericOp> group;
  linalg::GenericOp last;
  SmallVector<Value> inputs;
  llvm::SetVector<Operation *> cloned;
};

struct FormKernelsPass : public edgecc::tensor::impl::FormKernelsBase<FormKernelsPass> {
  void runOnOperation() override {
    if (failed(generalize()))
      return signalPassFailure();
    // Backwards, so that a reduction finds its epilogue before that becomes a kernel of its own.
    SmallVector<linalg::GenericOp> ops;
    getOperation().walk([&](linalg::GenericOp op) {
      if (op->getParentOfType<kernel::ComputeOp>() || replaceEmptyLoops(op))
        return;
      ops.push_back(captureScalarOperands(op));
      computeScalarsInside(ops.back());
    });
    llvm::DenseSet<Operation *> taken;
    // What a kernel took is erased: look at nothing of it but its address.
    for (linalg::GenericOp op : ops)
      if (!taken.contains(op) && !isElementwise(op) && !dropEmptyReduction(op, taken))
        formReduction(op, taken);
    for (linalg::GenericOp op : ops)
      if (!taken.contains(op) && isElementwise(op))
        KernelBuilder(ArrayRef<linalg::GenericOp>(op)).build();
    eraseUnusedDestinations();
  }

private:
  void eraseUnusedDestinations() {
    SmallVector<mlir::tensor::EmptyOp> unused;
    getOperation().walk([&](mlir::tensor::EmptyOp op) {
      if (op->use_empty())
        unused.push_back(op);
    });
    for (mlir::tensor::EmptyOp op : unused)
      op->erase();
  }

  LogicalResult generalize() {
    SmallVector<linalg::LinalgOp> named;
    getOperation().walk([&](linalg::LinalgOp op) {
      if (!isa<linalg::GenericOp>(op))
        named.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (linalg::LinalgOp op : named) {
      rewriter.setInsertionPoint(op);
      if (failed(linalg::generalizeNamedOp(rewriter, op)))
        return op.emitOpError("cannot be written as linalg.generic");
    }
    return success();
  }

  /// A reduction over nothing is what it starts from.
  bool dropEmptyReduction(linalg::GenericOp op, llvm::DenseSet<Operation *> &taken) {
    auto sizes = op.getStaticLoopRanges();
    auto iterators = op.getIteratorTypesArray();
    bool empty = llvm::any_of(llvm::zip_equal(sizes, iterators), [](auto loop) {
      return std::get<0>(loop) == 0 && std::get<1>(loop) == utils::IteratorType::reduction;
    });
    if (!empty)
      return false;
    op->replaceAllUsesWith(op.getDpsInits());
    taken.insert(op);
    op->erase();
    return true;
  }

  void formReduction(linalg::GenericOp main, llvm::DenseSet<Operation *> &taken) {
    SmallVector<linalg::GenericOp> group;
    for (Value init : main.getDpsInits()) {
      auto producer = init.getDefiningOp<linalg::GenericOp>();
      if (!producer || !isElementwise(producer) || producer->getNumResults() != 1 || taken.contains(producer) ||
          !producer.getIndexingMapMatchingResult(producer->getResult(0)).isIdentity() ||
          llvm::is_contained(group, producer))
        continue;
      // A fill that several reductions start from is made in each of them.
      if (!producer->hasOneUse() && readsTensors(producer))
        continue;
      if (!producer->hasOneUse()) {
        OpBuilder builder(main);
        auto copy = cast<linalg::GenericOp>(builder.clone(*producer));
        main->replaceUsesOfWith(init, copy->getResult(0));
        producer = copy;
      }
      group.push_back(producer);
    }
    group.push_back(main);
    if (linalg::GenericOp epilogue = findEpilogue(main); epilogue && !taken.contains(epilogue))
      group.push_back(epilogue);
    for (linalg::GenericOp op : group)
      taken.insert(op);
    KernelBuilder(group).build();
  }
};

} // namespace

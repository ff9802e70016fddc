// Groups of tensors with one storage type; see StorageGroups.h.
#include "passes/Tensor/StorageGroups.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "llvm/ADT/IntEqClasses.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::tensor;

namespace {

bool movesElements(Operation *op) {
  return isa<mlir::tensor::InsertSliceOp, mlir::tensor::ExtractSliceOp, mlir::tensor::ExpandShapeOp,
             mlir::tensor::CollapseShapeOp>(op);
}

/// Whether all that the body does with an input is to load elements of it.
bool canReadNarrow(BlockArgument argument) {
  return llvm::all_of(argument.getUses(), [](OpOperand &use) {
    auto generic = dyn_cast<linalg::GenericOp>(use.getOwner());
    return generic ? generic.isDpsInput(&use) : isa<mlir::tensor::ExtractOp>(use.getOwner());
  });
}

/// Whether an operation over the points of `op` can follow it: each result has the parallel loops in their order.
bool canBeFollowed(linalg::GenericOp op) {
  Type shape = op->getResult(0).getType();
  return llvm::all_of(op->getResults(), [&](OpResult result) {
    AffineMap map = op.getIndexingMapMatchingResult(result);
    auto iterators = op.getIteratorTypesArray();
    SmallVector<AffineExpr> parallel;
    for (auto [loop, iterator] : llvm::enumerate(iterators))
      if (iterator == utils::IteratorType::parallel)
        parallel.push_back(getAffineDimExpr(loop, op.getContext()));
    return map.getResults() == ArrayRef<AffineExpr>(parallel) &&
           cast<RankedTensorType>(result.getType()).getShape() == cast<RankedTensorType>(shape).getShape();
  });
}

/// The operation that makes all results of `kernel`, if there is one that nothing else reads.
linalg::GenericOp lastOperation(kernel::ComputeOp kernel) {
  auto yielded = kernel.getBodyBlock()->getTerminator()->getOperands();
  auto last = yielded.front().getDefiningOp<linalg::GenericOp>();
  bool makesAll = last && llvm::all_of(yielded, [&](Value value) {
                    return value.getDefiningOp() == last.getOperation() && value.hasOneUse();
                  });
  return makesAll ? last : nullptr;
}

bool canWriteNarrow(kernel::ComputeOp kernel, unsigned result) {
  linalg::GenericOp last = lastOperation(kernel);
  if (!last || !kernel.getBodyBlock()->getArgument(kernel.getInputs().size() + result).use_empty())
    return false;
  if (last.getNumReductionLoops() > 0)
    return canBeFollowed(last);
  return llvm::all_of(last.getRegionOutputArgs(), [](BlockArgument argument) { return argument.use_empty(); });
}

class GroupFinder {
public:
  GroupFinder(func::FuncOp function, Type element) : element(element) {
    function.walk<WalkOrder::PreOrder>([&](Operation *op) {
      for (Region &region : op->getRegions())
        for (Block &block : region)
          for (Value argument : block.getArguments())
            if (!isa<kernel::ComputeOp>(op))
              fix(argument);
      visit(op);
      return isa<kernel::ComputeOp>(op) ? WalkResult::skip() : WalkResult::advance();
    });
  }

  SmallVector<StorageGroup> groups() {
    llvm::IntEqClasses classes(ids.size());
    for (auto [a, b] : joined)
      classes.join(a, b);
    classes.compress();
    SmallVector<bool> isFixed(classes.getNumClasses(), false);
    for (unsigned id : fixed)
      isFixed[classes[id]] = true;
    llvm::MapVector<unsigned, StorageGroup> found;
    for (auto &[tensor, id] : ids)
      if (!isFixed[classes[id]])
        found[classes[id]].tensors.push_back(tensor);
    SmallVector<StorageGroup> list;
    for (auto &entry : found) {
      complete(entry.second);
      list.push_back(std::move(entry.second));
    }
    return list;
  }

private:
  bool concerns(Value value) const {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    return type && type.getElementType() == element;
  }

  unsigned idOf(Value value) { return ids.insert({value, ids.size()}).first->second; }

  void fix(Value value) {
    if (concerns(value))
      fixed.push_back(idOf(value));
  }

  void visit(Operation *op) {
    SmallVector<Value> values;
    for (Value value : llvm::concat<Value>(llvm::to_vector(op->getOperands()), llvm::to_vector(op->getResults())))
      if (concerns(value))
        values.push_back(value);
    if (auto kernel = dyn_cast<kernel::ComputeOp>(op))
      return visitKernel(kernel);
    if (isa<mlir::tensor::EmptyOp, arith::ConstantOp>(op)) {
      for (Value value : values)
        idOf(value);
    } else if (movesElements(op)) {
      for (Value value : values)
        joined.push_back({idOf(values.front()), idOf(value)});
    } else {
      for (Value value : values)
        fix(value);
    }
  }

  void visitKernel(kernel::ComputeOp kernel) {
    for (auto [index, input] : llvm::enumerate(kernel.getInputs()))
      if (concerns(input) && !canReadNarrow(kernel.getBodyBlock()->getArgument(index)))
        fix(input);
    for (auto [index, result] : llvm::enumerate(kernel.getResults())) {
      if (!concerns(result))
        continue;
      joined.push_back({idOf(kernel.getOutputs()[index]), idOf(result)});
      if (!canWriteNarrow(kernel, index))
        fix(result);
    }
  }

  static void complete(StorageGroup &group) {
    for (Value tensor : group.tensors) {
      group.isComputed |= isa_and_nonnull<kernel::ComputeOp>(tensor.getDefiningOp());
      for (OpOperand &use : tensor.getUses())
        if (auto kernel = dyn_cast<kernel::ComputeOp>(use.getOwner()); kernel && !kernel.isDpsInit(&use))
          group.reads.push_back(&use);
    }
  }

  Type element;
  llvm::MapVector<Value, unsigned> ids;
  SmallVector<std::pair<unsigned, unsigned>> joined;
  SmallVector<unsigned> fixed;
};

BlockArgument argumentOf(OpOperand *read) {
  return cast<kernel::ComputeOp>(read->getOwner()).getBodyBlock()->getArgument(read->getOperandNumber());
}

} // namespace

bool StorageGroup::areWeights() const {
  return !isComputed && llvm::all_of(reads, [](OpOperand *read) {
    return llvm::all_of(argumentOf(read).getUsers(), [](Operation *user) {
      auto generic = dyn_cast<linalg::GenericOp>(user);
      return !generic || generic.getNumReductionLoops() > 0;
    });
  });
}

SmallVector<StorageGroup> edgecc::tensor::findStorageGroups(func::FuncOp function, Type element) {
  return GroupFinder(function, element).groups();
}

static void widen(OpBuilder &builder, Value value, FloatType narrow) {
  Type wide = value.getType();
  value.setType(narrow);
  if (value.use_empty())
    return;
  Value widened = arith::ExtFOp::create(builder, value.getLoc(), wide, value);
  value.replaceAllUsesExcept(widened, widened.getDefiningOp());
}

void edgecc::tensor::readNarrow(BlockArgument argument, FloatType narrow) {
  argument.setType(cast<RankedTensorType>(argument.getType()).clone(narrow));
  for (OpOperand &use : argument.getUses()) {
    if (auto extract = dyn_cast<mlir::tensor::ExtractOp>(use.getOwner())) {
      OpBuilder builder(extract->getContext());
      builder.setInsertionPointAfter(extract);
      widen(builder, extract.getResult(), narrow);
    } else {
      auto generic = cast<linalg::GenericOp>(use.getOwner());
      OpBuilder builder = OpBuilder::atBlockBegin(generic.getBody());
      widen(builder, generic.getMatchingBlockArgument(&use), narrow);
    }
  }
}

/// An operation behind a reduction that passes its results on, in which they can be rounded.
static linalg::GenericOp appendEpilogue(linalg::GenericOp main) {
  OpBuilder builder(main->getContext());
  builder.setInsertionPointAfter(main);
  SmallVector<Value> outputs;
  unsigned rank = 0;
  for (Type type : main->getResultTypes()) {
    auto tensor = cast<RankedTensorType>(type);
    rank = tensor.getRank();
    outputs.push_back(
        mlir::tensor::EmptyOp::create(builder, main.getLoc(), tensor.getShape(), tensor.getElementType()));
  }
  SmallVector<AffineMap> maps(2 * outputs.size(), builder.getMultiDimIdentityMap(rank));
  SmallVector<utils::IteratorType> iterators(rank, utils::IteratorType::parallel);
  auto epilogue =
      linalg::GenericOp::create(builder, main.getLoc(), main->getResultTypes(), main->getResults(), outputs, maps,
                                iterators, [](OpBuilder &nested, Location loc, ValueRange arguments) {
                                  linalg::YieldOp::create(nested, loc, arguments.take_front(arguments.size() / 2));
                                });
  for (auto [from, to] : llvm::zip_equal(main->getResults(), epilogue->getResults()))
    from.replaceAllUsesExcept(to, epilogue);
  return epilogue;
}

void edgecc::tensor::writeNarrow(kernel::ComputeOp kernel, unsigned result, FloatType narrow) {
  linalg::GenericOp last = lastOperation(kernel);
  if (last.getNumReductionLoops() > 0)
    last = appendEpilogue(last);
  auto yielded = cast<OpResult>(kernel.getBodyBlock()->getTerminator()->getOperand(result));
  OpOperand &yield = last.getBody()->getTerminator()->getOpOperand(yielded.getResultNumber());
  OpOperand *init = last.getDpsInitOperand(yielded.getResultNumber());
  OpBuilder builder(yield.getOwner());
  auto widened = yield.get().getDefiningOp<arith::ExtFOp>();
  if (widened && widened.getIn().getType() == narrow) { // The element is only moved.
    yield.set(widened.getIn());
    if (widened->use_empty())
      widened->erase();
  } else {
    yield.set(arith::TruncFOp::create(builder, last.getLoc(), narrow, yield.get()));
  }
  last.getMatchingBlockArgument(init).setType(narrow);
  auto type = cast<RankedTensorType>(yielded.getType()).clone(narrow);
  builder.setInsertionPoint(last);
  Operation *wide = init->get().getDefiningOp();
  init->set(mlir::tensor::EmptyOp::create(builder, last.getLoc(), type.getShape(), narrow));
  if (isa_and_nonnull<mlir::tensor::EmptyOp>(wide) && wide->use_empty())
    wide->erase();
  yielded.setType(type);
  kernel.getBodyBlock()->getArgument(kernel.getInputs().size() + result).setType(type);
  kernel.getResult(result).setType(cast<RankedTensorType>(kernel.getResult(result).getType()).clone(narrow));
}

// Analysis of kernels into loop nests; see KernelNest.h.
#include "passes/Kernel/KernelNest.h"

#include "mlir/IR/AffineExpr.h"

using namespace mlir;
using namespace edgecc::kernel;

bool KernelNest::hasReduction() const {
  return llvm::any_of(loops, [](const Loop &loop) { return loop.reduction; });
}

int64_t KernelNest::iterations() const {
  int64_t product = 1;
  for (const Loop &loop : loops)
    product *= loop.size;
  return product;
}

int64_t KernelNest::points() const { return dot ? iterations() / dot->groups() * dot->elements : iterations(); }

namespace {

/// Adds `scale * expr` to a linear form over the dims; fails where `expr` is not linear.
LogicalResult addLinear(AffineExpr expr, int64_t scale, MutableArrayRef<int64_t> coefficients, int64_t &constant) {
  if (auto number = dyn_cast<AffineConstantExpr>(expr)) {
    constant += scale * number.getValue();
    return success();
  }
  if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
    coefficients[dim.getPosition()] += scale;
    return success();
  }
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return failure();
  if (binary.getKind() == AffineExprKind::Add)
    return success(succeeded(addLinear(binary.getLHS(), scale, coefficients, constant)) &&
                   succeeded(addLinear(binary.getRHS(), scale, coefficients, constant)));
  if (binary.getKind() != AffineExprKind::Mul)
    return failure();
  if (auto factor = dyn_cast<AffineConstantExpr>(binary.getRHS()))
    return addLinear(binary.getLHS(), scale * factor.getValue(), coefficients, constant);
  if (auto factor = dyn_cast<AffineConstantExpr>(binary.getLHS()))
    return addLinear(binary.getRHS(), scale * factor.getValue(), coefficients, constant);
  return failure();
}

class NestBuilder {
public:
  explicit NestBuilder(ComputeOp kernel) { nest.kernel = kernel; }

  FailureOr<KernelNest> build() {
    SmallVector<linalg::GenericOp> ops;
    for (Operation &op : nest.kernel.getBodyBlock()->without_terminator())
      if (auto generic = dyn_cast<linalg::GenericOp>(op))
        ops.push_back(generic);
    if (ops.empty())
      return nest.kernel.emitOpError("has no computation");
    size_t mainIndex = 0;
    for (auto [index, op] : llvm::enumerate(ops))
      if (op.getNumReductionLoops() > 0 || (ops[mainIndex].getNumReductionLoops() == 0 && index < 1))
        mainIndex = index;
    if (failed(buildMain(ops[mainIndex])))
      return failure();
    for (size_t i = 0; i < mainIndex; ++i)
      if (failed(buildInit(ops[i])))
        return failure();
    if (mainIndex + 2 == ops.size()) {
      if (failed(buildEpilogue(ops.back())))
        return failure();
    } else if (mainIndex + 1 != ops.size()) {
      return nest.kernel.emitOpError("has more than one operation after its reduction");
    }
    if (failed(buildOutputs()))
      return failure();
    return nest;
  }

private:
  /// The access of `value` through `map`, whose dims are the nest's loops `dims`; none if it is no kernel operand.
  FailureOr<std::optional<Access>> accessOf(Value value, AffineMap map, ArrayRef<unsigned> dims) {
    auto argument = dyn_cast<BlockArgument>(value);
    if (!argument || argument.getOwner() != nest.kernel.getBodyBlock())
      return std::optional<Access>();
    auto type = cast<MemRefType>(nest.kernel.getOperand(argument.getArgNumber()).getType());
    SmallVector<int64_t> strides;
    int64_t offset = 0;
    if (type.getNumElements() == 0) // Upstream knows no strides of what has no elements.
      strides.assign(type.getRank(), 0);
    else if (failed(type.getStridesAndOffset(strides, offset)) || llvm::is_contained(strides, ShapedType::kDynamic))
      return nest.kernel.emitOpError("operand ") << argument.getArgNumber() << " has no static strides: " << type;
    Access access;
    access.operand = argument.getArgNumber();
    access.strides.assign(nest.loops.size(), 0);
    for (auto [expr, stride] : llvm::zip_equal(map.getResults(), strides)) {
      SmallVector<int64_t> coefficients(map.getNumDims(), 0);
      if (failed(addLinear(expr, stride, coefficients, access.offset)))
        return nest.kernel.emitOpError("reads an operand through ")
               << AffineMapAttr::get(map) << ", which is not linear";
      for (auto [dim, coefficient] : llvm::enumerate(coefficients))
        access.strides[dims[dim]] += coefficient;
    }
    return std::optional<Access>(access);
  }

  LogicalResult buildStage(linalg::GenericOp op, ArrayRef<unsigned> dims, Stage &stage) {
    stage.op = op;
    stage.loops.assign(dims.begin(), dims.end());
    for (OpOperand &operand : op->getOpOperands()) {
      FailureOr<std::optional<Access>> access = accessOf(operand.get(), op.getMatchingIndexingMap(&operand), dims);
      if (failed(access))
        return failure();
      stage.accesses.push_back(*access);
    }
    op.getBody()->walk([&](linalg::IndexOp index) { nest.loops[dims[index.getDim()]].indexed = true; });
    return success();
  }

  LogicalResult buildMain(linalg::GenericOp op) {
    SmallVector<int64_t> sizes = op.getStaticLoopRanges();
    // Parallel loops first, reductions after them, each in their own order.
    SmallVector<unsigned> dims(sizes.size());
    for (bool reduction : {false, true})
      for (auto [dim, iterator] : llvm::enumerate(op.getIteratorTypesArray()))
        if ((iterator == utils::IteratorType::reduction) == reduction) {
          dims[dim] = nest.loops.size();
          nest.loops.push_back({sizes[dim], reduction, /*indexed=*/false, nameOf(op, dim, nest.loops.size())});
        }
    return buildStage(op, dims, nest.main);
  }

  /// What the lowering called a dimension of `op`, else a letter that fits its place.
  std::string nameOf(linalg::GenericOp op, unsigned dim, unsigned place) {
    if (auto names = op->getAttrOfType<ArrayAttr>("edge.loops"); names && names.size() == op.getNumLoops())
      return cast<StringAttr>(names[dim]).str();
    unsigned parallel = op.getNumParallelLoops();
    if (place >= parallel)
      return std::string(1, "rstuvw"[std::min(place - parallel, 5u)]);
    if (parallel == 4) // Images are NHWC.
      return std::string(1, "nhwc"[place]);
    return std::string(1, "ijklmnopq"[std::min(place, 8u)]);
  }

  /// The nest's loops along the dimensions of main's first result.
  FailureOr<SmallVector<unsigned>> resultLoops() {
    linalg::GenericOp op = nest.main.op;
    SmallVector<unsigned> loops;
    for (AffineExpr expr : op.getIndexingMapMatchingResult(op->getResult(0)).getResults()) {
      auto dim = dyn_cast<AffineDimExpr>(expr);
      if (!dim)
        return nest.kernel.emitOpError("writes a reduction through a map that is no permutation");
      loops.push_back(nest.main.loops[dim.getPosition()]);
    }
    return loops;
  }

  LogicalResult buildInit(linalg::GenericOp op) {
    FailureOr<SmallVector<unsigned>> dims = resultLoops();
    if (failed(dims))
      return failure();
    if (op.getNumReductionLoops() != 0 || op.getNumLoops() != dims->size())
      return nest.kernel.emitOpError("initialises its reduction in an unexpected way");
    return buildStage(op, *dims, nest.inits.emplace_back());
  }

  LogicalResult buildEpilogue(linalg::GenericOp op) {
    FailureOr<SmallVector<unsigned>> dims = resultLoops();
    if (failed(dims))
      return failure();
    if (op.getNumReductionLoops() != 0 || op.getNumLoops() != dims->size())
      return nest.kernel.emitOpError("follows its reduction with an operation of another shape");
    return buildStage(op, *dims, nest.epilogue.emplace());
  }

  LogicalResult buildOutputs() {
    const Stage &last = nest.last();
    unsigned firstOutput = nest.kernel.getInputs().size();
    for (auto [index, value] : llvm::enumerate(nest.kernel.getBodyBlock()->getTerminator()->getOperands())) {
      auto result = dyn_cast<OpResult>(value);
      if (!result || result.getOwner() != last.op)
        return nest.kernel.emitOpError("yields a value that its last operation does not make");
      AffineMap map = last.op.getIndexingMapMatchingResult(result);
      auto argument = nest.kernel.getBodyBlock()->getArgument(firstOutput + index);
      FailureOr<std::optional<Access>> access = accessOf(argument, map, last.loops);
      if (failed(access))
        return failure();
      nest.outputs.push_back(**access);
    }
    return success();
  }

  KernelNest nest;
};

/// Applies `visit` to every access of the nest.
void forEachAccess(KernelNest &nest, llvm::function_ref<void(Access &)> visit) {
  auto visitStage = [&](Stage &stage) {
    for (std::optional<Access> &access : stage.accesses)
      if (access)
        visit(*access);
  };
  for (Stage &init : nest.inits)
    visitStage(init);
  visitStage(nest.main);
  if (nest.epilogue)
    visitStage(*nest.epilogue);
  for (Access &output : nest.outputs)
    visit(output);
}

/// Removes loop `victim`; stages that refer to it refer to `heir` afterwards.
void removeLoop(KernelNest &nest, unsigned victim, unsigned heir) {
  forEachAccess(nest, [&](Access &access) { access.strides.erase(access.strides.begin() + victim); });
  nest.loops.erase(nest.loops.begin() + victim);
  auto renumber = [&](Stage &stage) {
    for (unsigned &loop : stage.loops) {
      if (loop == victim)
        loop = heir;
      if (loop > victim)
        --loop;
    }
  };
  for (Stage &init : nest.inits)
    renumber(init);
  renumber(nest.main);
  if (nest.epilogue)
    renumber(*nest.epilogue);
}

} // namespace

FailureOr<KernelNest> edgecc::kernel::analyzeKernel(ComputeOp kernel) { return NestBuilder(kernel).build(); }

void edgecc::kernel::mergeLoops(KernelNest &nest) {
  if (nest.loops.empty())
    return;
  for (unsigned loop = nest.loops.size(); loop-- > 0;)
    if (nest.loops[loop].size == 1 && !nest.loops[loop].indexed && nest.loops.size() > 1)
      removeLoop(nest, loop, loop == 0 ? 1 : loop - 1);
  for (unsigned outer = nest.loops.size() - 1; outer-- > 0;) {
    Loop &a = nest.loops[outer], &b = nest.loops[outer + 1];
    if (a.reduction != b.reduction || a.indexed || b.indexed)
      continue;
    bool contiguous = true;
    forEachAccess(nest,
                  [&](Access &access) { contiguous &= access.strides[outer] == access.strides[outer + 1] * b.size; });
    if (!contiguous)
      continue;
    b.size *= a.size;
    b.name = a.name + "_" + b.name;
    removeLoop(nest, outer, outer + 1);
  }
}

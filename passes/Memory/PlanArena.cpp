// Lifetimes of buffers, reuse in place, and addresses in one arena.
#include "passes/Memory/ArenaPlan.h"
#include "passes/Memory/CopyKernel.h"
#include "passes/Memory/Passes.h"

#include "dialects/Edge/LayerName.h"
#include "dialects/Kernel/KernelOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/Transforms/BufferViewFlowAnalysis.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "passes/Kernel/KernelNest.h"

namespace edgecc::memory {
#define GEN_PASS_DEF_PLANARENA
#include "passes/Memory/Passes.h.inc"
} // namespace edgecc::memory

using namespace mlir;
using namespace edgecc;

namespace {

constexpr int64_t arenaAlignment = 64;

int64_t bytesOf(MemRefType type) { return type.getNumElements() * ((type.getElementTypeBitWidth() + 7) / 8); }

SmallVector<int64_t> rowMajorStrides(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (size_t dim = shape.size(); dim-- > 1;)
    strides[dim - 1] = strides[dim] * shape[dim];
  return strides;
}

/// The allocation whose whole contents `value` is, seen through reshapes, or null.
memref::AllocOp wholeAllocation(Value value) {
  while (Operation *definition = value.getDefiningOp()) {
    if (auto alloc = dyn_cast<memref::AllocOp>(definition))
      return alloc;
    if (!isa<memref::CollapseShapeOp, memref::ExpandShapeOp, memref::CastOp>(definition))
      return nullptr;
    value = definition->getOperand(0);
  }
  return nullptr;
}

/// Whether two buffers are the same part of the same memory: what was inserted where it had been computed.
bool isSameView(Value a, Value b) {
  if (a == b)
    return true;
  Operation *x = a.getDefiningOp(), *y = b.getDefiningOp();
  return isa_and_nonnull<ViewLikeOpInterface>(x) && y && a.getType() == b.getType() &&
         OperationEquivalence::isEquivalentTo(
             x, y, [](Value p, Value q) { return success(isSameView(p, q)); }, /*markEquivalent=*/nullptr,
             OperationEquivalence::IgnoreLocations);
}

/// The allocation that `value` is a part of, seen through views, or null.
memref::AllocOp allocationBehind(Value value) {
  while (auto view = value.getDefiningOp<ViewLikeOpInterface>())
    value = view.getViewSource();
  return value.getDefiningOp<memref::AllocOp>();
}

class Planner {
public:
  Planner(func::FuncOp function, bool separate) : function(function), separate(separate) {}

  unsigned run() {
    hoistAllocations();
    passResults();
    replaceCopies();
    flattenEmptyArguments();
    collect();
    if (!separate)
      reuseInPlace();
    assign();
    return inPlace;
  }

private:
  struct Buffer {
    mutable memref::AllocOp alloc;
    int64_t bytes, first, last;
    int merged = -1; ///< Index of the buffer whose place this one takes over.
  };

  /// All sizes are static, so that allocations need not repeat in loops.
  void hoistAllocations() {
    SmallVector<memref::AllocOp> inner;
    function.walk([&](memref::AllocOp alloc) {
      if (alloc->getBlock() != &function.front())
        inner.push_back(alloc);
    });
    for (memref::AllocOp alloc : inner)
      alloc->moveBefore(&function.front(), function.front().begin());
  }

  /// Results become arguments. An allocation that is returned whole is replaced by the argument, others are copied.
  void passResults() {
    auto returnOp = cast<func::ReturnOp>(function.front().getTerminator());
    OpBuilder builder(returnOp);
    SmallVector<Attribute> resultAttributes;
    unsigned inputs = function.getNumArguments();
    function->setAttr("edge.inputs", builder.getI64IntegerAttr(inputs));
    for (unsigned index = 0; index < returnOp.getNumOperands(); ++index) {
      Value value = returnOp.getOperand(index); // Read here: an allocation returned twice is gone the second time.
      auto type = cast<MemRefType>(value.getType());
      auto attributes = function.getResultAttrDict(index);
      (void)function.insertArgument(inputs + index, type, attributes ? attributes : builder.getDictionaryAttr({}),
                                    value.getLoc());
      Value target = function.getArgument(inputs + index);
      if (memref::AllocOp alloc = wholeAllocation(value)) {
        builder.setInsertionPoint(alloc);
        Value replacement =
            memref::ReinterpretCastOp::create(builder, alloc.getLoc(), alloc.getType(), target, 0,
                                              alloc.getType().getShape(), rowMajorStrides(alloc.getType().getShape()));
        alloc.replaceAllUsesWith(replacement);
        alloc.erase();
      } else {
        builder.setInsertionPoint(returnOp);
        memory::copyByKernel(builder, value.getLoc(), value, target);
      }
    }
    returnOp->setOperands({});
    SmallVector<Type> arguments(function.getArgumentTypes());
    function.setResAttrsAttr(ArrayAttr());
    function.setType(builder.getFunctionType(arguments, {}));
  }

  void replaceCopies() {
    SmallVector<memref::CopyOp> copies;
    function.walk([&](memref::CopyOp copy) { copies.push_back(copy); });
    for (memref::CopyOp copy : copies) {
      OpBuilder builder(copy);
      if (!isSameView(copy.getSource(), copy.getTarget()))
        memory::copyByKernel(builder, copy.getLoc(), copy.getSource(), copy.getTarget());
      copy.erase();
    }
  }

  /// Arguments without elements become flat: upstream's call by bare pointer has no strides for other shapes.
  void flattenEmptyArguments() {
    for (BlockArgument argument : function.getArguments()) {
      auto type = cast<MemRefType>(argument.getType());
      if (type.getNumElements() != 0)
        continue;
      for (Operation *user : llvm::make_early_inc_range(argument.getUsers()))
        if (isOpTriviallyDead(user))
          user->erase();
      if (argument.use_empty())
        argument.setType(MemRefType::get({0}, type.getElementType()));
    }
    function.setType(FunctionType::get(function.getContext(), function.front().getArgumentTypes(), {}));
  }

  void collect() {
    // Kernels and loops are the steps of the model; what stands between them only computes addresses.
    int64_t step = 0;
    for (Operation &op : function.front()) {
      steps[&op] = step;
      step += isa<kernel::ComputeOp>(op) || op.getNumRegions() != 0;
    }
    BufferViewFlowAnalysis views(function);
    function.walk([&](memref::AllocOp alloc) {
      Buffer buffer{alloc, bytesOf(alloc.getType()), std::numeric_limits<int64_t>::max(), -1};
      for (Value alias : views.resolve(alloc))
        for (Operation *user : alias.getUsers()) {
          // A view is no access; what reads through it is.
          if (isa<ViewLikeOpInterface>(user))
            continue;
          int64_t at = steps.lookup(function.front().findAncestorOpInBlock(*user));
          buffer.first = std::min(buffer.first, at);
          buffer.last = std::max(buffer.last, at);
        }
      if (buffer.last >= 0) {
        index[alloc] = buffers.size();
        buffers.push_back(buffer);
      }
    });
  }

  /// Whether `kernel` reads `input` only at the points that it writes `output` at, so that both may share memory.
  static bool readsInStep(const kernel::KernelNest &nest, unsigned input, unsigned output) {
    const kernel::Access &out = nest.outputs[output];
    bool inStep = true, read = false;
    auto check = [&](const kernel::Stage &stage, bool mayRead) {
      for (const std::optional<kernel::Access> &access : stage.accesses)
        if (access && access->operand == input) {
          read = true;
          inStep &= mayRead && access->strides == out.strides && access->offset == out.offset;
        }
    };
    for (const kernel::Stage &init : nest.inits)
      check(init, false);
    check(nest.main, nest.main.op.getNumReductionLoops() == 0);
    if (nest.epilogue)
      check(*nest.epilogue, true);
    bool extracted = false;
    Value argument = nest.kernel.getOperation()->getRegion(0).front().getArgument(input);
    for (Operation *user : argument.getUsers())
      extracted |= isa<mlir::tensor::ExtractOp>(user);
    return inStep && read && !extracted;
  }

  void reuseInPlace() {
    for (Operation &op : function.front()) {
      auto kernel = dyn_cast<kernel::ComputeOp>(op);
      if (!kernel)
        continue;
      FailureOr<kernel::KernelNest> nest = kernel::analyzeKernel(kernel);
      if (failed(nest))
        continue;
      for (unsigned output = 0; output < kernel.getOutputs().size(); ++output)
        takeOver(kernel, *nest, output);
    }
  }

  /// Lets an output take over the place of an input that dies in this kernel.
  void takeOver(kernel::ComputeOp kernel, const kernel::KernelNest &nest, unsigned output) {
    memref::AllocOp made = wholeAllocation(kernel.getOutputs()[output]);
    auto madeAt = index.find(made);
    if (!made || madeAt == index.end())
      return;
    Buffer &out = buffers[madeAt->second];
    int64_t step = steps.lookup(kernel);
    if (out.first != step || out.merged >= 0)
      return;
    for (auto [input, value] : llvm::enumerate(kernel.getInputs())) {
      memref::AllocOp dying = wholeAllocation(value);
      auto dyingAt = index.find(dying);
      if (!dying || dyingAt == index.end() || dying == made)
        continue;
      Buffer &in = buffers[rootOf(dyingAt->second)];
      bool sameElements = dying.getType().getElementType() == made.getType().getElementType();
      if (in.last != step || in.bytes != out.bytes || !sameElements ||
          !isOnlyReadInStep(nest, rootOf(dyingAt->second), output))
        continue;
      out.merged = rootOf(dyingAt->second);
      in.last = out.last;
      ++inPlace;
      return;
    }
  }

  /// Whether all that the kernel does with a buffer is to read it in step with `output`.
  bool isOnlyReadInStep(const kernel::KernelNest &nest, unsigned root, unsigned output) {
    kernel::ComputeOp kernel = nest.kernel;
    for (OpOperand &operand : kernel->getOpOperands()) {
      auto known = index.find(allocationBehind(operand.get()));
      if (known == index.end() || rootOf(known->second) != root)
        continue;
      if (kernel.isDpsInit(&operand) || !wholeAllocation(operand.get()) ||
          !readsInStep(nest, operand.getOperandNumber(), output))
        return false;
    }
    return true;
  }

  unsigned rootOf(unsigned buffer) const {
    while (buffers[buffer].merged >= 0)
      buffer = buffers[buffer].merged;
    return buffer;
  }

  void assign() {
    SmallVector<unsigned> roots;
    SmallVector<memory::Lifetime> lifetimes;
    for (unsigned i = 0; i < buffers.size(); ++i)
      if (buffers[i].merged < 0) {
        roots.push_back(i);
        lifetimes.push_back(separate ? memory::Lifetime{buffers[i].bytes, 0, 0}
                                     : memory::Lifetime{buffers[i].bytes, buffers[i].first, buffers[i].last});
      }
    memory::ArenaPlan plan = memory::planArena(lifetimes, arenaAlignment);
    llvm::DenseMap<unsigned, int64_t> offsets;
    for (auto [root, offset] : llvm::zip_equal(roots, plan.offsets))
      offsets[root] = offset;
    rewrite(plan, offsets);
  }

  void rewrite(const memory::ArenaPlan &plan, const llvm::DenseMap<unsigned, int64_t> &offsets) {
    Builder attributes(function.getContext());
    auto arenaType = MemRefType::get({plan.bytes}, attributes.getI8Type());
    unsigned position = function.getNumArguments();
    (void)function.insertArgument(position, arenaType, attributes.getDictionaryAttr({}), function.getLoc());
    Value arena = function.getArgument(position);
    SmallVector<Attribute> table;
    for (auto [number, buffer] : llvm::enumerate(buffers)) {
      int64_t offset = offsets.lookup(rootOf(number));
      OpBuilder builder(buffer.alloc);
      Location loc = buffer.alloc.getLoc();
      Value start = arith::ConstantIndexOp::create(builder, loc, offset);
      Value view = memref::ViewOp::create(builder, loc, buffer.alloc.getType(), arena, start, ValueRange());
      table.push_back(describe(buffer, offset));
      buffer.alloc.replaceAllUsesWith(view);
      buffer.alloc.erase();
    }
    // Allocations that nothing touches.
    SmallVector<memref::AllocOp> unused;
    function.walk([&](memref::AllocOp alloc) { unused.push_back(alloc); });
    for (memref::AllocOp alloc : unused)
      if (alloc->use_empty())
        alloc.erase();
    function->setAttr("edge.arena_bytes", attributes.getI64IntegerAttr(plan.bytes));
    function->setAttr("edge.arena_lower_bound", attributes.getI64IntegerAttr(plan.lowerBound));
    function->setAttr("edge.arena", attributes.getArrayAttr(table));
  }

  Attribute describe(const Buffer &buffer, int64_t offset) {
    Builder builder(function.getContext());
    std::string name;
    llvm::raw_string_ostream(name) << edge::layerName(buffer.alloc.getLoc());
    return builder.getDictionaryAttr({builder.getNamedAttr("name", builder.getStringAttr(name)),
                                      builder.getNamedAttr("offset", builder.getI64IntegerAttr(offset)),
                                      builder.getNamedAttr("bytes", builder.getI64IntegerAttr(buffer.bytes)),
                                      builder.getNamedAttr("first", builder.getI64IntegerAttr(buffer.first)),
                                      builder.getNamedAttr("last", builder.getI64IntegerAttr(buffer.last))});
  }

  func::FuncOp function;
  bool separate; ///< No two buffers share memory.
  llvm::DenseMap<Operation *, int64_t> steps;
  llvm::DenseMap<Operation *, unsigned> index;
  SmallVector<Buffer> buffers;
  unsigned inPlace = 0;
};

struct PlanArenaPass : public edgecc::memory::impl::PlanArenaBase<PlanArenaPass> {
  using PlanArenaBase::PlanArenaBase;
  void runOnOperation() override {
    if (getOperation().isDeclaration())
      return;
    numInPlace = Planner(getOperation(), separate).run();
  }
};

} // namespace

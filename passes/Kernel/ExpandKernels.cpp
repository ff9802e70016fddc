// Kernels become functions: analysis, schedule, packed weights, loops, and a call in place of the kernel.
#include "passes/Kernel/DotGroups.h"
#include "passes/Kernel/NestEmitter.h"
#include "passes/Kernel/PackConstants.h"
#include "passes/Kernel/PackedLayout.h"
#include "passes/Kernel/Passes.h"
#include "passes/Kernel/SparsePanels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/DialectResourceBlobManager.h"

#include "llvm/ADT/StringExtras.h"

namespace edgecc::kernel {
#define GEN_PASS_DEF_EXPANDKERNELS
#include "passes/Kernel/Passes.h.inc"
} // namespace edgecc::kernel

using namespace mlir;
using namespace edgecc::kernel;

namespace {

/// The names in a location: of the ONNX nodes that were fused, and of their operators inside them.
void collectNames(Location loc, llvm::SetVector<StringRef> &nodes, llvm::SetVector<StringRef> &operators) {
  if (auto fused = dyn_cast<FusedLoc>(loc)) {
    for (Location part : fused.getLocations())
      collectNames(part, nodes, operators);
  } else if (auto name = dyn_cast<NameLoc>(loc)) {
    nodes.insert(name.getName());
    if (auto inner = dyn_cast<NameLoc>(name.getChildLoc()))
      operators.insert(inner.getName());
  }
}

int64_t bytesOf(MemRefType type) { return type.getNumElements() * ((type.getElementTypeBitWidth() + 7) / 8); }

/// What profiles and manifests say of a kernel: name, op, macs and bytes. A product takes `share` of its steps.
DictionaryAttr describeStep(const KernelNest &nest, double share, int64_t bytes) {
  Builder builder(nest.kernel.getContext());
  llvm::SetVector<StringRef> nodes, operators;
  collectNames(nest.kernel.getLoc(), nodes, operators);
  for (const Stage *stage : {&nest.main, nest.epilogue ? &*nest.epilogue : nullptr})
    if (stage)
      collectNames(stage->op.getLoc(), nodes, operators);
  bool multiplies = nest.main.op.getNumReductionLoops() > 0 && !nest.main.op.getBody()->getOps<arith::MulFOp>().empty();
  multiplies |= nest.main.op.getNumReductionLoops() > 0 && !nest.main.op.getBody()->getOps<arith::MulIOp>().empty();
  auto macs = static_cast<int64_t>(multiplies ? nest.points() * share : nest.bits ? nest.points() * 8 : 0);
  return builder.getDictionaryAttr({builder.getNamedAttr("name", builder.getStringAttr(llvm::join(nodes, "+"))),
                                    builder.getNamedAttr("op", builder.getStringAttr(llvm::join(operators, "+"))),
                                    builder.getNamedAttr("macs", builder.getI64IntegerAttr(macs)),
                                    builder.getNamedAttr("bytes", builder.getI64IntegerAttr(bytes))});
}

/// Elements from the first to the last that `type` touches.
int64_t spanOf(MemRefType type) {
  SmallVector<int64_t> strides;
  int64_t offset, span = 1;
  (void)type.getStridesAndOffset(strides, offset);
  for (auto [size, stride] : llvm::zip_equal(type.getShape(), strides)) {
    if (size == 0)
      return 0;
    span += (size - 1) * stride;
  }
  return span;
}

class Expander {
public:
  Expander(ModuleOp module, const VectorTarget &target, const NestPlanner &planner)
      : module(module), target(target), planner(planner), packer(module) {}

  /// Replaces `kernel` by a call of function `name`.
  LogicalResult expand(ComputeOp kernel, StringRef name) {
    FailureOr<KernelNest> nest = analyzeKernel(kernel);
    if (failed(nest))
      return failure();
    bool hasWork = nest->iterations() > 0;
    Schedule schedule;
    NestPlan plan;
    auto isConstant = [&](unsigned operand) {
      return static_cast<bool>(packer.constantGlobal(kernel.getOperand(operand)));
    };
    if (hasWork) {
      mergeLoops(*nest);
      if (planner) {
        plan = planner(*nest, isConstant);
        packOperands(kernel, plan);
      } else {
        formDotGroups(*nest, target, isConstant);
        if (target.countsBits)
          formBitCounts(*nest, isConstant);
        schedule = chooseSchedule(*nest, target, isConstant);
        if (nest->dot && hasSmallPairs(*nest, schedule)) { // The groups are the same in any order.
          nest->dot->hasSmallPairs = true;
          schedule = chooseSchedule(*nest, target, isConstant);
        }
        if (target.skipsZeros)
          skipZeros(*nest, schedule, isConstant);
        if (!schedule.sparse)
          packOperands(*nest, schedule);
      }
    }

    OpBuilder builder(module.getContext());
    builder.setInsertionPoint(kernel->getParentOfType<func::FuncOp>());
    SmallVector<Type> argumentTypes;
    for (Value operand : kernel.getOperands()) {
      auto type = cast<MemRefType>(operand.getType());
      argumentTypes.push_back(MemRefType::get({std::max<int64_t>(1, spanOf(type))}, type.getElementType()));
      argumentTypes.push_back(builder.getIndexType());
    }
    SmallVector<Type> operandTypes(kernel->getOperandTypes());
    if (lists) {
      operandTypes.push_back(lists.getType());
      argumentTypes.append({lists.getType(), builder.getIndexType()});
    }
    if (schedule.splitLoop)
      argumentTypes.append(2, builder.getIndexType());
    if (target.runsGrids)
      argumentTypes.append(3, builder.getIndexType());
    auto function = func::FuncOp::create(builder, kernel.getLoc(), name, builder.getFunctionType(argumentTypes, {}));
    function.setPrivate();
    function->setAttr("edge.operands", builder.getTypeArrayAttr(operandTypes));
    Block *entry = function.addEntryBlock();
    builder.setInsertionPointToStart(entry);
    SmallVector<FlatBuffer> operands;
    for (unsigned i = 0; i < operandTypes.size(); ++i)
      operands.push_back({entry->getArgument(2 * i), entry->getArgument(2 * i + 1)});
    std::optional<UnitRange> range;
    if (schedule.splitLoop) {
      range = UnitRange{entry->getArgument(argumentTypes.size() - 2), entry->getArgument(argumentTypes.size() - 1)};
      function->setAttr("edge.units", builder.getI64IntegerAttr(schedule.units));
    }
    SmallVector<Value> item;
    if (target.runsGrids) {
      llvm::append_range(item, entry->getArguments().take_back(3));
      function->setAttr("edge.grid", builder.getDenseI64ArrayAttr(gridOf(*nest, schedule)));
    }
    if (hasWork && planner)
      plan.emit(builder, operands);
    else if (hasWork)
      emitNest(builder, *nest, schedule, target, operands, range, item);
    func::ReturnOp::create(builder, kernel.getLoc());
    callInstead(kernel, function, describeStep(*nest, takenShare, operandBytes(kernel)));
    return success();
  }

  unsigned packed() const { return numPacked; }
  unsigned sparse() const { return numSparse; }

private:
  void packOperands(KernelNest &nest, const Schedule &schedule) {
    ComputeOp kernel = nest.kernel;
    for (unsigned index : schedule.packed) {
      unsigned operand = nest.main.accesses[index]->operand;
      memref::GlobalOp global = packer.constantGlobal(kernel.getOperand(operand));
      packedValues.push_back({operand, packer.pack(global, packedOrder(nest, schedule, index))});
      ++numPacked;
    }
  }

  /// What a run of `kernel` reads and writes.
  int64_t operandBytes(ComputeOp kernel) {
    int64_t bytes = lists ? bytesOf(lists.getType()) : 0;
    for (auto [index, operand] : llvm::enumerate(kernel.getOperands())) {
      bool isSparse = lists && packedValues.front().first == index; // Others are as large when they are packed.
      bytes += bytesOf(isSparse ? packedValues.front().second.getType() : cast<MemRefType>(operand.getType()));
    }
    return bytes;
  }

  /// Where skipping zero weights is faster: chooses a schedule that does, and packs what is left of the weights.
  void skipZeros(const KernelNest &nest, Schedule &schedule, llvm::function_ref<bool(unsigned)> isConstant) {
    auto globalOf = [&](unsigned operand) { return packer.constantGlobal(nest.kernel.getOperand(operand)); };
    std::optional<WeightBlocks> blocks =
        WeightBlocks::find(nest, schedule, [&](unsigned operand) { return ConstantPacker::dataOf(globalOf(operand)); });
    if (!blocks)
      return;
    schedule = chooseSchedule(nest, target, isConstant, &*blocks);
    if (!schedule.sparse)
      return;
    SparsePanels panels = layOutSparse(nest, schedule, *blocks);
    schedule.sparse->pieces = panels.pieces;
    unsigned operand = nest.main.accesses[blocks->weights()]->operand;
    packedValues.push_back({operand, packer.pack(globalOf(operand), panels.layout)});
    lists = packer.addTable(globalOf(operand), panels.lists);
    takenShare = panels.share;
    ++numPacked;
    ++numSparse;
  }

  /// Whether the weights of dot products allow for `small_pairs` of `kernel.dot`.
  bool hasSmallPairs(const KernelNest &nest, const Schedule &schedule) {
    const Access &weights = *nest.main.accesses[nest.dot->weights];
    memref::GlobalOp global = packer.constantGlobal(nest.kernel.getOperand(weights.operand));
    if (!global.getType().getElementType().isInteger(8))
      return false;
    ArrayRef<char> bytes = ConstantPacker::dataOf(global);
    bool isSplat = bytes.size() == 1, isFirst = true, allSmall = true;
    int previous = 0;
    packedOrder(nest, schedule, nest.dot->weights).forEachElement([&](int64_t element) {
      int weight = element < 0 ? 0 : static_cast<signed char>(bytes[isSplat ? 0 : element]);
      allSmall &= isFirst || isSmallPair(previous, weight);
      previous = weight;
      isFirst = !isFirst;
    });
    return allSmall;
  }

  /// Work items in x, y and z.
  static SmallVector<int64_t> gridOf(const KernelNest &nest, const Schedule &schedule) {
    SmallVector<int64_t> sizes(3, 1);
    for (auto [place, loop] : llvm::enumerate(schedule.grid))
      sizes[std::min<size_t>(place, 2)] *= unitsOf(nest, schedule, loop);
    return sizes;
  }

  /// Loops over the work items of a grid, from z to x; what follows goes into the innermost. Devices run the items of
  /// such loops in any order.
  static SmallVector<Value> loopOverItems(OpBuilder &builder, Location loc, ArrayRef<int64_t> grid) {
    SmallVector<Value> item;
    for (int64_t size : llvm::reverse(grid)) {
      auto loop = scf::ForOp::create(builder, loc, arith::ConstantIndexOp::create(builder, loc, 0),
                                     arith::ConstantIndexOp::create(builder, loc, size),
                                     arith::ConstantIndexOp::create(builder, loc, 1));
      loop->setAttr("edge.grid", builder.getUnitAttr());
      builder.setInsertionPointToStart(loop.getBody());
      item.insert(item.begin(), loop.getInductionVar());
    }
    return item;
  }

  void packOperands(ComputeOp kernel, const NestPlan &plan) {
    for (const auto &[operand, layout] : plan.packed) {
      packedValues.push_back({operand, packer.pack(packer.constantGlobal(kernel.getOperand(operand)), layout)});
      ++numPacked;
    }
  }

  void callInstead(ComputeOp kernel, func::FuncOp function, DictionaryAttr step) {
    OpBuilder builder(kernel);
    SmallVector<Value> arguments;
    for (auto [index, operand] : llvm::enumerate(kernel.getOperands())) {
      auto flatType = cast<MemRefType>(function.getArgumentTypes()[2 * index]);
      auto packedValue = llvm::find_if(packedValues, [at = index](auto &entry) { return entry.first == at; });
      Value buffer, offset;
      if (packedValue != packedValues.end()) {
        buffer = memref::GetGlobalOp::create(builder, kernel.getLoc(), packedValue->second.getType(),
                                             packedValue->second.getSymName());
        offset = arith::ConstantIndexOp::create(builder, kernel.getLoc(), 0);
        function.getBody().getArgument(2 * index).setType(buffer.getType());
      } else {
        auto metadata = memref::ExtractStridedMetadataOp::create(builder, kernel.getLoc(), operand);
        buffer = memref::ReinterpretCastOp::create(builder, kernel.getLoc(), flatType, metadata.getBaseBuffer(), 0,
                                                   flatType.getShape(), ArrayRef<int64_t>{1});
        offset = metadata.getOffset();
      }
      arguments.append({buffer, offset});
    }
    if (lists)
      arguments.append({memref::GetGlobalOp::create(builder, kernel.getLoc(), lists.getType(), lists.getSymName()),
                        arith::ConstantIndexOp::create(builder, kernel.getLoc(), 0)});
    if (auto units = function->getAttrOfType<IntegerAttr>("edge.units"))
      for (int64_t bound : {int64_t(0), units.getInt()})
        arguments.push_back(arith::ConstantIndexOp::create(builder, kernel.getLoc(), bound));
    if (auto grid = function->getAttrOfType<DenseI64ArrayAttr>("edge.grid"))
      llvm::append_range(arguments, loopOverItems(builder, kernel.getLoc(), grid));
    packedValues.clear();
    lists = nullptr;
    takenShare = 1;
    SmallVector<Type> types(function.getBody().getArgumentTypes());
    function.setType(builder.getFunctionType(types, {}));
    auto call = func::CallOp::create(builder, kernel.getLoc(), function, arguments);
    call->setAttr("edge.step", step);
    SmallVector<Value> operands(kernel.getOperands());
    kernel.erase();
    packer.releaseUnread(operands);
  }

  ModuleOp module;
  const VectorTarget &target;
  const NestPlanner &planner;
  ConstantPacker packer;
  SmallVector<std::pair<unsigned, memref::GlobalOp>> packedValues;
  memref::GlobalOp lists; ///< Of the kernel being expanded, where it skips steps.
  double takenShare = 1;  ///< Of its steps.
  unsigned numPacked = 0, numSparse = 0;
};

struct ExpandKernelsPass : public edgecc::kernel::impl::ExpandKernelsBase<ExpandKernelsPass> {
  using ExpandKernelsBase::ExpandKernelsBase;
  explicit ExpandKernelsPass(NestPlanner planner) : planner(std::move(planner)) {}

  void runOnOperation() override {
    VectorTarget target{vectorBits, maxLanes,     registers,          multipliesByLane, l1Bytes,   l2Bytes,
                        threads,    tilesScalars, unrolledOperations, runsGrids,        workItems, itemOperations};
    target.joinsStores = joinsStores;
    // Codes of zeros are smaller than lists of what is left, and who codes wants small weights.
    bool codesWeights = llvm::any_of(getOperation().getOps<func::FuncOp>(),
                                     [](func::FuncOp function) { return function->hasAttr("edge.code_weights"); });
    target.skipsZeros = skipsZeros && !codesWeights;
    target.countsBits = countsBits;
    target.dot.bytes = dotBytes;
    target.dot.shorts = dotShorts;
    target.dot.temporaries = dotTemporaries;
    target.dot.wideTemporaries = dotWideTemporaries;
    target.dot.takesUnsigned = dotTakesUnsigned;
    target.stagesHalves = stagesHalves;
    Expander expander(getOperation(), target, planner);
    SmallVector<ComputeOp> kernels;
    getOperation().walk([&](ComputeOp kernel) { kernels.push_back(kernel); });
    for (auto [number, kernel] : llvm::enumerate(kernels)) {
      auto parent = kernel->getParentOfType<func::FuncOp>();
      std::string name = (parent.getSymName() + "_k" + Twine(number)).str();
      if (failed(expander.expand(kernel, name)))
        return signalPassFailure();
      ++numKernels;
    }
    numPacked = expander.packed();
    numSparse = expander.sparse();
  }

  NestPlanner planner; ///< None: schedules for vectors.
};

} // namespace

std::unique_ptr<Pass> edgecc::kernel::createExpandKernels(NestPlanner planner) {
  return std::make_unique<ExpandKernelsPass>(std::move(planner));
}

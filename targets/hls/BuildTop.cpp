// The top function: arrays in the place of the arena, ports, layers, loads and stores; see Passes.h.
#include "dialects/Hls/HlsDialect.h"
#include "targets/hls/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::hls;

namespace {

class TopBuilder {
public:
  TopBuilder(ModuleOp module, func::FuncOp entry) : module(module), entry(entry), builder(entry) {}

  LogicalResult run() {
    inlineSteps();
    if (failed(checkBuffers()))
      return failure();
    makeArrays();
    bindKernels();
    eraseUnused();
    makePorts();
    makeStreams();
    dropArena();
    if (isDataflow())
      makeLayers();
    entry->setAttr(topName, builder.getUnitAttr());
    return success();
  }

private:
  bool isDataflow() const {
    auto plan = entry->getAttrOfType<DictionaryAttr>(planName);
    return plan && plan.getAs<BoolAttr>("dataflow").getValue();
  }

  Block &body() { return entry.front(); }
  BlockArgument arena() { return body().getArguments().back(); }

  void inlineSteps() {
    for (auto call : llvm::make_early_inc_range(body().getOps<func::CallOp>())) {
      auto step = module.lookupSymbol<func::FuncOp>(call.getCallee());
      builder.setInsertionPoint(call);
      IRMapping mapping;
      mapping.map(step.getArguments(), call.getOperands());
      for (Operation &op : step.front().without_terminator())
        builder.clone(op, mapping);
      call.erase();
      step.erase();
    }
  }

  /// Every buffer must be one array, known now. Refuses before anything has changed.
  LogicalResult checkBuffers() {
    WalkResult result = entry.walk([&](Operation *op) {
      if (auto view = dyn_cast<memref::ViewOp>(op))
        if (view.getSource() != arena() || !getConstantIntValue(view.getByteShift()))
          return refuse(op, "needs a buffer whose place is computed at run time");
      if (!isa<func::CallOp, memref::LoadOp, memref::StoreOp>(op))
        return WalkResult::advance();
      for (Value operand : op->getOperands()) {
        if (!isa<MemRefType>(operand.getType()))
          continue;
        Value root = rootOf(operand, /*throughArena=*/false);
        auto argument = dyn_cast<BlockArgument>(root);
        if (argument ? argument.getOwner() != &body() : !isa<memref::ViewOp, memref::GetGlobalOp>(root.getDefiningOp()))
          return refuse(op, "works on a buffer that is chosen at run time");
      }
      return WalkResult::advance();
    });
    return failure(result.wasInterrupted());
  }

  static WalkResult refuse(Operation *op, StringRef what) {
    op->emitError() << what << ", which has no array in hardware; compile this model with --target=cpu";
    return WalkResult::interrupt();
  }

  //===-- Arrays --------------------------------------------------------------------------------------------------===//

  static MemRefType flat(MemRefType type) {
    return MemRefType::get({std::max<int64_t>(1, type.getNumElements())}, type.getElementType());
  }

  /// `array` seen as `type`.
  Value viewAs(Value array, MemRefType type) {
    SmallVector<int64_t> strides;
    int64_t offset;
    (void)type.getStridesAndOffset(strides, offset);
    if (type.getNumElements() == 0)
      strides.assign(type.getRank(), 1);
    return memref::ReinterpretCastOp::create(builder, array.getLoc(), type, array, 0, type.getShape(), strides);
  }

  /// Every view of the arena becomes an array, every argument flat.
  void makeArrays() {
    SmallVector<memref::ViewOp> views;
    entry.walk([&](memref::ViewOp view) { views.push_back(view); });
    for (memref::ViewOp view : views) {
      int64_t place = *getConstantIntValue(view.getByteShift());
      MemRefType type = view.getType(), array = flat(type);
      Value &made = arrays[{place, array.getAsOpaquePointer()}];
      if (!made) {
        builder.setInsertionPointToStart(&body());
        made = memref::AllocaOp::create(builder, view.getLoc(), array);
      }
      builder.setInsertionPoint(view);
      view.replaceAllUsesWith(viewAs(made, type));
      view.erase();
    }
    builder.setInsertionPointToStart(&body());
    for (BlockArgument argument : body().getArguments().drop_back()) {
      auto type = cast<MemRefType>(argument.getType());
      argument.setType(flat(type));
      Value view = viewAs(argument, type);
      argument.replaceAllUsesExcept(view, view.getDefiningOp());
    }
  }

  static Value rootOf(Value buffer, bool throughArena = true) {
    while (auto view = buffer.getDefiningOp<ViewLikeOpInterface>()) {
      if (!throughArena && isa<memref::ViewOp>(view.getOperation()))
        break;
      buffer = view.getViewSource();
    }
    return buffer;
  }

  //===-- Kernels -------------------------------------------------------------------------------------------------===//

  /// Kernels take whole arrays; tables and places that are known are their own.
  void bindKernels() {
    SmallVector<func::CallOp> calls;
    entry.walk([&](func::CallOp call) { calls.push_back(call); });
    for (func::CallOp call : calls)
      bind(call);
    for (func::CallOp call : calls)
      shareBanks(call);
  }

  void bind(func::CallOp call) {
    auto kernel = module.lookupSymbol<func::FuncOp>(call.getCallee());
    auto originals = cast<ArrayAttr>(kernel->getAttr("edge.operands"));
    llvm::BitVector dropped(kernel.getNumArguments());
    llvm::DenseMap<Value, unsigned> parameters;
    builder.setInsertionPointToStart(&kernel.front());
    for (unsigned operand = 0; operand < kernel.getNumArguments() / 2; ++operand) {
      BlockArgument buffer = kernel.getArgument(2 * operand), offset = kernel.getArgument(2 * operand + 1);
      if (std::optional<int64_t> place = getConstantIntValue(call.getOperand(2 * operand + 1))) {
        offset.replaceAllUsesWith(arith::ConstantIndexOp::create(builder, kernel.getLoc(), *place));
        dropped.set(2 * operand + 1);
      }
      Value root = rootOf(call.getOperand(2 * operand));
      bool outside = static_cast<bool>(kernel.getArgAttr(2 * operand, outsideName));
      auto get = root.getDefiningOp<memref::GetGlobalOp>();
      if (buffer.use_empty()) {
        dropped.set(2 * operand);
      } else if (get && !outside) {
        auto table = memref::GetGlobalOp::create(builder, get.getLoc(), get.getType(), get.getName());
        buffer.setType(flat(get.getType()));
        buffer.replaceAllUsesWith(flatTable(table));
        if (auto partition = kernel.getArgAttrOfType<PartitionAttr>(2 * operand, partitionName))
          partitionTable(get.getName(), partition);
        dropped.set(2 * operand);
      } else {
        if (outside && !isa<BlockArgument>(root))
          root = takeOutside(root);
        buffer.setType(root.getType());
        call.setOperand(2 * operand, root);
        auto [first, isNew] = parameters.insert({root, 2 * operand});
        if (!isNew) { // One pointer for each array: a tool need not wonder whether two are the same memory.
          buffer.replaceAllUsesWith(kernel.getArgument(first->second));
          raiseBanks(kernel, first->second, kernel.getArgAttrOfType<PartitionAttr>(2 * operand, partitionName));
          dropped.set(2 * operand);
          continue;
        }
        kernel.setArgAttr(2 * operand, "hls.operand", originals[operand]);
      }
    }
    call->eraseOperands(dropped);
    SmallVector<Attribute> attributes;
    for (unsigned argument = 0; argument < kernel.getNumArguments(); ++argument)
      if (!dropped[argument])
        attributes.push_back(kernel.getArgAttrDict(argument) ? kernel.getArgAttrDict(argument)
                                                             : builder.getDictionaryAttr({}));
    kernel.front().eraseArguments(dropped);
    kernel.setType(builder.getFunctionType(kernel.front().getArgumentTypes(), {}));
    kernel.setAllArgAttrs(attributes);
  }

  static void raiseBanks(func::FuncOp kernel, unsigned argument, PartitionAttr wanted) {
    auto has = kernel.getArgAttrOfType<PartitionAttr>(argument, partitionName);
    if (wanted && (!has || has.getFactor() < wanted.getFactor()))
      kernel.setArgAttr(argument, partitionName, wanted);
  }

  Value flatTable(memref::GetGlobalOp table) {
    if (table.getType().getRank() == 1)
      return table;
    return memref::ReinterpretCastOp::create(builder, table.getLoc(), flat(table.getType()), table, 0,
                                             ArrayRef<int64_t>{flat(table.getType()).getNumElements()},
                                             ArrayRef<int64_t>{1});
  }

  void partitionTable(StringRef name, PartitionAttr wanted) {
    auto global = module.lookupSymbol<memref::GlobalOp>(name);
    auto has = global->getAttrOfType<PartitionAttr>(partitionName);
    if (has && has.getFactor() >= wanted.getFactor())
      return;
    if (global.getType().getRank() != 1)
      flatten(global);
    global->setAttr(partitionName, wanted);
  }

  /// Gives a table of several dimensions one, for only such arrays have banks. Who reads it sees what it saw before.
  void flatten(memref::GlobalOp global) {
    MemRefType type = global.getType(), array = flat(type);
    auto values = RankedTensorType::get(array.getShape(), array.getElementType());
    Attribute value = *global.getInitialValue();
    if (auto shared = dyn_cast<DenseResourceElementsAttr>(value))
      global.setInitialValueAttr(DenseResourceElementsAttr::get(values, shared.getRawHandle()));
    else
      global.setInitialValueAttr(cast<DenseElementsAttr>(value).reshape(values));
    global.setType(array);
    module.walk([&](memref::GetGlobalOp get) {
      if (get.getName() != global.getSymName())
        return;
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointAfter(get);
      get.getResult().setType(array);
      Value view = viewAs(get, type);
      get.getResult().replaceAllUsesExcept(view, view.getDefiningOp());
    });
  }

  /// An array or a table that lies outside becomes a port.
  Value takeOutside(Value root) {
    Operation *op = root.getDefiningOp();
    auto get = dyn_cast<memref::GetGlobalOp>(op);
    const void *key = get ? get.getNameAttr().getAsOpaquePointer() : root.getAsOpaquePointer();
    Value &port = outside[key];
    if (!port) {
      unsigned at = body().getNumArguments() - 1;
      NamedAttrList attributes;
      attributes.set(outsideName, get ? Attribute(get.getNameAttr()) : builder.getUnitAttr());
      (void)entry.insertArgument(at, flat(cast<MemRefType>(root.getType())),
                                 attributes.getDictionary(entry.getContext()), root.getLoc());
      port = entry.getArgument(at);
      if (!get)
        root.replaceAllUsesWith(port);
    }
    return port;
  }

  /// An array has the banks of whoever needs most of them; everybody who sees it knows.
  void shareBanks(func::CallOp call) {
    auto kernel = module.lookupSymbol<func::FuncOp>(call.getCallee());
    for (auto [index, operand] : llvm::enumerate(call.getOperands()))
      if (auto partition = kernel.getArgAttrOfType<PartitionAttr>(index, partitionName)) {
        int64_t &most = banks[operand];
        most = std::max(most, partition.getFactor());
      }
  }

  //===-- Ports ---------------------------------------------------------------------------------------------------===//

  void eraseUnused() {
    SmallVector<Operation *> unused;
    do {
      unused.clear();
      entry.walk([&](Operation *op) {
        if (isa<memref::ReinterpretCastOp, memref::GetGlobalOp, memref::AllocaOp, memref::AllocOp, memref::CastOp,
                memref::CollapseShapeOp, memref::ExpandShapeOp, memref::SubViewOp>(op) &&
            op->use_empty())
          unused.push_back(op);
      });
      for (Operation *op : unused)
        op->erase();
    } while (!unused.empty());
  }

  bool isWrittenBy(Value array) {
    for (Operation *user : array.getUsers()) {
      if (isa<ViewLikeOpInterface>(user) && isWrittenBy(user->getResult(0)))
        return true;
      if (auto store = dyn_cast<memref::StoreOp>(user); store && store.getMemRef() == array)
        return true;
      auto call = dyn_cast<func::CallOp>(user);
      if (!call)
        continue;
      auto callee = module.lookupSymbol<func::FuncOp>(call.getCallee());
      for (auto [index, operand] : llvm::enumerate(call.getOperands()))
        if (operand == array && isWrittenBy(callee.getArgument(index)))
          return true;
    }
    return false;
  }

  bool isOutside(Value array) {
    for (Operation *user : array.getUsers())
      if (auto call = dyn_cast<func::CallOp>(user)) {
        auto callee = module.lookupSymbol<func::FuncOp>(call.getCallee());
        for (auto [index, operand] : llvm::enumerate(call.getOperands()))
          if (operand == array && callee.getArgAttr(index, outsideName))
            return true;
      }
    return false;
  }

  /// Inputs are read in one burst into an array, outputs written in one from theirs, unless they lie outside as a
  /// whole.
  void makePorts() {
    unsigned ports = body().getNumArguments() - 1;
    for (unsigned number = 0; number < ports; ++number) {
      BlockArgument port = body().getArgument(number);
      entry.setArgAttr(number, interfaceName,
                       InterfaceAttr::get(entry.getContext(), builder.getStringAttr("m_axi"),
                                          builder.getStringAttr("gmem" + Twine(number % 4))));
      if (port.use_empty() || entry.getArgAttr(number, outsideName) || isOutside(port))
        continue;
      bool written = isWrittenBy(port);
      builder.setInsertionPointToStart(&body());
      Value array = memref::AllocaOp::create(builder, port.getLoc(), cast<MemRefType>(port.getType()));
      if (auto most = banks.find(port); most != banks.end())
        banks[array] = most->second;
      port.replaceAllUsesWith(array);
      if (written)
        builder.setInsertionPoint(body().getTerminator());
      func::FuncOp copy = makeCopy(port, written);
      func::CallOp::create(builder, port.getLoc(), copy, written ? ValueRange{array, port} : ValueRange{port, array});
    }
    for (auto &[array, most] : banks) {
      auto partition = PartitionAttr::get(entry.getContext(), most);
      if (auto alloca = array.getDefiningOp<memref::AllocaOp>())
        alloca->setAttr(partitionName, partition);
      for (OpOperand &use : array.getUses())
        if (auto call = dyn_cast<func::CallOp>(use.getOwner()))
          if (array.getDefiningOp<memref::AllocaOp>())
            module.lookupSymbol<func::FuncOp>(call.getCallee())
                .setArgAttr(use.getOperandNumber(), partitionName, partition);
    }
  }

  /// for i: to[i] = from[i]
  func::FuncOp makeCopy(BlockArgument port, bool written) {
    OpBuilder at(entry);
    Location loc = port.getLoc();
    std::string name = (entry.getSymName() + (written ? "_store_" : "_load_") + Twine(port.getArgNumber())).str();
    auto function = func::FuncOp::create(at, loc, name, at.getFunctionType({port.getType(), port.getType()}, {}));
    function.setPrivate();
    function->setAttr("hls.copy", at.getI64IntegerAttr(port.getArgNumber()));
    Block *block = function.addEntryBlock();
    at.setInsertionPointToStart(block);
    int64_t elements = cast<MemRefType>(port.getType()).getNumElements();
    makeLoop(at, loc, elements, "one burst, a word in every cycle", [&](Value i) {
      Value element = memref::LoadOp::create(at, loc, block->getArgument(0), i);
      memref::StoreOp::create(at, loc, element, block->getArgument(1), i);
    });
    at.setInsertionPointToEnd(block);
    func::ReturnOp::create(at, loc);
    return function;
  }

  //===-- Streams -------------------------------------------------------------------------------------------------===//

  /// Arrays that a kernel has for a stream become queues; its loads and stores, which walk them once and in order, take
  /// words out and put them in.
  void makeStreams() {
    for (auto array : llvm::make_early_inc_range(body().getOps<memref::AllocaOp>())) {
      int64_t depth = 0;
      for (OpOperand &use : array->getUses())
        if (auto call = dyn_cast<func::CallOp>(use.getOwner()))
          if (auto holds = calleeOf(call).getArgAttrOfType<IntegerAttr>(use.getOperandNumber(), streamsName))
            depth = holds.getInt();
      if (depth == 0)
        continue;
      auto type =
          StreamType::get(entry.getContext(), array.getType().getNumElements(), array.getType().getElementType());
      builder.setInsertionPoint(array);
      auto stream = StreamOp::create(
          builder, array.getLoc(), type, depth,
          depth == 2 ? "a word in every cycle" : "what one side writes or reads without a pause, up to a block of RAM");
      for (OpOperand &use : array->getUses())
        streamArgument(calleeOf(cast<func::CallOp>(use.getOwner())), use.getOperandNumber(), type);
      array.replaceAllUsesWith(stream.getResult());
      array.erase();
    }
  }

  func::FuncOp calleeOf(func::CallOp call) { return module.lookupSymbol<func::FuncOp>(call.getCallee()); }

  void streamArgument(func::FuncOp function, unsigned number, StreamType type) {
    OpBuilder at(function);
    BlockArgument argument = function.getArgument(number);
    for (Operation *user : llvm::make_early_inc_range(argument.getUsers())) {
      at.setInsertionPoint(user);
      if (auto load = dyn_cast<memref::LoadOp>(user))
        load.replaceAllUsesWith(ReadOp::create(at, load.getLoc(), type.getElement(), argument).getResult());
      else
        WriteOp::create(at, user->getLoc(), cast<memref::StoreOp>(user).getValue(), argument);
      user->erase();
    }
    argument.setType(type);
    function.setType(at.getFunctionType(function.front().getArgumentTypes(), {}));
    if (auto left = function.getArgAttrOfType<IntegerAttr>(number, leftName)) {
      at.setInsertionPoint(function.front().getTerminator());
      makeLoop(at, function.getLoc(), left.getInt(), "words that no window needs",
               [&](Value) { ReadOp::create(at, function.getLoc(), type.getElement(), argument); });
    }
  }

  /// A pipelined loop that runs `body` so many times.
  static void makeLoop(OpBuilder &at, Location loc, int64_t trips, StringRef reason,
                       llvm::function_ref<void(Value)> body) {
    auto index = [&](int64_t value) { return arith::ConstantIndexOp::create(at, loc, value).getResult(); };
    auto loop = scf::ForOp::create(at, FusedLoc::get({loc}, at.getStringAttr("i"), at.getContext()), index(0),
                                   index(trips), index(1));
    loop->setAttr(pipelineName, PipelineAttr::get(at.getContext(), 1, 0, at.getStringAttr(reason)));
    OpBuilder::InsertionGuard guard(at);
    at.setInsertionPointToStart(loop.getBody());
    body(loop.getInductionVar());
  }

  void dropArena() {
    if (!arena().use_empty())
      return;
    (void)entry.eraseArgument(entry.getNumArguments() - 1);
    SmallVector<Type> types(body().getArgumentTypes());
    entry.setType(builder.getFunctionType(types, {}));
  }

  //===-- Layers --------------------------------------------------------------------------------------------------===//

  /// Kernels of one layer become one function, which writes an array alone; the layers then overlap.
  void makeLayers() {
    std::map<int64_t, SmallVector<func::CallOp>> layers;
    for (auto call : body().getOps<func::CallOp>())
      if (auto layer = module.lookupSymbol<func::FuncOp>(call.getCallee())->getAttrOfType<IntegerAttr>(layerName))
        layers[layer.getInt()].push_back(call);
    // Behind all loads, before the stores: in the order of the layers.
    Operation *end = body().getTerminator();
    for (auto call : body().getOps<func::CallOp>())
      if (auto copy = module.lookupSymbol<func::FuncOp>(call.getCallee()); copy->hasAttr("hls.copy"))
        if (isa<BlockArgument>(call.getOperands().back())) {
          end = call;
          break;
        }
    for (auto &[number, calls] : layers) {
      if (calls.size() == 1)
        calls.front()->moveBefore(end);
      else
        makeLayer(number, calls, end);
    }
    entry->setAttr(dataflowName, builder.getUnitAttr());
  }

  void makeLayer(int64_t number, ArrayRef<func::CallOp> calls, Operation *end) {
    llvm::SetVector<Value> operands;
    for (func::CallOp call : calls)
      operands.insert_range(call.getOperands());
    OpBuilder at(entry);
    std::string name = (entry.getSymName() + "_layer_" + Twine(number)).str();
    SmallVector<Type> types;
    for (Value operand : operands)
      types.push_back(operand.getType());
    Location loc = func::CallOp(calls.back()).getLoc();
    auto layer = func::FuncOp::create(at, loc, name, at.getFunctionType(types, {}));
    layer.setPrivate();
    layer->setAttr(layerName, at.getI64IntegerAttr(number));
    Block *block = layer.addEntryBlock();
    IRMapping mapping;
    mapping.map(operands.getArrayRef(), block->getArguments());
    at.setInsertionPointToStart(block);
    for (func::CallOp call : calls)
      at.clone(*call, mapping);
    func::ReturnOp::create(at, loc);
    for (auto [index, operand] : llvm::enumerate(operands))
      if (auto most = banks.find(operand); most != banks.end())
        layer.setArgAttr(index, partitionName, PartitionAttr::get(at.getContext(), most->second));
    at.setInsertionPoint(end);
    func::CallOp::create(at, loc, layer, operands.getArrayRef());
    for (func::CallOp call : calls)
      call.erase();
  }

  ModuleOp module;
  func::FuncOp entry;
  OpBuilder builder;
  std::map<std::pair<int64_t, const void *>, Value> arrays; ///< By place in the arena and type.
  llvm::DenseMap<const void *, Value> outside;
  llvm::MapVector<Value, int64_t> banks;
};

struct BuildTopPass : public PassWrapper<BuildTopPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(BuildTopPass)
  StringRef getArgument() const override { return "hls-build-top"; }
  StringRef getDescription() const override { return "Make the function that a synthesis tool takes for its top"; }

  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<HlsDialect, arith::ArithDialect, memref::MemRefDialect, scf::SCFDialect>();
  }

  void runOnOperation() override {
    for (auto function : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (function->hasAttr("edge.arena_bytes") && !function->hasAttr(refusedName))
        if (failed(TopBuilder(getOperation(), function).run()))
          return function->setAttr(refusedName, UnitAttr::get(&getContext()));
  }
};

} // namespace

std::unique_ptr<Pass> edgecc::hls::createBuildTopPass() { return std::make_unique<BuildTopPass>(); }

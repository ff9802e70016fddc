// Coded weights: streams in the place of constants, and calls that decode them into the arena before each step.
//
// Behind the planned arena lie the decoder's tables and then a region for weights, which every step that reads coded
// ones fills anew. Nothing in it is older than the step before: steps, the threads of a step and loops in a step find
// all weights that they read in place.
#include "passes/Kernel/DecoderEmitter.h"
#include "passes/Kernel/Passes.h"

#include "dialects/Edge/LayerName.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/SymbolTable.h"

#include "llvm/ADT/MapVector.h"

namespace edgecc::kernel {
#define GEN_PASS_DEF_CODECONSTANTS
#include "passes/Kernel/Passes.h.inc"
} // namespace edgecc::kernel

using namespace mlir;
using namespace edgecc;
using namespace edgecc::kernel;

namespace {

/// Smaller constants stay as they are: the call that decodes one is as long.
constexpr int64_t minBytes = 256;
constexpr int64_t alignment = 64;

int64_t widthOf(Type element) { return element.getIntOrFloatBitWidth() / 8; }

/// A constant in coded form.
struct Coded {
  memref::GlobalOp global;
  SmallVector<OpOperand *> uses; ///< Operands of calls that are all of the constant.
  CodedConstant constant;
  int64_t streamBegin = 0; ///< Bytes.
  int64_t valuesBegin = 0; ///< Elements.
  int64_t place = 0;       ///< In the region of weights at the step being rewritten, bytes.

  Type element() const { return memref::GlobalOp(global).getType().getElementType(); }
  int64_t bytes() const { return memref::GlobalOp(global).getType().getNumElements() * widthOf(element()); }
};

/// The constants that code well, of those that only kernels called by `entry` read.
class Candidates {
public:
  Candidates(ModuleOp module, func::FuncOp entry) : module(module), entry(entry) {}

  std::vector<Coded> run() {
    gatherReads();
    std::vector<Coded> list;
    for (auto global : module.getOps<memref::GlobalOp>()) {
      Coded coded{global, {}, {}};
      std::optional<ArrayRef<char>> data = dataOf(global);
      if (!data || others.contains(global.getSymNameAttr()))
        continue;
      auto known = reads.find(global.getSymNameAttr());
      if (known == reads.end() ||
          !llvm::all_of(known->second, [&](Value read) { return gatherUses(read, coded.uses); }))
        continue;
      if (std::optional<CodedConstant> constant = codeConstant(*data, widthOf(coded.element()))) {
        coded.constant = std::move(*constant);
        list.push_back(std::move(coded));
      }
    }
    return list;
  }

private:
  void gatherReads() {
    module.walk([&](memref::GetGlobalOp get) {
      if (get->getParentOfType<func::FuncOp>() == entry)
        reads[get.getNameAttr().getAttr()].push_back(get);
      else
        others.insert(get.getNameAttr().getAttr());
    });
  }

  static std::optional<ArrayRef<char>> dataOf(memref::GlobalOp global) {
    Type element = global.getType().getElementType();
    if (!global.getConstant() || global.isUninitialized() || !global.isPrivate() || !element.isIntOrFloat() ||
        !llvm::is_contained({8, 16, 32, 64}, element.getIntOrFloatBitWidth()) ||
        !global.getType().getLayout().isIdentity())
      return std::nullopt;
    if (global.getType().getNumElements() * widthOf(element) < minBytes)
      return std::nullopt;
    Attribute value = *global.getInitialValue();
    if (auto dense = dyn_cast<DenseElementsAttr>(value))
      return dense.isSplat() ? std::nullopt : std::optional(dense.getRawData());
    auto resource = dyn_cast<DenseResourceElementsAttr>(value);
    AsmResourceBlob *blob = resource ? resource.getRawHandle().getBlob() : nullptr;
    return blob ? std::optional(blob->getData()) : std::nullopt;
  }

  /// Whether calls take `buffer`, whole and in order, and nothing else reads it.
  static bool gatherUses(Value buffer, SmallVector<OpOperand *> &uses) {
    if (!cast<MemRefType>(buffer.getType()).getLayout().isIdentity())
      return false;
    for (OpOperand &use : buffer.getUses()) {
      Operation *user = use.getOwner();
      if (isa<func::CallOp>(user))
        uses.push_back(&use);
      else if (!isa<memref::ReinterpretCastOp, memref::ExpandShapeOp, memref::CollapseShapeOp>(user) ||
               !gatherUses(user->getResult(0), uses))
        return false;
    }
    return true;
  }

  ModuleOp module;
  func::FuncOp entry;
  llvm::DenseMap<StringAttr, SmallVector<Value>> reads;
  llvm::DenseSet<StringAttr> others; ///< Constants that other functions read.
};

class Rewriter {
public:
  Rewriter(ModuleOp module, func::FuncOp entry, std::vector<Coded> constants)
      : module(module), entry(entry), constants(std::move(constants)), builder(module.getContext()) {}

  void run() {
    planRegion();
    growArena();
    makeGlobals();
    rewriteSteps();
    renumberArena();
    summarize();
    for (Coded &coded : constants)
      erase(coded.global);
  }

private:
  /// A top-level operation of the entry function, a step of the model, and what has to be decoded for it.
  struct Step {
    SmallVector<Coded *> reads;
    SmallVector<int64_t> places; ///< Of each, in the region.
    bool decodes = true;         ///< False: all of it is there from the step before.
  };

  void planRegion() {
    llvm::DenseMap<Operation *, SmallVector<Coded *>> readers;
    for (Coded &coded : constants)
      for (OpOperand *use : coded.uses) {
        SmallVector<Coded *> &list = readers[entry.front().findAncestorOpInBlock(*use->getOwner())];
        if (!llvm::is_contained(list, &coded))
          list.push_back(&coded);
      }
    llvm::SmallDenseMap<Coded *, int64_t> present;
    for (Operation &op : entry.front()) {
      auto known = readers.find(&op);
      if (known == readers.end())
        continue;
      Step step{known->second, {}};
      step.decodes = !llvm::all_of(step.reads, [&](Coded *coded) { return present.contains(coded); });
      if (step.decodes)
        present.clear();
      int64_t end = 0;
      for (Coded *coded : step.reads) {
        if (step.decodes) {
          present[coded] = end;
          end += llvm::alignTo(coded->bytes(), alignment);
        }
        step.places.push_back(present[coded]);
      }
      regionBytes = std::max(regionBytes, end);
      steps.insert({&op, std::move(step)});
    }
    for (Coded &coded : constants)
      tableBytes = std::max<int64_t>(tableBytes, llvm::alignTo(2 * coded.constant.tableEntries, alignment));
  }

  void growArena() {
    int64_t planned = cast<IntegerAttr>(entry->getAttr("edge.arena_bytes")).getInt();
    tablesAt = llvm::alignTo(planned, alignment);
    regionAt = tablesAt + tableBytes;
    int64_t bytes = regionAt + regionBytes;
    arena = entry.getArguments().back();
    arena.setType(MemRefType::get({bytes}, builder.getI8Type()));
    entry.setType(builder.getFunctionType(entry.front().getArgumentTypes(), {}));
    entry->setAttr("edge.arena_bytes", builder.getI64IntegerAttr(bytes));
  }

  memref::GlobalOp makeGlobal(StringRef name, Type element, ArrayRef<char> data) {
    int64_t elements = data.size() / widthOf(element);
    auto type = RankedTensorType::get({elements}, element);
    AsmResourceBlob blob = HeapAsmResourceBlob::allocateAndCopyWithAlign(data, alignment, /*dataIsMutable=*/true);
    auto value = DenseResourceElementsAttr::get(type, name, std::move(blob));
    return memref::GlobalOp::create(builder, NameLoc::get(builder.getStringAttr(name)),
                                    (entry.getSymName() + "_" + name).str(), builder.getStringAttr("private"),
                                    MemRefType::get({elements}, element), value, /*constant=*/true,
                                    builder.getI64IntegerAttr(alignment));
  }

  /// One constant holds all streams, and one for each element type all values.
  void makeGlobals() {
    std::vector<char> bytes;
    llvm::MapVector<Type, std::vector<char>> valueBytes;
    for (Coded &coded : constants) {
      std::vector<char> &list = valueBytes[coded.element()];
      coded.streamBegin = bytes.size();
      coded.valuesBegin = list.size() / widthOf(coded.element());
      llvm::append_range(bytes, coded.constant.stream);
      llvm::append_range(list, coded.constant.values);
    }
    bytes.insert(bytes.end(), 2, 0); // Bits are read three bytes at a time.
    builder.setInsertionPointToStart(module.getBody());
    streams = makeGlobal("streams", builder.getI8Type(), bytes);
    for (auto &[element, list] : valueBytes)
      values[element] = makeGlobal("values_" + nameOf(element), element, list);
  }

  static std::string nameOf(Type type) {
    std::string text;
    llvm::raw_string_ostream(text) << type;
    return text;
  }

  /// The decoder of a form and an element type; made when first asked for.
  func::FuncOp decoderOf(const Coded &coded) {
    static constexpr StringRef names[] = {"dense", "sparse", "positions"};
    Type element = coded.element();
    std::string name = ("decode_" + names[static_cast<int>(coded.constant.form)] + "_" + nameOf(element)).str();
    func::FuncOp &function = decoders[name];
    if (!function) {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPoint(entry);
      DecoderTypes types{streams.getType(), values[element].getType(),
                         MemRefType::get({std::max<int64_t>(1, tableBytes / 2)}, builder.getI16Type()),
                         MemRefType::get({regionBytes / widthOf(element)}, element)};
      function = emitDecoder(builder, NameLoc::get(builder.getStringAttr(name)),
                             (entry.getSymName() + "_" + name).str(), coded.constant.form, types);
    }
    return function;
  }

  Value index(int64_t value, Location loc) { return arith::ConstantIndexOp::create(builder, loc, value); }

  Value viewOfArena(Type type, int64_t begin, Location loc) {
    return memref::ViewOp::create(builder, loc, type, arena, index(begin, loc), ValueRange());
  }

  void decode(const Coded &coded, int64_t place) {
    Location loc = coded.global->getLoc();
    func::FuncOp decoder = decoderOf(coded);
    TypeRange types = decoder.getArgumentTypes();
    memref::GlobalOp valueGlobal = values[coded.element()];
    Value arguments[] = {memref::GetGlobalOp::create(builder, loc, streams.getType(), streams.getSymName()),
                         index(coded.streamBegin, loc),
                         memref::GetGlobalOp::create(builder, loc, valueGlobal.getType(), valueGlobal.getSymName()),
                         index(coded.valuesBegin, loc),
                         viewOfArena(types[4], tablesAt, loc),
                         index(0, loc),
                         viewOfArena(types[6], regionAt, loc),
                         index(place / widthOf(coded.element()), loc)};
    auto call = func::CallOp::create(builder, loc, decoder, arguments);
    decodings.insert(call);
    call->setAttr(
        "edge.step",
        builder.getDictionaryAttr(
            {builder.getNamedAttr("name", builder.getStringAttr(edge::layerName(loc))),
             builder.getNamedAttr("op", builder.getStringAttr("Decode")),
             builder.getNamedAttr("macs", builder.getI64IntegerAttr(0)),
             builder.getNamedAttr("bytes", builder.getI64IntegerAttr(coded.constant.bytes() + coded.bytes()))}));
  }

  void rewriteSteps() {
    for (auto &[op, step] : steps) {
      builder.setInsertionPoint(op);
      for (auto [coded, place] : llvm::zip_equal(step.reads, step.places))
        if (step.decodes)
          decode(*coded, place);
    }
    for (auto &[op, step] : steps)
      for (auto [coded, place] : llvm::zip_equal(step.reads, step.places))
        for (OpOperand *use : coded->uses)
          if (entry.front().findAncestorOpInBlock(*use->getOwner()) == op) {
            builder.setInsertionPoint(use->getOwner());
            use->set(viewOfArena(use->get().getType(), regionAt + place, use->getOwner()->getLoc()));
          }
  }

  /// Steps of the plan have new numbers, for decoding is a step.
  void renumberArena() {
    SmallVector<int64_t> numbers;
    int64_t next = 0, first = -1, last = 0;
    for (Operation &op : entry.front()) {
      bool isStep = isa<func::CallOp>(op) || op.getNumRegions() != 0;
      if (decodings.contains(&op)) {
        first = first < 0 ? next : first;
        ++next;
      } else if (isStep) {
        if (steps.contains(&op))
          last = next;
        numbers.push_back(next++);
      }
    }
    auto field = [&](StringRef name, Attribute value) { return builder.getNamedAttr(name, value); };
    auto number = [&](StringRef name, int64_t value) { return field(name, builder.getI64IntegerAttr(value)); };
    SmallVector<Attribute> table;
    if (auto planned = entry->getAttrOfType<ArrayAttr>("edge.arena"))
      for (auto row : planned.getAsRange<DictionaryAttr>()) {
        auto renumbered = [&](StringRef name) {
          int64_t old = row.getAs<IntegerAttr>(name).getInt();
          return number(name, old < static_cast<int64_t>(numbers.size()) ? numbers[old] : next);
        };
        table.push_back(
            builder.getDictionaryAttr({field("name", row.get("name")), field("offset", row.get("offset")),
                                       field("bytes", row.get("bytes")), renumbered("first"), renumbered("last")}));
      }
    auto add = [&](StringRef name, int64_t offset, int64_t bytes) {
      table.push_back(
          builder.getDictionaryAttr({field("name", builder.getStringAttr(name)), number("offset", offset),
                                     number("bytes", bytes), number("first", first), number("last", last)}));
    };
    add("(tables of codes)", tablesAt, tableBytes);
    add("(decoded weights)", regionAt, regionBytes);
    entry->setAttr("edge.arena", builder.getArrayAttr(table));
  }

  void summarize() {
    int64_t coded = 2, decoded = 0;
    for (const Coded &entry : constants) {
      coded += entry.constant.bytes();
      decoded += entry.bytes();
    }
    entry->setAttr("edge.coded_weights",
                   builder.getDictionaryAttr(
                       {builder.getNamedAttr("coded", builder.getI64IntegerAttr(coded)),
                        builder.getNamedAttr("decoded", builder.getI64IntegerAttr(decoded)),
                        builder.getNamedAttr("arena", builder.getI64IntegerAttr(tableBytes + regionBytes))}));
    // No plan can go below what is decoded for one step either.
    int64_t bound = cast<IntegerAttr>(entry->getAttr("edge.arena_lower_bound")).getInt();
    entry->setAttr("edge.arena_lower_bound", builder.getI64IntegerAttr(std::max(bound, regionBytes)));
  }

  void erase(memref::GlobalOp global) {
    SmallVector<Operation *> reads;
    entry.walk([&](memref::GetGlobalOp get) {
      if (get.getName() == global.getSymName())
        reads.push_back(get);
    });
    for (Operation *read : reads)
      eraseDead(read);
    global.erase();
  }

  static void eraseDead(Operation *view) {
    for (Operation *user : llvm::make_early_inc_range(view->getUsers()))
      eraseDead(user);
    view->erase();
  }

  ModuleOp module;
  func::FuncOp entry;
  std::vector<Coded> constants;
  OpBuilder builder;
  llvm::MapVector<Operation *, Step> steps;
  int64_t tableBytes = 0, regionBytes = 0, tablesAt = 0, regionAt = 0;
  BlockArgument arena;
  memref::GlobalOp streams;
  llvm::DenseMap<Type, memref::GlobalOp> values;
  llvm::StringMap<func::FuncOp> decoders;
  llvm::DenseSet<Operation *> decodings; ///< Calls of decoders.
};

struct CodeConstantsPass : public edgecc::kernel::impl::CodeConstantsBase<CodeConstantsPass> {
  using CodeConstantsBase::CodeConstantsBase;

  void runOnOperation() override {
    for (auto entry : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>())) {
      if (!entry->removeAttr("edge.code_weights"))
        continue;
      if (!refusedBy.empty()) {
        entry.emitError("coded weights are decoded into the arena by the CPU, for which target '")
            << refusedBy << "' has no form; leave out edge-code-weights, or compile for cpu or c";
        return signalPassFailure();
      }
      std::vector<Coded> constants = Candidates(getOperation(), entry).run();
      numCoded += constants.size();
      if (!constants.empty())
        Rewriter(getOperation(), entry, std::move(constants)).run();
    }
  }
};

} // namespace

// One function per step of the model, so that each can be timed alone and has a name in a profile.
#include "passes/Kernel/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"

namespace edgecc::kernel {
#define GEN_PASS_DEF_OUTLINESTEPS
#include "passes/Kernel/Passes.h.inc"
} // namespace edgecc::kernel

using namespace mlir;

namespace {

/// Clones `op` and the pure operations that it needs from the entry function.
void cloneWithOperands(OpBuilder &builder, Operation *op, IRMapping &mapping) {
  auto need = [&](Value value) {
    Operation *definition = value.getDefiningOp();
    if (definition && definition->getBlock() == op->getBlock() && !mapping.contains(value))
      cloneWithOperands(builder, definition, mapping);
  };
  op->walk([&](Operation *inner) { llvm::for_each(inner->getOperands(), need); });
  builder.clone(*op, mapping);
}

struct OutlineStepsPass : public edgecc::kernel::impl::OutlineStepsBase<OutlineStepsPass> {
  void runOnOperation() override {
    for (auto function : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (function->hasAttr("edge.arena_bytes"))
        outline(function);
  }

private:
  /// A step's description: that of its kernel, or the sum of those that a loop runs.
  static DictionaryAttr describe(Operation *step) {
    DictionaryAttr first;
    int64_t macs = 0, bytes = 0;
    step->walk([&](func::CallOp call) {
      auto description = call->getAttrOfType<DictionaryAttr>("edge.step");
      if (!description)
        return;
      if (!first)
        first = description;
      int64_t times = tripCount(call, step);
      macs += times * description.getAs<IntegerAttr>("macs").getInt();
      bytes += times * description.getAs<IntegerAttr>("bytes").getInt();
    });
    Builder builder(step->getContext());
    Attribute none = builder.getStringAttr("");
    return builder.getDictionaryAttr({builder.getNamedAttr("name", first ? first.get("name") : none),
                                      builder.getNamedAttr("op", first ? first.get("op") : none),
                                      builder.getNamedAttr("macs", builder.getI64IntegerAttr(macs)),
                                      builder.getNamedAttr("bytes", builder.getI64IntegerAttr(bytes))});
  }

  /// How often `op` runs inside `step`, by the constant bounds of the loops around it; the items of a grid are one run.
  static int64_t tripCount(Operation *op, Operation *step) {
    int64_t count = 1;
    for (Operation *at = op; at != step;) {
      at = at->getParentOp();
      auto loop = dyn_cast<scf::ForOp>(at);
      auto trips = loop && !loop->hasAttr("edge.grid") ? loop.getStaticTripCount() : std::nullopt;
      if (trips)
        count *= trips->getSExtValue();
    }
    return count;
  }

  void outline(func::FuncOp entry) {
    entry.setArgAttrsAttr(ArrayAttr()); // Names of tensors are in the summary by now.
    SmallVector<Operation *> steps;
    for (Operation &op : entry.front().without_terminator())
      if (isa<func::CallOp, memref::StoreOp>(op) || op.getNumRegions() != 0)
        steps.push_back(&op);
    OpBuilder builder(entry);
    SmallVector<func::FuncOp> functions;
    SmallVector<Attribute> descriptions;
    for (auto [number, step] : llvm::enumerate(steps)) {
      descriptions.push_back(describe(step));
      std::string name = (entry.getSymName() + "_step_" + Twine(number)).str();
      builder.setInsertionPoint(entry);
      auto function = func::FuncOp::create(builder, step->getLoc(), name, entry.getFunctionType());
      function.setPrivate();
      Block *body = function.addEntryBlock();
      IRMapping mapping;
      mapping.map(entry.getArguments(), body->getArguments());
      builder.setInsertionPointToStart(body);
      cloneWithOperands(builder, step, mapping);
      func::ReturnOp::create(builder, step->getLoc());
      functions.push_back(function);
    }
    auto terminator = entry.front().getTerminator();
    builder.setInsertionPoint(terminator);
    for (func::FuncOp function : functions)
      func::CallOp::create(builder, function.getLoc(), function, entry.getArguments());
    for (Operation *step : steps)
      step->erase();
    entry->setAttr("edge.steps", builder.getArrayAttr(descriptions));
  }
};

} // namespace

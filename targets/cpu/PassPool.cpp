// The thread pool as an argument of the model and its steps; RunOnPool.cpp uses it.
#include "targets/cpu/CpuTarget.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace {

struct PassPoolPass : public PassWrapper<PassPoolPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(PassPoolPass)
  StringRef getArgument() const override { return "cpu-pass-pool"; }
  StringRef getDescription() const override { return "Give the model and its steps the thread pool as an argument"; }

  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<LLVM::LLVMDialect>(); }

  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (function->hasAttr("edge.units")) // Attributes of this name are what LLVM's functions keep.
        function->setAttr("passthrough", ArrayAttr::get(&getContext(), StringAttr::get(&getContext(), "edgecc-split")));
      if (function->hasAttr("edge.steps"))
        passPool(function);
    }
  }

private:
  Value addPool(func::FuncOp function) {
    unsigned last = function.getNumArguments();
    (void)function.insertArgument(last, LLVM::LLVMPointerType::get(&getContext()), DictionaryAttr::get(&getContext()),
                                  function.getLoc());
    return function.getArgument(last);
  }

  void passPool(func::FuncOp entry) {
    Value pool = addPool(entry);
    for (auto call : entry.getOps<func::CallOp>()) {
      addPool(getOperation().lookupSymbol<func::FuncOp>(call.getCallee()));
      call->insertOperands(call->getNumOperands(), pool);
    }
  }
};

} // namespace

std::unique_ptr<Pass> edgecc::cpu::createPassPoolPass() { return std::make_unique<PassPoolPass>(); }

// One-shot bufferisation of functions made of kernels.
#include "passes/Memory/Passes.h"

#include "dialects/Kernel/KernelOps.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotModuleBufferize.h"
#include "mlir/Dialect/Bufferization/Transforms/Transforms.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace edgecc::memory {
#define GEN_PASS_DEF_BUFFERIZEKERNELS
#include "passes/Memory/Passes.h.inc"
} // namespace edgecc::memory

using namespace mlir;
using namespace edgecc;

namespace {

bufferization::OneShotBufferizationOptions options() {
  bufferization::OneShotBufferizationOptions options;
  options.bufferizeFunctionBoundaries = true;
  options.setFunctionBoundaryTypeConversion(bufferization::LayoutMapOption::IdentityLayoutMap);
  options.opFilter.denyOperation([](Operation *op) { return op->getParentOfType<kernel::ComputeOp>() != nullptr; });
  options.bufferAlignment = 64;
  return options;
}

struct BufferizeKernelsPass : public edgecc::memory::impl::BufferizeKernelsBase<BufferizeKernelsPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    Builder builder(module.getContext());
    for (auto function : module.getOps<func::FuncOp>())
      for (unsigned i = 0; i < function.getNumArguments(); ++i)
        function.setArgAttr(i, bufferization::BufferizationDialect::kWritableAttrName, builder.getBoolAttr(false));
    bufferization::BufferizationState state;
    if (failed(bufferization::runOneShotModuleBufferize(module, options(), state)))
      return signalPassFailure();
    for (auto function : module.getOps<func::FuncOp>())
      for (unsigned i = 0; i < function.getNumArguments(); ++i)
        function.removeArgAttr(i, bufferization::BufferizationDialect::kWritableAttrName);
  }
};

} // namespace

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
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace edgecc::memory {
#define GEN_PASS_DEF_BUFFERIZEKERNELS
#include "passes/Memory/Passes.h.inc"
} // namespace edgecc::memory

using namespace mlir;
using namespace edgecc;

namespace {

/// Whether `value` is made by writing into `destination`, so that both share one buffer.
bool writesInto(Value value, Value destination) {
  while (value != destination) {
    auto result = dyn_cast<OpResult>(value);
    if (!result)
      return false;
    if (auto insert = dyn_cast<mlir::tensor::InsertSliceOp>(result.getOwner()))
      value = insert.getDest();
    else if (auto insert = dyn_cast<mlir::tensor::InsertOp>(result.getOwner()))
      value = insert.getDest();
    else if (auto loop = dyn_cast<scf::ForOp>(result.getOwner()))
      value = loop.getTiedLoopInit(result)->get();
    else
      return false;
  }
  return true;
}

/// A loop carries each tensor in one buffer: what an iteration computes elsewhere is copied there at its end.
void settleLoopResults(scf::ForOp loop) {
  auto yield = cast<scf::YieldOp>(loop.getBody()->getTerminator());
  OpBuilder builder(yield);
  for (auto [value, carried] : llvm::zip_equal(yield.getResultsMutable(), loop.getRegionIterArgs()))
    if (isa<RankedTensorType>(carried.getType()) && !writesInto(value.get(), carried))
      value.set(bufferization::MaterializeInDestinationOp::create(builder, yield.getLoc(), value.get(), carried)
                    ->getResult(0));
}

bufferization::OneShotBufferizationOptions options() {
  bufferization::OneShotBufferizationOptions options;
  options.bufferizeFunctionBoundaries = true;
  options.setFunctionBoundaryTypeConversion(bufferization::LayoutMapOption::IdentityLayoutMap);
  // Bodies stay on tensors; a kernel that has its buffers is done, whatever its body's arguments look like.
  options.opFilter.denyOperation([](Operation *op) {
    auto kernel = dyn_cast<kernel::ComputeOp>(op);
    return op->getParentOfType<kernel::ComputeOp>() || (kernel && kernel.hasBuffers());
  });
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
    module.walk(settleLoopResults);
    bufferization::BufferizationState state;
    if (failed(bufferization::runOneShotModuleBufferize(module, options(), state)))
      return signalPassFailure();
    for (auto function : module.getOps<func::FuncOp>())
      for (unsigned i = 0; i < function.getNumArguments(); ++i)
        function.removeArgAttr(i, bufferization::BufferizationDialect::kWritableAttrName);
  }
};

} // namespace

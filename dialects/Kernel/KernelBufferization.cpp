// Bufferisation of `kernel.compute`: the operands become buffers, the body stays as it is.
#include "dialects/Kernel/KernelOps.h"
#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"

using namespace mlir;
using namespace mlir::bufferization;
using namespace edgecc::kernel;

namespace {

struct ComputeOpInterface : public DstBufferizableOpInterfaceExternalModel<ComputeOpInterface, ComputeOp> {
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand, const AnalysisState &) const {
    auto compute = cast<ComputeOp>(op);
    return !compute.getBodyBlock()->getArgument(operand.getOperandNumber()).use_empty();
  }

  bool bufferizesToMemoryWrite(Operation *op, OpOperand &operand, const AnalysisState &) const {
    return cast<DestinationStyleOpInterface>(op).isDpsInit(&operand);
  }

  bool mustBufferizeInPlace(Operation *, OpOperand &, const AnalysisState &) const { return false; }

  // An element of an input is read before the output element at the same position is written only where the code
  // generator says so; the arena planner decides about such reuse, not this analysis.
  bool bufferizesToElementwiseAccess(Operation *, const AnalysisState &, ArrayRef<OpOperand *>) const { return false; }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter, const BufferizationOptions &options,
                          BufferizationState &state) const {
    auto compute = cast<ComputeOp>(op);
    rewriter.setInsertionPoint(op);
    SmallVector<Value> inputs, outputs;
    for (OpOperand &operand : op->getOpOperands()) {
      FailureOr<Value> buffer = getBuffer(rewriter, operand.get(), options, state);
      if (failed(buffer))
        return failure();
      (compute.isDpsInit(&operand) ? outputs : inputs).push_back(*buffer);
    }
    auto onBuffers = ComputeOp::create(rewriter, op->getLoc(), TypeRange(), inputs, outputs);
    for (NamedAttribute attribute : op->getDiscardableAttrs())
      onBuffers->setDiscardableAttr(attribute.getName(), attribute.getValue());
    onBuffers.getBody().takeBody(compute.getBody());
    replaceOpWithBufferizedValues(rewriter, op, outputs);
    return success();
  }
};

} // namespace

void edgecc::kernel::registerBufferizableOpInterface(DialectRegistry &registry) {
  registry.addExtension(
      +[](MLIRContext *context, KernelDialect *) { ComputeOp::attachInterface<ComputeOpInterface>(*context); });
}

// Offsets of operands move from kernels into the calls.
#include "targets/source/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace {

struct PointToOperandsPass : public PassWrapper<PointToOperandsPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(PointToOperandsPass)
  StringRef getArgument() const override { return "source-point-to-operands"; }
  StringRef getDescription() const override { return "Pass kernels pointers to the first elements of their operands"; }

  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, memref::MemRefDialect>();
  }

  void runOnOperation() override {
    SmallVector<func::FuncOp> kernels;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr("edge.operands"))
        kernels.push_back(function);
    for (func::FuncOp kernel : kernels)
      rewrite(kernel);
  }

private:
  /// The arguments of a kernel are pairs of a buffer and an index.
  void rewrite(func::FuncOp kernel) {
    unsigned operands = kernel.getNumArguments() / 2;
    OpBuilder builder(&kernel.front(), kernel.front().begin());
    Value zero = arith::ConstantIndexOp::create(builder, kernel.getLoc(), 0);
    auto layout = StridedLayoutAttr::get(builder.getContext(), ShapedType::kDynamic, {1});
    llvm::BitVector offsets(kernel.getNumArguments());
    for (unsigned i = 0; i < operands; ++i) {
      BlockArgument buffer = kernel.getArgument(2 * i);
      auto type = cast<MemRefType>(buffer.getType());
      buffer.setType(MemRefType::get(type.getShape(), type.getElementType(), layout));
      kernel.getArgument(2 * i + 1).replaceAllUsesWith(zero);
      offsets.set(2 * i + 1);
    }
    kernel.front().eraseArguments(offsets);
    kernel.setType(builder.getFunctionType(kernel.front().getArgumentTypes(), {}));
    auto uses = SymbolTable::getSymbolUses(kernel, getOperation());
    for (SymbolTable::SymbolUse use : *uses)
      point(cast<func::CallOp>(use.getUser()), kernel, layout);
  }

  void point(func::CallOp call, func::FuncOp kernel, StridedLayoutAttr layout) {
    OpBuilder builder(call);
    SmallVector<Value> arguments;
    for (auto [index, parameter] : llvm::enumerate(kernel.getArgumentTypes())) {
      auto type = cast<MemRefType>(parameter);
      Value buffer = call.getOperand(2 * index), offset = call.getOperand(2 * index + 1);
      arguments.push_back(
          memref::ReinterpretCastOp::create(builder, call.getLoc(), type, buffer, OpFoldResult(offset),
                                            ArrayRef<OpFoldResult>{builder.getIndexAttr(type.getNumElements())},
                                            ArrayRef<OpFoldResult>{builder.getIndexAttr(1)}));
    }
    call->setOperands(arguments);
  }
};

} // namespace

std::unique_ptr<Pass> edgecc::source::createPointToOperandsPass() { return std::make_unique<PointToOperandsPass>(); }

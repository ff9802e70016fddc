// The kernel IR in the LLVM dialect, by upstream's patterns in one conversion: all of them must agree on the width of
// `index`, which upstream's separate passes do not for 32-bit machines (the vector pass assumes 64 bits).
#include "targets/cpu/CpuTarget.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVM.h"
#include "mlir/Conversion/IndexToLLVM/IndexToLLVM.h"
#include "mlir/Conversion/LLVMCommon/ConversionTarget.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVM.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/Transforms/LoweringPatterns.h"
#include "mlir/Transforms/DialectConversion.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace {

struct ConvertToLlvmPass : public PassWrapper<ConvertToLlvmPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ConvertToLlvmPass)
  explicit ConvertToLlvmPass(unsigned indexBits) : indexBits(indexBits) {}
  StringRef getArgument() const override { return "cpu-convert-to-llvm"; }
  StringRef getDescription() const override { return "Convert the kernel IR to the LLVM dialect"; }
  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<LLVM::LLVMDialect>(); }

  void runOnOperation() override {
    MLIRContext *context = &getContext();
    RewritePatternSet simpler(context);
    vector::populateVectorBroadcastLoweringPatterns(simpler);
    vector::populateVectorFromElementsUnrollPatterns(simpler);
    arith::populateArithExpandOpsPatterns(simpler);
    arith::populateExpandBFloat16Patterns(simpler); // Else a call of the compiler's library for each element.
    if (failed(applyPatternsGreedily(getOperation(), std::move(simpler))))
      return signalPassFailure();

    LowerToLLVMOptions options(context);
    options.useBarePtrCallConv = true;
    options.overrideIndexBitwidth(indexBits);
    LLVMTypeConverter converter(context, options);
    RewritePatternSet patterns(context);
    arith::populateArithToLLVMConversionPatterns(converter, patterns);
    cf::populateControlFlowToLLVMConversionPatterns(converter, patterns);
    index::populateIndexToLLVMConversionPatterns(converter, patterns);
    populateFinalizeMemRefToLLVMConversionPatterns(converter, patterns);
    populateFuncToLLVMConversionPatterns(converter, patterns);
    populateMathToLLVMConversionPatterns(converter, patterns);
    populateVectorToLLVMConversionPatterns(converter, patterns, /*reassociateFPReductions=*/true,
                                           /*force32BitVectorIndices=*/indexBits == 32);
    LLVMConversionTarget target(*context);
    target.addLegalOp<ModuleOp>();
    if (failed(applyPartialConversion(getOperation(), target, std::move(patterns))))
      signalPassFailure();
  }

  unsigned indexBits;
};

} // namespace

std::unique_ptr<Pass> edgecc::cpu::createConvertToLlvmPass(unsigned indexBits) {
  return std::make_unique<ConvertToLlvmPass>(indexBits);
}

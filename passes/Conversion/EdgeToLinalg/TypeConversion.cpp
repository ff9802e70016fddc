// The type converter, and patterns that carry converted types through functions, scf and tensor ops.
#include "dialects/Edge/EdgeDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Func/Transforms/FuncConversions.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/Patterns.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "passes/Conversion/EdgeToLinalg/EdgeToLinalg.h"
#include "passes/Conversion/EdgeToLinalg/LinalgBuilders.h"

using namespace mlir;

namespace edgecc::edge_to_linalg {

EdgeTypeConverter::EdgeTypeConverter() {
  // Tried last to first. A scalar i1 stays: it is the condition of a branch.
  addConversion([](Type type) { return type; });
  addConversion([](IntegerType type) -> Type { return type.isUnsigned() ? storageType(type) : type; });
  addConversion([](RankedTensorType type) -> Type { return storageType(type); });
}

namespace {

/// Reads a boolean, which is stored as an i8, as the i1 that a branch needs.
struct ConvertBoolExtract : OpConversionPattern<tensor::ExtractOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(tensor::ExtractOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    if (!op.getType().isInteger(1))
      return failure();
    Value stored = tensor::ExtractOp::create(rewriter, op.getLoc(), adaptor.getTensor(), adaptor.getIndices());
    Value zero = arith::ConstantOp::create(rewriter, op.getLoc(), rewriter.getZeroAttr(stored.getType()));
    rewriter.replaceOpWithNewOp<arith::CmpIOp>(op, arith::CmpIPredicate::ne, stored, zero);
    return success();
  }
};

struct ConvertBoolFromElements : OpConversionPattern<tensor::FromElementsOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(tensor::FromElementsOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    if (!op.getType().getElementType().isInteger(1))
      return failure();
    RankedTensorType type = storageType(cast<RankedTensorType>(op.getType()));
    SmallVector<Value> elements;
    for (Value element : adaptor.getElements())
      elements.push_back(arith::ExtUIOp::create(rewriter, op.getLoc(), type.getElementType(), element));
    rewriter.replaceOpWithNewOp<tensor::FromElementsOp>(op, type, elements);
    return success();
  }
};

/// Any other op takes the converted types as they are: same name, attributes and regions.
struct ConvertTypesOfOp : ConversionPattern {
  ConvertTypesOfOp(const TypeConverter &types, MLIRContext *context)
      : ConversionPattern(types, MatchAnyOpTypeTag(), /*benefit=*/0, context) {}

  LogicalResult matchAndRewrite(Operation *op, ArrayRef<Value> operands,
                                ConversionPatternRewriter &rewriter) const override {
    if (isa<edge::EdgeDialect>(op->getDialect()) || isa<FunctionOpInterface>(op) ||
        op->hasTrait<OpTrait::ConstantLike>())
      return failure();
    SmallVector<Type> resultTypes;
    if (failed(getTypeConverter()->convertTypes(op->getResultTypes(), resultTypes)))
      return failure();
    OperationState state(op->getLoc(), op->getName(), operands, resultTypes);
    state.addAttributes(llvm::to_vector(op->getDiscardableAttrs()));
    state.addSuccessors(op->getSuccessors());
    state.propertiesAttr = op->getPropertiesAsAttribute();
    for (unsigned i = 0; i < op->getNumRegions(); ++i)
      state.addRegion();
    Operation *converted = rewriter.create(state);
    for (auto [from, to] : llvm::zip_equal(op->getRegions(), converted->getRegions())) {
      rewriter.inlineRegionBefore(from, to, to.end());
      if (failed(rewriter.convertRegionTypes(&to, *getTypeConverter())))
        return failure();
    }
    rewriter.replaceOp(op, converted->getResults());
    return success();
  }
};

} // namespace

void populateTypeConversion(const TypeConverter &types, RewritePatternSet &patterns, ConversionTarget &target) {
  MLIRContext *context = patterns.getContext();
  populateFunctionOpInterfaceTypeConversionPattern<func::FuncOp>(patterns, types);
  populateCallOpTypeConversionPattern(patterns, types);
  populateReturnOpTypeConversionPattern(patterns, types);
  scf::populateSCFStructuralTypeConversionsAndLegality(types, patterns, target);
  patterns.add<ConvertBoolExtract, ConvertBoolFromElements>(types, context);
  patterns.add<ConvertTypesOfOp>(types, context);

  target.addLegalOp<ModuleOp>();
  target.addDynamicallyLegalOp<func::FuncOp>([&types](func::FuncOp op) {
    return types.isSignatureLegal(op.getFunctionType()) && types.isLegal(&op.getBody());
  });
  target.markUnknownOpDynamicallyLegal([&types](Operation *op) {
    auto isLegalRegion = [&](Region &region) { return types.isLegal(&region); };
    return types.isLegal(op) && llvm::all_of(op->getRegions(), isLegalRegion);
  });
}

} // namespace edgecc::edge_to_linalg

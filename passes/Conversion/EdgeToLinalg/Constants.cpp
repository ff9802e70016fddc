// Lowering of constants: the same data under the storage type.
#include "dialects/Edge/EdgeOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "passes/Conversion/EdgeToLinalg/EdgeToLinalg.h"
#include "passes/Conversion/EdgeToLinalg/LinalgBuilders.h"

using namespace mlir;
using namespace edgecc::edge;

namespace edgecc::edge_to_linalg {
namespace {

/// Booleans are one bit each in dense attributes but one byte each in resources; all other data stays as it is.
TypedAttr storageAttr(ElementsAttr value) {
  auto type = cast<RankedTensorType>(value.getType());
  RankedTensorType stored = storageType(type);
  if (type == stored)
    return value;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value))
    return DenseResourceElementsAttr::get(stored, resource.getRawHandle());
  auto dense = dyn_cast<DenseElementsAttr>(value);
  if (!dense)
    return {};
  if (!type.getElementType().isInteger(1))
    return dense.bitcast(stored.getElementType());
  return cast<DenseIntElementsAttr>(dense).mapValues(stored.getElementType(),
                                                     [](const APInt &bit) { return bit.zext(8); });
}

struct ConvertConstant : OpConversionPattern<ConstantOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ConstantOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    TypedAttr stored = storageAttr(op.getValue());
    if (!stored)
      return op.emitOpError("holds neither dense nor dense_resource data");
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(op, stored);
    return success();
  }
};

} // namespace

void populateConstants(const TypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<ConvertConstant>(types, patterns.getContext());
}

} // namespace edgecc::edge_to_linalg

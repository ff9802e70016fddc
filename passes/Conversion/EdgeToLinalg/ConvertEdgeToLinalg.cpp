// The pass `convert-edge-to-linalg`: one dialect conversion over the module with the patterns of every operator family.
#include "dialects/Edge/EdgeDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "passes/Conversion/EdgeToLinalg/EdgeToLinalg.h"
#include "passes/Conversion/EdgeToLinalg/LinalgBuilders.h"
#include "passes/Conversion/Passes.h"

using namespace mlir;
using namespace edgecc::edge_to_linalg;

namespace edgecc {
#define GEN_PASS_DEF_CONVERTEDGETOLINALG
#include "passes/Conversion/Passes.h.inc"
} // namespace edgecc

namespace {

/// An op whose results hold no element needs no computation; the other patterns may count on elements.
struct ConvertEmptyResults : ConversionPattern {
  ConvertEmptyResults(const TypeConverter &types, MLIRContext *context)
      : ConversionPattern(types, MatchAnyOpTypeTag(), /*benefit=*/10, context) {}

  LogicalResult matchAndRewrite(Operation *op, ArrayRef<Value> operands,
                                ConversionPatternRewriter &rewriter) const override {
    if (!isa<edgecc::edge::EdgeDialect>(op->getDialect()) || op->getNumResults() == 0)
      return failure();
    auto isEmpty = [](Type type) { return cast<RankedTensorType>(type).getNumElements() == 0; };
    if (!llvm::all_of(op->getResultTypes(), isEmpty))
      return rewriter.notifyMatchFailure(op, "some result has elements");
    SmallVector<Value> results;
    for (Type type : op->getResultTypes()) {
      RankedTensorType stored = storageType(cast<RankedTensorType>(type));
      results.push_back(emptyTensor(rewriter, op->getLoc(), stored.getShape(), stored.getElementType()));
    }
    rewriter.replaceOp(op, results);
    return success();
  }
};

/// Constants whose data went into bodies or reshaped constants have no reader any more.
void eraseDeadConstants(ModuleOp module) {
  SmallVector<Operation *> dead;
  module.walk([&](Operation *op) {
    if (isa<arith::ConstantOp, tensor::EmptyOp>(op) && op->use_empty())
      dead.push_back(op);
  });
  for (Operation *op : dead)
    op->erase();
}

struct ConvertEdgeToLinalg : edgecc::impl::ConvertEdgeToLinalgBase<ConvertEdgeToLinalg> {
  void runOnOperation() override {
    MLIRContext *context = &getContext();
    EdgeTypeConverter types;
    RewritePatternSet patterns(context);
    ConversionTarget target(*context);
    target.addIllegalDialect<edgecc::edge::EdgeDialect>();
    patterns.add<ConvertEmptyResults>(types, context);
    populateTypeConversion(types, patterns, target);
    populateConstants(types, patterns);
    populateElementwise(types, patterns);
    populateShapes(types, patterns);
    populateMovement(types, patterns);
    populateReductions(types, patterns);
    populateContractions(types, patterns);
    populateWindows(types, patterns);
    populateConvTranspose(types, patterns);
    populateResize(types, patterns);
    populateGather(types, patterns);
    populateScans(types, patterns);
    populateRecurrent(types, patterns);
    ConversionConfig config;
    config.foldingMode = DialectConversionFoldingMode::Never; // constants are folded before, where it is asked for
    if (failed(applyFullConversion(getOperation(), target, std::move(patterns), config)))
      return signalPassFailure();
    eraseDeadConstants(getOperation());
  }
};

} // namespace

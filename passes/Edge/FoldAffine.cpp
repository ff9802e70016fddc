// Folding of scales and shifts per output channel into constant weights. Scales move before shifts,
//   (x * w + b) * s = x * (w * s) + b * s,
// so that at most one addition is left behind each product.
#include "dialects/Edge/ConstantData.h"
#include "dialects/Edge/EdgeOps.h"
#include "passes/Edge/Passes.h"

#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace edgecc::edge {
#define GEN_PASS_DEF_FOLDAFFINE
#include "passes/Edge/Passes.h.inc"
} // namespace edgecc::edge

using namespace mlir;
using namespace edgecc::edge;

namespace {

bool isConstant(Value value) { return matchPattern(value, m_Constant()); }

/// The operand that holds the constant weights of a product whose output channels are their last dimension.
OpOperand *weightsOf(Operation *op) {
  OpOperand *weights = nullptr;
  if (auto conv = dyn_cast_or_null<ConvOp>(op))
    weights = &conv.getFilterMutable();
  else if (auto conv = dyn_cast_or_null<ConvTransposeOp>(op); conv && conv.getGroup() == 1)
    weights = &conv.getFilterMutable();
  else if (auto matmul = dyn_cast_or_null<MatMulOp>(op))
    weights = &matmul.getRhsMutable();
  if (!weights || !isConstant(weights->get()))
    return nullptr;
  auto type = cast<RankedTensorType>(weights->get().getType());
  bool isFloat = type.getElementType().isF32() || type.getElementType().isF16();
  return isFloat && type.getNumElements() <= maxFoldedElements ? weights : nullptr;
}

/// Whether `value` is a constant that varies along the last dimension at most.
bool isChannelConstant(Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  return isConstant(value) && (type.getRank() <= 1 || type.getNumElements() == type.getShape().back());
}

/// Such a constant as a scalar or a vector of channels.
Value asChannels(PatternRewriter &rewriter, Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  if (type.getRank() <= 1)
    return value;
  return rewriter.createOrFold<ReshapeOp>(value.getLoc(), type.clone({type.getShape().back()}), value);
}

/// A binary operation of a value and a channel constant that keeps the type of the value.
struct Affine {
  Value input, constant;
  /// Whether the constant is the left operand.
  bool reversed = false;
};

template <typename OpTy> std::optional<Affine> matchAffine(OpTy op) {
  if (!op)
    return std::nullopt;
  bool reversed = isConstant(op.getLhs());
  Affine affine{op.getLhs(), op.getRhs(), reversed};
  if (reversed)
    std::swap(affine.input, affine.constant);
  if (affine.input.getType() != op.getType() || !isChannelConstant(affine.constant))
    return std::nullopt;
  return affine;
}

/// mul or div of a product, or of a product and its bias -> scaled weights (and bias)
template <typename OpTy> struct FoldScale : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;
  LogicalResult matchAndRewrite(OpTy op, PatternRewriter &rewriter) const override {
    std::optional<Affine> scale = matchAffine(op);
    if (!scale || (std::is_same_v<OpTy, DivOp> && scale->reversed) || !scale->input.hasOneUse())
      return rewriter.notifyMatchFailure(op, "no scale by a constant per channel");
    if (llvm::any_of(op->getUsers(), llvm::IsaPred<RoundOp>))
      return rewriter.notifyMatchFailure(op, "its result is quantised: another last bit may be another integer");
    std::optional<Affine> shift = matchAffine(scale->input.template getDefiningOp<AddOp>());
    Value product = shift ? shift->input : scale->input;
    OpOperand *weights = weightsOf(product.getDefiningOp());
    if (!weights || !product.hasOneUse())
      return rewriter.notifyMatchFailure(op, "no product by constant weights, or one with more uses");

    Value factors = asChannels(rewriter, scale->constant);
    Value scaled = rewriter.createOrFold<OpTy>(op.getLoc(), weights->get(), factors);
    Operation *newProduct = rewriter.clone(*weights->getOwner());
    rewriter.modifyOpInPlace(newProduct, [&] { newProduct->setOperand(weights->getOperandNumber(), scaled); });
    if (!shift) {
      rewriter.replaceOp(op, newProduct->getResult(0));
      return success();
    }
    Value bias = rewriter.createOrFold<OpTy>(op.getLoc(), asChannels(rewriter, shift->constant), factors);
    rewriter.replaceOpWithNewOp<AddOp>(op, newProduct->getResult(0), bias);
    return success();
  }
};

/// An addition to a product and its bias -> one bias
struct MergeShifts : OpRewritePattern<AddOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(AddOp op, PatternRewriter &rewriter) const override {
    std::optional<Affine> outer = matchAffine(op);
    if (!outer || !outer->input.hasOneUse())
      return rewriter.notifyMatchFailure(op, "no shift by a constant per channel");
    std::optional<Affine> inner = matchAffine(outer->input.getDefiningOp<AddOp>());
    if (!inner || !weightsOf(inner->input.getDefiningOp()))
      return rewriter.notifyMatchFailure(op, "the input is no product with a bias");
    Value bias = rewriter.createOrFold<AddOp>(op.getLoc(), asChannels(rewriter, inner->constant),
                                              asChannels(rewriter, outer->constant));
    rewriter.replaceOpWithNewOp<AddOp>(op, inner->input, bias);
    return success();
  }
};

/// product - constant -> product + -constant
struct SubtractionToAddition : OpRewritePattern<SubOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(SubOp op, PatternRewriter &rewriter) const override {
    std::optional<Affine> shift = matchAffine(op);
    if (!shift || shift->reversed)
      return rewriter.notifyMatchFailure(op, "no shift by a constant per channel");
    Value base = shift->input;
    if (std::optional<Affine> inner = matchAffine(base.getDefiningOp<AddOp>()))
      base = inner->input;
    if (!weightsOf(base.getDefiningOp()))
      return rewriter.notifyMatchFailure(op, "the input is no product by constant weights");
    Value negated = rewriter.createOrFold<NegOp>(op.getLoc(), asChannels(rewriter, shift->constant));
    rewriter.replaceOpWithNewOp<AddOp>(op, shift->input, negated);
    return success();
  }
};

struct FoldAffine : edgecc::edge::impl::FoldAffineBase<FoldAffine> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FoldScale<MulOp>, FoldScale<DivOp>, MergeShifts, SubtractionToAddition>(&getContext());
    int64_t before = countAffine();
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
    numFolded += before - countAffine();
  }

private:
  int64_t countAffine() {
    int64_t count = 0;
    getOperation().walk([&](Operation *op) { count += isa<MulOp, DivOp, AddOp, SubOp>(op); });
    return count;
  }
};

} // namespace

// Pads in front of window operations become pads of these, where the padded value is what the operation itself assumes.
#include "dialects/Edge/ConstantData.h"
#include "dialects/Edge/EdgeOps.h"
#include "passes/Edge/Passes.h"

#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include <limits>

namespace edgecc::edge {
#define GEN_PASS_DEF_FUSEPAD
#include "passes/Edge/Passes.h.inc"
} // namespace edgecc::edge

using namespace mlir;
using namespace edgecc::edge;

namespace {

/// The value that a pad of spatial dimensions only writes.
std::optional<double> spatialPadValue(PadOp pad) {
  if (!pad || pad.getMode() != PadMode::constant || pad.getType().getRank() < 3)
    return std::nullopt;
  for (ArrayRef<int64_t> pads : {pad.getLow(), pad.getHigh()})
    if (pads.front() != 0 || pads.back() != 0)
      return std::nullopt;
  Attribute value;
  if (!matchPattern(pad.getValue(), m_Constant(&value)))
    return std::nullopt;
  std::optional<ConstantData> data = ConstantData::read(value);
  return data ? std::optional(data->number(0)) : std::nullopt;
}

/// `pads` of a window operation, all begins and then all ends, enlarged by those of `pad`.
SmallVector<int64_t> joinedPads(ArrayRef<int64_t> pads, PadOp pad) {
  SmallVector<int64_t> joined(pads);
  size_t spatial = pads.size() / 2;
  for (size_t d = 0; d < spatial; ++d) {
    joined[d] += pad.getLow()[d + 1];
    joined[spatial + d] += pad.getHigh()[d + 1];
  }
  return joined;
}

/// Lets `op` read what `pad` reads.
template <typename OpTy> void takePads(OpTy op, PadOp pad, PatternRewriter &rewriter) {
  rewriter.modifyOpInPlace(op, [&] {
    op.setPads(joinedPads(op.getPads(), pad));
    op.getInputMutable().assign(pad.getInput());
  });
}

/// pad, then a reshape that adds dimensions of size 1 before a window operation -> reshape, then pad. So do models that
/// compute in one dimension what their framework offers in two.
struct PadBehindReshape : OpRewritePattern<ReshapeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ReshapeOp op, PatternRewriter &rewriter) const override {
    auto pad = op.getInput().getDefiningOp<PadOp>();
    if (!pad || pad.getMode() != PadMode::constant || !pad->hasOneUse())
      return rewriter.notifyMatchFailure(op, "the input is no pad by a constant with one use");
    if (!llvm::all_of(op->getUsers(), [](Operation *user) { return isa<ConvOp, MaxPoolOp, AvgPoolOp>(user); }))
      return rewriter.notifyMatchFailure(op, "users other than window operations");
    ArrayRef<int64_t> from = pad.getType().getShape();
    SmallVector<int64_t> shape, low, high;
    size_t next = 0;
    for (int64_t size : op.getType().getShape()) {
      bool added = size == 1 && (next == from.size() || from[next] != 1);
      if (!added && (next == from.size() || from[next] != size))
        return rewriter.notifyMatchFailure(op, "the reshape does more than add dimensions of size 1");
      shape.push_back(added ? 1 : pad.getInput().getType().getDimSize(next));
      low.push_back(added ? 0 : pad.getLow()[next]);
      high.push_back(added ? 0 : pad.getHigh()[next]);
      next += !added;
    }
    if (next != from.size())
      return rewriter.notifyMatchFailure(op, "the reshape drops dimensions");
    Value input = ReshapeOp::create(rewriter, op.getLoc(), op.getType().clone(shape), pad.getInput());
    rewriter.replaceOpWithNewOp<PadOp>(op, op.getType(), input, pad.getValue(), low, high, pad.getMode());
    return success();
  }
};

struct FusePadIntoConv : OpRewritePattern<ConvOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ConvOp op, PatternRewriter &rewriter) const override {
    auto pad = op.getInput().getDefiningOp<PadOp>();
    if (spatialPadValue(pad) != 0.0)
      return rewriter.notifyMatchFailure(op, "the input is not padded by zeros in spatial dimensions only");
    takePads(op, pad, rewriter);
    return success();
  }
};

bool isNonNegative(Value value) {
  if (auto clip = value.getDefiningOp<MinOp>()) // ReLU6: both operands of a minimum have to be.
    return isNonNegative(clip.getLhs()) && isNonNegative(clip.getRhs());
  Attribute attr;
  if (matchPattern(value, m_Constant(&attr))) {
    std::optional<ConstantData> data = ConstantData::read(attr);
    return data && data->isSplat() && data->number(0) >= 0;
  }
  return value.getDefiningOp<ReluOp>() || value.getDefiningOp<SigmoidOp>();
}

/// Whether each window reads at least one element of the input, which then wins over the padding.
bool windowsMeetInput(ArrayRef<int64_t> pads, ArrayRef<int64_t> kernel) {
  for (auto [index, size] : llvm::enumerate(pads))
    if (size >= kernel[index % kernel.size()])
      return false;
  return true;
}

struct FusePadIntoMaxPool : OpRewritePattern<MaxPoolOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MaxPoolOp op, PatternRewriter &rewriter) const override {
    auto pad = op.getInput().getDefiningOp<PadOp>();
    std::optional<double> value = spatialPadValue(pad);
    if (!value)
      return rewriter.notifyMatchFailure(op, "the input is not padded in spatial dimensions only");
    bool dilated = llvm::any_of(op.getDilations(), [](int64_t dilation) { return dilation != 1; });
    bool zeroLoses = *value == 0 && isNonNegative(pad.getInput());
    if (dilated || !windowsMeetInput(joinedPads(op.getPads(), pad), op.getKernel()))
      return rewriter.notifyMatchFailure(op, "a window could lie in the padding alone");
    if (*value > std::numeric_limits<float>::lowest() && !zeroLoses)
      return rewriter.notifyMatchFailure(op, "the padding could win the maximum");
    takePads(op, pad, rewriter);
    return success();
  }
};

struct FusePadIntoAvgPool : OpRewritePattern<AvgPoolOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(AvgPoolOp op, PatternRewriter &rewriter) const override {
    auto pad = op.getInput().getDefiningOp<PadOp>();
    if (spatialPadValue(pad) != 0.0)
      return rewriter.notifyMatchFailure(op, "the input is not padded by zeros in spatial dimensions only");
    bool unpadded = llvm::all_of(op.getPads(), [](int64_t size) { return size == 0; });
    if (!op.getCountIncludePad() && !unpadded)
      return rewriter.notifyMatchFailure(op, "the divisor counts the pad but not the pooling's own padding");
    takePads(op, pad, rewriter);
    op.setCountIncludePad(true);
    return success();
  }
};

struct FusePad : edgecc::edge::impl::FusePadBase<FusePad> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<PadBehindReshape, FusePadIntoConv, FusePadIntoMaxPool, FusePadIntoAvgPool>(&getContext());
    int64_t before = countPads();
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
    numFused += before - countPads();
  }

private:
  int64_t countPads() {
    int64_t count = 0;
    getOperation().walk([&](PadOp) { ++count; });
    return count;
  }
};

} // namespace

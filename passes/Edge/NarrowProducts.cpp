// Products of quantised values as products of narrow integers:
//   sum((q - z) * w) = sum(q * w) - z * sum(w),
// where sum(w), for each output channel, is known at compile time.
#include "passes/Edge/Passes.h"
#include "passes/Edge/QuantizedOperands.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace edgecc::edge {
#define GEN_PASS_DEF_NARROWPRODUCTS
#include "passes/Edge/Passes.h.inc"
} // namespace edgecc::edge

using namespace mlir;
using namespace edgecc::edge;

namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

ConstantOp createConstant(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape, Type element,
                          ArrayRef<int64_t> values) {
  ConstantBuffer buffer(RankedTensorType::get(shape, element));
  withStorageType(element, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (std::is_integral_v<T>)
      llvm::transform(values, buffer.as<T>(), [](int64_t value) { return static_cast<T>(value); });
  });
  return ConstantOp::create(builder, loc, buffer.finish());
}

/// What a target multiplies fastest.
struct Preference {
  bool isUnsigned = false, isSigned = false;
};

/// The bytes of `quantized` with the other signedness, 128 away, and the zero point with them.
void changeSignedness(OpBuilder &builder, Location loc, QuantizedValue &quantized) {
  bool toUnsigned = !typeOf(quantized.value).getElementType().isUnsignedInteger();
  int64_t distance = toUnsigned ? 128 : -128;
  Type wide = builder.getI16Type(), byte = builder.getIntegerType(8);
  if (toUnsigned)
    byte = IntegerType::get(builder.getContext(), 8, IntegerType::Unsigned);
  Value shift = createConstant(builder, loc, {}, wide, distance);
  auto moved = [&](Value value) -> Value {
    RankedTensorType type = typeOf(value);
    Value result = CastOp::create(builder, loc, type.clone(wide), value);
    result = AddOp::create(builder, loc, result, shift);
    return CastOp::create(builder, loc, type.clone(byte), result);
  };
  quantized.value = moved(quantized.value);
  if (quantized.zero)
    quantized.zero = moved(quantized.zero);
  else
    quantized.knownZero += distance;
}

bool isDepthwise(ConvOp op) { return op.getFilter().getType().getShape().drop_back().back() == 1 && op.getGroup() > 1; }
bool isDepthwise(MatMulOp) { return false; }

/// Whether the sums of one output channel are over one run of its weights, the last dimension being the channel.
bool hasChannelWeights(ConvOp) { return true; }
bool hasChannelWeights(MatMulOp op) { return op.getRhs().getType().getRank() == 2; }

bool isPadded(ConvOp op) {
  return llvm::any_of(op.getPads(), [](int64_t pad) { return pad != 0; });
}
bool isPadded(MatMulOp) { return false; }

/// Writes the zero point where the convolution would assume 0.
void padByZeroPoint(OpBuilder &builder, ConvOp op, QuantizedValue &quantized) {
  size_t spatial = op.getPads().size() / 2;
  SmallVector<int64_t> low{0}, high{0};
  llvm::append_range(low, op.getPads().take_front(spatial));
  llvm::append_range(high, op.getPads().drop_front(spatial));
  low.push_back(0);
  high.push_back(0);
  Location loc = op.getLoc();
  Type element = typeOf(quantized.value).getElementType();
  Value value = quantized.zero
                    ? builder.createOrFold<ReshapeOp>(loc, RankedTensorType::get({}, element), quantized.zero)
                    : createConstant(builder, loc, {}, element, quantized.knownZero).getResult();
  quantized.value = PadOp::create(builder, loc, quantized.value, value, low, high, PadMode::constant);
  op.setPads(SmallVector<int64_t>(op.getPads().size(), 0));
}
void padByZeroPoint(OpBuilder &, MatMulOp, QuantizedValue &) {}

/// The largest distance of `element` from a zero point.
int64_t largestDistance(Type element, const QuantizedValue &quantized) {
  int64_t size = int64_t(1) << element.getIntOrFloatBitWidth();
  if (quantized.zero)
    return size - 1;
  int64_t lowest = element.isUnsignedInteger() ? 0 : -size / 2;
  return std::max(quantized.knownZero - lowest, lowest + size - 1 - quantized.knownZero);
}

template <typename OpTy> struct NarrowProduct : OpRewritePattern<OpTy> {
  NarrowProduct(MLIRContext *context, Preference preference)
      : OpRewritePattern<OpTy>(context), preference(preference) {}

  LogicalResult matchAndRewrite(OpTy op, PatternRewriter &rewriter) const override {
    Type element = op.getType().getElementType();
    bool isReal = element.isF32();
    if ((!isReal && !element.isInteger(32)) || typeOf(op->getOperand(1)).getElementType() != element)
      return rewriter.notifyMatchFailure(op, "neither i32 nor f32, or narrow already");
    if (!hasChannelWeights(op))
      return rewriter.notifyMatchFailure(op, "weights of several matrices");
    std::optional<IntegerWeights> weights = integerWeights(op->getOperand(1));
    if (!weights)
      return rewriter.notifyMatchFailure(op, "the weights are no constant integers of 16 bits at most");
    std::optional<QuantizedValue> quantized = matchQuantized(op->getOperand(0));
    if (!quantized)
      return rewriter.notifyMatchFailure(op, "the input is made of no narrow integers");
    Type narrow = typeOf(quantized->value).getElementType();
    // Sums of f32 do not wrap; those of i32 do so alike with and without zero points.
    if (isReal && largestDistance(narrow, *quantized) * *llvm::max_element(weights->sizes) > INT32_MAX)
      return rewriter.notifyMatchFailure(op, "sums may not fit i32");

    Location loc = op.getLoc();
    reorderNarrow(rewriter, *quantized);
    bool isByte = narrow.isInteger(8) && weights->bits == 8;
    bool changes = narrow.isUnsignedInteger() ? preference.isSigned : preference.isUnsigned;
    if (isByte && changes && !isDepthwise(op))
      changeSignedness(rewriter, loc, *quantized);
    auto product = cast<OpTy>(rewriter.clone(*op));
    bool hasZero = quantized->zero || quantized->knownZero != 0;
    if (hasZero && isPadded(op))
      padByZeroPoint(rewriter, product, *quantized);
    Value filter = createConstant(rewriter, loc, typeOf(op->getOperand(1)).getShape(),
                                  rewriter.getIntegerType(weights->bits), weights->values);
    product->setOperands({quantized->value, filter});
    product->getResult(0).setType(op.getType().clone(rewriter.getI32Type()));
    product->moveBefore(op);
    Value result = product;
    if (hasZero)
      result = SubOp::create(rewriter, loc, result, zeroPointSums(rewriter, loc, *quantized, *weights));
    if (isReal)
      result = scaled(rewriter, loc, result, *quantized, *weights);
    rewriter.replaceOp(op, result);
    return success();
  }

private:
  /// What the zero point adds to the sums of each channel.
  static Value zeroPointSums(OpBuilder &builder, Location loc, const QuantizedValue &quantized,
                             const IntegerWeights &weights) {
    int64_t channels = weights.sums.size();
    SmallVector<int64_t> sums{ArrayRef<int64_t>(weights.sums)};
    if (!quantized.zero)
      for (int64_t &sum : sums)
        sum *= quantized.knownZero;
    Value constant = createConstant(builder, loc, channels, builder.getI32Type(), sums);
    if (!quantized.zero)
      return constant;
    Value zero =
        CastOp::create(builder, loc, RankedTensorType::get({}, builder.getI32Type()),
                       builder.createOrFold<ReshapeOp>(
                           loc, RankedTensorType::get({}, typeOf(quantized.zero).getElementType()), quantized.zero));
    return MulOp::create(builder, loc, zero, constant);
  }

  /// The sums as real numbers.
  static Value scaled(OpBuilder &builder, Location loc, Value sums, const QuantizedValue &quantized,
                      const IntegerWeights &weights) {
    RankedTensorType type = typeOf(sums).clone(builder.getF32Type());
    SmallVector<float> factors;
    for (float scale : weights.scales)
      factors.push_back(scale * quantized.scale.value_or(1.0f));
    auto factorType = RankedTensorType::get(static_cast<int64_t>(factors.size()), builder.getF32Type());
    Value factor = ConstantOp::create(builder, loc, floatConstant(factorType, factors));
    return MulOp::create(builder, loc, CastOp::create(builder, loc, type, sums), factor);
  }

  Preference preference;
};

/// sums - a + b of constants a and b -> sums + (b - a): the zero point's part joins the bias.
struct JoinBias : OpRewritePattern<AddOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(AddOp op, PatternRewriter &rewriter) const override {
    auto sub = op.getLhs().getDefiningOp<SubOp>();
    if (!sub || !sub->hasOneUse() || !op.getType().getElementType().isInteger(32) || op.getType() != sub.getType() ||
        sub.getLhs().getType() != op.getType())
      return rewriter.notifyMatchFailure(op, "no sum of an i32 difference");
    if (!op.getRhs().getDefiningOp<ConstantOp>() || !sub.getRhs().getDefiningOp<ConstantOp>())
      return rewriter.notifyMatchFailure(op, "no constants");
    Value bias = rewriter.createOrFold<SubOp>(op.getLoc(), op.getRhs(), sub.getRhs());
    rewriter.replaceOpWithNewOp<AddOp>(op, sub.getLhs(), bias);
    return success();
  }
};

struct NarrowProducts : edgecc::edge::impl::NarrowProductsBase<NarrowProducts> {
  using NarrowProductsBase::NarrowProductsBase;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<NarrowProduct<ConvOp>, NarrowProduct<MatMulOp>>(&getContext(),
                                                                 Preference{prefersUnsigned, prefersSigned});
    patterns.add<JoinBias>(&getContext());
    int64_t before = countNarrow();
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
    numNarrowed += countNarrow() - before;
  }

private:
  int64_t countNarrow() {
    int64_t count = 0;
    getOperation().walk([&](Operation *op) {
      count += isa<ConvOp, MatMulOp>(op) && typeOf(op->getOperand(0)).getElementTypeBitWidth() <= 16 &&
               typeOf(op->getResult(0)).getElementType().isInteger(32);
    });
    return count;
  }
};

} // namespace

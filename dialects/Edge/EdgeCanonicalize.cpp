// Canonical forms of `edge` operations that need new operations to be made; the others are folds.
#include "dialects/Edge/ConstantData.h"
#include "dialects/Edge/EdgeOps.h"

#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

#include <cmath>

using namespace mlir;
using namespace edgecc::edge;

namespace {

std::optional<ConstantData> constantOf(Value value) {
  Attribute attr;
  if (!matchPattern(value, m_Constant(&attr)))
    return std::nullopt;
  return ConstantData::read(attr);
}

/// The value of all elements of a constant, if it is one value.
std::optional<double> splatOf(Value value) {
  std::optional<ConstantData> data = constantOf(value);
  if (!data || data->size() == 0 || (data->size() > 1 && !data->isSplat()))
    return std::nullopt;
  return data->number(0);
}

//===-- Order and repetition -------------------------------------------------------------------------------------===//

/// transpose that moves only dimensions of size 1 -> reshape
struct TransposeToReshape : OpRewritePattern<TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(TransposeOp op, PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> shape = op.getInput().getType().getShape();
    int64_t last = -1;
    for (int64_t dim : op.getPermutation()) {
      if (shape[dim] == 1)
        continue;
      if (dim < last)
        return rewriter.notifyMatchFailure(op, "the order of elements changes");
      last = dim;
    }
    rewriter.replaceOpWithNewOp<ReshapeOp>(op, op.getType(), op.getInput());
    return success();
  }
};

/// broadcast_to that repeats nothing -> reshape
struct BroadcastToReshape : OpRewritePattern<BroadcastToOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(BroadcastToOp op, PatternRewriter &rewriter) const override {
    if (op.getInput().getType().getNumElements() != op.getType().getNumElements())
      return rewriter.notifyMatchFailure(op, "elements are repeated");
    rewriter.replaceOpWithNewOp<ReshapeOp>(op, op.getType(), op.getInput());
    return success();
  }
};

/// One element repeated, then moved -> repeated into the shape of the result
template <typename OpTy> struct MoveOfRepeatedElement : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;
  LogicalResult matchAndRewrite(OpTy op, PatternRewriter &rewriter) const override {
    auto broadcast = op.getInput().template getDefiningOp<BroadcastToOp>();
    if (!broadcast || broadcast.getInput().getType().getNumElements() != 1)
      return rewriter.notifyMatchFailure(op, "the input does not repeat one element");
    RankedTensorType scalar = op.getType().clone(ArrayRef<int64_t>());
    Value element = rewriter.createOrFold<ReshapeOp>(op.getLoc(), scalar, broadcast.getInput());
    rewriter.replaceOpWithNewOp<BroadcastToOp>(op, op.getType(), element);
    return success();
  }
};

/// An elementwise operation broadcasts its operands itself.
struct DropOperandBroadcast : OpTraitRewritePattern<Elementwise> {
  using OpTraitRewritePattern::OpTraitRewritePattern;
  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    for (OpOperand &operand : op->getOpOperands()) {
      auto broadcast = operand.get().getDefiningOp<BroadcastToOp>();
      if (!broadcast || !keepsShape(op, operand.getOperandNumber(), broadcast.getInput()))
        continue;
      rewriter.modifyOpInPlace(op, [&] { operand.set(broadcast.getInput()); });
      return success();
    }
    return rewriter.notifyMatchFailure(op, "no operand is broadcast in vain");
  }

  static bool keepsShape(Operation *op, unsigned number, Value operand) {
    SmallVector<ArrayRef<int64_t>> shapes;
    for (OpOperand &other : op->getOpOperands())
      shapes.push_back(
          cast<RankedTensorType>((other.getOperandNumber() == number ? operand : other.get()).getType()).getShape());
    FailureOr<SmallVector<int64_t>> shape = broadcastShapes(shapes);
    return succeeded(shape) && *shape == cast<RankedTensorType>(op->getResult(0).getType()).getShape();
  }
};

//===-- Data movement --------------------------------------------------------------------------------------------===//

/// slice(slice) -> slice
struct ComposeSlices : OpRewritePattern<SliceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(SliceOp op, PatternRewriter &rewriter) const override {
    auto inner = op.getInput().getDefiningOp<SliceOp>();
    if (!inner)
      return rewriter.notifyMatchFailure(op, "the input is no slice");
    SmallVector<int64_t> starts, steps;
    for (size_t d = 0; d < op.getStarts().size(); ++d) {
      starts.push_back(inner.getStarts()[d] + op.getStarts()[d] * inner.getSteps()[d]);
      steps.push_back(op.getSteps()[d] * inner.getSteps()[d]);
    }
    rewriter.replaceOpWithNewOp<SliceOp>(op, op.getType(), inner.getInput(), starts, op.getSizes(), steps);
    return success();
  }
};

/// concat of concats along the same axis, or of tensors without elements -> one concat of the others
struct FlattenConcat : OpRewritePattern<ConcatOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ConcatOp op, PatternRewriter &rewriter) const override {
    SmallVector<Value> inputs;
    for (Value input : op.getInputs()) {
      auto inner = input.getDefiningOp<ConcatOp>();
      if (inner && inner.getAxis() == op.getAxis() && inner->hasOneUse())
        llvm::append_range(inputs, inner.getInputs());
      else if (cast<RankedTensorType>(input.getType()).getDimSize(op.getAxis()) != 0)
        inputs.push_back(input);
    }
    if (inputs.empty() || ValueRange(inputs) == op.getInputs())
      return rewriter.notifyMatchFailure(op, "no input is a concat of one use, or empty");
    rewriter.replaceOpWithNewOp<ConcatOp>(op, op.getType(), inputs, op.getAxis());
    return success();
  }
};

/// gather by constant indices at equal distances -> slice
struct GatherToSlice : OpRewritePattern<GatherOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(GatherOp op, PatternRewriter &rewriter) const override {
    std::optional<ConstantData> data = constantOf(op.getIndices());
    if (!data || data->size() == 0)
      return rewriter.notifyMatchFailure(op, "indices are not known, or none");
    RankedTensorType type = op.getInput().getType();
    int64_t axis = op.getAxis(), size = type.getDimSize(axis);
    SmallVector<int64_t> indices = data->integers();
    for (int64_t &index : indices) {
      index += index < 0 ? size : 0;
      if (index < 0 || index >= size)
        return rewriter.notifyMatchFailure(op, "an index lies outside");
    }
    int64_t step = indices.size() > 1 ? indices[1] - indices[0] : 1;
    for (size_t i = 1; i < indices.size(); ++i)
      if (step == 0 || indices[i] - indices[i - 1] != step)
        return rewriter.notifyMatchFailure(op, "indices are not at equal distances");
    SmallVector<int64_t> starts(type.getRank(), 0), sizes(type.getShape()), steps(type.getRank(), 1);
    starts[axis] = indices[0];
    sizes[axis] = indices.size();
    steps[axis] = step;
    Value slice = SliceOp::create(rewriter, op.getLoc(), op.getInput(), starts, sizes, steps);
    rewriter.replaceOpWithNewOp<ReshapeOp>(op, op.getType(), slice);
    return success();
  }
};

//===-- Reductions -----------------------------------------------------------------------------------------------===//

/// reduce over single elements -> reshape
struct ReduceToReshape : OpRewritePattern<ReduceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ReduceOp op, PatternRewriter &rewriter) const override {
    for (int64_t axis : op.getAxes())
      if (op.getInput().getType().getDimSize(axis) != 1)
        return rewriter.notifyMatchFailure(op, "several elements are combined");
    rewriter.replaceOpWithNewOp<ReshapeOp>(op, op.getType(), op.getInput());
    return success();
  }
};

/// reduce(reduce) of one kind -> reduce. All means are over the same number of elements, so they compose as well, but
/// for integers, whose means round.
struct ComposeReductions : OpRewritePattern<ReduceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ReduceOp op, PatternRewriter &rewriter) const override {
    auto inner = op.getInput().getDefiningOp<ReduceOp>();
    if (!inner || inner.getKind() != op.getKind() || !inner->hasOneUse() ||
        (op.getKind() == ReduceKind::mean && op.getType().getElementType().isInteger()))
      return rewriter.notifyMatchFailure(op, "the input is no reduction of one use and the same kind");
    SmallVector<int64_t> kept, axes(inner.getAxes());
    for (int64_t dim = 0; dim < inner.getInput().getType().getRank(); ++dim)
      if (!llvm::is_contained(inner.getAxes(), dim))
        kept.push_back(dim);
    for (int64_t axis : op.getAxes())
      axes.push_back(kept[axis]);
    llvm::sort(axes);
    rewriter.replaceOpWithNewOp<ReduceOp>(op, op.getType(), inner.getInput(), op.getKind(), axes);
    return success();
  }
};

//===-- Arithmetic -----------------------------------------------------------------------------------------------===//

/// Powers by 2, 3 and 0.5 -> products and the square root, which are exact to the last bit or two and far cheaper.
struct SimplifyPower : OpRewritePattern<PowOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(PowOp op, PatternRewriter &rewriter) const override {
    std::optional<double> exponent = splatOf(op.getRhs());
    Value base = op.getLhs();
    if (!exponent || base.getType() != op.getType())
      return rewriter.notifyMatchFailure(op, "the exponent is not one known value");
    if (*exponent == 0.5) {
      rewriter.replaceOpWithNewOp<SqrtOp>(op, base);
      return success();
    }
    if (*exponent != 2 && *exponent != 3)
      return rewriter.notifyMatchFailure(op, "no exponent that is cheaper otherwise");
    Value product = MulOp::create(rewriter, op.getLoc(), base, base);
    if (*exponent == 3)
      product = MulOp::create(rewriter, op.getLoc(), product, base);
    rewriter.replaceOp(op, product);
    return success();
  }
};

/// Division by a power of two -> multiplication by its reciprocal, which is exact.
struct DivisionToMultiplication : OpRewritePattern<DivOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(DivOp op, PatternRewriter &rewriter) const override {
    RankedTensorType type = op.getRhs().getType();
    std::optional<double> divisor = splatOf(op.getRhs());
    // Reciprocals must be normal numbers of the smallest type, f16.
    int exponent;
    if (!divisor || !isa<FloatType>(type.getElementType()) || std::fabs(std::frexp(*divisor, &exponent)) != 0.5 ||
        std::abs(exponent) > 14)
      return rewriter.notifyMatchFailure(op, "the divisor is no power of two with a reciprocal");
    Value factor = ConstantOp::create(rewriter, op.getLoc(), splatConstant(type, 1 / *divisor));
    rewriter.replaceOpWithNewOp<MulOp>(op, op.getLhs(), factor);
    return success();
  }
};

/// max(x, 0) -> relu
struct MaxToRelu : OpRewritePattern<MaxOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MaxOp op, PatternRewriter &rewriter) const override {
    for (auto [value, bound] : {std::pair(op.getLhs(), op.getRhs()), std::pair(op.getRhs(), op.getLhs())}) {
      if (splatOf(bound) != 0.0 || value.getType() != op.getType() || op.getType().getElementType().isInteger())
        continue;
      rewriter.replaceOpWithNewOp<ReluOp>(op, value);
      return success();
    }
    return rewriter.notifyMatchFailure(op, "no operand is 0");
  }
};

} // namespace

void EdgeDialect::getCanonicalizationPatterns(RewritePatternSet &patterns) const {
  patterns.add<MoveOfRepeatedElement<ReshapeOp>, MoveOfRepeatedElement<SliceOp>, MoveOfRepeatedElement<TransposeOp>>(
      getContext());
  patterns.add<TransposeToReshape, BroadcastToReshape, DropOperandBroadcast, ComposeSlices, FlattenConcat,
               GatherToSlice, ReduceToReshape, ComposeReductions, SimplifyPower, DivisionToMultiplication, MaxToRelu>(
      getContext());
}

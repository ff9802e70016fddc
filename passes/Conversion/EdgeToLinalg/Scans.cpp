// Lowering of top_k, cum_sum and arg_reduce.
#include "dialects/Edge/EdgeOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "passes/Conversion/EdgeToLinalg/EdgeToLinalg.h"
#include "passes/Conversion/EdgeToLinalg/LinalgBuilders.h"
#include "passes/Conversion/EdgeToLinalg/LoopBuilders.h"
#include "passes/Conversion/EdgeToLinalg/ScalarMath.h"

using namespace mlir;
using namespace edgecc::edge;

namespace edgecc::edge_to_linalg {

namespace {

//===-- arg_reduce
//---------------------------------------------------------------------------------------------------===//

/// One generic that carries the best value and its index along the axis.
struct ConvertArgReduce : OpConversionPattern<ArgReduceOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(ArgReduceOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    RankedTensorType input = op.getInput().getType();
    Type element = input.getElementType(), stored = storageType(element);
    unsigned outputs = op.getType().getRank();
    ScalarMath math(rewriter, loc, element);
    Value worst = math.store(op.getLargest() ? math.lowest() : math.highest());
    Value values = filledTensor(rewriter, loc, op.getType().getShape(), worst);
    Value indices =
        filledTensor(rewriter, loc, op.getType().getShape(), cast<TypedAttr>(rewriter.getI64IntegerAttr(0)));

    SmallVector<AffineExpr> read, write;
    for (unsigned d = 0; d < outputs; ++d)
      write.push_back(rewriter.getAffineDimExpr(d));
    read = write;
    read.insert(read.begin() + op.getAxis(), rewriter.getAffineDimExpr(outputs));
    AffineMap output = AffineMap::get(outputs + 1, 0, write, rewriter.getContext());
    SmallVector<AffineMap> maps{AffineMap::get(outputs + 1, 0, read, rewriter.getContext()), output, output};
    SmallVector<utils::IteratorType> iterators(outputs, utils::IteratorType::parallel);
    iterators.push_back(utils::IteratorType::reduction);

    auto body = [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
      Value value = arguments[0], best = arguments[1], bestIndex = arguments[2];
      Value position = linalg::IndexOp::create(nested, nestedLoc, outputs);
      position = arith::IndexCastOp::create(nested, nestedLoc, nested.getI64Type(), position);
      Value wins = isBetter(op, value, best, nested, nestedLoc);
      Value newBest = arith::SelectOp::create(nested, nestedLoc, wins, value, best);
      Value newIndex = arith::SelectOp::create(nested, nestedLoc, wins, position, bestIndex);
      linalg::YieldOp::create(nested, nestedLoc, ValueRange{newBest, newIndex});
    };
    RankedTensorType valueType = op.getType().clone(stored);
    auto generic = linalg::GenericOp::create(rewriter, loc, TypeRange{valueType, op.getType()}, adaptor.getInput(),
                                             ValueRange{values, indices}, maps, iterators, body);
    rewriter.replaceOp(op, generic.getResult(1));
    return success();
  }

private:
  /// Whether `value` takes the place of `best`, which came before it. As in NumPy the first NaN beats everything.
  static Value isBetter(ArgReduceOp op, Value value, Value best, OpBuilder &builder, Location loc) {
    ScalarMath math(builder, loc, op.getInput().getType().getElementType());
    value = math.load(value);
    best = math.load(best);
    if (!math.isFloat()) {
      if (!op.getLargest())
        std::swap(value, best);
      return op.getSelectLast() ? math.lessOrEqual(best, value) : math.less(best, value);
    }
    using Predicate = arith::CmpFPredicate;
    Predicate predicate = op.getSelectLast() ? (op.getLargest() ? Predicate::UGE : Predicate::ULE)
                                             : (op.getLargest() ? Predicate::UGT : Predicate::ULT);
    Value wins = arith::CmpFOp::create(builder, loc, predicate, value, best); // true for a NaN, too
    Value bestIsNumber = arith::CmpFOp::create(builder, loc, Predicate::ORD, best, best);
    return arith::AndIOp::create(builder, loc, wins, bestIsNumber);
  }
};

//===-- cum_sum
//------------------------------------------------------------------------------------------------------===//

/// A loop along the axis that adds whole slices, so that the other dimensions can be vectorised.
struct ConvertCumSum : OpConversionPattern<CumSumOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(CumSumOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    RankedTensorType type = storageType(op.getType());
    int64_t axis = op.getAxis(), size = type.getDimSize(axis);
    bool reverse = op.getReverse();
    SmallVector<int64_t> sizes(type.getShape());
    sizes[axis] = 1;
    SmallVector<OpFoldResult> offsets(sizes.size(), rewriter.getIndexAttr(0));

    offsets[axis] = rewriter.getIndexAttr(reverse ? size - 1 : 0);
    auto zero = cast<TypedAttr>(rewriter.getZeroAttr(type.getElementType()));
    Value first = op.getExclusive() ? filledTensor(rewriter, loc, sizes, zero)
                                    : extractSlice(rewriter, loc, adaptor.getInput(), offsets, sizes, sizes);
    Value sums = emptyTensor(rewriter, loc, type.getShape(), type.getElementType());
    sums = insertSlice(rewriter, loc, first, sums, offsets, sizes);
    Value one = indexConstant(rewriter, loc, 1), upper = indexConstant(rewriter, loc, size);
    sums = loop(rewriter, loc, one, upper, sums,
                [&](OpBuilder &nested, Location nestedLoc, ValueRange step, Value carried) {
                  auto at = [&](int64_t before) { return position(nested, nestedLoc, step[0], before, size, reverse); };
                  offsets[axis] = at(1);
                  Value sum = extractSlice(nested, nestedLoc, carried, offsets, sizes, sizes);
                  offsets[axis] = at(op.getExclusive() ? 1 : 0);
                  Value term = extractSlice(nested, nestedLoc, adaptor.getInput(), offsets, sizes, sizes);
                  offsets[axis] = at(0);
                  Value next = addSlices(op, sum, term, nested, nestedLoc);
                  return insertSlice(nested, nestedLoc, next, carried, offsets, sizes);
                });
    rewriter.replaceOp(op, sums);
    return success();
  }

private:
  /// Where along the axis the slice lies that is computed `before` steps before `step`.
  static Value position(OpBuilder &builder, Location loc, Value step, int64_t before, int64_t size, bool reverse) {
    if (reverse)
      return arith::SubIOp::create(builder, loc, indexConstant(builder, loc, size - 1 + before), step);
    if (before == 0)
      return step;
    return arith::SubIOp::create(builder, loc, step, indexConstant(builder, loc, before));
  }

  static Value addSlices(CumSumOp op, Value sum, Value term, OpBuilder &builder, Location loc) {
    Type element = op.getType().getElementType();
    return broadcastingGeneric(builder, loc, cast<RankedTensorType>(sum.getType()), {sum, term},
                               [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
                                 ScalarMath math(nested, nestedLoc, element);
                                 return math.store(math.add(math.load(arguments[0]), math.load(arguments[1])));
                               });
  }
};

//===-- top_k
//--------------------------------------------------------------------------------------------------------===//

/// Keeps the indices of the best elements so far in order and inserts each element that beats the last of them. Most
/// elements of a long axis fail that one comparison; the loops over the slots are then empty.
class TopKLoops {
public:
  TopKLoops(TopKOp op, Value input) : op(op), input(input), axis(op.getAxis()), k(op.getK()) {}

  /// The (.., k, ..) tensor of indices.
  Value build(OpBuilder &builder, Location loc) {
    SmallVector<int64_t> lanes(op.getInput().getType().getShape());
    int64_t size = lanes[axis];
    lanes.erase(lanes.begin() + axis);
    Value slots = emptyTensor(builder, loc, op.getIndices().getType().getShape(), builder.getI64Type());
    return loopNest(
        builder, loc, lanes, slots, [&](OpBuilder &nested, Location nestedLoc, ValueRange loops, Value init) {
          lane.assign(loops.begin(), loops.end());
          Value zero = indexConstant(nested, nestedLoc, 0), filled = indexConstant(nested, nestedLoc, k);
          Value end = indexConstant(nested, nestedLoc, size), last = indexConstant(nested, nestedLoc, k - 1);
          Value full = loop(nested, nestedLoc, zero, filled, init,
                            [&](OpBuilder &inner, Location innerLoc, ValueRange index, Value carried) {
                              return insert(inner, innerLoc, carried, index[0], /*last=*/index[0], /*isFree=*/true);
                            });
          return loop(nested, nestedLoc, filled, end, full,
                      [&](OpBuilder &inner, Location innerLoc, ValueRange index, Value carried) {
                        return insert(inner, innerLoc, carried, index[0], last, /*isFree=*/false);
                      });
        });
  }

private:
  SmallVector<Value> at(Value index) {
    SmallVector<Value> position(lane);
    position.insert(position.begin() + axis, index);
    return position;
  }

  Value readInput(OpBuilder &builder, Location loc, Value index) {
    return tensor::ExtractOp::create(builder, loc, input, at(index));
  }

  Value readSlot(OpBuilder &builder, Location loc, Value slots, Value slot) {
    return tensor::ExtractOp::create(builder, loc, slots, at(slot));
  }

  /// Whether `value` comes before the element whose index is `slotIndex`.
  Value isBetter(OpBuilder &builder, Location loc, Value value, Value slotIndex) {
    Value than = readInput(builder, loc, arith::IndexCastOp::create(builder, loc, builder.getIndexType(), slotIndex));
    ScalarMath math(builder, loc, op.getInput().getType().getElementType());
    value = math.load(value);
    than = math.load(than);
    return op.getLargest() ? math.less(than, value) : math.less(value, than);
  }

  /// Puts `index` behind all slots before `last` that its element does not beat. Slot `last` is free, or else given up
  /// if the element beats it; if not, all stays.
  Value insert(OpBuilder &builder, Location loc, Value slots, Value index, Value last, bool isFree) {
    Value value = readInput(builder, loc, index), zero = indexConstant(builder, loc, 0);
    Value stored = arith::IndexCastOp::create(builder, loc, builder.getI64Type(), index), end = last, wins;
    if (!isFree) {
      Value worst = readSlot(builder, loc, slots, last);
      wins = isBetter(builder, loc, value, worst);
      stored = arith::SelectOp::create(builder, loc, wins, stored, worst);
      end = arith::SelectOp::create(builder, loc, wins, last, zero);
    }
    Value place = loop(builder, loc, zero, end, zero,
                       [&](OpBuilder &nested, Location nestedLoc, ValueRange slot, Value count) -> Value {
                         Value other = readSlot(nested, nestedLoc, slots, slot[0]);
                         Value beaten = isBetter(nested, nestedLoc, value, other);
                         Value one = indexConstant(nested, nestedLoc, 1);
                         Value next = arith::AddIOp::create(nested, nestedLoc, count, one);
                         return arith::SelectOp::create(nested, nestedLoc, beaten, count, next);
                       });
    if (!isFree)
      place = arith::SelectOp::create(builder, loc, wins, place, last);
    Value shifted = shiftSlots(builder, loc, slots, place, last);
    return tensor::InsertOp::create(builder, loc, stored, shifted, at(place));
  }

  /// Moves the slots from `place` to before `last` up by one.
  Value shiftSlots(OpBuilder &builder, Location loc, Value slots, Value place, Value last) {
    Value sum = arith::AddIOp::create(builder, loc, place, last);
    return loop(builder, loc, place, last, slots,
                [&](OpBuilder &nested, Location nestedLoc, ValueRange step, Value carried) -> Value {
                  Value to = arith::SubIOp::create(nested, nestedLoc, sum, step[0]); // last down to place + 1
                  Value from = arith::SubIOp::create(nested, nestedLoc, to, indexConstant(nested, nestedLoc, 1));
                  Value moved = readSlot(nested, nestedLoc, carried, from);
                  return tensor::InsertOp::create(nested, nestedLoc, moved, carried, at(to));
                });
  }

  TopKOp op;
  Value input;
  int64_t axis, k;
  SmallVector<Value> lane; // loop indices of the other dimensions
};

struct ConvertTopK : OpConversionPattern<TopKOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(TopKOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value indices = TopKLoops(op, adaptor.getInput()).build(rewriter, loc);
    Value values =
        broadcastingGeneric(rewriter, loc, storageType(op.getValues().getType()), indices,
                            [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) -> Value {
                              SmallVector<Value> position;
                              for (int64_t d = 0, rank = op.getValues().getType().getRank(); d < rank; ++d)
                                position.push_back(linalg::IndexOp::create(nested, nestedLoc, d));
                              position[op.getAxis()] =
                                  arith::IndexCastOp::create(nested, nestedLoc, nested.getIndexType(), arguments[0]);
                              return tensor::ExtractOp::create(nested, nestedLoc, adaptor.getInput(), position);
                            });
    rewriter.replaceOp(op, {values, indices});
    return success();
  }
};

} // namespace

void populateScans(const TypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<ConvertArgReduce, ConvertCumSum, ConvertTopK>(types, patterns.getContext());
}

} // namespace edgecc::edge_to_linalg

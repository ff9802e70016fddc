// Lowering of lstm, gru and rnn.
//
// The product of all inputs with `w` is one matrix product before the loop, biases included. Each step of the loop over
// time adds the recurrent product to its row of that, and one generic per state applies gates and state together. The
// states are written in place, so that the loop carries three buffers and copies none.
#include "dialects/Edge/EdgeOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "passes/Conversion/EdgeToLinalg/ConstantData.h"
#include "passes/Conversion/EdgeToLinalg/EdgeToLinalg.h"
#include "passes/Conversion/EdgeToLinalg/LinalgBuilders.h"
#include "passes/Conversion/EdgeToLinalg/LoopBuilders.h"
#include "passes/Conversion/EdgeToLinalg/ScalarMath.h"

using namespace mlir;
using namespace edgecc::edge;

namespace edgecc::edge_to_linalg {

namespace {

/// Sizes and types that the layers share.
struct Layer {
  Location loc;
  int64_t time, batch, input, hidden;
  Type element, accumulator;
  bool reverse;
  double clip;
  ArrayRef<int32_t> activations;

  template <typename RecurrentOp>
  explicit Layer(RecurrentOp op)
      : loc(op.getLoc()), time(op.getX().getType().getDimSize(0)), batch(op.getX().getType().getDimSize(1)),
        input(op.getX().getType().getDimSize(2)), hidden(op.getR().getType().getDimSize(0)),
        element(op.getX().getType().getElementType()), accumulator(accumulatorType(element)), reverse(op.getReverse()),
        clip(op.getClip().convertToDouble()), activations(op.getActivations()) {}

  RankedTensorType getStateType() const { return RankedTensorType::get({batch, hidden}, element); }

  /// Activation number `index` of the op, after the clip, on a value of the compute type.
  Value activate(ScalarMath &math, unsigned index, Value value) const {
    if (clip != 0)
      value = math.min(math.max(value, math.constant(-clip)), math.constant(clip));
    switch (static_cast<Activation>(activations[index])) {
    case Activation::sigmoid:
      return math.sigmoid(value);
    case Activation::tanh:
      return math.tanh(value);
    case Activation::relu:
      return math.max(value, math.constant(0));
    case Activation::hard_sigmoid: {
      Value line = math.add(math.mul(value, math.constant(0.2)), math.constant(0.5));
      return math.min(math.max(line, math.constant(0)), math.constant(1));
    }
    case Activation::identity:
      return value;
    }
    llvm_unreachable("all activations are handled");
  }
};

/// A one-line body over values of the compute type; the last argument is the old value of what is written.
using GateBody = function_ref<Value(ScalarMath &, ValueRange)>;

/// Writes `body` of the sums (of the accumulator's type) and the states (stored) over `target`, elementwise.
Value applyGates(const Layer &layer, OpBuilder &builder, ArrayRef<Value> sums, ArrayRef<Value> states, Value target,
                 GateBody body) {
  SmallVector<Value> inputs(sums);
  llvm::append_range(inputs, states);
  SmallVector<AffineMap> maps;
  for (Value input : inputs)
    maps.push_back(broadcastMap(builder.getContext(), cast<RankedTensorType>(input.getType()).getShape(),
                                {layer.batch, layer.hidden}));
  return reductionGeneric(builder, layer.loc, target, 0, inputs, maps,
                          [&](OpBuilder &nested, Location loc, ValueRange arguments) {
                            ScalarMath math(nested, loc, layer.element);
                            SmallVector<Value> values(arguments.take_front(sums.size()));
                            for (Value argument : arguments.drop_front(sums.size()))
                              values.push_back(math.load(argument));
                            return math.store(body(math, values));
                          });
}

/// `init` (m, n), of the accumulator's type, plus the matrix product of `lhs` (m, k) and `rhs` (k, n).
Value addProduct(const Layer &layer, OpBuilder &builder, Value init, Value lhs, Value rhs) {
  MLIRContext *context = builder.getContext();
  AffineExpr m = getAffineDimExpr(0, context), n = getAffineDimExpr(1, context), k = getAffineDimExpr(2, context);
  return reductionGeneric(builder, layer.loc, init, 1, {lhs, rhs},
                          {AffineMap::get(3, 0, {m, k}, context), AffineMap::get(3, 0, {k, n}, context)},
                          [&](OpBuilder &nested, Location loc, ValueRange arguments) {
                            ScalarMath math = ScalarMath::accumulating(nested, loc, layer.element);
                            Value product = math.mul(math.load(arguments[0]), math.load(arguments[1]));
                            return math.add(arguments[2], product);
                          });
}

/// A bias, or the sum of several, repeated over `rows`, in the accumulator's type.
Value repeatBias(const Layer &layer, OpBuilder &builder, ArrayRef<Value> biases, int64_t rows) {
  int64_t columns = cast<RankedTensorType>(biases[0].getType()).getDimSize(0);
  return broadcastingGeneric(builder, layer.loc, RankedTensorType::get({rows, columns}, layer.accumulator), biases,
                             [&](OpBuilder &nested, Location loc, ValueRange arguments) {
                               ScalarMath math = ScalarMath::accumulating(nested, loc, layer.element);
                               Value sum = math.load(arguments[0]);
                               for (Value argument : arguments.drop_front())
                                 sum = math.add(sum, math.load(argument));
                               return sum;
                             });
}

/// (time, batch, gates * hidden): the inputs of all steps times `w`, plus the biases.
Value projectInputs(const Layer &layer, OpBuilder &builder, Value x, Value w, ArrayRef<Value> biases) {
  int64_t rows = layer.time * layer.batch, columns = cast<RankedTensorType>(w.getType()).getDimSize(1);
  Value inputs = reshape(builder, layer.loc, x, {rows, layer.input});
  Value init = repeatBias(layer, builder, biases, rows);
  return reshape(builder, layer.loc, addProduct(layer, builder, init, inputs, w), {layer.time, layer.batch, columns});
}

/// Columns `first` to `first + count` of a matrix; of a constant, at compile time.
Value takeColumns(const Layer &layer, OpBuilder &builder, Value matrix, int64_t first, int64_t count) {
  auto type = cast<RankedTensorType>(matrix.getType());
  int64_t rows = type.getDimSize(0), columns = type.getDimSize(1);
  auto source = [&](int64_t index) { return index / count * columns + first + index % count; };
  if (Value constant = rearrangedConstant(builder, layer.loc, matrix, type.clone({rows, count}), source))
    return constant;
  return extractSlice(builder, layer.loc, matrix, {builder.getIndexAttr(0), builder.getIndexAttr(first)}, {rows, count},
                      {rows, count});
}

/// The sums of gate number `gate`.
Value takeGate(const Layer &layer, OpBuilder &builder, Value sums, int64_t gate) {
  return takeColumns(layer, builder, sums, gate * layer.hidden, layer.hidden);
}

/// Writes one step: from its projected inputs and the states, h first, to the next states.
using StepBuilder = function_ref<SmallVector<Value>(OpBuilder &, Value, ValueRange)>;

/// Runs `step` over time; the result is y, then the last states.
SmallVector<Value> runOverTime(const Layer &layer, OpBuilder &builder, Value projected, ArrayRef<Value> initial,
                               StepBuilder step) {
  SmallVector<int64_t> sizes{1, layer.batch, cast<RankedTensorType>(projected.getType()).getDimSize(2)};
  SmallVector<int64_t> outputSizes{1, layer.batch, layer.hidden}, state{layer.batch, layer.hidden};
  SmallVector<OpFoldResult> offsets(3, builder.getIndexAttr(0));
  if (layer.time == 1) {
    Value row = reshape(builder, layer.loc, projected, {sizes[1], sizes[2]});
    SmallVector<Value> result = step(builder, row, initial);
    result.insert(result.begin(), reshape(builder, layer.loc, result[0], outputSizes));
    return result;
  }
  SmallVector<Value> init{emptyTensor(builder, layer.loc, {layer.time, layer.batch, layer.hidden}, layer.element)};
  llvm::append_range(init, initial);
  Value zero = indexConstant(builder, layer.loc, 0), one = indexConstant(builder, layer.loc, 1);
  Value end = indexConstant(builder, layer.loc, layer.time);
  auto body = [&](OpBuilder &nested, Location loc, Value index, ValueRange carried) {
    if (layer.reverse)
      index = arith::SubIOp::create(nested, loc, indexConstant(nested, loc, layer.time - 1), index);
    offsets[0] = index;
    Value row = extractSlice(nested, loc, projected, offsets, sizes, ArrayRef<int64_t>(sizes).drop_front());
    SmallVector<Value> next = step(nested, row, carried.drop_front());
    next.insert(next.begin(), insertSlice(nested, loc, next[0], carried[0], offsets, outputSizes));
    scf::YieldOp::create(nested, loc, next);
  };
  return SmallVector<Value>(scf::ForOp::create(builder, layer.loc, zero, end, one, init, body).getResults());
}

//===-- The three layers
//---------------------------------------------------------------------------------------------===//

struct ConvertRnn : OpConversionPattern<RnnOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(RnnOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Layer layer(op);
    Value projected = projectInputs(layer, rewriter, adaptor.getX(), adaptor.getW(), adaptor.getBias());
    auto step = [&](OpBuilder &builder, Value row, ValueRange states) -> SmallVector<Value> {
      Value sums = addProduct(layer, builder, row, states[0], adaptor.getR());
      return {applyGates(layer, builder, sums, {}, states[0],
                         [&](ScalarMath &math, ValueRange values) { return layer.activate(math, 0, values[0]); })};
    };
    rewriter.replaceOp(op, runOverTime(layer, rewriter, projected, adaptor.getInitialH(), step));
    return success();
  }
};

/// z = f(..), r = f(..), n = g(..), h = (1 - z) n + z h.
struct ConvertGru : OpConversionPattern<GruOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(GruOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Layer layer(op);
    bool resetAfter = op.getLinearBeforeReset();
    SmallVector<Value> biases{adaptor.getBias()};
    Value recurrentBias;
    if (resetAfter)
      recurrentBias = repeatBias(layer, rewriter, adaptor.getRecurrentBias(), layer.batch);
    else
      biases.push_back(adaptor.getRecurrentBias());
    Value projected = projectInputs(layer, rewriter, adaptor.getX(), adaptor.getW(), biases);
    Value r = adaptor.getR(), gates, candidate;
    if (!resetAfter) {
      gates = takeColumns(layer, rewriter, r, 0, 2 * layer.hidden);
      candidate = takeGate(layer, rewriter, r, 2);
    }
    auto step = [&](OpBuilder &builder, Value row, ValueRange states) -> SmallVector<Value> {
      if (resetAfter)
        return {stepResetAfter(layer, builder, row, states[0], r, recurrentBias)};
      return {stepResetBefore(layer, builder, row, states[0], gates, candidate)};
    };
    rewriter.replaceOp(op, runOverTime(layer, rewriter, projected, adaptor.getInitialH(), step));
    return success();
  }

private:
  static Value mix(ScalarMath &math, Value z, Value n, Value h) {
    return math.add(math.mul(math.sub(math.constant(1), z), n), math.mul(z, h));
  }

  /// n = g(x + r * (h R + bias)): one product for all gates.
  static Value stepResetAfter(const Layer &layer, OpBuilder &builder, Value row, Value h, Value r, Value bias) {
    Value sums = addProduct(layer, builder, bias, h, r);
    SmallVector<Value> gates;
    for (Value part : {row, sums})
      for (int64_t gate = 0; gate < 3; ++gate)
        gates.push_back(takeGate(layer, builder, part, gate));
    return applyGates(layer, builder, gates, h, h, [&](ScalarMath &math, ValueRange v) {
      Value z = layer.activate(math, 0, math.add(v[0], v[3])), reset = layer.activate(math, 0, math.add(v[1], v[4]));
      Value n = layer.activate(math, 1, math.add(v[2], math.mul(reset, v[5])));
      return mix(math, z, n, v[6]);
    });
  }

  /// n = g(x + (r * h) R): the candidate's product follows the reset gate.
  static Value stepResetBefore(const Layer &layer, OpBuilder &builder, Value row, Value h, Value gates,
                               Value candidate) {
    Value sums = addProduct(layer, builder, takeColumns(layer, builder, row, 0, 2 * layer.hidden), h, gates);
    Value target = emptyTensor(builder, layer.loc, layer.getStateType().getShape(), layer.element);
    Value reset =
        applyGates(layer, builder, takeGate(layer, builder, sums, 1), h, target,
                   [&](ScalarMath &math, ValueRange v) { return math.mul(layer.activate(math, 0, v[0]), v[1]); });
    Value n = addProduct(layer, builder, takeGate(layer, builder, row, 2), reset, candidate);
    return applyGates(layer, builder, {takeGate(layer, builder, sums, 0), n}, h, h,
                      [&](ScalarMath &math, ValueRange v) {
                        return mix(math, layer.activate(math, 0, v[0]), layer.activate(math, 1, v[1]), v[2]);
                      });
  }
};

/// i = f(.. + pi c), f = f(.. + pf c), c' = f c + i g(..), o = f(.. + po c'), h = o h(c').
struct ConvertLstm : OpConversionPattern<LstmOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(LstmOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Layer layer(op);
    Value projected = projectInputs(layer, rewriter, adaptor.getX(), adaptor.getW(), adaptor.getBias());
    SmallVector<Value> peepholes; // of i, o, f
    if (Value all = adaptor.getPeephole()) {
      Value row = reshape(rewriter, layer.loc, all, {1, 3 * layer.hidden});
      for (int64_t gate = 0; gate < 3; ++gate)
        peepholes.push_back(reshape(rewriter, layer.loc, takeGate(layer, rewriter, row, gate), {layer.hidden}));
    }
    bool coupled = op.getInputForget();
    auto step = [&](OpBuilder &builder, Value row, ValueRange states) -> SmallVector<Value> {
      Value sums = addProduct(layer, builder, row, states[0], adaptor.getR());
      Value c = nextCell(layer, builder, sums, states[1], peepholes, coupled);
      return {nextOutput(layer, builder, sums, states[0], c, peepholes), c};
    };
    SmallVector<Value> initial{adaptor.getInitialH(), adaptor.getInitialC()};
    rewriter.replaceOp(op, runOverTime(layer, rewriter, projected, initial, step));
    return success();
  }

private:
  enum Gate { inputGate, outputGate, forgetGate, cellGate };

  static Value nextCell(const Layer &layer, OpBuilder &builder, Value sums, Value c, ArrayRef<Value> peepholes,
                        bool coupled) {
    SmallVector<Value> gates{takeGate(layer, builder, sums, inputGate), takeGate(layer, builder, sums, cellGate)};
    SmallVector<Value> states{c};
    if (!coupled)
      gates.push_back(takeGate(layer, builder, sums, forgetGate));
    if (!peepholes.empty())
      states.push_back(peepholes[inputGate]);
    if (!peepholes.empty() && !coupled)
      states.push_back(peepholes[forgetGate]);
    return applyGates(layer, builder, gates, states, c, [&](ScalarMath &math, ValueRange v) {
      Value old = v[gates.size()];
      auto open = [&](unsigned gate, unsigned peephole) {
        Value sum = v[gate];
        if (!peepholes.empty())
          sum = math.add(sum, math.mul(v[gates.size() + peephole], old));
        return layer.activate(math, 0, sum);
      };
      Value i = open(0, 1), forget = coupled ? math.sub(math.constant(1), i) : open(2, 2);
      return math.add(math.mul(forget, old), math.mul(i, layer.activate(math, 1, v[1])));
    });
  }

  static Value nextOutput(const Layer &layer, OpBuilder &builder, Value sums, Value h, Value c,
                          ArrayRef<Value> peepholes) {
    SmallVector<Value> states{c};
    if (!peepholes.empty())
      states.push_back(peepholes[outputGate]);
    return applyGates(layer, builder, takeGate(layer, builder, sums, outputGate), states, h,
                      [&](ScalarMath &math, ValueRange v) {
                        Value sum = peepholes.empty() ? v[0] : math.add(v[0], math.mul(v[1], v[2]));
                        return math.mul(layer.activate(math, 0, sum), layer.activate(math, 2, v[1]));
                      });
  }
};

} // namespace

void populateRecurrent(const TypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<ConvertLstm, ConvertGru, ConvertRnn>(types, patterns.getContext());
}

} // namespace edgecc::edge_to_linalg

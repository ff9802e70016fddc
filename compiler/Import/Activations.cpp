// ONNX activation functions, taken apart into elementwise operations and reductions.
#include "compiler/Import/Composites.h"
#include "compiler/Import/OperatorRegistry.h"

#include <numeric>

using namespace mlir;
using namespace edgecc;
using namespace edgecc::import;

namespace {

/// Elementwise expressions over the first input of a node, with numbers as operands.
class Expression {
public:
  explicit Expression(NodeImporter &node) : node(node), x(node.input(0)), type(elementOf(x)) {}

  Value number(double value) { return node.scalar(value, type); }
  Value add(Value a, Value b) { return node.create<edge::AddOp>(a, b); }
  Value add(Value a, double b) { return add(a, number(b)); }
  Value sub(Value a, Value b) { return node.create<edge::SubOp>(a, b); }
  Value mul(Value a, Value b) { return node.create<edge::MulOp>(a, b); }
  Value mul(Value a, double b) { return b == 1 ? a : mul(a, number(b)); }
  Value div(Value a, Value b) { return node.create<edge::DivOp>(a, b); }
  Value max(Value a, double b) { return node.create<edge::MaxOp>(a, number(b)); }
  Value min(Value a, double b) { return node.create<edge::MinOp>(a, number(b)); }
  Value less(Value a, double b) { return node.create<edge::LessOp>(a, number(b)); }
  Value greater(Value a, double b) { return node.create<edge::LessOp>(number(b), a); }
  Value select(Value condition, Value a, Value b) { return node.create<edge::SelectOp>(condition, a, b); }
  Value exp(Value a) { return node.create<edge::ExpOp>(a); }
  Value abs(Value a) { return node.create<edge::AbsOp>(a); }
  Value tanh(Value a) { return node.create<edge::TanhOp>(a); }
  Value sigmoid(Value a) { return node.create<edge::SigmoidOp>(a); }
  Value relu(Value a) { return node.create<edge::ReluOp>(a); }

  /// log(1 + exp(x)) without overflow.
  Value softplus() {
    Value small = exp(node.create<edge::NegOp>(abs(x)));
    return add(relu(x), node.create<edge::Log1pOp>(small));
  }
  /// scale * x + offset, held between 0 and 1.
  Value hardSigmoid(double scale, double offset) { return min(relu(add(mul(x, scale), offset)), 1); }

  NodeImporter &node;
  Value x;
  Type type;
};

} // namespace

//===-- Rectifiers -----------------------------------------------------------------------------------------------===//

template <typename OpTy> static LogicalResult importUnary(NodeImporter &node) {
  return node.done(node.create<OpTy>(node.input(0)));
}

static LogicalResult importLeakyRelu(NodeImporter &node) {
  Expression e(node);
  double alpha = node.number("alpha", 0.01f);
  Value scaled = e.mul(e.x, alpha);
  if (alpha > 0 && alpha <= 1)
    return node.done(node.create<edge::MaxOp>(e.x, scaled));
  return node.done(e.select(e.less(e.x, 0), scaled, e.x));
}

static LogicalResult importPRelu(NodeImporter &node) {
  Expression e(node);
  Value slope = node.input(1);
  // One slope per channel, as before opset 7; some exporters still write it so.
  bool perChannel = rankOf(slope) == 1 && rankOf(e.x) > 2 && shapeOf(slope)[0] == shapeOf(e.x)[1];
  if (perChannel && (node.opset() < 7 || shapeOf(slope)[0] != shapeOf(e.x).back())) {
    SmallVector<int64_t> shape(rankOf(e.x) - 1, 1);
    shape[0] = shapeOf(slope)[0];
    slope = node.reshape(slope, shape);
  }
  return node.done(e.select(e.less(e.x, 0), e.mul(e.x, slope), e.x));
}

static LogicalResult importElu(NodeImporter &node) {
  Expression e(node);
  Value negative = e.mul(e.add(e.exp(e.x), -1), node.number("alpha", 1));
  return node.done(e.select(e.less(e.x, 0), negative, e.x));
}

static LogicalResult importSelu(NodeImporter &node) {
  Expression e(node);
  double alpha = node.number("alpha", 1.67326319217681884765625f),
         gamma = node.number("gamma", 1.05070102214813232421875f);
  Value negative = e.mul(e.add(e.exp(e.x), -1), alpha);
  return node.done(e.mul(e.select(e.less(e.x, 0), negative, e.x), gamma));
}

static LogicalResult importCelu(NodeImporter &node) {
  Expression e(node);
  double alpha = node.number("alpha", 1);
  if (alpha == 0)
    return node.unsupported("alpha is 0");
  Value negative = e.mul(e.add(e.exp(e.div(e.x, e.number(alpha))), -1), alpha);
  return node.done(e.add(e.relu(e.x), e.min(negative, 0)));
}

static LogicalResult importThresholdedRelu(NodeImporter &node) {
  Expression e(node);
  return node.done(e.select(e.greater(e.x, node.number("alpha", 1)), e.x, e.number(0)));
}

static LogicalResult importShrink(NodeImporter &node) {
  Expression e(node);
  double lambda = node.number("lambd", 0.5f), bias = node.number("bias", 0);
  Value inner = e.select(e.greater(e.x, lambda), e.add(e.x, -bias), e.number(0));
  return node.done(e.select(e.less(e.x, -lambda), e.add(e.x, bias), inner));
}

//===-- Smooth functions -----------------------------------------------------------------------------------------===//

static LogicalResult importHardSigmoid(NodeImporter &node) {
  return node.done(Expression(node).hardSigmoid(node.number("alpha", 0.2f), node.number("beta", 0.5f)));
}

static LogicalResult importHardSwish(NodeImporter &node) {
  Expression e(node);
  return node.done(e.mul(e.x, e.hardSigmoid(1.0 / 6, 0.5)));
}

static LogicalResult importSoftplus(NodeImporter &node) { return node.done(Expression(node).softplus()); }

static LogicalResult importSoftsign(NodeImporter &node) {
  Expression e(node);
  return node.done(e.div(e.x, e.add(e.abs(e.x), 1)));
}

static LogicalResult importMish(NodeImporter &node) {
  Expression e(node);
  return node.done(e.mul(e.x, e.tanh(e.softplus())));
}

static LogicalResult importSwish(NodeImporter &node) {
  Expression e(node);
  return node.done(e.mul(e.x, e.sigmoid(e.mul(e.x, node.number("alpha", 1)))));
}

static LogicalResult importGelu(NodeImporter &node) {
  Expression e(node);
  std::string approximate = node.string("approximate", "none");
  Value inner;
  if (approximate == "none")
    inner = node.create<edge::ErfOp>(e.mul(e.x, M_SQRT1_2));
  else if (approximate == "tanh")
    inner = e.tanh(e.mul(e.add(e.x, e.mul(e.mul(e.mul(e.x, e.x), e.x), 0.044715)), M_2_SQRTPI * M_SQRT1_2));
  else
    return node.unsupported("approximate is '" + approximate + "', expected none or tanh");
  return node.done(e.mul(e.mul(e.x, 0.5), e.add(inner, 1)));
}

//===-- Along an axis --------------------------------------------------------------------------------------------===//

/// Calls `apply(value, axis)`. Before opset 13 the axes from `axis` on were taken as one, after flattening.
static LogicalResult alongAxis(NodeImporter &node, llvm::function_ref<Value(Value, int64_t)> apply) {
  Value value = node.input(0);
  SmallVector<int64_t> shape(shapeOf(value));
  int64_t rank = shape.size(), stated = node.integer("axis", node.opset() < 13 ? 1 : -1);
  // Old exporters write axis = 1 for vectors too, where the flattened matrix would be (n, 1): refused by axisOf.
  FailureOr<int64_t> axis = node.axisOf(stated, rank);
  if (failed(axis))
    return failure();
  auto trailing = ArrayRef<int64_t>(shape).drop_front(*axis + 1);
  if (node.opset() >= 13 || llvm::all_of(trailing, [](int64_t size) { return size == 1; }))
    return node.done(apply(value, *axis));
  auto product = [](ArrayRef<int64_t> sizes) {
    return std::accumulate(sizes.begin(), sizes.end(), int64_t(1), std::multiplies<int64_t>());
  };
  auto all = ArrayRef<int64_t>(shape);
  Value matrix = node.reshape(value, {product(all.take_front(*axis)), product(all.drop_front(*axis))});
  Value result = matrix ? apply(matrix, 1) : Value();
  return node.done(node.reshape(result, shape));
}

static LogicalResult importSoftmax(NodeImporter &node) {
  return alongAxis(node, [&](Value value, int64_t axis) { return node.create<edge::SoftmaxOp>(value, axis); });
}

static LogicalResult importLogSoftmax(NodeImporter &node) {
  return alongAxis(node, [&](Value value, int64_t axis) { return logSoftmax(node, value, axis); });
}

/// 1 at the first largest element along the axis, else 0.
static LogicalResult importHardmax(NodeImporter &node) {
  return alongAxis(node, [&](Value value, int64_t axis) -> Value {
    SmallVector<int64_t> kept(shapeOf(value)), counting(rankOf(value), 1);
    counting[axis] = kept[axis];
    kept[axis] = 1;
    Value largest = node.create<edge::ArgReduceOp>(value, axis, /*largest=*/true, /*select_last=*/false);
    if (!largest)
      return {};
    Value positions = node.reshape(countingConstant(node, counting[axis]), counting);
    return node.cast(node.create<edge::EqualOp>(positions, node.reshape(largest, kept)), elementOf(value));
  });
}

void edgecc::import::registerActivations(OperatorRegistry &registry) {
  registry.add("Relu", importUnary<edge::ReluOp>);
  registry.add("Sigmoid", importUnary<edge::SigmoidOp>);
  registry.add("LeakyRelu", importLeakyRelu);
  registry.add("PRelu", importPRelu);
  registry.add("Elu", importElu);
  registry.add("Selu", importSelu);
  registry.add("Celu", importCelu);
  registry.add("ThresholdedRelu", importThresholdedRelu);
  registry.add("Shrink", importShrink);
  registry.add("HardSigmoid", importHardSigmoid);
  registry.add("HardSwish", importHardSwish);
  registry.add("Softplus", importSoftplus);
  registry.add("Softsign", importSoftsign);
  registry.add("Mish", importMish);
  registry.add("Swish", importSwish);
  registry.add("Gelu", importGelu);
  registry.add("Softmax", importSoftmax);
  registry.add("LogSoftmax", importLogSoftmax);
  registry.add("Hardmax", importHardmax);
}

// Recurrent layers: LSTM, GRU and RNN. An ONNX node holds one or two directions; each becomes an operation of its own.
// ONNX keeps weights as (directions, gates * hidden, in); `edge` multiplies from the right, so it wants (in, gates *
// hidden).
#include "compiler/Import/LayerBuilder.h"
#include "compiler/Import/OperatorRegistry.h"

#include <onnx/onnx_pb.h>

#include <optional>

using namespace mlir;
using namespace edgecc;
using namespace edgecc::import;

namespace {

/// Inputs that all three operators have at the same place.
enum Input { X = 0, W = 1, R = 2, B = 3, Lengths = 4, InitialH = 5, InitialC = 6, Peephole = 7 };

/// What the three operators have in common.
class RecurrentImporter {
public:
  /// `names` are the activations of one direction where the node states none.
  RecurrentImporter(NodeImporter &node, int64_t gates, ArrayRef<StringRef> names)
      : node(node), build(node), gates(gates), defaultNames(names) {}

  /// Reads sizes, direction and activations, and brings x into the shape (time, batch, in).
  LogicalResult prepare();
  /// Sets the outputs from (y, y_h) or (y, y_h, y_c) of each direction.
  LogicalResult finish(ArrayRef<SmallVector<Value>> results);

  /// W or R of one direction, transposed.
  Value weights(Input input, int64_t direction);
  /// The input's (`half` 0) or the recurrent (1) bias of one direction.
  Value bias(int64_t direction, int64_t half);
  /// The initial state of one direction, (batch, hidden).
  Value state(Input input, int64_t direction);
  /// x as the operation of one direction reads it, and whether that runs time backwards.
  Value inputOf(int64_t direction);
  bool runsBackwards(int64_t direction) const { return isReverse(direction) && !lengths; }
  /// Results (y, y_h, ...) of one direction, corrected for sequences that end early; empty on failure.
  SmallVector<Value> fitLengths(int64_t direction, SmallVector<Value> results);
  ArrayRef<int32_t> activationsOf(int64_t direction) const {
    return ArrayRef<int32_t>(activations).slice(direction * defaultNames.size(), defaultNames.size());
  }
  llvm::APFloat clip() const { return llvm::APFloat(static_cast<double>(node.number("clip", 0.0f))); }

  NodeImporter &node;
  LayerBuilder build;
  const int64_t gates;
  Value x;
  int64_t directions = 1, hidden = 0;

private:
  LogicalResult readDirection();
  LogicalResult readActivations();
  LogicalResult checkShapes();
  LogicalResult readLengths();
  bool isReverse(int64_t direction) const { return directions == 2 ? direction == 1 : isReverseOnly; }
  /// The numbers of the time steps, (time, 1, 1).
  Value steps() { return node.reshape(node.integerConstant(iota(shapeOf(x)[0])), {shapeOf(x)[0], 1, 1}); }
  /// (time, batch, n) with the first `length` steps of each sequence in reverse order.
  Value reverseSequences(Value sequences);
  /// `value` where the condition holds, else 0.
  Value keepWhere(Value condition, Value value) {
    return node.create<edge::SelectOp>(condition, value, build.scalarLike(value, 0.0));
  }
  /// Whether each initial state and output has its batch dimension first (`layout` 1).
  bool isBatchFirst() const { return node.integer("layout", 0) != 0; }

  ArrayRef<StringRef> defaultNames;
  SmallVector<int32_t> activations;
  bool isReverseOnly = false;
  /// Steps of each sequence, (1, batch, 1) in i64; null where all are as long as x.
  Value lengths;
};

/// Number of parameters that an activation takes from activation_alpha and activation_beta.
std::pair<bool, bool> takesAlphaBeta(StringRef name) {
  bool both = name == "affine" || name == "hardsigmoid" || name == "scaledtanh";
  return {both || name == "leakyrelu" || name == "thresholdedrelu" || name == "elu", both};
}

std::optional<edge::Activation> activationOf(StringRef name, std::optional<float> alpha, std::optional<float> beta) {
  if (name == "sigmoid")
    return edge::Activation::sigmoid;
  if (name == "tanh")
    return edge::Activation::tanh;
  if (name == "relu")
    return edge::Activation::relu;
  if (name == "hardsigmoid" && alpha.value_or(0.2f) == 0.2f && beta.value_or(0.5f) == 0.5f)
    return edge::Activation::hard_sigmoid;
  if (name == "affine" && alpha.value_or(1.0f) == 1.0f && beta.value_or(0.0f) == 0.0f)
    return edge::Activation::identity;
  return std::nullopt;
}

LogicalResult RecurrentImporter::readDirection() {
  std::string direction = node.string("direction", "forward");
  if (direction != "forward" && direction != "reverse" && direction != "bidirectional")
    return node.unsupported("direction is '" + direction + "', expected forward, reverse or bidirectional");
  directions = direction == "bidirectional" ? 2 : 1;
  isReverseOnly = direction == "reverse";
  return success();
}

/// Names are case insensitive. The parameters stand in two lists, each with one value per activation that takes one;
/// the lists may end early.
LogicalResult RecurrentImporter::readActivations() {
  SmallVector<std::string> names;
  if (const onnx::AttributeProto *attribute = node.attribute("activations"))
    names.assign(attribute->strings().begin(), attribute->strings().end());
  if (names.empty())
    names.assign(defaultNames.begin(), defaultNames.end());
  // A bidirectional node with names for one direction means both, as ONNX Runtime reads it.
  if (directions == 2 && names.size() == defaultNames.size())
    names.append(SmallVector<std::string>(names));
  if (names.size() != directions * defaultNames.size())
    return node.unsupported("attribute 'activations' has " + Twine(names.size()) + " names, expected " +
                            Twine(directions * defaultNames.size()));
  SmallVector<float> alphas = node.numbers("activation_alpha"), betas = node.numbers("activation_beta");
  size_t nextAlpha = 0, nextBeta = 0;
  for (const std::string &name : names) {
    std::string lower = StringRef(name).lower();
    auto [takesAlpha, takesBeta] = takesAlphaBeta(lower);
    std::optional<float> alpha, beta;
    if (takesAlpha && nextAlpha < alphas.size())
      alpha = alphas[nextAlpha++];
    if (takesBeta && nextBeta < betas.size())
      beta = betas[nextBeta++];
    std::optional<edge::Activation> activation = activationOf(lower, alpha, beta);
    if (!activation)
      return node.unsupported("activation '" + name +
                              "' is not handled; Sigmoid, Tanh, Relu, HardSigmoid (0.2, 0.5) and Affine (1, 0) are");
    activations.push_back(static_cast<int32_t>(*activation));
  }
  return success();
}

LogicalResult RecurrentImporter::checkShapes() {
  RankedTensorType xType = node.inputType(X), w = node.inputType(W), r = node.inputType(R);
  if (xType.getRank() != 3 || w.getRank() != 3 || r.getRank() != 3)
    return node.unsupported("X, W and R have ranks " + Twine(xType.getRank()) + ", " + Twine(w.getRank()) + " and " +
                            Twine(r.getRank()) + ", expected 3");
  hidden = r.getDimSize(2);
  if (w.getDimSize(0) != directions || r.getDimSize(0) != directions || r.getDimSize(1) != gates * hidden ||
      w.getDimSize(1) != gates * hidden || w.getDimSize(2) != xType.getDimSize(2))
    return node.unsupported("the shapes of X, W and R do not fit " + Twine(directions) + " direction(s) with " +
                            Twine(gates) + " gates and hidden size " + Twine(hidden));
  if (node.hasInput(B) && node.inputType(B).getShape() != ArrayRef<int64_t>({directions, 2 * gates * hidden}))
    return node.unsupported("B must have the shape (directions, " + Twine(2 * gates) + " * hidden)");
  return success();
}

LogicalResult RecurrentImporter::readLengths() {
  if (!node.hasInput(Lengths))
    return success();
  int64_t time = shapeOf(x)[0], batch = shapeOf(x)[1];
  if (node.inputType(Lengths).getShape() != ArrayRef<int64_t>({batch}))
    return node.unsupported("sequence_lens must have one value per sequence of the batch, " + Twine(batch));
  if (node.constantInput(Lengths)) {
    FailureOr<SmallVector<int64_t>> known = node.integersInput(Lengths, "sequence lengths");
    if (failed(known))
      return failure();
    if (llvm::all_of(*known, [&](int64_t length) { return length == time; }))
      return success();
  }
  // Clipped, because reversing reads by length.
  Value steps = node.cast(node.input(Lengths), IntegerType::get(node.context(), 64));
  lengths = node.reshape(build.min(build.max(steps, 0.0), static_cast<double>(time)), {1, batch, 1});
  // Cell states of earlier steps are not to be had from the operation.
  if (node.wantsOutput(2))
    return node.unsupported("output Y_c is not handled together with sequence_lens; drop one of them in the model");
  return success(lengths != nullptr);
}

LogicalResult RecurrentImporter::prepare() {
  if (failed(readDirection()) || failed(readActivations()) || failed(checkShapes()))
    return failure();
  x = isBatchFirst() ? node.transpose(node.input(X), {1, 0, 2}) : node.input(X);
  return success(x && succeeded(readLengths()));
}

Value RecurrentImporter::reverseSequences(Value sequences) {
  Value step = steps(), isInside = node.create<edge::LessOp>(step, lengths);
  Value index = node.create<edge::SelectOp>(isInside, build.sub(build.sub(lengths, 1.0), step), step);
  if (!index || !sequences)
    return {};
  return node.create<edge::GatherElementsOp>(sequences, node.broadcastTo(index, shapeOf(sequences)), uint64_t(0));
}

/// With lengths, running backwards from the end of each sequence is running forwards over the reversed sequences.
Value RecurrentImporter::inputOf(int64_t direction) {
  return isReverse(direction) && lengths ? reverseSequences(x) : x;
}

/// Steps behind the end of a sequence give 0, and its final state is y at its last step: what the operation computed
/// from the steps behind does not matter.
SmallVector<Value> RecurrentImporter::fitLengths(int64_t direction, SmallVector<Value> results) {
  if (!lengths || results.empty())
    return results;
  Value y = results[0];
  Value atLast = keepWhere(node.create<edge::EqualOp>(steps(), build.sub(lengths, 1.0)), y);
  Value final = node.create<edge::ReduceOp>(atLast, edge::ReduceKind::sum, ArrayRef<int64_t>{0});
  if (isReverse(direction))
    y = reverseSequences(y);
  y = keepWhere(node.create<edge::LessOp>(steps(), lengths), y);
  return y && final ? SmallVector<Value>{y, final} : SmallVector<Value>();
}

Value RecurrentImporter::weights(Input input, int64_t direction) {
  ArrayRef<int64_t> shape = node.inputType(input).getShape();
  Value one = build.slice(node.input(input), 0, direction, 1);
  return build.transposeMatrix(node.reshape(one, {shape[1], shape[2]}));
}

Value RecurrentImporter::bias(int64_t direction, int64_t half) {
  int64_t size = gates * hidden;
  if (!node.hasInput(B))
    return build.filled({size}, 0.0, elementOf(x));
  Value one = build.slice(node.input(B), 0, direction, 1);
  return node.reshape(build.slice(one, 1, half * size, size), {size});
}

Value RecurrentImporter::state(Input input, int64_t direction) {
  int64_t batch = shapeOf(x)[1];
  if (!node.hasInput(input))
    return build.filled({batch, hidden}, 0.0, elementOf(x));
  int64_t axis = isBatchFirst() ? 1 : 0;
  if (node.inputType(input).getRank() != 3 || node.inputType(input).getDimSize(axis) != directions) {
    (void)node.unsupported("an initial state must have rank 3 and one entry per direction");
    return {};
  }
  return node.reshape(build.slice(node.input(input), axis, direction, 1), {batch, hidden});
}

/// Y is (time, directions, batch, hidden), the states (directions, batch, hidden); batch comes first in layout 1.
LogicalResult RecurrentImporter::finish(ArrayRef<SmallVector<Value>> results) {
  int64_t time = shapeOf(x)[0], batch = shapeOf(x)[1];
  SmallVector<Value> outputs;
  for (size_t index = 0; index < results[0].size(); ++index) {
    SmallVector<Value> parts;
    for (const SmallVector<Value> &direction : results)
      parts.push_back(index == 0 ? node.reshape(direction[index], {time, 1, batch, hidden})
                                 : node.reshape(direction[index], {1, batch, hidden}));
    Value joined = build.concat(parts, index == 0 ? 1 : 0);
    if (isBatchFirst())
      joined = index == 0 ? node.transpose(joined, {2, 0, 1, 3}) : node.transpose(joined, {1, 0, 2});
    outputs.push_back(joined);
  }
  return build.outputs(outputs);
}

LogicalResult importLstm(NodeImporter &node) {
  static constexpr StringRef names[] = {"Sigmoid", "Tanh", "Tanh"};
  RecurrentImporter layer(node, /*gates=*/4, names);
  if (failed(layer.prepare()))
    return failure();
  SmallVector<SmallVector<Value>> results;
  for (int64_t d = 0; d < layer.directions; ++d) {
    Value peephole;
    if (node.hasInput(Peephole))
      peephole = node.reshape(layer.build.slice(node.input(Peephole), 0, d, 1), {3 * layer.hidden});
    SmallVector<Value> values = node.createMany<edge::LstmOp>(
        layer.inputOf(d), layer.weights(W, d), layer.weights(R, d), layer.build.add(layer.bias(d, 0), layer.bias(d, 1)),
        layer.state(InitialH, d), layer.state(InitialC, d), peephole, layer.runsBackwards(d),
        node.integer("input_forget", 0) != 0, layer.activationsOf(d), layer.clip());
    results.push_back(layer.fitLengths(d, values));
    if (results.back().empty())
      return failure();
  }
  return layer.finish(results);
}

LogicalResult importGru(NodeImporter &node) {
  static constexpr StringRef names[] = {"Sigmoid", "Tanh"};
  RecurrentImporter layer(node, /*gates=*/3, names);
  if (failed(layer.prepare()))
    return failure();
  SmallVector<SmallVector<Value>> results;
  for (int64_t d = 0; d < layer.directions; ++d) {
    SmallVector<Value> values =
        node.createMany<edge::GruOp>(layer.inputOf(d), layer.weights(W, d), layer.weights(R, d), layer.bias(d, 0),
                                     layer.bias(d, 1), layer.state(InitialH, d), layer.runsBackwards(d),
                                     node.integer("linear_before_reset", 0) != 0, layer.activationsOf(d), layer.clip());
    results.push_back(layer.fitLengths(d, values));
    if (results.back().empty())
      return failure();
  }
  return layer.finish(results);
}

LogicalResult importRnn(NodeImporter &node) {
  static constexpr StringRef names[] = {"Tanh"};
  RecurrentImporter layer(node, /*gates=*/1, names);
  if (failed(layer.prepare()))
    return failure();
  SmallVector<SmallVector<Value>> results;
  for (int64_t d = 0; d < layer.directions; ++d) {
    SmallVector<Value> values = node.createMany<edge::RnnOp>(
        layer.inputOf(d), layer.weights(W, d), layer.weights(R, d), layer.build.add(layer.bias(d, 0), layer.bias(d, 1)),
        layer.state(InitialH, d), layer.runsBackwards(d), layer.activationsOf(d), layer.clip());
    results.push_back(layer.fitLengths(d, values));
    if (results.back().empty())
      return failure();
  }
  return layer.finish(results);
}

} // namespace

void edgecc::import::registerRecurrent(OperatorRegistry &registry) {
  registry.add("LSTM", importLstm);
  registry.add("GRU", importGru);
  registry.add("RNN", importRnn);
}

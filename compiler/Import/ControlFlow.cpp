// ONNX control flow. A condition that is known picks its branch, loops of known length are unrolled: generated code has
// static shapes and no decisions where none are needed.
#include "compiler/Import/Composites.h"
#include "compiler/Import/OperatorRegistry.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/ScopeExit.h"

#include <onnx/onnx_pb.h>

using namespace mlir;
using namespace edgecc;
using namespace edgecc::import;

/// Longest loop that is unrolled.
constexpr int64_t maxIterations = 256;

static LogicalResult setOutputs(NodeImporter &node, ArrayRef<Value> values) {
  if (values.size() < node.numOutputs())
    return node.unsupported("it has more outputs than its subgraph yields");
  for (auto [index, value] : llvm::enumerate(values))
    node.setOutput(index, value);
  return success();
}

//===-- If -------------------------------------------------------------------------------------------------------===//

/// Imports one branch into a region of `scf.if`.
static FailureOr<SmallVector<Value>> importBranch(NodeImporter &node, Region &region, const onnx::GraphProto &graph) {
  OpBuilder::InsertionGuard guard(node.builder());
  node.builder().createBlock(&region);
  FailureOr<SmallVector<Value>> results = node.importSubgraph(graph);
  if (succeeded(results))
    scf::YieldOp::create(node.builder(), node.loc(), *results);
  return results;
}

/// Both branches, one of which runs.
static LogicalResult importDynamicIf(NodeImporter &node, const onnx::GraphProto &onTrue,
                                     const onnx::GraphProto &onFalse) {
  Value condition = node.reshape(node.input(0), {});
  if (!condition)
    return failure();
  Value flag = tensor::ExtractOp::create(node.builder(), node.loc(), condition, ValueRange());
  OperationState state(node.loc(), scf::IfOp::getOperationName());
  state.addOperands(flag);
  Region *thenRegion = state.addRegion(), *elseRegion = state.addRegion();
  FailureOr<SmallVector<Value>> thenValues = importBranch(node, *thenRegion, onTrue),
                                elseValues = importBranch(node, *elseRegion, onFalse);
  if (failed(thenValues) || failed(elseValues))
    return failure();
  SmallVector<Type> types(ValueRange(*thenValues).getTypes());
  if (!llvm::equal(types, ValueRange(*elseValues).getTypes()))
    return node.unsupported(
        "its branches give different types or shapes and its condition is not known at compile time");
  state.addTypes(types);
  Operation *op = node.builder().create(state);
  return setOutputs(node, llvm::to_vector_of<Value>(op->getResults()));
}

static LogicalResult importIf(NodeImporter &node) {
  const onnx::GraphProto *onTrue = node.subgraph("then_branch"), *onFalse = node.subgraph("else_branch");
  if (!onTrue || !onFalse)
    return failure();
  if (!node.inputType(0).getElementType().isInteger(1) || node.inputType(0).getNumElements() != 1)
    return node.unsupported("the condition must be one boolean");
  if (!node.constantInput(0))
    return importDynamicIf(node, *onTrue, *onFalse);
  FailureOr<SmallVector<int64_t>> condition = node.integersInput(0, "condition");
  if (failed(condition))
    return failure();
  FailureOr<SmallVector<Value>> results = node.importSubgraph(condition->front() ? *onTrue : *onFalse);
  return failed(results) ? failure() : setOutputs(node, *results);
}

//===-- Loop and Scan --------------------------------------------------------------------------------------------===//

/// Stacks one value per iteration along a new dimension.
static Value stack(NodeImporter &node, ArrayRef<Value> values, int64_t axis) {
  SmallVector<Value> slices;
  for (Value value : values) {
    SmallVector<int64_t> shape(shapeOf(value));
    if (axis < 0 || axis > static_cast<int64_t>(shape.size()))
      return {};
    shape.insert(shape.begin() + axis, 1);
    slices.push_back(node.reshape(value, shape));
  }
  return slices.size() == 1 ? slices.front() : node.create<edge::ConcatOp>(slices, axis);
}

/// Whether a boolean is true, if that is known.
static std::optional<bool> knownBoolean(Value value) {
  auto constant = value.getDefiningOp<edge::ConstantOp>();
  if (!constant || !elementOf(value).isInteger(1) || constant.getValue().getNumElements() != 1)
    return std::nullopt;
  auto dense = dyn_cast<DenseElementsAttr>(constant.getValue());
  return dense ? std::optional<bool>(*dense.getValues<bool>().begin()) : std::nullopt;
}

namespace {

/// A loop that is being unrolled: what it carries on, and what it has collected.
struct Unrolling {
  SmallVector<Value> carried;
  SmallVector<SmallVector<Value>> collected;

  /// Takes the values of one iteration, the carried ones first.
  void take(ArrayRef<Value> values) {
    carried.assign(values.begin(), values.begin() + carried.size());
    collected.resize(values.size() - carried.size());
    for (auto [list, value] : llvm::zip_equal(collected, values.drop_front(carried.size())))
      list.push_back(value);
  }
};

} // namespace

static LogicalResult importLoop(NodeImporter &node) {
  const onnx::GraphProto *body = node.subgraph("body");
  if (!body)
    return failure();
  int64_t limit = maxIterations + 1;
  if (node.hasInput(0)) {
    FailureOr<SmallVector<int64_t>> trips = node.integersInput(0, "number of iterations");
    if (failed(trips))
      return failure();
    limit = trips->size() == 1 ? trips->front() : -1;
  }
  Type i64 = node.builder().getI64Type();
  Value goOn = node.hasInput(1) ? node.input(1) : node.scalar(1, node.builder().getI1Type());
  Unrolling loop;
  for (size_t i = 2; i < node.numInputs(); ++i)
    loop.carried.push_back(node.input(i));
  size_t numCarried = loop.carried.size();
  for (int64_t iteration = 0; iteration < limit; ++iteration) {
    std::optional<bool> condition = knownBoolean(goOn);
    if (!condition)
      return node.unsupported("its condition must be known at compile time, so that it can be unrolled");
    if (!*condition)
      break;
    if (iteration == maxIterations)
      return node.unsupported("it runs more than " + Twine(maxIterations) + " times, too often to be unrolled");
    SmallVector<Value> arguments{node.scalar(iteration, i64), goOn};
    llvm::append_range(arguments, loop.carried);
    FailureOr<SmallVector<Value>> results = node.importSubgraph(*body, arguments);
    if (failed(results))
      return failure();
    if (results->size() < 1 + numCarried)
      return node.unsupported("its body has fewer outputs than values that it carries on");
    goOn = results->front();
    loop.take(ArrayRef<Value>(*results).drop_front());
  }
  SmallVector<Value> outputs = loop.carried;
  for (ArrayRef<Value> values : loop.collected)
    outputs.push_back(stack(node, values, 0));
  if (outputs.size() < node.numOutputs())
    return node.unsupported("it never runs, so that the shape of what it collects is not known");
  return llvm::is_contained(outputs, Value()) ? failure() : setOutputs(node, outputs);
}

/// Axes or directions of the sequences that Scan reads or writes; 0 where they are not stated.
static FailureOr<SmallVector<int64_t>> perSequence(NodeImporter &node, StringRef name, size_t count) {
  SmallVector<int64_t> values = node.integers(name);
  if (!node.hasAttribute(name))
    values.assign(count, 0);
  if (values.size() != count)
    return node.unsupported("attribute '" + name + "' must hold " + Twine(count) + " numbers");
  return values;
}

/// Element `step` of a sequence, without its axis.
static Value elementAt(NodeImporter &node, Value sequence, int64_t axis, int64_t step) {
  SmallVector<int64_t> shape(shapeOf(sequence));
  shape.erase(shape.begin() + axis);
  return node.reshape(sliceAlong(node, sequence, axis, step, 1), shape);
}

static LogicalResult importScan(NodeImporter &node) {
  const onnx::GraphProto *body = node.subgraph("body");
  if (!body)
    return failure();
  int64_t numScanned = node.integer("num_scan_inputs", 0), numInputs = node.numInputs();
  if (numScanned < 1 || numScanned > numInputs || static_cast<int64_t>(node.inputs().size()) != numInputs)
    return node.unsupported("num_scan_inputs is " + Twine(numScanned) + ", expected 1 to " + Twine(numInputs));
  int64_t numCarried = numInputs - numScanned, numCollected = body->output_size() - numCarried;
  if (numCollected < 0)
    return node.unsupported("its body has fewer outputs than values that it carries on");
  FailureOr<SmallVector<int64_t>> axes = perSequence(node, "scan_input_axes", numScanned),
                                  backward = perSequence(node, "scan_input_directions", numScanned),
                                  outAxes = perSequence(node, "scan_output_axes", numCollected),
                                  outBackward = perSequence(node, "scan_output_directions", numCollected);
  if (failed(axes) || failed(backward) || failed(outAxes) || failed(outBackward))
    return failure();
  Unrolling loop;
  for (int64_t i = 0; i < numCarried; ++i)
    loop.carried.push_back(node.input(i));
  int64_t length = -1;
  for (int64_t i = 0; i < numScanned; ++i) {
    Value sequence = node.input(numCarried + i);
    FailureOr<int64_t> axis = node.axisOf((*axes)[i], rankOf(sequence));
    if (failed(axis))
      return failure();
    (*axes)[i] = *axis;
    if (length >= 0 && shapeOf(sequence)[*axis] != length)
      return node.unsupported("its sequences have different lengths");
    length = shapeOf(sequence)[*axis];
  }
  if (length < 1 || length > maxIterations)
    return node.unsupported("its sequences have length " + Twine(length) + "; 1 to " + Twine(maxIterations) +
                            " steps can be unrolled");
  for (int64_t step = 0; step < length; ++step) {
    SmallVector<Value> arguments = loop.carried;
    for (int64_t i = 0; i < numScanned; ++i)
      arguments.push_back(
          elementAt(node, node.input(numCarried + i), (*axes)[i], (*backward)[i] ? length - 1 - step : step));
    if (llvm::is_contained(arguments, Value()))
      return failure();
    FailureOr<SmallVector<Value>> results = node.importSubgraph(*body, arguments);
    if (failed(results))
      return failure();
    loop.take(*results);
  }
  SmallVector<Value> outputs = loop.carried;
  for (auto [index, values] : llvm::enumerate(loop.collected)) {
    if ((*outBackward)[index])
      std::reverse(values.begin(), values.end());
    FailureOr<int64_t> axis = node.axisOf((*outAxes)[index], rankOf(values.front()) + 1);
    if (failed(axis))
      return failure();
    outputs.push_back(stack(node, values, *axis));
  }
  return llvm::is_contained(outputs, Value()) ? failure() : setOutputs(node, outputs);
}

void edgecc::import::registerControlFlow(OperatorRegistry &registry) {
  registry.add("If", importIf);
  registry.add("Loop", importLoop);
  registry.add("", "Scan", 9, INT64_MAX, importScan);
}

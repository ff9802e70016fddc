// What the importer of one ONNX operator sees: its node, its operands as `edge` values, and helpers to build results.
#include "compiler/Import/NodeImporter.h"
#include "compiler/Import/GraphImporter.h"
#include "compiler/Import/Tensors.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Matchers.h"

#include "llvm/ADT/Sequence.h"

#include <cmath>

using namespace mlir;
using namespace edgecc::import;
using onnx::AttributeProto;

NodeImporter::NodeImporter(GraphImporter &graph, const onnx::NodeProto &node, Location loc, int64_t opset)
    : graph(graph), proto(node), location(loc), version(opset) {}

OpBuilder &NodeImporter::builder() { return graph.getBuilder(); }

FailureOr<SmallVector<Value>> NodeImporter::importSubgraph(const onnx::GraphProto &subgraph, ValueRange inputs) {
  FailureOr<SmallVector<Value>> results = graph.importSubgraph(subgraph, inputs);
  if (failed(results))
    faulty = true; // Its own nodes were reported.
  return results;
}

//===-- Operands -------------------------------------------------------------------------------------------------===//

size_t NodeImporter::numInputs() const { return proto.input_size(); }

bool NodeImporter::hasInput(size_t index) const {
  return index < numInputs() && !proto.input(index).empty() && graph.lookup(proto.input(index));
}

Value NodeImporter::input(size_t index) const {
  if (hasInput(index))
    return graph.lookup(proto.input(index));
  (void)unsupported("input " + Twine(index) + " is missing");
  auto placeholder = DenseElementsAttr::get(RankedTensorType::get({}, Float32Type::get(context())), 0.0f);
  return edge::ConstantOp::create(graph.getBuilder(), location, llvm::cast<ElementsAttr>(placeholder));
}

SmallVector<Value> NodeImporter::inputs() const {
  SmallVector<Value> values;
  for (size_t i = 0; i < numInputs(); ++i)
    if (hasInput(i))
      values.push_back(input(i));
  return values;
}

RankedTensorType NodeImporter::inputType(size_t index) const { return tensorType(input(index)); }

ElementsAttr NodeImporter::constantInput(size_t index) const {
  ElementsAttr value;
  if (hasInput(index))
    matchPattern(input(index), m_Constant(&value));
  return value;
}

ElementsAttr NodeImporter::knownInput(size_t index, StringRef what) const {
  ElementsAttr value = constantInput(index);
  if (value && value.getNumElements() <= maxComputedElements)
    return value;
  (void)unsupported(!hasInput(index) ? "the " + what + " (input " + Twine(index) + ") is missing"
                    : value          ? "the " + what + " is too large"
                                     : "the " + what + " must be known at compile time; it depends on an input");
  return {};
}

FailureOr<SmallVector<int64_t>> NodeImporter::integersInput(size_t index, StringRef what) {
  ElementsAttr value = knownInput(index, what);
  if (!value)
    return failure();
  FailureOr<SmallVector<int64_t>> result = integersOf(value);
  if (failed(result))
    return unsupported("the " + what + " must be integers");
  return result;
}

FailureOr<SmallVector<double>> NodeImporter::numbersInput(size_t index, StringRef what) {
  ElementsAttr value = knownInput(index, what);
  if (!value)
    return failure();
  return numbersOf(value);
}

//===-- Attributes -----------------------------------------------------------------------------------------------===//

const AttributeProto *NodeImporter::attribute(StringRef name) const {
  for (const AttributeProto &attribute : proto.attribute())
    if (attribute.name() == name)
      return &attribute;
  return nullptr;
}

const AttributeProto *NodeImporter::typedAttribute(StringRef name, int type) const {
  const AttributeProto *found = attribute(name);
  // Files of IR versions before 2 state no type.
  if (!found || found->type() == type || (found->type() == AttributeProto::UNDEFINED && found->ref_attr_name().empty()))
    return found;
  (void)unsupported("attribute '" + name + "' must have type " +
                    AttributeProto::AttributeType_Name(static_cast<AttributeProto::AttributeType>(type)) + ", not " +
                    AttributeProto::AttributeType_Name(found->type()));
  return nullptr;
}

int64_t NodeImporter::integer(StringRef name, int64_t fallback) const {
  const AttributeProto *found = typedAttribute(name, AttributeProto::INT);
  return found ? found->i() : fallback;
}

float NodeImporter::number(StringRef name, float fallback) const {
  const AttributeProto *found = typedAttribute(name, AttributeProto::FLOAT);
  return found ? found->f() : fallback;
}

std::string NodeImporter::string(StringRef name, StringRef fallback) const {
  const AttributeProto *found = typedAttribute(name, AttributeProto::STRING);
  return found ? found->s() : fallback.str();
}

SmallVector<int64_t> NodeImporter::integers(StringRef name, ArrayRef<int64_t> fallback) const {
  const AttributeProto *found = typedAttribute(name, AttributeProto::INTS);
  return found ? SmallVector<int64_t>(found->ints().begin(), found->ints().end()) : SmallVector<int64_t>(fallback);
}

SmallVector<float> NodeImporter::numbers(StringRef name, ArrayRef<float> fallback) const {
  const AttributeProto *found = typedAttribute(name, AttributeProto::FLOATS);
  return found ? SmallVector<float>(found->floats().begin(), found->floats().end()) : SmallVector<float>(fallback);
}

ElementsAttr NodeImporter::tensor(StringRef name) const {
  const AttributeProto *found = typedAttribute(name, AttributeProto::TENSOR);
  if (!found || !found->has_t()) {
    (void)unsupported("attribute '" + name + "' is missing, expected a tensor");
    return {};
  }
  llvm::Expected<ElementsAttr> elements = graph.elements(found->t());
  if (elements)
    return *elements;
  (void)unsupported(llvm::toString(elements.takeError()));
  return {};
}

const onnx::GraphProto *NodeImporter::subgraph(StringRef name) const {
  const AttributeProto *found = typedAttribute(name, AttributeProto::GRAPH);
  if (found && found->has_g())
    return &found->g();
  (void)unsupported("attribute '" + name + "' is missing, expected a graph");
  return nullptr;
}

Type NodeImporter::dataType(StringRef name, int64_t fallback) const {
  int64_t number = integer(name, fallback);
  bool inRange = number > 0 && number <= INT32_MAX;
  // Nibbles are bytes only as stored tensors: values computed at run time would have to wrap and saturate as four bits.
  Type type = inRange && number <= onnx::TensorProto::BFLOAT16 ? elementTypeOf(number, context()) : Type();
  if (!type)
    (void)unsupported("attribute '" + name + "' asks for " + (inRange ? dataTypeName(number) : "no known data type") +
                      ", which edgecc does not have");
  return type;
}

//===-- Results --------------------------------------------------------------------------------------------------===//

size_t NodeImporter::numOutputs() const { return proto.output_size(); }

bool NodeImporter::wantsOutput(size_t index) const { return index < numOutputs() && !proto.output(index).empty(); }

void NodeImporter::setOutput(size_t index, Value value) {
  if (wantsOutput(index) && value)
    graph.define(proto.output(index), value);
}

LogicalResult NodeImporter::done(Value value) {
  setOutput(0, value);
  return success(value != nullptr);
}

LogicalResult NodeImporter::unsupported(const Twine &reason) const {
  if (!faulty)
    graph.report(proto, reason);
  faulty = true;
  return failure();
}

//===-- Building -------------------------------------------------------------------------------------------------===//

LogicalResult NodeImporter::inferTypes(OperationState &state, InferTypes infer) {
  state.types.clear();
  if (failed(infer(context(), loc(), state.operands, state.attributes.getDictionary(context()),
                   state.getRawProperties(), state.regions, state.types)))
    return failure();
  for (Type type : state.types)
    if (!isShapeInRange(llvm::cast<RankedTensorType>(type).getShape()))
      return emitError(loc(), "a result would have more than 2^31 elements");
  return success();
}

SmallVector<Value> NodeImporter::build(OperationState &state, InferTypes infer) {
  if (llvm::is_contained(state.operands, Value()))
    return {};
  std::string complaint;
  Operation *op = nullptr;
  {
    ScopedDiagnosticHandler capture(context(), [&](Diagnostic &diagnostic) {
      if (diagnostic.getSeverity() == DiagnosticSeverity::Error && complaint.empty())
        complaint = diagnostic.str();
      return success();
    });
    if (!infer || succeeded(inferTypes(state, infer))) {
      op = builder().create(state);
      if (failed(op->getName().verifyInvariants(op))) {
        op->erase();
        op = nullptr;
      }
    }
  }
  if (op)
    return foldOrKeep(op);
  // "'edge.slice' op [C2] text": people know the ONNX node, which report() names.
  StringRef reason = complaint;
  if (reason.starts_with("'edge.") && reason.contains("' op "))
    reason = reason.split("' op ").second;
  if (reason.starts_with("[C"))
    reason = reason.split("] ").second;
  (void)unsupported(reason.empty() ? "the operands do not fit together" : reason);
  return {};
}

SmallVector<Value> NodeImporter::foldOrKeep(Operation *op) {
  SmallVector<OpFoldResult> folded;
  LogicalResult changed = op->fold(folded);
  // A fold in place, such as one transpose taking in another, may allow the next.
  for (int round = 0; round < 4 && succeeded(changed) && folded.empty(); ++round)
    changed = op->fold(folded);
  if (failed(changed) || folded.size() != op->getNumResults())
    return llvm::to_vector_of<Value>(op->getResults());
  SmallVector<Value> values;
  for (auto [result, replacement] : llvm::zip_equal(op->getResults(), folded)) {
    auto value = dyn_cast<Value>(replacement);
    if (!value)
      if (auto elements = dyn_cast<ElementsAttr>(llvm::cast<Attribute>(replacement)))
        value = constant(elements);
    if (!value || value.getType() != result.getType())
      return llvm::to_vector_of<Value>(op->getResults());
    values.push_back(value);
  }
  op->erase();
  return values;
}

Value NodeImporter::reshape(Value value, ArrayRef<int64_t> shape) {
  if (!value || shapeOf(value) == shape)
    return value;
  if (!isShapeInRange(shape)) {
    (void)unsupported("a result would have a negative dimension or more than 2^31 elements");
    return {};
  }
  return create<edge::ReshapeOp>(RankedTensorType::get(shape, elementOf(value)), value);
}

Value NodeImporter::broadcastTo(Value value, ArrayRef<int64_t> shape) {
  if (!value || shapeOf(value) == shape)
    return value;
  if (!isShapeInRange(shape)) {
    (void)unsupported("a result would have a negative dimension or more than 2^31 elements");
    return {};
  }
  return create<edge::BroadcastToOp>(RankedTensorType::get(shape, elementOf(value)), value);
}

Value NodeImporter::transpose(Value value, ArrayRef<int64_t> permutation) {
  if (!value || (static_cast<int64_t>(permutation.size()) == rankOf(value) &&
                 llvm::equal(permutation, llvm::seq<int64_t>(0, permutation.size()))))
    return value;
  return create<edge::TransposeOp>(value, permutation);
}

Value NodeImporter::cast(Value value, Type elementType) {
  if (!value || elementOf(value) == elementType)
    return value;
  return create<edge::CastOp>(tensorType(value).clone(elementType), value);
}

Value NodeImporter::toChannelsLast(Value value) {
  if (!value || rankOf(value) < 3)
    return value;
  SmallVector<int64_t> permutation{0};
  llvm::append_range(permutation, llvm::seq<int64_t>(2, rankOf(value)));
  permutation.push_back(1);
  return transpose(value, permutation);
}

Value NodeImporter::toChannelsFirst(Value value) {
  if (!value || rankOf(value) < 3)
    return value;
  SmallVector<int64_t> permutation{0, rankOf(value) - 1};
  llvm::append_range(permutation, llvm::seq<int64_t>(1, rankOf(value) - 1));
  return transpose(value, permutation);
}

Value NodeImporter::scalar(double value, Type elementType) {
  auto type = RankedTensorType::get({}, elementType);
  if (isa<FloatType>(elementType))
    return constant(DenseElementsAttr::get(type, builder().getFloatAttr(elementType, value)));
  unsigned width = elementType.getIntOrFloatBitWidth();
  bool isUnsigned = elementType.isUnsignedInteger() || width == 1;
  llvm::APSInt integer(width, isUnsigned);
  bool exact;
  if (!std::isnan(value)) // Saturates.
    llvm::APFloat(value).convertToInteger(integer, llvm::APFloat::rmTowardZero, &exact);
  return constant(DenseElementsAttr::get(type, static_cast<const APInt &>(integer)));
}

Value NodeImporter::constant(ElementsAttr value) { return edge::ConstantOp::create(builder(), loc(), value); }

Value NodeImporter::integerConstant(ArrayRef<int64_t> values) {
  auto type = RankedTensorType::get({static_cast<int64_t>(values.size())}, builder().getI64Type());
  return constant(DenseElementsAttr::get(type, values));
}

FailureOr<int64_t> NodeImporter::axisOf(int64_t axis, int64_t rank) {
  if (axis < -rank || axis >= rank)
    return unsupported("axis " + Twine(axis) + " is outside the rank, " + Twine(rank));
  return axis < 0 ? axis + rank : axis;
}

// Walks the graph of an ONNX model and imports its nodes, subgraphs and local functions. Import.cpp does the frame
// around it: inputs, outputs, the function.
#include "compiler/Import/GraphImporter.h"
#include "compiler/Import/NodeOrder.h"
#include "compiler/Import/OperatorRegistry.h"
#include "compiler/Import/Tensors.h"

#include "llvm/ADT/ScopeExit.h"

using namespace mlir;
using namespace edgecc::import;

/// Functions may call functions; deeper than this they call themselves.
constexpr unsigned maxFunctionDepth = 32;
/// Loops in loops and functions in functions must not make a small file endless.
constexpr unsigned maxNodes = 1 << 18;

GraphImporter::GraphImporter(std::shared_ptr<ModelFile> file, const ImportOptions &options, MLIRContext *context)
    : file(std::move(file)), options(options), context(context), builder(context),
      fileLoc(FileLineColLoc::get(context, this->file->name(), 0, 0)) {}

//===-- Names ----------------------------------------------------------------------------------------------------===//

Value GraphImporter::lookup(StringRef name) const {
  for (const Scope *at = scope; at; at = at->parent)
    if (auto entry = at->values.find(name); entry != at->values.end())
      return entry->second;
  return {};
}

bool GraphImporter::isDefined(StringRef name) const {
  for (const Scope *at = scope; at; at = at->parent)
    if (at->values.count(name))
      return true;
  return false;
}

bool GraphImporter::isPoisoned(StringRef name) const {
  for (const Scope *at = scope; at; at = at->parent)
    if (at->poisoned.contains(name))
      return true;
  return false;
}

int64_t GraphImporter::opsetOf(StringRef domain) const {
  auto version = scope->opsets->find(domain == "ai.onnx" ? "" : domain);
  return version == scope->opsets->end() ? 1 : version->second;
}

//===-- Faults ---------------------------------------------------------------------------------------------------===//

LogicalResult GraphImporter::fault(const Twine &message) {
  ++numFaults;
  std::string text = message.str(); // Names come from the file: none may reach a terminal as a control sequence.
  std::replace_if(text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 127; }, '?');
  return emitError(fileLoc) << text;
}

LogicalResult GraphImporter::fault(llvm::Error error) {
  llvm::handleAllErrors(std::move(error), [&](const llvm::ErrorInfoBase &info) { (void)fault(info.message()); });
  return failure();
}

void GraphImporter::report(const onnx::NodeProto &node, const Twine &reason) {
  bool standard = node.domain().empty() || node.domain() == "ai.onnx";
  (void)fault("node '" + scope->prefix + displayName(node) + "' (" + (standard ? "" : node.domain() + ".") +
              node.op_type() + (standard ? ", opset " : ", version ") + Twine(opsetOf(node.domain())) + "): " + reason);
}

//===-- Tensors --------------------------------------------------------------------------------------------------===//

llvm::Expected<ElementsAttr> GraphImporter::elements(const onnx::TensorProto &tensor) {
  ElementsAttr &known = tensors[&tensor];
  if (known)
    return known;
  // The model belongs to this importer alone, whose other parts only read it.
  llvm::Expected<ElementsAttr> made = importTensor(const_cast<onnx::TensorProto &>(tensor), *file, context);
  if (made)
    known = *made;
  return made;
}

LogicalResult GraphImporter::importInitializers(const onnx::GraphProto &graph) {
  if (graph.sparse_initializer_size())
    return fault("sparse tensor '" + graph.sparse_initializer(0).values().name() +
                 "': sparse initializers are not supported; store it as a dense one");
  for (const onnx::TensorProto &tensor : graph.initializer()) {
    if (bindings.count(tensor.name()) && !scope->parent)
      continue;
    if (scope->values.count(tensor.name()))
      return fault("two initializers have the name '" + tensor.name() + "'");
    llvm::Expected<ElementsAttr> value = elements(tensor);
    if (!value)
      return fault(value.takeError());
    Location loc = NameLoc::get(builder.getStringAttr(tensor.name()), fileLoc);
    define(tensor.name(), edge::ConstantOp::create(builder, loc, *value));
  }
  return success();
}

//===-- Nodes ----------------------------------------------------------------------------------------------------===//

LogicalResult GraphImporter::importNodes(const NodeList &nodes, ArrayRef<StringRef> outputs) {
  auto ordered = orderNodes(nodes, outputs);
  if (!ordered)
    return fault(ordered.takeError());
  bool isTop = !scope->parent && functionDepth == 0;
  for (const onnx::NodeProto *node : *ordered) {
    for (const std::string &output : node->output())
      if (!output.empty() && scope->values.count(output))
        return fault("node '" + displayName(*node) + "' has the output '" + output +
                     "', which is also an input or initializer; names of values must be unique");
    importNode(*node);
    if (isTop)
      llvm::append_range(nodeOutputs, node->output());
  }
  return success();
}

bool GraphImporter::inputsReady(const onnx::NodeProto &node) {
  bool ready = true;
  for (const std::string &input : node.input()) {
    if (input.empty() || isDefined(input))
      continue;
    if (!isPoisoned(input))
      report(node, "input '" + Twine(input) + "' is not defined in the graph");
    ready = false;
  }
  return ready;
}

void GraphImporter::importNode(const onnx::NodeProto &node) {
  bool imported = inputsReady(node);
  if (imported && ++numNodes > maxNodes) {
    report(node, "the model becomes too large when its loops and functions are unrolled");
    imported = false;
  }
  if (imported) {
    Location loc = NameLoc::get(builder.getStringAttr(scope->prefix + displayName(node)),
                                NameLoc::get(builder.getStringAttr(node.op_type()), fileLoc));
    imported = succeeded(importOperator(node, loc));
  }
  for (const std::string &output : node.output()) {
    if (output.empty())
      continue;
    if (imported && scope->values.count(output))
      continue;
    scope->values.erase(output);
    scope->poisoned.insert(output);
  }
}

LogicalResult GraphImporter::importOperator(const onnx::NodeProto &node, Location loc) {
  std::string key = (node.domain() == "ai.onnx" ? "" : node.domain()) + "." + node.op_type();
  if (auto function = functions.find(key); function != functions.end())
    return inlineFunction(node, *function->second);

  int64_t opset = opsetOf(node.domain());
  NodeImporter importer(*this, node, loc, opset);
  bool known = false;
  ImportFunction import = operators().find(node.domain(), node.op_type(), opset, known);
  if (!import)
    return importer.unsupported(known ? "this version of the operator is not supported"
                                      : "this operator is not supported");
  OpBuilder::InsertionGuard guard(builder);
  if (failed(import(importer)))
    return importer.unsupported("its operands and attributes do not fit together"); // Unless it said more before.
  if (importer.isFaulty())
    return failure();
  for (const std::string &output : node.output())
    if (!output.empty() && !scope->values.count(output))
      return importer.unsupported("its output '" + output + "' is not supported");
  return success();
}

FailureOr<SmallVector<Value>> GraphImporter::outputsOf(ArrayRef<StringRef> names) {
  SmallVector<Value> values;
  bool complete = true;
  for (StringRef name : names) {
    values.push_back(lookup(name));
    if (values.back())
      continue;
    complete = false;
    if (!isPoisoned(name))
      (void)fault("output '" + name + "' of the graph is not defined by any node");
  }
  if (!complete)
    return failure();
  return values;
}

//===-- Subgraphs and functions ----------------------------------------------------------------------------------===//

FailureOr<SmallVector<Value>> GraphImporter::importSubgraph(const onnx::GraphProto &graph, ValueRange inputs) {
  if (graph.input_size() != static_cast<int>(inputs.size()))
    return fault("subgraph '" + graph.name() + "' has " + Twine(graph.input_size()) + " inputs, expected " +
                 Twine(inputs.size()));
  Scope inner;
  inner.parent = scope;
  inner.opsets = scope->opsets;
  inner.prefix = scope->prefix;
  for (auto [input, value] : llvm::zip_equal(graph.input(), inputs))
    inner.values[input.name()] = value;
  Scope *outer = scope;
  scope = &inner;
  auto restore = llvm::make_scope_exit([&] { scope = outer; });

  SmallVector<StringRef> names;
  for (const onnx::ValueInfoProto &output : graph.output())
    names.push_back(output.name());
  if (failed(importInitializers(graph)) || failed(importNodes(graph.node(), names)))
    return failure();
  return outputsOf(names);
}

/// Puts the caller's attributes in the place of references to the function's parameters. References to attributes that
/// the caller leaves out vanish, as the standard says.
static void substituteAttributes(onnx::NodeProto &node, const onnx::NodeProto &call);

static void substituteAttributes(onnx::GraphProto &graph, const onnx::NodeProto &call) {
  for (onnx::NodeProto &node : *graph.mutable_node())
    substituteAttributes(node, call);
}

static void substituteAttributes(onnx::NodeProto &node, const onnx::NodeProto &call) {
  google::protobuf::RepeatedPtrField<onnx::AttributeProto> resolved;
  for (onnx::AttributeProto &attribute : *node.mutable_attribute()) {
    if (attribute.ref_attr_name().empty()) {
      *resolved.Add() = attribute;
      onnx::AttributeProto &copy = *resolved.Mutable(resolved.size() - 1);
      if (copy.has_g())
        substituteAttributes(*copy.mutable_g(), call);
      for (onnx::GraphProto &graph : *copy.mutable_graphs())
        substituteAttributes(graph, call);
      continue;
    }
    for (const onnx::AttributeProto &given : call.attribute()) {
      if (given.name() != attribute.ref_attr_name())
        continue;
      onnx::AttributeProto &copy = *resolved.Add();
      copy = given;
      copy.set_name(attribute.name());
    }
  }
  node.mutable_attribute()->Swap(&resolved);
}

/// Whether the function states default values for attributes (attribute_proto, newer than our schema of the format).
static bool hasAttributeDefaults(const onnx::FunctionProto &function) {
  constexpr int attributeProtoField = 11;
  const google::protobuf::UnknownFieldSet &unknown = function.GetReflection()->GetUnknownFields(function);
  for (int i = 0; i < unknown.field_count(); ++i)
    if (unknown.field(i).number() == attributeProtoField)
      return true;
  return false;
}

LogicalResult GraphImporter::inlineFunction(const onnx::NodeProto &node, const onnx::FunctionProto &function) {
  std::string reason;
  if (functionDepth >= maxFunctionDepth)
    reason = "the model's functions call each other without end";
  else if (node.input_size() > function.input_size() || node.output_size() > function.output_size())
    reason = "it has more inputs or outputs than the model's function of that name";
  else if (hasAttributeDefaults(function))
    reason = "attributes with default values of the model's functions are not supported";
  if (!reason.empty()) {
    report(node, reason);
    return failure();
  }

  Scope inner;
  inner.opsets = &functionOpsets[&function];
  inner.prefix = scope->prefix + displayName(node).str() + "/";
  for (int i = 0; i < function.input_size(); ++i)
    inner.values[function.input(i)] = i < node.input_size() && !node.input(i).empty() ? lookup(node.input(i)) : Value();
  NodeList body = function.node();
  for (onnx::NodeProto &bodyNode : body)
    substituteAttributes(bodyNode, node);
  file->functionBodies.push_back(std::move(body));

  Scope *outer = scope;
  scope = &inner;
  ++functionDepth;
  SmallVector<StringRef> names;
  for (int i = 0; i < node.output_size(); ++i)
    if (!node.output(i).empty())
      names.push_back(function.output(i));
  FailureOr<SmallVector<Value>> results = failure();
  if (succeeded(importNodes(file->functionBodies.back(), names)))
    results = outputsOf(names);
  scope = outer;
  --functionDepth;
  if (failed(results))
    return failure();
  size_t next = 0;
  for (const std::string &output : node.output())
    if (!output.empty())
      define(output, (*results)[next++]);
  return success();
}

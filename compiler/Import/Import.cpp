// Imports an ONNX model as a module with one function: its inputs, its outputs, and what the options say about them.
#include "compiler/Import/Import.h"
#include "compiler/Import/GraphImporter.h"
#include "compiler/Import/InputShapes.h"
#include "compiler/Import/Tensors.h"
#include "dialects/Edge/EdgeOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::import;

//===-- What the model declares ----------------------------------------------------------------------------------===//

static OpsetVersions opsetsOf(const google::protobuf::RepeatedPtrField<onnx::OperatorSetIdProto> &imports) {
  OpsetVersions versions;
  for (const onnx::OperatorSetIdProto &import : imports) {
    int64_t &version = versions[import.domain() == "ai.onnx" ? "" : import.domain()];
    version = std::max(version, import.version());
  }
  return versions;
}

void GraphImporter::readFunctions() {
  modelOpsets = opsetsOf(file->model.opset_import());
  for (const onnx::FunctionProto &function : file->model.functions()) {
    functions[(function.domain() == "ai.onnx" ? "" : function.domain()) + "." + function.name()] = &function;
    functionOpsets[&function] = opsetsOf(function.opset_import());
  }
}

static std::string quotedList(ArrayRef<StringRef> names) {
  if (names.empty())
    return "none";
  return llvm::join(llvm::map_range(names, [](StringRef name) { return "'" + name.str() + "'"; }), ", ");
}

/// Names in the options that the model does not have are mistakes, most often of spelling.
LogicalResult GraphImporter::checkOptions() {
  llvm::SmallSetVector<StringRef, 8> inputs, symbols;
  for (const onnx::ValueInfoProto &input : file->model.graph().input()) {
    inputs.insert(input.name());
    for (const auto &dimension : input.type().tensor_type().shape().dim())
      if (!dimension.dim_param().empty())
        symbols.insert(dimension.dim_param());
  }
  auto check = [&](const auto &given, const auto &known, StringRef flag, StringRef what) {
    SmallVector<StringRef> names = llvm::to_vector(given.keys());
    llvm::sort(names);
    for (StringRef name : names)
      if (!known.contains(name))
        (void)fault(flag + " " + name + "=...: the model has no such " + what + "; it has " +
                    quotedList(known.getArrayRef()));
  };
  check(options.dims, symbols, "--dim", "dimension");
  check(options.shapes, inputs, "--shape", "input");
  check(options.bindings, inputs, "--bind", "input");
  return success(numFaults == 0);
}

//===-- Inputs ---------------------------------------------------------------------------------------------------===//

/// Whether a bound tensor has the type and, where the model states it, the shape of its input.
static bool fitsInput(const onnx::TensorProto &tensor, const onnx::ValueInfoProto &input) {
  const onnx::TypeProto_Tensor &type = input.type().tensor_type();
  if (tensor.data_type() != type.elem_type())
    return false;
  if (!type.has_shape())
    return true;
  return llvm::equal(tensor.dims(), type.shape().dim(), [](int64_t size, const onnx::TensorShapeProto_Dimension &dim) {
    return !dim.has_dim_value() || dim.dim_value() < 0 || dim.dim_value() == size;
  });
}

LogicalResult GraphImporter::bindInputs() {
  SmallVector<StringRef> names = llvm::to_vector(options.bindings.keys());
  llvm::sort(names);
  for (StringRef name : names) {
    onnx::TensorProto &tensor = file->boundTensors.emplace_back();
    StringRef path = options.bindings.find(name)->second;
    if (llvm::Error error = readTensorFile(path, tensor))
      return fault("--bind " + name + "=" + path + ": " + llvm::toString(std::move(error)));
    for (const onnx::ValueInfoProto &input : file->model.graph().input())
      if (input.name() == name && !fitsInput(tensor, input))
        return fault("--bind " + name + "=" + path + ": the tensor's type or shape is not that of the input");
    llvm::Expected<ElementsAttr> value = elements(tensor);
    if (!value)
      return fault("--bind " + name + "=" + path + ": " + llvm::toString(value.takeError()));
    bindings[name] = *value;
  }
  return success();
}

/// Why `input` cannot be an argument, or nothing.
static std::string unsupportedType(const onnx::ValueInfoProto &input) {
  switch (input.type().value_case()) {
  case onnx::TypeProto::kTensorType:
    break;
  case onnx::TypeProto::kSequenceType:
    return "is a sequence; only tensors are supported";
  case onnx::TypeProto::kMapType:
    return "is a map; only tensors are supported";
  case onnx::TypeProto::kOptionalType:
    return "is optional; only tensors are supported";
  case onnx::TypeProto::kSparseTensorType:
    return "is a sparse tensor; only dense ones are supported";
  default:
    return "has no type that edgecc knows; only tensors are supported";
  }
  return "holds " + dataTypeName(input.type().tensor_type().elem_type()) + ", which edgecc does not have";
}

FailureOr<SmallVector<Type>> GraphImporter::argumentTypes(SmallVectorImpl<StringRef> &arguments) {
  llvm::StringSet<> constants, seen;
  for (const onnx::TensorProto &tensor : file->model.graph().initializer())
    constants.insert(tensor.name());
  SmallVector<const onnx::ValueInfoProto *> inputs;
  for (const onnx::ValueInfoProto &input : file->model.graph().input()) {
    if (!seen.insert(input.name()).second)
      return fault("two inputs have the name '" + input.name() + "'");
    if (!constants.contains(input.name()) && !bindings.count(input.name()))
      inputs.push_back(&input);
  }
  SmallVector<Type> elementTypes;
  for (const onnx::ValueInfoProto *input : inputs) {
    Type type =
        input->type().has_tensor_type() ? elementTypeOf(input->type().tensor_type().elem_type(), context) : Type();
    if (!type || input->type().tensor_type().elem_type() > onnx::TensorProto::BFLOAT16)
      (void)fault("input '" + input->name() + "' " + unsupportedType(*input));
    elementTypes.push_back(type);
  }
  llvm::Expected<InputShapes> shapes = resolveInputShapes(inputs, options);
  if (!shapes)
    return fault(shapes.takeError());
  if (numFaults)
    return failure();
  for (const std::string &note : shapes->notes)
    emitRemark(fileLoc) << note;
  SmallVector<Type> types;
  for (auto [input, element] : llvm::zip_equal(inputs, elementTypes)) {
    arguments.push_back(input->name());
    types.push_back(RankedTensorType::get(shapes->shapes[input->name()], element));
  }
  return types;
}

//===-- The function ---------------------------------------------------------------------------------------------===//

LogicalResult GraphImporter::importBody(SmallVectorImpl<StringRef> &names, SmallVectorImpl<Value> &results) {
  const onnx::GraphProto &graph = file->model.graph();
  SmallVector<StringRef> bound = llvm::to_vector(bindings.keys());
  llvm::sort(bound);
  for (StringRef name : bound)
    define(name, edge::ConstantOp::create(builder, NameLoc::get(builder.getStringAttr(name), fileLoc), bindings[name]));
  for (const onnx::ValueInfoProto &output : graph.output())
    names.push_back(output.name());
  if (names.empty())
    return fault("the graph has no outputs");
  if (failed(importInitializers(graph)) || failed(importNodes(graph.node(), names)))
    return failure();
  FailureOr<SmallVector<Value>> values = outputsOf(names);
  if (failed(values))
    return failure();
  results.append(*values);
  if (!options.keepTensors)
    return success();
  llvm::StringSet<> kept;
  for (StringRef name : names)
    kept.insert(name);
  for (StringRef name : nodeOutputs) {
    Value value = lookup(name);
    if (!value || !kept.insert(name).second)
      continue;
    names.push_back(name);
    results.push_back(value);
  }
  return success();
}

/// Weights of folded nodes and shape arithmetic stay behind without users.
static void eraseDead(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block))) {
    if (isOpTriviallyDead(&op)) {
      op.erase();
      continue;
    }
    for (Region &region : op.getRegions())
      for (Block &inner : region)
        eraseDead(inner);
  }
}

static ArrayAttr nameAttributes(Builder &builder, ArrayRef<StringRef> names) {
  return builder.getArrayAttr(llvm::map_to_vector(names, [&](StringRef name) -> Attribute {
    return builder.getDictionaryAttr(builder.getNamedAttr("edge.name", builder.getStringAttr(name)));
  }));
}

OwningOpRef<ModuleOp> GraphImporter::importModel() {
  readFunctions();
  SmallVector<StringRef> arguments, names;
  if (failed(checkOptions()) || failed(bindInputs()))
    return {};
  FailureOr<SmallVector<Type>> types = argumentTypes(arguments);
  if (failed(types))
    return {};

  OwningOpRef<ModuleOp> module = ModuleOp::create(builder, fileLoc);
  builder.setInsertionPointToStart(module->getBody());
  auto function = func::FuncOp::create(builder, fileLoc, options.functionName, builder.getFunctionType(*types, {}));
  Block *body = function.addEntryBlock();
  builder.setInsertionPointToStart(body);
  Scope top;
  top.opsets = &modelOpsets;
  scope = &top;
  for (auto [name, argument] : llvm::zip_equal(arguments, body->getArguments()))
    define(name, argument);
  SmallVector<Value> results;
  LogicalResult imported = importBody(names, results);
  scope = nullptr;
  if (failed(imported) || numFaults)
    return {};

  func::ReturnOp::create(builder, fileLoc, results);
  function.setFunctionType(builder.getFunctionType(*types, TypeRange(results)));
  function.setArgAttrsAttr(nameAttributes(builder, arguments));
  function.setResAttrsAttr(nameAttributes(builder, names));
  eraseDead(*body);
  return module;
}

static OwningOpRef<ModuleOp> importFile(llvm::Expected<std::shared_ptr<ModelFile>> file, StringRef path,
                                        const ImportOptions &options, MLIRContext *context) {
  context->loadDialect<edge::EdgeDialect, func::FuncDialect, scf::SCFDialect, tensor::TensorDialect>();
  if (!file) {
    emitError(FileLineColLoc::get(context, llvm::sys::path::filename(path), 0, 0)) << llvm::toString(file.takeError());
    return {};
  }
  OwningOpRef<ModuleOp> module = GraphImporter(*file, options, context).importModel();
  assert((!module || succeeded(verify(*module))) && "the importer made invalid IR");
  return module;
}

OwningOpRef<ModuleOp> edgecc::import::importOnnx(StringRef path, const ImportOptions &options, MLIRContext *context) {
  return importFile(readModel(path), path, options, context);
}

OwningOpRef<ModuleOp> edgecc::import::importOnnx(llvm::MemoryBufferRef model, const ImportOptions &options,
                                                 MLIRContext *context) {
  return importFile(parseModel(model.getBuffer(), model.getBufferIdentifier()), model.getBufferIdentifier(), options,
                    context);
}

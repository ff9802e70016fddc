// Walks the graph of an ONNX model and imports its nodes, subgraphs and local functions.
#ifndef EDGECC_COMPILER_IMPORT_GRAPHIMPORTER_H
#define EDGECC_COMPILER_IMPORT_GRAPHIMPORTER_H

#include "compiler/Import/Import.h"
#include "compiler/Import/ModelReader.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringSet.h"

namespace edgecc::import {

/// Versions of operator domains that a model or function imports; "" is ai.onnx.
using OpsetVersions = llvm::StringMap<int64_t>;

/// The value names that the nodes of one graph, subgraph or function see.
struct Scope {
  /// Names in this graph. A null value is an optional input that the caller of a function left out.
  llvm::StringMap<mlir::Value> values;
  /// Outputs of nodes that could not be imported: what depends on them is skipped without a word.
  llvm::StringSet<> poisoned;
  /// The graph around a subgraph. Functions see nothing outside.
  const Scope *parent = nullptr;
  const OpsetVersions *opsets = nullptr;
  /// Goes before node names: the nodes of functions that are being inlined.
  std::string prefix;
};

class GraphImporter {
public:
  GraphImporter(std::shared_ptr<ModelFile> file, const ImportOptions &options, mlir::MLIRContext *context);

  /// Makes the function, or returns null after reporting all faults.
  mlir::OwningOpRef<mlir::ModuleOp> importModel();

  //===-- For NodeImporter -------------------------------------------------------------------------------------===//

  mlir::OpBuilder &getBuilder() { return builder; }
  /// The value that `name` stands for, or null where it has none.
  mlir::Value lookup(llvm::StringRef name) const;
  void define(llvm::StringRef name, mlir::Value value) { scope->values[name] = value; }
  /// Imports a subgraph at the insertion point. Faults were reported when it fails.
  mlir::FailureOr<llvm::SmallVector<mlir::Value>> importSubgraph(const onnx::GraphProto &graph,
                                                                 mlir::ValueRange inputs);
  /// `tensor` as an attribute, made once for each tensor.
  llvm::Expected<mlir::ElementsAttr> elements(const onnx::TensorProto &tensor);
  /// Reports a fault of a node.
  void report(const onnx::NodeProto &node, const llvm::Twine &reason);

private:
  /// Reports a fault of the model as a whole.
  mlir::LogicalResult fault(const llvm::Twine &message);
  mlir::LogicalResult fault(llvm::Error error);

  /// Local functions, and the operator sets of them and of the model.
  void readFunctions();
  mlir::LogicalResult checkOptions();
  /// Types of the graph inputs that become function arguments, in order; fills `arguments` with their names.
  mlir::FailureOr<llvm::SmallVector<mlir::Type>> argumentTypes(llvm::SmallVectorImpl<llvm::StringRef> &arguments);
  mlir::LogicalResult bindInputs();
  mlir::LogicalResult importBody(llvm::SmallVectorImpl<llvm::StringRef> &names,
                                 llvm::SmallVectorImpl<mlir::Value> &results);

  mlir::LogicalResult importInitializers(const onnx::GraphProto &graph);
  /// Imports those of `nodes` that `outputs` need into the current scope. Fails only when the graph is malformed; nodes
  /// that cannot be imported are reported and poison their outputs.
  mlir::LogicalResult importNodes(const google::protobuf::RepeatedPtrField<onnx::NodeProto> &nodes,
                                  llvm::ArrayRef<llvm::StringRef> outputs);
  void importNode(const onnx::NodeProto &node);
  mlir::LogicalResult importOperator(const onnx::NodeProto &node, mlir::Location loc);
  mlir::LogicalResult inlineFunction(const onnx::NodeProto &node, const onnx::FunctionProto &function);
  /// Whether all inputs of the node are there; reports undefined ones, keeps quiet about poisoned ones.
  bool inputsReady(const onnx::NodeProto &node);
  bool isPoisoned(llvm::StringRef name) const;
  bool isDefined(llvm::StringRef name) const;
  mlir::FailureOr<llvm::SmallVector<mlir::Value>> outputsOf(llvm::ArrayRef<llvm::StringRef> names);
  int64_t opsetOf(llvm::StringRef domain) const;

  std::shared_ptr<ModelFile> file;
  const ImportOptions &options;
  mlir::MLIRContext *context;
  mlir::OpBuilder builder;
  /// The model file, without a line: where diagnostics point.
  mlir::Location fileLoc;

  OpsetVersions modelOpsets;
  /// Local functions by domain and name, and the versions each of them imports.
  llvm::StringMap<const onnx::FunctionProto *> functions;
  llvm::DenseMap<const onnx::FunctionProto *, OpsetVersions> functionOpsets;
  llvm::DenseMap<const onnx::TensorProto *, mlir::ElementsAttr> tensors;
  /// Graph inputs given by `--bind`.
  llvm::StringMap<mlir::ElementsAttr> bindings;
  /// Outputs of the top graph's nodes in order, for keepTensors.
  llvm::SmallVector<llvm::StringRef> nodeOutputs;

  Scope *scope = nullptr;
  unsigned functionDepth = 0;
  unsigned numFaults = 0;
  /// Nodes imported so far, each time a body runs counted anew.
  unsigned numNodes = 0;
};

} // namespace edgecc::import

#endif

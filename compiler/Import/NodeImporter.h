// What the importer of one ONNX operator sees: its node, its operands as `edge` values, and helpers to build results.
#ifndef EDGECC_COMPILER_IMPORT_NODEIMPORTER_H
#define EDGECC_COMPILER_IMPORT_NODEIMPORTER_H

#include "dialects/Edge/EdgeOps.h"
#include "mlir/IR/Builders.h"

#include <string>

namespace onnx {
class AttributeProto;
class GraphProto;
class NodeProto;
} // namespace onnx

namespace edgecc::import {

class GraphImporter;

/// One ONNX node on its way into the `edge` dialect. An import function reads operands and attributes, creates
/// operations with `create`, which folds constants at once, and sets the outputs. All shapes are static here.
class NodeImporter {
public:
  NodeImporter(GraphImporter &graph, const onnx::NodeProto &node, mlir::Location loc, int64_t opset);

  const onnx::NodeProto &node() const { return proto; }
  /// Version of the operator's domain that the model imports.
  int64_t opset() const { return version; }
  mlir::OpBuilder &builder();
  mlir::Location loc() const { return location; }
  mlir::MLIRContext *context() const { return location.getContext(); }
  /// Imports the nodes of a subgraph attribute (If, Loop) at the insertion point; yields the values of its outputs.
  mlir::FailureOr<llvm::SmallVector<mlir::Value>> importSubgraph(const onnx::GraphProto &subgraph);

  //===-- Operands ---------------------------------------------------------------------------------------------===//

  size_t numInputs() const;
  /// Whether input `index` is given: inside the list and not the empty name.
  bool hasInput(size_t index) const;
  mlir::Value input(size_t index) const;
  mlir::RankedTensorType inputType(size_t index) const;
  /// The value of input `index` if it is known at compile time, else null.
  mlir::ElementsAttr constantInput(size_t index) const;
  /// The integers of input `index`, which must be known at compile time; otherwise records why the node is
  /// unsupported (naming the input as `what`) and fails.
  mlir::FailureOr<llvm::SmallVector<int64_t>> integersInput(size_t index, llvm::StringRef what);
  /// As integersInput for numbers of any type.
  mlir::FailureOr<llvm::SmallVector<double>> numbersInput(size_t index, llvm::StringRef what);

  //===-- Attributes -------------------------------------------------------------------------------------------===//

  bool hasAttribute(llvm::StringRef name) const { return attribute(name) != nullptr; }
  const onnx::AttributeProto *attribute(llvm::StringRef name) const;
  int64_t integer(llvm::StringRef name, int64_t fallback) const;
  float number(llvm::StringRef name, float fallback) const;
  std::string string(llvm::StringRef name, llvm::StringRef fallback) const;
  llvm::SmallVector<int64_t> integers(llvm::StringRef name, llvm::ArrayRef<int64_t> fallback = {}) const;
  llvm::SmallVector<float> numbers(llvm::StringRef name, llvm::ArrayRef<float> fallback = {}) const;

  //===-- Results ----------------------------------------------------------------------------------------------===//

  size_t numOutputs() const;
  /// Whether the graph names output `index`.
  bool wantsOutput(size_t index) const;
  void setOutput(size_t index, mlir::Value value);
  /// Sets output 0 and succeeds, for the many operators with one result.
  mlir::LogicalResult done(mlir::Value value);
  /// Records why this node cannot be imported and fails. Lower case, no full stop, expected against found.
  mlir::LogicalResult unsupported(const llvm::Twine &reason);

  //===-- Building ---------------------------------------------------------------------------------------------===//

  /// Creates an operation with one result, or folds it to a constant or one of its operands. Null, after recording the
  /// reason as unsupported(), when the operands do not fit together.
  template <typename OpTy, typename... Args>
  mlir::Value create(Args &&...args);

  /// Operations with explicit result type; they return the value itself where nothing would change.
  mlir::Value reshape(mlir::Value value, llvm::ArrayRef<int64_t> shape);
  mlir::Value broadcastTo(mlir::Value value, llvm::ArrayRef<int64_t> shape);
  mlir::Value transpose(mlir::Value value, llvm::ArrayRef<int64_t> permutation);
  mlir::Value cast(mlir::Value value, mlir::Type elementType);

  /// (n, c, spatial...) to (n, spatial..., c) and back.
  mlir::Value toChannelsLast(mlir::Value value);
  mlir::Value toChannelsFirst(mlir::Value value);

  /// A scalar of rank 0, converted to the element type.
  mlir::Value scalar(double value, mlir::Type elementType);
  mlir::Value constant(mlir::ElementsAttr value);
  mlir::Value integerConstant(llvm::ArrayRef<int64_t> values);

  /// `axis` counted from the front; negative ones count from the end. Fails, with a reason, outside the rank.
  mlir::FailureOr<int64_t> axisOf(int64_t axis, int64_t rank);

private:
  /// Folds `op` if it can be, inserting constants; reports an operation that could not be created.
  mlir::Value foldOrKeep(mlir::Operation *op);
  /// Starts capturing diagnostics of a build that may fail, and turns them into unsupported().
  mlir::Value buildChecked(llvm::function_ref<mlir::Operation *()> build);

  GraphImporter &graph;
  const onnx::NodeProto &proto;
  mlir::Location location;
  int64_t version;
};

template <typename OpTy, typename... Args>
mlir::Value NodeImporter::create(Args &&...args) {
  return buildChecked([&]() -> mlir::Operation * {
    mlir::OperationState state(loc(), OpTy::getOperationName());
    // Inference failures must be reports about the model, not aborts: build through inferReturnTypes explicitly.
    OpTy::build(builder(), state, std::forward<Args>(args)...);
    return builder().create(state);
  });
}

} // namespace edgecc::import

#endif

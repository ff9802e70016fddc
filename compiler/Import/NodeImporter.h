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
  /// Imports the nodes of a subgraph attribute (If, Loop) at the insertion point, with values for its inputs; yields
  /// the values of its outputs.
  mlir::FailureOr<llvm::SmallVector<mlir::Value>> importSubgraph(const onnx::GraphProto &subgraph,
                                                                 mlir::ValueRange inputs = {});
  /// Whether a fault of this node was reported.
  bool isFaulty() const { return faulty; }

  //===-- Operands ---------------------------------------------------------------------------------------------===//

  size_t numInputs() const;
  /// Whether input `index` is given: inside the list and not the empty name.
  bool hasInput(size_t index) const;
  /// The value of input `index`. Where a model leaves out an input that the operator needs this is a placeholder
  /// scalar, and the node fails when its import function returns: nobody has to check the number of inputs.
  mlir::Value input(size_t index) const;
  /// All inputs that are given.
  llvm::SmallVector<mlir::Value> inputs() const;
  mlir::RankedTensorType inputType(size_t index) const;
  /// The value of input `index` if it is known at compile time, else null.
  mlir::ElementsAttr constantInput(size_t index) const;
  /// The integers of input `index`, which must be known at compile time; otherwise records why the node is
  /// unsupported (naming the input as `what`) and fails.
  mlir::FailureOr<llvm::SmallVector<int64_t>> integersInput(size_t index, llvm::StringRef what);
  /// As integersInput for numbers of any type.
  mlir::FailureOr<llvm::SmallVector<double>> numbersInput(size_t index, llvm::StringRef what);

  //===-- Attributes -------------------------------------------------------------------------------------------===//

  // An attribute of another type than asked for makes the node fail when its import function returns.

  bool hasAttribute(llvm::StringRef name) const { return attribute(name) != nullptr; }
  const onnx::AttributeProto *attribute(llvm::StringRef name) const;
  int64_t integer(llvm::StringRef name, int64_t fallback) const;
  float number(llvm::StringRef name, float fallback) const;
  std::string string(llvm::StringRef name, llvm::StringRef fallback) const;
  llvm::SmallVector<int64_t> integers(llvm::StringRef name, llvm::ArrayRef<int64_t> fallback = {}) const;
  llvm::SmallVector<float> numbers(llvm::StringRef name, llvm::ArrayRef<float> fallback = {}) const;
  /// A tensor or graph attribute that the operator needs; null, with a report, where it is missing.
  mlir::ElementsAttr tensor(llvm::StringRef name) const;
  const onnx::GraphProto *subgraph(llvm::StringRef name) const;
  /// The element type for an attribute that holds an ONNX data type (`to`, `dtype`); null, with a report, if edgecc
  /// does not have it.
  mlir::Type dataType(llvm::StringRef name, int64_t fallback) const;

  //===-- Results ----------------------------------------------------------------------------------------------===//

  size_t numOutputs() const;
  /// Whether the graph names output `index`.
  bool wantsOutput(size_t index) const;
  void setOutput(size_t index, mlir::Value value);
  /// Sets output 0 and succeeds, for the many operators with one result. A null value fails.
  mlir::LogicalResult done(mlir::Value value);
  /// Records why this node cannot be imported and fails. Lower case, no full stop, expected against found. The first
  /// reason of a node counts.
  mlir::LogicalResult unsupported(const llvm::Twine &reason) const;

  //===-- Building ---------------------------------------------------------------------------------------------===//

  /// Creates an operation with one result, or folds it to a constant or one of its operands. Null, after recording the
  /// reason as unsupported(), when the operands do not fit together. A null operand gives null, so that calls can be
  /// chained and only the last result needs a look (`done` does that).
  template <typename OpTy, typename... Args> mlir::Value create(Args &&...args);
  /// As create, for operations with several results; empty on failure.
  template <typename OpTy, typename... Args> llvm::SmallVector<mlir::Value> createMany(Args &&...args);

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
  /// As constantInput, but it must be there.
  mlir::ElementsAttr knownInput(size_t index, llvm::StringRef what) const;

  using InferTypes = mlir::LogicalResult (*)(mlir::MLIRContext *, std::optional<mlir::Location>, mlir::ValueRange,
                                             mlir::DictionaryAttr, mlir::OpaqueProperties, mlir::RegionRange,
                                             llvm::SmallVectorImpl<mlir::Type> &);

  /// Creates and verifies the operation; with `infer`, its result types are inferred first. Folds it if it can be. What
  /// the inference or the verifier complains about becomes the reason why this node is unsupported.
  llvm::SmallVector<mlir::Value> build(mlir::OperationState &state, InferTypes infer);
  mlir::LogicalResult inferTypes(mlir::OperationState &state, InferTypes infer);
  llvm::SmallVector<mlir::Value> foldOrKeep(mlir::Operation *op);
  /// `attribute(name)` if it has the type that the operator's definition says; another type is a fault of the node.
  const onnx::AttributeProto *typedAttribute(llvm::StringRef name, int type) const;

  GraphImporter &graph;
  const onnx::NodeProto &proto;
  mlir::Location location;
  int64_t version;
  /// Whether a fault was reported; only the first one of a node is.
  mutable bool faulty = false;
};

inline mlir::RankedTensorType tensorType(mlir::Value value) {
  return llvm::cast<mlir::RankedTensorType>(value.getType());
}
inline llvm::ArrayRef<int64_t> shapeOf(mlir::Value value) { return tensorType(value).getShape(); }
inline int64_t rankOf(mlir::Value value) { return tensorType(value).getRank(); }
inline mlir::Type elementOf(mlir::Value value) { return tensorType(value).getElementType(); }

/// Number of results of an operation class of ODS.
template <typename OpTy> constexpr unsigned resultCount() {
  if constexpr (OpTy::template hasTrait<mlir::OpTrait::NResults<2>::template Impl>())
    return 2;
  else if constexpr (OpTy::template hasTrait<mlir::OpTrait::NResults<3>::template Impl>())
    return 3;
  else
    return 1;
}

template <typename OpTy, typename... Args> llvm::SmallVector<mlir::Value> NodeImporter::createMany(Args &&...args) {
  mlir::OperationState state(loc(), OpTy::getOperationName());
  if constexpr (OpTy::template hasTrait<mlir::InferTypeOpInterface::Trait>()) {
    // The builders that infer types abort when the operands do not fit. Faults of a model must be reported, so types
    // begin as placeholders.
    llvm::SmallVector<mlir::Type> placeholders(resultCount<OpTy>(), builder().getNoneType());
    OpTy::build(builder(), state, mlir::TypeRange(placeholders), std::forward<Args>(args)...);
    return build(state, &OpTy::inferReturnTypes);
  } else {
    OpTy::build(builder(), state, std::forward<Args>(args)...);
    return build(state, nullptr);
  }
}

template <typename OpTy, typename... Args> mlir::Value NodeImporter::create(Args &&...args) {
  static_assert(resultCount<OpTy>() == 1, "use createMany");
  llvm::SmallVector<mlir::Value> results = createMany<OpTy>(std::forward<Args>(args)...);
  return results.empty() ? mlir::Value() : results.front();
}

} // namespace edgecc::import

#endif

// Which function imports which ONNX operator, by domain, name and range of opset versions.
#ifndef EDGECC_COMPILER_IMPORT_OPERATORREGISTRY_H
#define EDGECC_COMPILER_IMPORT_OPERATORREGISTRY_H

#include "compiler/Import/NodeImporter.h"

#include "llvm/ADT/StringMap.h"

namespace edgecc::import {

using ImportFunction = mlir::LogicalResult (*)(NodeImporter &node);

class OperatorRegistry {
public:
  /// Registers `function` for `name` in `domain` ("" is ai.onnx) for opset versions since <= v <= until.
  void add(llvm::StringRef domain, llvm::StringRef name, int64_t since, int64_t until, ImportFunction function);
  /// For ai.onnx, all versions from 7 (our oldest) on.
  void add(llvm::StringRef name, ImportFunction function) { add("", name, 1, INT64_MAX, function); }
  /// The function for a node, or null. `known` tells whether the operator is known under another version.
  ImportFunction find(llvm::StringRef domain, llvm::StringRef name, int64_t opset, bool &known) const;
  /// All registered operators, sorted, for documentation.
  llvm::SmallVector<std::string> names() const;

private:
  struct Entry {
    int64_t since, until;
    ImportFunction function;
  };
  llvm::StringMap<llvm::SmallVector<Entry, 1>> entries;
};

/// One function per operator family, in the file of that name.
void registerElementwise(OperatorRegistry &registry); // Elementwise.cpp: unary, binary, compare, Where, Cast, Clip, ...
void registerActivations(
    OperatorRegistry &registry);                // Activations.cpp: Relu, LeakyRelu, Elu, HardSwish, Gelu, Softmax, ...
void registerShape(OperatorRegistry &registry); // Shape.cpp: Reshape, Transpose, Shape, Squeeze, Expand, ...
void registerDataMovement(OperatorRegistry &registry); // DataMovement.cpp: Slice, Split, Concat, Pad, Tile, Trilu, ...
void registerIndexing(OperatorRegistry &registry);     // Indexing.cpp: Gather*, Scatter*, OneHot, ReverseSequence, ...
void registerReductions(OperatorRegistry &registry);   // Reductions.cpp: Reduce*, ArgMax, TopK, CumSum, ...
void registerConstants(OperatorRegistry &registry);    // Constants.cpp: Constant, ConstantOfShape, Range, Identity, ...
void registerControlFlow(OperatorRegistry &registry);  // ControlFlow.cpp: If with a known condition
void registerProducts(OperatorRegistry &registry);     // Products.cpp: MatMul, Gemm, Einsum
void registerConvolutions(OperatorRegistry &registry); // Convolutions.cpp: Conv, ConvTranspose
void registerPooling(OperatorRegistry &registry);      // Pooling.cpp: MaxPool, AveragePool, Global*, LpPool
void registerNormalization(
    OperatorRegistry &registry); // Normalization.cpp: BatchNormalization, LayerNormalization, LRN, ...
void registerRecurrent(OperatorRegistry &registry); // Recurrent.cpp: LSTM, GRU, RNN
void registerImage(OperatorRegistry &registry);     // Image.cpp: Resize, Upsample, DepthToSpace, SpaceToDepth
void registerQuantization(
    OperatorRegistry &registry); // Quantization.cpp: Quantize/DequantizeLinear, QLinear*, *Integer, Quant
void registerFusedActivations(OperatorRegistry &registry); // FusedActivations.cpp: com.microsoft Gelu, FastGelu, ...
void registerLosses(OperatorRegistry &registry); // Losses.cpp: NegativeLogLikelihoodLoss, SoftmaxCrossEntropyLoss
void registerSignal(OperatorRegistry &registry); // Signal.cpp: DFT, STFT

/// The registry of everything above.
const OperatorRegistry &operators();

} // namespace edgecc::import

#endif

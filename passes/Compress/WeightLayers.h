// The weights of a network, layer by layer, and amounts for each: what passes that change weights share.
#ifndef EDGECC_PASSES_COMPRESS_WEIGHTLAYERS_H
#define EDGECC_PASSES_COMPRESS_WEIGHTLAYERS_H

#include "dialects/Edge/ConstantData.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <string>
#include <vector>

namespace edgecc::compress {

/// Constant weights and the operands that read them as weights; more than one where layers share them. All weights here
/// have the output channels as their last dimension: they are matrices of inputs x output channels.
struct WeightLayer {
  mlir::Value constant;
  llvm::SmallVector<mlir::OpOperand *> uses;
  llvm::SmallVector<llvm::StringRef> names; ///< Of the layers, by the nodes that they were made of.
  edge::ConstantData data;
  int64_t rows, columns;

  int64_t size() const { return rows * columns; }
  std::vector<float> read() const;
  /// Gives all uses new weights of the same shape. `values` are rounded to the element type.
  void write(llvm::ArrayRef<float> values) const;
};

/// The operand of `op` that holds its weights, of any type and constant or not: filters, right sides of products,
/// recurrent weights.
llvm::SmallVector<mlir::OpOperand *> weightOperands(mlir::Operation *op);

/// All layers with constant weights of f32, f16 or bf16 that differ from each other, in program order.
llvm::SmallVector<WeightLayer> findWeightLayers(mlir::func::FuncOp function);

/// What an option such as `layers=conv1:0.5,fc1:0.9` and a default say of a layer.
struct LayerAmount {
  double amount;
  bool isOwn; ///< From `layers`, not the default.
};

/// The amount of each layer. Fails with an error for an entry that is not NAME:NUMBER, or whose name no layer has.
llvm::FailureOr<llvm::SmallVector<LayerAmount>> amountsOf(mlir::func::FuncOp function,
                                                          llvm::ArrayRef<WeightLayer> layers, double amount,
                                                          llvm::ArrayRef<std::string> overrides);

} // namespace edgecc::compress

#endif

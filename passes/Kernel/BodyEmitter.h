// The body of a linalg op, once per vector of points.
#ifndef EDGECC_PASSES_KERNEL_BODYEMITTER_H
#define EDGECC_PASSES_KERNEL_BODYEMITTER_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"

namespace edgecc::kernel {

/// A value at all lanes of a vector of points.
struct LaneValue {
  enum Kind {
    Uniform, ///< A scalar, the same in all lanes.
    Varying, ///< A vector of rank 1.
    Linear,  ///< A scalar index: lane l has the value plus l.
  };
  mlir::Value value;
  Kind kind = Uniform;
};

/// Emits the bodies of linalg ops for vectors of `lanes` points (1: scalar code).
class BodyEmitter {
public:
  using IndexFunction = llvm::function_ref<LaneValue(unsigned loopOfOp)>;
  /// Loads from the tensor that `tensor.extract` reads, at a linear element address.
  using ExtractFunction = llvm::function_ref<LaneValue(mlir::tensor::ExtractOp, llvm::ArrayRef<LaneValue> indices)>;

  BodyEmitter(mlir::OpBuilder &builder, mlir::Location loc, int64_t lanes) : builder(builder), loc(loc), lanes(lanes) {}

  /// The values that the body of `op` yields for the given block arguments.
  llvm::SmallVector<LaneValue> emit(mlir::linalg::GenericOp op, llvm::ArrayRef<LaneValue> arguments,
                                    IndexFunction index, ExtractFunction extract);

  /// The value as a vector of all lanes (scalar where there is one lane).
  mlir::Value materialize(LaneValue value);

private:
  LaneValue cloneOp(mlir::Operation &op, llvm::ArrayRef<LaneValue> operands);

  mlir::OpBuilder &builder;
  mlir::Location loc;
  int64_t lanes;
  bool reduces = false; ///< Whether the op being emitted has reduction loops.
};

} // namespace edgecc::kernel

#endif

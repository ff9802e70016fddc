// Transposes in front of a flatten and a matmul by constant weights, which can move into the weights.
#ifndef EDGECC_PASSES_EDGE_FLATTEN_H
#define EDGECC_PASSES_EDGE_FLATTEN_H

#include "dialects/Edge/EdgeOps.h"
#include "passes/Edge/Transposes.h"

namespace edgecc::edge {

/// If `flatten` reads a tensor transposed by `permutation` and only feeds, as left operand, a matmul by constant
/// weights, whose rows could be reordered instead of the tensor: that matmul.
MatMulOp matmulThatAbsorbs(ReshapeOp flatten, llvm::ArrayRef<int64_t> permutation);

/// Does so for a flatten of a transpose: `matmul` reads the untransposed tensor and reordered weights.
bool absorbTranspose(mlir::OpBuilder &builder, MatMulOp matmul);

} // namespace edgecc::edge

#endif

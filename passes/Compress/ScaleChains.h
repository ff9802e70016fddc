// Factors move up through chains of elementwise operations into their constants.
#ifndef EDGECC_PASSES_COMPRESS_SCALECHAINS_H
#define EDGECC_PASSES_COMPRESS_SCALECHAINS_H

#include "mlir/IR/Builders.h"

#include "llvm/ADT/DenseSet.h"

namespace edgecc::compress {

/// `value` * `factor`, `factor` > 0. Where `value` comes from additions, multiplications, maxima and minima of
/// constants and from relu, each read once, the factor goes into the constants. New operations are added to `made`.
mlir::Value scaleChain(mlir::OpBuilder &builder, mlir::Value value, double factor,
                       llvm::DenseSet<mlir::Operation *> &made);

} // namespace edgecc::compress

#endif

// Associative combinations of reductions, which a vector can take apart by lanes.
#ifndef EDGECC_PASSES_KERNEL_COMBINING_H
#define EDGECC_PASSES_KERNEL_COMBINING_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace edgecc::kernel {

/// How `op` combines a new value with its one accumulator, if it is one of the associative combinations.
std::optional<mlir::vector::CombiningKind> combiningKind(mlir::linalg::GenericOp op);

/// The value that changes nothing when combined.
mlir::Value neutralValue(mlir::OpBuilder &builder, mlir::Location loc, mlir::vector::CombiningKind kind,
                         mlir::Type element);

} // namespace edgecc::kernel

#endif

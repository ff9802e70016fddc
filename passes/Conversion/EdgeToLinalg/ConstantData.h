// Constants that are read or laid out anew at compile time.
#ifndef EDGECC_PASSES_CONVERSION_EDGETOLINALG_CONSTANTDATA_H
#define EDGECC_PASSES_CONVERSION_EDGETOLINALG_CONSTANTDATA_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include <optional>

namespace edgecc::edge_to_linalg {

/// The elements of a constant integer tensor, or none if `value` is not constant.
std::optional<llvm::SmallVector<int64_t>> constantIntegers(mlir::Value value);

/// A constant of `type` whose element i is element `source(i)` of the constant `value`, or 0 where that is negative.
/// Null if `value` is not constant.
mlir::Value rearrangedConstant(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value,
                               mlir::RankedTensorType type, llvm::function_ref<int64_t(int64_t)> source);

/// A small constant vector; integers take the values exactly, floats round them.
mlir::Value constantVector(mlir::OpBuilder &builder, mlir::Location loc, mlir::Type element,
                           llvm::ArrayRef<double> values);

} // namespace edgecc::edge_to_linalg

#endif

// Short ways to write what most lowerings need: empty and filled tensors, generics, maps, pads and reshapes.
#ifndef EDGECC_PASSES_CONVERSION_EDGETOLINALG_LINALGBUILDERS_H
#define EDGECC_PASSES_CONVERSION_EDGETOLINALG_LINALGBUILDERS_H

#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include <optional>

namespace edgecc::edge_to_linalg {

/// Writes the body of a generic: from the block's arguments to the value yielded. A reduction's last argument is the
/// accumulator.
using BodyBuilder = llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::Location, mlir::ValueRange)>;

/// The type in which a tensor of an edge type is stored after conversion.
mlir::Type storageType(mlir::Type edgeElement);
mlir::RankedTensorType storageType(mlir::RankedTensorType edgeType);

mlir::Value emptyTensor(mlir::OpBuilder &builder, mlir::Location loc, llvm::ArrayRef<int64_t> shape,
                        mlir::Type element);

/// A tensor with `value` everywhere, by linalg.fill.
mlir::Value filledTensor(mlir::OpBuilder &builder, mlir::Location loc, llvm::ArrayRef<int64_t> shape,
                         mlir::Value value);
mlir::Value filledTensor(mlir::OpBuilder &builder, mlir::Location loc, llvm::ArrayRef<int64_t> shape,
                         mlir::TypedAttr value);

/// A generic with one parallel loop per dimension of `type`; `maps` holds one map per input, from those dimensions.
mlir::Value parallelGeneric(mlir::OpBuilder &builder, mlir::Location loc, mlir::RankedTensorType type,
                            mlir::ValueRange inputs, llvm::ArrayRef<mlir::AffineMap> maps, BodyBuilder body);

/// The same where each input has the shape of `type` or broadcasts to it.
mlir::Value broadcastingGeneric(mlir::OpBuilder &builder, mlir::Location loc, mlir::RankedTensorType type,
                                mlir::ValueRange inputs, BodyBuilder body);

/// A generic over the dimensions of `init`, then `reductions` more, that folds the inputs into `init`.
mlir::Value reductionGeneric(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value init, unsigned reductions,
                             mlir::ValueRange inputs, llvm::ArrayRef<mlir::AffineMap> maps, BodyBuilder body);

/// Names the loops of the generic that made `result`, for those who print it. A window's loops begin with `first`, one
/// for each letter of the spatial dimensions: h and w, or d, h and w.
mlir::Value nameLoops(mlir::Value result, llvm::ArrayRef<std::string> names);
llvm::SmallVector<std::string> spatialNames(llvm::StringRef first, unsigned spatialRank);

/// Reads an operand of `shape` while walking over `output`: dimensions of size 1 become 0, missing ones are dropped.
mlir::AffineMap broadcastMap(mlir::MLIRContext *context, llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> output);

/// `input` with `low` and `high` elements of `value` around it; `input` itself where all pads are 0.
mlir::Value padConstant(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value input, llvm::ArrayRef<int64_t> low,
                        llvm::ArrayRef<int64_t> high, mlir::Value value);

/// `input` under another shape, by collapse_shape and expand_shape; a constant stays a constant over the same data.
mlir::Value reshape(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value input, llvm::ArrayRef<int64_t> shape);

/// The scalar that a constant tensor holds everywhere, in the tensor's element type; absent for other values.
std::optional<mlir::TypedAttr> uniformConstant(mlir::Value tensor);

} // namespace edgecc::edge_to_linalg

#endif

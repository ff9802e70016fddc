// Small combinations of `edge` operations that several operator families need.
#ifndef EDGECC_COMPILER_IMPORT_COMPOSITES_H
#define EDGECC_COMPILER_IMPORT_COMPOSITES_H

#include "compiler/Import/NodeImporter.h"

namespace edgecc::import {

/// Combines the elements along `axes` (ascending, from the front), which stay in the shape with size 1 if `keepDims`.
mlir::Value reduceAlong(NodeImporter &node, mlir::Value value, edge::ReduceKind kind, llvm::ArrayRef<int64_t> axes,
                        bool keepDims);

/// log(softmax(value)) along `axis`, without overflow.
mlir::Value logSoftmax(NodeImporter &node, mlir::Value value, int64_t axis);

/// 0, 1, ..., count - 1.
llvm::SmallVector<int64_t> countUp(int64_t count);

/// The constant 0, 1, ..., size - 1 of i64.
mlir::Value countingConstant(NodeImporter &node, int64_t size);

/// A box of `value`: `sizes[d]` elements from `starts[d]` on.
mlir::Value sliceBox(NodeImporter &node, mlir::Value value, llvm::ArrayRef<int64_t> starts,
                     llvm::ArrayRef<int64_t> sizes);

/// Elements `start`, `start + 1`, ... of dimension `axis`, `size` of them.
mlir::Value sliceAlong(NodeImporter &node, mlir::Value value, int64_t axis, int64_t start, int64_t size);

/// A boolean constant.
mlir::Value maskConstant(NodeImporter &node, llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<char> values);

} // namespace edgecc::import

#endif

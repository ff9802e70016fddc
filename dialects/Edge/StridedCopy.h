// Copying boxes of elements between tensors in memory.
#ifndef EDGECC_DIALECTS_EDGE_STRIDEDCOPY_H
#define EDGECC_DIALECTS_EDGE_STRIDEDCOPY_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>

namespace edgecc::edge {

/// Row-major strides of `shape`, in elements.
llvm::SmallVector<int64_t> rowMajorStrides(llvm::ArrayRef<int64_t> shape);

/// Copies a box of `shape` elements of `elementBytes` (1, 2, 4 or 8) bytes each. Strides count elements; those of the
/// source may be 0 (repeat) or negative.
void copyStrided(const char *source, llvm::ArrayRef<int64_t> sourceStrides, char *target,
                 llvm::ArrayRef<int64_t> targetStrides, llvm::ArrayRef<int64_t> shape, unsigned elementBytes);

} // namespace edgecc::edge

#endif

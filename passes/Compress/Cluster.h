// k-means in one dimension, apart from any IR.
#ifndef EDGECC_PASSES_COMPRESS_CLUSTER_H
#define EDGECC_PASSES_COMPRESS_CLUSTER_H

#include "llvm/ADT/ArrayRef.h"

#include <vector>

namespace edgecc::compress {

/// At most `count` values, ascending, for `values`: those that occur if they are few enough, else the centroids of
/// Lloyd's iteration from `count` points at equal distances between the least and the largest value.
std::vector<float> cluster(llvm::ArrayRef<float> values, size_t count, int64_t iterations);

/// The nearest of `centroids`, which ascend and are not empty; the lower of two that are as near.
float nearest(llvm::ArrayRef<float> centroids, float value);

} // namespace edgecc::compress

#endif

// Which weights of a matrix of inputs x output channels are the least, apart from any IR.
#ifndef EDGECC_PASSES_COMPRESS_PRUNE_H
#define EDGECC_PASSES_COMPRESS_PRUNE_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <vector>

namespace edgecc::compress {

/// What is kept or dropped as a whole.
struct Granularity {
  int64_t rows = 1, columns = 1; ///< Of a block; those at the ends of a matrix are smaller.
  int64_t kept = 0, group = 0;   ///< N:M instead of blocks where `group` is not 0.

  /// "element", "1x4", "2:4".
  static llvm::FailureOr<Granularity> parse(llvm::StringRef text);
};

/// A row-major matrix.
struct WeightMatrix {
  llvm::MutableArrayRef<float> values;
  int64_t rows, columns;
};

/// The mean square of each block, in row-major order of blocks.
std::vector<float> blockScores(const WeightMatrix &matrix, const Granularity &granularity);

/// Sets those blocks to zero that `drop` marks.
void dropBlocks(const WeightMatrix &matrix, const Granularity &granularity, const std::vector<bool> &drop);

/// Marks the share of the scores that is lowest; of equal ones, the first.
std::vector<bool> lowest(llvm::ArrayRef<float> scores, double share);

/// Keeps the `kept` largest of each `group` of rows in a column.
void keepLargest(const WeightMatrix &matrix, const Granularity &granularity);

} // namespace edgecc::compress

#endif

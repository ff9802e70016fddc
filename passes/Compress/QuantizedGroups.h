// Which values of a network are held as integers, and which of them share one scale.
#ifndef EDGECC_PASSES_COMPRESS_QUANTIZEDGROUPS_H
#define EDGECC_PASSES_COMPRESS_QUANTIZEDGROUPS_H

#include "dialects/Edge/EdgeOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/EquivalenceClasses.h"

#include <optional>

namespace edgecc::compress {

/// Smallest and largest value, 0 included.
struct Interval {
  double lowest = 0, highest = 0;
  void include(const Interval &other) {
    lowest = std::min(lowest, other.lowest);
    highest = std::max(highest, other.highest);
  }
};

/// Whether `op` only moves elements of its one result, or picks the largest of several: it then computes on integers
/// what it computes on the numbers that they stand for, if all of them have one scale.
bool keepsScale(mlir::Operation *op);

/// The f32 values of a function, grouped by what moves elements from one to the other, as a pooling, a reshape or a
/// concatenation. A group has one range.
class QuantizedGroups {
public:
  /// Groups that an operation of `sinks` reads as its input are held as integers.
  QuantizedGroups(mlir::func::FuncOp function, llvm::ArrayRef<mlir::Value> sinks);

  /// Whether `value` is held as integers.
  bool contains(mlir::Value value) const;
  /// The range of the group of `value`: of all members that were observed. Nothing where none was.
  std::optional<Interval> rangeOf(mlir::Value value) const;
  /// All members of all groups that are held as integers, in program order.
  llvm::ArrayRef<mlir::Value> members() const { return ordered; }

private:
  llvm::EquivalenceClasses<void *> classes;
  llvm::DenseMap<void *, std::optional<Interval>> ranges; ///< By the leader of a group.
  llvm::SmallVector<mlir::Value> ordered;
};

/// The attribute that holds what was observed of a value: on its operation (an array, one entry for each result), or on
/// the argument of the function. An entry is a dictionary: `min` and `max` (f64), and `mean` (f64 array, for each
/// element of the last dimension; may be missing).
constexpr llvm::StringLiteral observedAttribute = "edge.observed";

/// What was observed of `value`; null where nothing was.
mlir::DictionaryAttr observationOf(mlir::Value value);
void setObservation(mlir::Value value, mlir::DictionaryAttr observation);

} // namespace edgecc::compress

#endif

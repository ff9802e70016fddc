// What an operation of a kernel's body costs as hardware.
#ifndef EDGECC_TARGETS_HLS_OPERATORS_H
#define EDGECC_TARGETS_HLS_OPERATORS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "targets/hls/Part.h"

namespace edgecc::hls {

/// One operator, fully pipelined.
struct Operator {
  int64_t dsp = 0, lut = 0, ff = 0;
  int64_t latency = 0; ///< Cycles at the clock it was asked for; 0: works within the cycle of its neighbours.
  bool multiplies = false;
};

/// What clock the operators are for.
struct Clock {
  unsigned megahertz = 100;
  double delay = 1.0; ///< See Part::delay.
};

/// The operator that `op` becomes. Constants and what only names values cost nothing.
Operator operatorOf(mlir::Operation &op, const Clock &clock);

/// A body as one block of hardware.
struct Body {
  Resources resources;
  int64_t depth = 0;      ///< Cycles from its operands to its results.
  int64_t recurrence = 0; ///< Cycles from its accumulators to its results; 0 where it has none.
  int64_t operators = 0;  ///< Operators that take resources.
  int64_t multipliers = 0;
  int64_t multiplierDsp = 0; ///< DSP of the multipliers alone.
};

/// The hardware of the body of `op`.
Body bodyOf(mlir::linalg::GenericOp op, const Clock &clock);

} // namespace edgecc::hls

#endif

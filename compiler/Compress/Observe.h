// What a network computes on samples, as attributes for passes that choose by it.
#ifndef EDGECC_COMPILER_COMPRESS_OBSERVE_H
#define EDGECC_COMPILER_COMPRESS_OBSERVE_H

#include "compiler/Compress/Ranges.h"
#include "compiler/Data/Samples.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

namespace edgecc::compress {

struct ObserveOptions {
  data::SampleOptions samples;
  RangeMethod method = RangeMethod::LeastSquares;
  unsigned levels = 256; ///< Of the integers that the ranges are for.
};

/// Runs the network on all samples, compiled for this machine, and sets `edge.observed` (passes/Compress/
/// QuantizedGroups.h) on every value that `edge-quantize` would hold as integers. `entry` is on layers.
llvm::Error observe(mlir::func::FuncOp entry, const ObserveOptions &options);

/// Observations of `entry` as a recipe keeps them, in program order.
llvm::json::Value writeObservations(mlir::func::FuncOp entry);
/// Sets them again; an error where they are of another network.
llvm::Error readObservations(mlir::func::FuncOp entry, const llvm::json::Value &observations);

} // namespace edgecc::compress

#endif

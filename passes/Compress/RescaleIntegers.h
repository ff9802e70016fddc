// Fixed-point arithmetic between integers, for passes that quantise.
#ifndef EDGECC_PASSES_COMPRESS_RESCALEINTEGERS_H
#define EDGECC_PASSES_COMPRESS_RESCALEINTEGERS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace edgecc::compress {

/// What pass `edge-rescale-integers` does, with multipliers of `bits` bits. Returns the number of rescalings.
int64_t rescaleIntegers(mlir::func::FuncOp function, unsigned bits);

} // namespace edgecc::compress

#endif

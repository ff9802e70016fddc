// Passes that make a network smaller, on layers; see Passes.td.
#ifndef EDGECC_PASSES_COMPRESS_PASSES_H
#define EDGECC_PASSES_COMPRESS_PASSES_H

#include "dialects/Edge/EdgeDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace edgecc::compress {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "passes/Compress/Passes.h.inc"

} // namespace edgecc::compress

#endif

// Passes on the layer dialect; see Passes.td.
#ifndef EDGECC_PASSES_EDGE_PASSES_H
#define EDGECC_PASSES_EDGE_PASSES_H

#include "dialects/Edge/EdgeDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace edgecc::edge {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "passes/Edge/Passes.h.inc"

} // namespace edgecc::edge

#endif

// The `edge` dialect: layers of a neural network. See RATIONALE.md and EdgeOps.td.
#ifndef EDGECC_DIALECTS_EDGE_EDGEDIALECT_H
#define EDGECC_DIALECTS_EDGE_EDGEDIALECT_H

#include "mlir/IR/Dialect.h"

#include "dialects/Edge/EdgeDialect.h.inc"

#endif

// The dialects that a compile may meet.
#ifndef EDGECC_COMPILER_PIPELINE_DIALECTS_H
#define EDGECC_COMPILER_PIPELINE_DIALECTS_H

#include "mlir/IR/DialectRegistry.h"

namespace edgecc {

/// A registry of upstream's dialects and our own, with what bufferisation needs to know of them.
mlir::DialectRegistry makeDialectRegistry();

} // namespace edgecc

#endif

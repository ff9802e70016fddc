// ONNX Einsum, which is long enough for a file of its own.
#ifndef EDGECC_COMPILER_IMPORT_EINSUM_H
#define EDGECC_COMPILER_IMPORT_EINSUM_H

#include "compiler/Import/NodeImporter.h"

namespace edgecc::import {

mlir::LogicalResult importEinsum(NodeImporter &node);

} // namespace edgecc::import

#endif

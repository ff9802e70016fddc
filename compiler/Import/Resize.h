// ONNX Resize and Upsample, whose many options fill a file of their own.
#ifndef EDGECC_COMPILER_IMPORT_RESIZE_H
#define EDGECC_COMPILER_IMPORT_RESIZE_H

#include "compiler/Import/NodeImporter.h"

namespace edgecc::import {

/// Opset 11 and later.
mlir::LogicalResult importResize(NodeImporter &node);
/// Opset 10: inputs X and scales; asymmetric coordinates.
mlir::LogicalResult importResize10(NodeImporter &node);
/// Opsets 7 (scales are an attribute) and 9 (an input).
mlir::LogicalResult importUpsample(NodeImporter &node);

} // namespace edgecc::import

#endif

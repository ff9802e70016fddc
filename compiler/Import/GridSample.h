// Import of ONNX GridSample on images.
#ifndef EDGECC_COMPILER_IMPORT_GRIDSAMPLE_H
#define EDGECC_COMPILER_IMPORT_GRIDSAMPLE_H

#include "compiler/Import/NodeImporter.h"

namespace edgecc::import {

mlir::LogicalResult importGridSample(NodeImporter &node);

} // namespace edgecc::import

#endif

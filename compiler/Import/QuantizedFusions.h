// Quantised operators of ONNX Runtime's domain com.microsoft.
#ifndef EDGECC_COMPILER_IMPORT_QUANTIZEDFUSIONS_H
#define EDGECC_COMPILER_IMPORT_QUANTIZEDFUSIONS_H

#include "compiler/Import/OperatorRegistry.h"

namespace edgecc::import {

/// What DynamicQuantizeLinear makes: uint8 values, their scale (f32) and zero point (uint8), both scalars.
struct DynamicQuantization {
  mlir::Value value, scale, zero;
};

/// Quantises an f32 tensor to uint8 over its own range, widened so that it holds 0.
DynamicQuantization quantizeDynamically(NodeImporter &node, mlir::Value x);

void registerQuantizedFusions(OperatorRegistry &registry);

} // namespace edgecc::import

#endif

// Quantisers of QONNX models, which keep quantised numbers in floating point.
#ifndef EDGECC_COMPILER_IMPORT_QONNX_H
#define EDGECC_COMPILER_IMPORT_QONNX_H

#include "compiler/Import/OperatorRegistry.h"

namespace edgecc::import {

void registerQonnx(OperatorRegistry &registry);

} // namespace edgecc::import

#endif

// Activations that ONNX Runtime fuses into other operators.
#ifndef EDGECC_COMPILER_IMPORT_FUSEDACTIVATIONS_H
#define EDGECC_COMPILER_IMPORT_FUSEDACTIVATIONS_H

#include "compiler/Import/NodeImporter.h"

namespace edgecc::import {

/// The activation that a fused operator names; `parameters` stand in the order of that operator's attributes (alpha,
/// beta; min, max). The empty name is none. Null, with a reason, where the activation is unknown.
mlir::Value applyActivation(NodeImporter &node, llvm::StringRef name, llvm::ArrayRef<float> parameters,
                            mlir::Value value);

} // namespace edgecc::import

#endif

// ONNX operators of the ControlFlow family.
#include "compiler/Import/OperatorRegistry.h"

void edgecc::import::registerControlFlow(OperatorRegistry &registry) {}

// ONNX operators of the Reductions family.
#include "compiler/Import/OperatorRegistry.h"

void edgecc::import::registerReductions(OperatorRegistry &registry) {}

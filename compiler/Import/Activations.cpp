// ONNX operators of the Activations family.
#include "compiler/Import/OperatorRegistry.h"

void edgecc::import::registerActivations(OperatorRegistry &registry) {}

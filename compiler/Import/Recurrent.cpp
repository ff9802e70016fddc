// ONNX operators of the Recurrent family.
#include "compiler/Import/OperatorRegistry.h"

void edgecc::import::registerRecurrent(OperatorRegistry &registry) {}

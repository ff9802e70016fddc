// ONNX operators of the Constants family.
#include "compiler/Import/OperatorRegistry.h"

void edgecc::import::registerConstants(OperatorRegistry &registry) {}

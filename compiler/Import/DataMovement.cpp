// ONNX operators of the DataMovement family.
#include "compiler/Import/OperatorRegistry.h"

void edgecc::import::registerDataMovement(OperatorRegistry &registry) {}

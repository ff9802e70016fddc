// ONNX operators of the Shape family.
#include "compiler/Import/OperatorRegistry.h"

void edgecc::import::registerShape(OperatorRegistry &registry) {}

// ONNX operators of the Pooling family.
#include "compiler/Import/OperatorRegistry.h"

void edgecc::import::registerPooling(OperatorRegistry &registry) {}

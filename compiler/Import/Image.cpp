// ONNX operators of the Image family.
#include "compiler/Import/OperatorRegistry.h"

void edgecc::import::registerImage(OperatorRegistry &registry) {}

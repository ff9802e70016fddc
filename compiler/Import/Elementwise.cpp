// ONNX operators of the Elementwise family.
#include "compiler/Import/OperatorRegistry.h"

void edgecc::import::registerElementwise(OperatorRegistry &registry) {}

// ONNX operators of the Normalization family.
#include "compiler/Import/OperatorRegistry.h"

void edgecc::import::registerNormalization(OperatorRegistry &registry) {}

// ONNX operators of the Quantization family.
#include "compiler/Import/OperatorRegistry.h"

void edgecc::import::registerQuantization(OperatorRegistry &registry) {}

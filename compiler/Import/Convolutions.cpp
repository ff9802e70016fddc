// ONNX operators of the Convolutions family.
#include "compiler/Import/OperatorRegistry.h"

void edgecc::import::registerConvolutions(OperatorRegistry &registry) {}

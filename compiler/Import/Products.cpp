// ONNX operators of the Products family.
#include "compiler/Import/OperatorRegistry.h"

void edgecc::import::registerProducts(OperatorRegistry &registry) {}

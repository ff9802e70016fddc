// Registration of the `edge` dialect and materialisation of its constants.
#include "dialects/Edge/EdgeDialect.h"
#include "dialects/Edge/EdgeOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"

using namespace mlir;
using namespace edgecc::edge;

#include "dialects/Edge/EdgeDialect.cpp.inc"
#include "dialects/Edge/EdgeEnums.cpp.inc"

#define GET_OP_CLASSES
#include "dialects/Edge/EdgeOps.cpp.inc"

void EdgeDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/Edge/EdgeOps.cpp.inc"
      >();
}

Operation *EdgeDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type, Location loc) {
  auto elements = dyn_cast<ElementsAttr>(value);
  if (!elements || elements.getType() != type)
    return nullptr;
  return ConstantOp::create(builder, loc, elements);
}

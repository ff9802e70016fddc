// Attributes, types and operations of the `hls` dialect, and where they may stand.
#include "dialects/Hls/HlsDialect.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace edgecc::hls;

#include "dialects/Hls/HlsDialect.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/Hls/HlsAttributes.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/Hls/HlsTypes.cpp.inc"

#define GET_OP_CLASSES
#include "dialects/Hls/HlsOps.cpp.inc"

void HlsDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/Hls/HlsAttributes.cpp.inc"
      >();
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialects/Hls/HlsTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/Hls/HlsOps.cpp.inc"
      >();
}

LogicalResult StreamOp::verify() {
  auto function = (*this)->getParentOfType<func::FuncOp>();
  if (!function || !function->hasAttr(dataflowName))
    return emitOpError("[S3] stands in a function with hls.dataflow, where someone else empties the stream");
  if (static_cast<int64_t>(getDepth()) < 1)
    return emitOpError("[S3] has room for at least 1 word");
  return success();
}

LogicalResult HlsDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  StringRef name = attribute.getName();
  if (name == pipelineName)
    return verifyPipeline(op, attribute.getValue());
  if (name == unrollName)
    return verifyUnroll(op, attribute.getValue());
  if (name == partitionName) {
    Type array;
    if (auto alloca = dyn_cast<memref::AllocaOp>(op))
      array = alloca.getType();
    else if (auto global = dyn_cast<memref::GlobalOp>(op))
      array = global.getType();
    return verifyPartition(op, array, attribute.getValue());
  }
  auto function = dyn_cast<func::FuncOp>(op);
  if (!function)
    return success();
  if (name == dataflowName)
    return verifyDataflow(function);
  return name == topName ? verifySynthesizable(function) : success();
}

LogicalResult HlsDialect::verifyRegionArgAttribute(Operation *op, unsigned, unsigned argument,
                                                   NamedAttribute attribute) {
  if (attribute.getName() == partitionName) {
    auto function = dyn_cast<func::FuncOp>(op);
    return verifyPartition(op, function ? function.getArgumentTypes()[argument] : Type(), attribute.getValue());
  }
  if (attribute.getName() != interfaceName)
    return success();
  auto interface = dyn_cast<InterfaceAttr>(attribute.getValue());
  if (!interface || !llvm::is_contained({"m_axi", "s_axilite", "axis", "bram"}, interface.getMode().getValue()))
    return op->emitOpError("[I1] argument ") << argument << " has an interface that is neither m_axi, s_axilite, axis "
                                             << "nor bram: " << attribute.getValue();
  return success();
}

#include "compiler/Pipeline/Dialects.h"

#include "dialects/Edge/EdgeDialect.h"
#include "dialects/Hls/HlsDialect.h"
#include "dialects/Kernel/KernelOps.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"

mlir::DialectRegistry edgecc::makeDialectRegistry() {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  registry.insert<edge::EdgeDialect, hls::HlsDialect, kernel::KernelDialect>();
  kernel::registerBufferizableOpInterface(registry);
  return registry;
}

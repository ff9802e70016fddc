// edgecc-opt: runs passes on MLIR text, those of upstream and our own.
#include "dialects/Edge/EdgeDialect.h"
#include "dialects/Kernel/KernelOps.h"
#include "passes/Conversion/Passes.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::registerAllPasses();
  edgecc::registerEdgeccConversionPasses();
  registry.insert<edgecc::edge::EdgeDialect, edgecc::kernel::KernelDialect>();
  edgecc::kernel::registerBufferizableOpInterface(registry);
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "edgecc-opt: runs passes of edgecc and of MLIR\n", registry));
}

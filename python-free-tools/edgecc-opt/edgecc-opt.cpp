// edgecc-opt: runs passes on MLIR text, those of upstream and our own.
#include "dialects/Edge/EdgeDialect.h"
#include "dialects/Hls/HlsDialect.h"
#include "dialects/Kernel/KernelOps.h"
#include "passes/Compress/Passes.h"
#include "passes/Conversion/Passes.h"
#include "passes/Edge/Passes.h"
#include "passes/Kernel/Passes.h"
#include "passes/Memory/Passes.h"
#include "passes/Tensor/Passes.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

static void registerEdgeccPasses() {
  edgecc::compress::registerEdgeccCompressPasses();
  edgecc::registerEdgeccConversionPasses();
  edgecc::edge::registerEdgeccEdgePasses();
  edgecc::kernel::registerEdgeccKernelPasses();
  edgecc::memory::registerEdgeccMemoryPasses();
  edgecc::tensor::registerEdgeccTensorPasses();
}

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::registerAllPasses();
  registerEdgeccPasses();
  registry.insert<edgecc::edge::EdgeDialect, edgecc::hls::HlsDialect, edgecc::kernel::KernelDialect>();
  edgecc::kernel::registerBufferizableOpInterface(registry);
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "edgecc-opt: runs passes of edgecc and of MLIR\n", registry));
}

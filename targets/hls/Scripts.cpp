// NAME.tcl and NAME.cfg for the vendor's tool.
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "targets/hls/HlsFiles.h"
#include "targets/hls/Part.h"
#include "targets/hls/Passes.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::hls;

namespace {

struct Chosen {
  const Part &part;
  int64_t megahertz;
};

} // namespace

static Chosen deviceOf(const Artefact &artefact) {
  auto entry = SymbolTable::lookupSymbolIn(artefact.module, artefact.summary.name);
  auto plan = entry->getAttrOfType<DictionaryAttr>(planName);
  return {*llvm::cantFail(findPart(plan.getAs<StringAttr>("part"))), plan.getAs<IntegerAttr>("mhz").getInt()};
}

std::string edgecc::hls::scriptText(const Artefact &artefact) {
  std::string name = artefact.summary.name, top = artefact.symbols.lookup(name);
  Chosen device = deviceOf(artefact);
  return llvm::formatv("# Vitis HLS: vitis_hls -f {0}.tcl (or vitis-run --mode hls --tcl {0}.tcl)\n"
                       "open_project -reset {0}_project\n"
                       "set_top {1}\n"
                       "add_files {0}_hls.cpp\n"
                       "add_files -tb {{{0}_tb.cpp {0}_host.c {0}_reference.c {0}_reference_weights.c}\n"
                       "open_solution -reset solution -flow_target vivado\n"
                       "set_part {{{2}}\n"
                       "create_clock -period {3:F2} -name default\n"
                       "csim_design\n"
                       "csynth_design\n"
                       "cosim_design\n"
                       "export_design -format ip_catalog\n"
                       "exit\n",
                       name, top, device.part.device, 1000.0 / device.megahertz)
      .str();
}

std::string edgecc::hls::configText(const Artefact &artefact) {
  std::string name = artefact.summary.name, top = artefact.symbols.lookup(name);
  Chosen device = deviceOf(artefact);
  return llvm::formatv("# Vitis from 2023.2 on: v++ --compile --mode hls --config {0}.cfg --work_dir {0}_work\n"
                       "part={2}\n\n"
                       "[hls]\n"
                       "flow_target=vivado\n"
                       "clock={3}MHz\n"
                       "syn.file={0}_hls.cpp\n"
                       "syn.top={1}\n"
                       "tb.file={0}_tb.cpp\n"
                       "tb.file={0}_host.c\n"
                       "tb.file={0}_reference.c\n"
                       "tb.file={0}_reference_weights.c\n"
                       "package.output.format=ip_catalog\n",
                       name, top, device.part.device, device.megahertz)
      .str();
}

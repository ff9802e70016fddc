// NAME.tcl and NAME.cfg for the vendor's tool, NAME_bambu.sh for PandA-Bambu.
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "targets/hls/HlsFiles.h"
#include "targets/hls/Part.h"
#include "targets/hls/Passes.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::hls;

namespace {

/// What the scripts name.
struct Project {
  std::string name, top;
  const Part &part;
  int64_t megahertz;

  double period() const { return 1000.0 / megahertz; } ///< In ns.
};

} // namespace

static std::string tclText(const Project &project) {
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
                       project.name, project.top, project.part.device, project.period())
      .str();
}

static std::string configText(const Project &project) {
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
                       project.name, project.top, project.part.device, project.megahertz)
      .str();
}

/// "image:3136,probabilities:40": what each pointer of the top function points to, in bytes.
static std::string portSizes(const Artefact &artefact) {
  auto entry = cast<func::FuncOp>(SymbolTable::lookupSymbolIn(artefact.module, artefact.summary.name));
  SmallVector<std::string> sizes;
  for (BlockArgument argument : entry.getArguments()) {
    auto type = cast<MemRefType>(argument.getType());
    int64_t bytes = type.getNumElements() * llvm::divideCeil(type.getElementTypeBitWidth(), 8);
    sizes.push_back(portName(artefact, argument.getArgNumber()) + ":" + std::to_string(bytes));
  }
  return llvm::join(sizes, ",");
}

static constexpr StringLiteral bambuScript = R"sh(#!/bin/sh
# PandA-Bambu 2024.10 with Verilator: synthesises the design and runs the test bench on its Verilog.
#
#     sh {0}_bambu.sh [more options for bambu]
#
# The lines of the test bench decide, for bambu exits with 0 where outputs differ. -O1, for designs with streams came out
# wrong at -O2. Where bambu has no model of the part, --device is the nearest it has.
cd "$(dirname "$0")" || exit 1
mkdir -p {0}_bambu && cd {0}_bambu || exit 1
EDGECC_TEST_BENCH_LOG=$PWD/test_bench.log
export EDGECC_TEST_BENCH_LOG
rm -f test_bench.log
bambu ../{0}_hls.cpp --top-fname={1} \
  --compiler="${BAMBU_COMPILER:-I386_CLANG16}" -O1 -lm \
  --device={2} --clock-period={3:F2} \
  --generate-interface=INFER --simulate --simulator=VERILATOR -v2 \
  --generate-tb=../{0}_tb.cpp --generate-tb=../{0}_host.c \
  --generate-tb=../{0}_reference.c --generate-tb=../{0}_reference_weights.c \
  --tb-param-size={4} "$@" >bambu.log 2>&1
status=$?
if [ $status -ne 0 ]; then
  tail -n 20 bambu.log
  echo "bambu failed with exit code $status; {0}_bambu/bambu.log has the rest"
  exit 1
fi
if [ ! -f test_bench.log ]; then
  echo "the test bench did not run; see {0}_bambu/bambu.log"
  exit 1
fi
grep -i 'execution time' bambu.log
cat test_bench.log
grep -qx passed test_bench.log
)sh";

void edgecc::hls::scriptFiles(const Artefact &artefact, SmallVectorImpl<std::pair<std::string, std::string>> &files) {
  std::string name = artefact.summary.name;
  auto plan = SymbolTable::lookupSymbolIn(artefact.module, name)->getAttrOfType<DictionaryAttr>(planName);
  Project project{name, artefact.symbols.lookup(name), *llvm::cantFail(findPart(plan.getAs<StringAttr>("part"))),
                  plan.getAs<IntegerAttr>("mhz").getInt()};
  files.push_back({".tcl", tclText(project)});
  files.push_back({".cfg", configText(project)});
  std::string script = bambuScript.str();
  SmallVector<std::pair<StringRef, std::string>> blanks = {{"{0}", name},
                                                           {"{1}", project.top},
                                                           {"{2}", project.part.bambu.str()},
                                                           {"{3:F2}", llvm::formatv("{0:F2}", project.period())},
                                                           {"{4}", portSizes(artefact)}};
  for (const auto &[blank, text] : blanks)
    for (size_t at; (at = script.find(blank.str())) != std::string::npos;)
      script.replace(at, blank.size(), text);
  files.push_back({"_bambu.sh", script});
}

// Runs the Verilog of a hardware design: PandA-Bambu synthesises it and simulates it with Verilator.
#ifndef EDGECC_TOOLS_VERIFY_RTLCHECK_H
#define EDGECC_TOOLS_VERIFY_RTLCHECK_H

#include "python-free-tools/common/Toolchain.h"

namespace edgecc::tools {

struct RtlResult {
  bool passed = false;
  std::string problem;     // one line, if it did not pass
  int64_t cycles = 0;      // of the longest run; 0: not known
  int64_t estimate = 0;    // latency_cycles of NAME_hls.json, for a tool that pipelines loops
  int64_t unpipelined = 0; // unpipelined_cycles of NAME_hls.json, for one that does not, as Bambu
};

// An error that says what to install, unless bambu and verilator are in PATH.
llvm::Error checkRtlTools();

// Compiles the model with edgecc and runs the script NAME_bambu.sh that it writes. The Verilog passes where the test
// bench finds its outputs equal to those of the C99 of the same model; cycles are told, not judged.
RtlResult checkRtl(const Toolchain &toolchain, const CompileRequest &request);

} // namespace edgecc::tools

#endif

// What edgecc-run shows of a run.
#ifndef EDGECC_TOOLS_RUN_PRINTING_H
#define EDGECC_TOOLS_RUN_PRINTING_H

#include "compiler/Data/Tensor.h"
#include "python-free-tools/common/Diagnostics.h"

#include "llvm/Support/JSON.h"

namespace edgecc::tools {

// The `top` largest elements of a vector, with labels where there are some; a summary of anything else.
void printOutput(const Tensor &output, unsigned top, llvm::ArrayRef<std::string> labels);

// The table of steps that the harness measured, slowest first.
void printProfile(const llvm::json::Value &report);

} // namespace edgecc::tools

#endif

// Errors of the tools: "where: error: what", and exit codes.
#ifndef EDGECC_TOOLS_DIAGNOSTICS_H
#define EDGECC_TOOLS_DIAGNOSTICS_H

#include "compiler/Data/Failure.h"

namespace edgecc::tools {

// Tensors and their files are shared with the compiler.
using namespace data;

enum ExitCode { ExitDone = 0, ExitInput = 1, ExitBug = 2 };

// Prints the error on stderr and returns ExitInput.
int report(llvm::Error error);

} // namespace edgecc::tools

#endif

// Errors of the tools: "where: error: what", and exit codes.
#ifndef EDGECC_TOOLS_DIAGNOSTICS_H
#define EDGECC_TOOLS_DIAGNOSTICS_H

#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

namespace edgecc::tools {

enum ExitCode { ExitDone = 0, ExitInput = 1, ExitBug = 2 };

// An error whose message is "where: error: what"; `where` is a file, or the program if no file is at fault.
llvm::Error failure(const llvm::Twine &where, const llvm::Twine &what);

// Prints the error on stderr and returns ExitInput.
int report(llvm::Error error);

} // namespace edgecc::tools

#endif

// Errors about files: "where: error: what".
#ifndef EDGECC_COMPILER_DATA_FAILURE_H
#define EDGECC_COMPILER_DATA_FAILURE_H

#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

namespace edgecc::data {

// An error whose message is "where: error: what"; `where` is a file, or the program if no file is at fault.
inline llvm::Error failure(const llvm::Twine &where, const llvm::Twine &what) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), where + ": error: " + what);
}

} // namespace edgecc::data

#endif

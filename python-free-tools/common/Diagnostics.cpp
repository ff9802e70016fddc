#include "Diagnostics.h"

#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace edgecc::tools {

Error failure(const Twine &where, const Twine &what) {
  return createStringError(inconvertibleErrorCode(), where + ": error: " + what);
}

int report(Error error) {
  errs() << toString(std::move(error)) << "\n";
  return ExitInput;
}

} // namespace edgecc::tools

#include "Diagnostics.h"

#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace edgecc::tools {

int report(Error error) {
  errs() << toString(std::move(error)) << "\n";
  return ExitInput;
}

} // namespace edgecc::tools

// Helper functions that generated C defines where it uses them.
#ifndef EDGECC_TARGETS_SOURCE_HELPERS_H
#define EDGECC_TARGETS_SOURCE_HELPERS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace edgecc::source {

struct Helper {
  llvm::StringRef name, definition;
};

/// All helpers, in the order in which a file defines them.
llvm::ArrayRef<Helper> helperFunctions();

} // namespace edgecc::source

#endif

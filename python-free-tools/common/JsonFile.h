// JSON in files.
#ifndef EDGECC_TOOLS_JSONFILE_H
#define EDGECC_TOOLS_JSONFILE_H

#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

namespace edgecc::tools {

llvm::Expected<llvm::json::Value> readJson(llvm::StringRef path);
llvm::Error writeJson(llvm::StringRef path, const llvm::json::Value &value);

} // namespace edgecc::tools

#endif

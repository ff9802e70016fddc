// C identifiers from the names in ONNX models, which may hold anything.
#ifndef EDGECC_COMPILER_ARTEFACT_IDENTIFIER_H
#define EDGECC_COMPILER_ARTEFACT_IDENTIFIER_H

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"

#include <string>

namespace edgecc::artefact {

/// The name of a model from its file's stem or from the user. It names files, a library and symbols, so it is kept
/// clear of the C library's headers and libraries (string.h, libm.a) and of edgecc's own symbols.
std::string modelIdentifier(llvm::StringRef name);

/// Whether `name` can be a model's name as it stands.
bool isModelIdentifier(llvm::StringRef name);

/// Makes identifiers that differ from each other also when case is ignored, for macros are made from them.
class IdentifierScope {
public:
  /// `fallback` begins the result where `name` has no letter to begin with: "16" becomes "tensor_16".
  std::string unique(llvm::StringRef name, llvm::StringRef fallback = "tensor");

private:
  llvm::StringSet<> taken; // in upper case
};

} // namespace edgecc::artefact

#endif

// Printing of diagnostics; see Diagnostics.h.
#include "compiler/Driver/Diagnostics.h"

#include "mlir/IR/Location.h"

#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace edgecc;

SmallVector<StringRef> edgecc::namesIn(Location loc) {
  SmallVector<StringRef> names;
  if (auto name = dyn_cast<NameLoc>(loc)) {
    names.push_back(name.getName());
    llvm::append_range(names, namesIn(name.getChildLoc()));
  } else if (auto fused = dyn_cast<FusedLoc>(loc)) {
    for (Location part : fused.getLocations())
      if (names.empty())
        names = namesIn(part);
  }
  return names;
}

DiagnosticPrinter::DiagnosticPrinter(MLIRContext *context, StringRef inputPath)
    : handler(context, [this](Diagnostic &diagnostic) { print(diagnostic); }),
      file(llvm::sys::path::filename(inputPath)) {}

static StringRef severityOf(Diagnostic &diagnostic) {
  switch (diagnostic.getSeverity()) {
  case DiagnosticSeverity::Error:
    return "error";
  case DiagnosticSeverity::Warning:
    return "warning";
  default:
    return "note";
  }
}

void DiagnosticPrinter::print(Diagnostic &diagnostic) {
  errors += diagnostic.getSeverity() == DiagnosticSeverity::Error;
  std::string text = diagnostic.str(), place = file;
  if (auto position = dyn_cast<FileLineColLoc>(diagnostic.getLocation()); position && position.getLine())
    place += ":" + std::to_string(position.getLine()) + ":" + std::to_string(position.getColumn());
  SmallVector<StringRef> names = namesIn(diagnostic.getLocation());
  llvm::errs() << place << ": " << severityOf(diagnostic) << ": ";
  // The importer names its nodes itself.
  if (!names.empty() && !StringRef(text).starts_with("node ") && !StringRef(text).starts_with("input "))
    llvm::errs() << "node '" << names[0] << "': ";
  llvm::errs() << text << "\n";
  for (Diagnostic &note : diagnostic.getNotes())
    llvm::errs() << place << ": note: " << note.str() << "\n";
}

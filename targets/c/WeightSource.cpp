// NAME_weights.c: constants as arrays.
#include "targets/c/CTarget.h"
#include "targets/source/ModelText.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace edgecc;

std::string edgecc::c::weightSource(ModuleOp module, const artefact::ModelSummary &summary,
                                    const llvm::StringMap<std::string> &symbols) {
  source::Language language;
  std::string text;
  llvm::raw_string_ostream os(text);
  os << source::banner(summary, "Weights") << "#include <math.h>\n#include <stdint.h>\n\n";
  bool any = false;
  for (auto global : module.getOps<memref::GlobalOp>()) {
    std::string name = symbols.lookup(global.getSymName());
    if (global.getType().getNumElements() == 0)
      continue;
    any = true;
    os << "extern const " << language.elementType(global.getType().getElementType()) << " " << name << "["
       << global.getType().getNumElements() << "];\n";
    os << "const ";
    source::writeArray(global, name, language, os);
  }
  if (!any) // A file without declarations is no C.
    os << "typedef int " << summary.name << "_has_no_weights;\n";
  return text;
}

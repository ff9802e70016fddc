// NAME_weights.c: constants as arrays.
#include "targets/c/CTarget.h"
#include "targets/source/ModelText.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace edgecc;

void edgecc::c::writeWeightSource(ModuleOp module, const artefact::ModelSummary &summary,
                                  const llvm::StringMap<std::string> &symbols, raw_ostream &stream) {
  source::Language language;
  stream << source::banner(summary, "Weights") << "#include <math.h>\n#include <stdint.h>\n\n";
  bool any = false;
  for (auto global : module.getOps<memref::GlobalOp>()) {
    std::string name = symbols.lookup(global.getSymName());
    if (global.getType().getNumElements() == 0)
      continue;
    any = true;
    stream << "extern const " << language.elementType(global.getType().getElementType()) << " " << name << "["
           << global.getType().getNumElements() << "];\nconst ";
    source::writeArray(global, name, language, stream);
  }
  if (!any) // A file without declarations is no C.
    stream << "typedef int " << summary.name << "_has_no_weights;\n";
}

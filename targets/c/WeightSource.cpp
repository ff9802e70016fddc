// NAME_weights.c: constants as arrays.
#include "targets/c/CTarget.h"
#include "targets/source/KernelText.h"
#include "targets/source/Language.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;
using namespace edgecc;

/// The bits of element `index`.
static APInt elementAt(ArrayRef<char> data, Type type, int64_t index) {
  unsigned bits = type.getIntOrFloatBitWidth(), bytes = (bits + 7) / 8;
  uint64_t raw = 0;
  std::memcpy(&raw, data.data() + index * bytes, bytes);
  return APInt(std::max(8u, bits), raw, /*isSigned=*/false, /*implicitTrunc=*/true).trunc(bits);
}

static void writeArray(memref::GlobalOp global, StringRef name, source::Language &language, raw_ostream &os) {
  Type type = global.getType().getElementType();
  int64_t elements = global.getType().getNumElements();
  os << "const " << language.elementType(type) << " " << name << "[" << elements << "] = {";
  auto value = cast<ElementsAttr>(*global.getInitialValue());
  auto dense = dyn_cast<DenseElementsAttr>(value);
  ArrayRef<char> data =
      dense ? dense.getRawData() : cast<DenseResourceElementsAttr>(value).getRawHandle().getBlob()->getData();
  bool isSplat = dense && dense.isSplat();
  size_t column = 120;
  for (int64_t i = 0; i < elements; ++i) {
    std::string text = language.literal(type, elementAt(data, type, isSplat ? 0 : i)) + ",";
    if (column + text.size() + 1 > 116) {
      os << "\n   ";
      column = 3;
    }
    os << " " << text;
    column += text.size() + 1;
  }
  os << "\n};\n\n";
}

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
           << global.getType().getNumElements() << "];\n";
    writeArray(global, name, language, stream);
  }
  if (!any) // A file without declarations is no C.
    stream << "typedef int " << summary.name << "_has_no_weights;\n";
}

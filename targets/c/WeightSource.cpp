// NAME_weights.c: constants as arrays, or as parts of a file of bytes.
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

// One statement for each constant, because C99 promises no string of more than 4095 characters.
void edgecc::c::writeWeightFile(ModuleOp module, const artefact::ModelSummary &summary,
                                const llvm::StringMap<std::string> &symbols, StringRef file, raw_ostream &stream,
                                raw_ostream &bytes) {
  constexpr uint64_t alignment = 64; // A cache line.
  source::Language language;
  stream << source::banner(summary, "Weights") << "/* They lie in " << file
         << ", which the assembler looks for where the compiler looks for headers: compile\n"
         << " * this with -I and the folder of that file. */\n"
         << "#include <stdint.h>\n\n"
         << "#if !defined(__GNUC__) || !defined(__ELF__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__\n"
         << "#error \"for GCC and Clang on little-endian ELF systems; others take edgecc --weights=array\"\n"
         << "#endif\n";
  for (auto global : module.getOps<memref::GlobalOp>()) {
    std::string name = symbols.lookup(global.getSymName());
    int64_t elements = global.getType().getNumElements();
    if (elements == 0)
      continue;
    bytes.write_zeros(llvm::alignTo(bytes.tell(), alignment) - bytes.tell());
    uint64_t begin = bytes.tell();
    source::writeBytes(global, bytes);
    uint64_t size = bytes.tell() - begin;
    stream << "\nextern const " << language.elementType(global.getType().getElementType()) << " " << name << "["
           << elements << "];\n"
           << "__asm__(\".pushsection .rodata." << name << ", \\\"a\\\", %progbits\\n\"\n"
           << "        \".balign " << alignment << "\\n\"\n"
           << "        \".global " << name << "\\n\"\n"
           << "        \".type " << name << ", %object\\n\"\n"
           << "        \".size " << name << ", " << size << "\\n\"\n"
           << "        \"" << name << ":\\n\"\n"
           << "        \".incbin \\\"" << file << "\\\", " << begin << ", " << size << "\\n\"\n"
           << "        \".popsection\\n\");\n";
  }
}

// NAME_host.c: the design as a model of edgecc; NAME_weights.h: its tables.
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "targets/hls/HlsFiles.h"
#include "targets/hls/HlsLanguage.h"
#include "targets/hls/Passes.h"
#include "targets/source/ModelText.h"

#include "compiler/Artefact/Writers.h"

#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::hls;

/// The tables that the top function takes as arguments: outside of the part.
static llvm::StringSet<> tablesOutside(func::FuncOp entry) {
  llvm::StringSet<> tables;
  for (unsigned argument = 0; argument < entry.getNumArguments(); ++argument)
    if (auto table = entry.getArgAttrOfType<FlatSymbolRefAttr>(argument, outsideName))
      tables.insert(table.getValue());
  return tables;
}

std::string edgecc::hls::weightHeader(const Artefact &artefact) {
  ModuleOp module = artefact.module;
  auto entry = module.lookupSymbol<func::FuncOp>(artefact.summary.name);
  llvm::StringSet<> outside = tablesOutside(entry);
  HlsLanguage language;
  std::string text;
  llvm::raw_string_ostream os(text);
  os << source::banner(artefact.summary, "Tables") << "#include <math.h>\n#include <stdint.h>\n\n";
  for (auto global : module.getOps<memref::GlobalOp>())
    if (global.getType().getNumElements() > 0 && !outside.contains(global.getSymName())) {
      os << "static const ";
      source::writeArray(global, artefact.symbols.lookup(global.getSymName()), language, os);
    }
  return text;
}

std::string edgecc::hls::hostSource(const Artefact &artefact) {
  const artefact::ModelSummary &summary = artefact.summary;
  ModuleOp module = artefact.module;
  auto entry = module.lookupSymbol<func::FuncOp>(summary.name);
  HlsLanguage language;
  std::string text, parameters, arguments, names;
  llvm::raw_string_ostream os(text);
  os << source::banner(summary, "Host side") << "#include \"" << summary.name << ".h\"\n\n#include \"" << summary.name
     << "_hls.h\"\n\n#include <math.h>\n\n";
  llvm::StringSet<> outside = tablesOutside(entry);
  for (auto global : module.getOps<memref::GlobalOp>())
    if (outside.contains(global.getSymName())) {
      os << "static const ";
      source::writeArray(global, artefact.symbols.lookup(global.getSymName()), language, os);
    }
  size_t inputs = summary.inputs.size(), tensors = inputs + summary.outputs.size();
  uint64_t place = 0;
  for (BlockArgument argument : entry.getArguments()) {
    size_t number = argument.getArgNumber();
    auto type = cast<MemRefType>(argument.getType());
    std::string element = language.elementType(type.getElementType());
    arguments += number == 0 ? "" : ", ";
    if (number < tensors) {
      const artefact::TensorSummary &tensor =
          number < inputs ? summary.inputs[number] : summary.outputs[number - inputs];
      std::string constant = number < inputs ? "const " : "", given = artefact::cTypeOf(tensor.dtype).str();
      parameters += constant + given + " *" + tensor.identifier + ", ";
      names += tensor.identifier + ", ";
      // Kernels have no unsigned types.
      arguments += (element == given ? "" : "(" + constant + element + " *)") + tensor.identifier;
    } else if (auto table = entry.getArgAttrOfType<FlatSymbolRefAttr>(number, outsideName)) {
      arguments += artefact.symbols.lookup(table.getValue());
    } else {
      arguments += "(" + element + " *)((unsigned char *)arena + " + std::to_string(place) + ")";
      place += llvm::alignTo(type.getNumElements() * llvm::divideCeil(type.getElementTypeBitWidth(), 8), 64);
    }
  }
  os << "int " << summary.name << "_run(" << parameters << "void *arena) {\n  (void)arena;\n  "
     << artefact.symbols.lookup(summary.name) << "(" << arguments << ");\n  return 0;\n}\n\n"
     << "/* The design runs as a whole: it is one step. */\n"
     << "static void " << summary.name << "_step(unsigned step, " << parameters << "void *arena) {\n  (void)step;\n  "
     << summary.name << "_run(" << names << "arena);\n}\n\n";
  artefact::ModelSummary whole = summary;
  whole.steps = {{summary.name, "design", "fpga", summary.macs(), 0}};
  source::writeDescriptor(whole, os);
  return text;
}

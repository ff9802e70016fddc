// C names of functions and constants.
#include "targets/source/Passes.h"

#include "compiler/Artefact/Identifier.h"
#include "dialects/Edge/LayerName.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

StringRef edgecc::source::nodeName(Location loc) { return edge::layerName(loc); }

/// Whether a constant has the name of a node, which made it, and not one of its own.
static bool isNamedAfterNode(Location loc) {
  auto name = dyn_cast<NameLoc>(loc);
  return name && isa<NameLoc>(name.getChildLoc());
}

llvm::StringMap<std::string> edgecc::source::nameSymbols(ModuleOp module, StringRef model) {
  artefact::IdentifierScope scope;
  for (StringRef suffix : {"_run", "_step", "_model"})
    scope.unique((model + suffix).str());
  llvm::StringMap<std::string> symbols;
  for (Operation &op : module.getBody()->getOperations()) {
    // Names become names of files too, and of what people read.
    constexpr size_t longestName = 60;
    StringRef node = nodeName(op.getLoc()).take_front(longestName);
    std::string name = (model + "_" + (node.empty() ? "kernel" : node)).str();
    if (auto global = dyn_cast<memref::GlobalOp>(op))
      symbols[global.getSymName()] = scope.unique(isNamedAfterNode(op.getLoc()) ? name + "_weights" : name);
    else if (auto function = dyn_cast<func::FuncOp>(op); function && function->hasAttr("edge.operands"))
      symbols[function.getSymName()] = scope.unique(name);
  }
  return symbols;
}

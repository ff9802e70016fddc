// Memory of constants that no operation refers to; see ReleaseConstants.h.
#include "compiler/Driver/ReleaseConstants.h"

#include "mlir/IR/DialectResourceBlobManager.h"

#include "llvm/ADT/StringSet.h"

using namespace mlir;

void edgecc::releaseUnusedConstants(ModuleOp module) {
  llvm::StringSet<> used;
  AttrTypeWalker walker;
  walker.addWalk([&](DenseResourceElementsAttr attribute) { used.insert(attribute.getRawHandle().getKey()); });
  module.walk([&](Operation *op) { walker.walk(op->getAttrDictionary()); });

  auto &manager = DenseResourceElementsHandle::getManagerInterface(module.getContext()).getBlobManager();
  SmallVector<std::string> unused;
  manager.getBlobMap([&](const auto &blobs) {
    for (const auto &entry : blobs)
      if (entry.second.getBlob() && !used.contains(entry.first()))
        unused.push_back(entry.first().str());
  });
  for (const std::string &key : unused)
    manager.update(key, AsmResourceBlob());
}

// The mark that f32 is to be stored in 16 bits.
#include "dialects/Edge/LayerName.h"
#include "passes/Compress/Passes.h"

#include "mlir/IR/Builders.h"

namespace edgecc::compress {
#define GEN_PASS_DEF_NARROWSTORAGE
#include "passes/Compress/Passes.h.inc"
} // namespace edgecc::compress

using namespace mlir;

namespace {

struct NarrowStorage : edgecc::compress::impl::NarrowStorageBase<NarrowStorage> {
  using NarrowStorageBase::NarrowStorageBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    Builder builder(&getContext());
    Type element = llvm::StringSwitch<Type>(type)
                       .Case("f16", builder.getF16Type())
                       .Case("bf16", builder.getBF16Type())
                       .Default(Type());
    if (!element)
      function.emitError("type is '") << type << "', expected f16 or bf16";
    if (!element || !areLayers())
      return signalPassFailure();
    SmallVector<StringRef> names(floatLayers.begin(), floatLayers.end());
    function->setAttr(
        "edge.narrow_storage",
        builder.getDictionaryAttr({builder.getNamedAttr("element", TypeAttr::get(element)),
                                   builder.getNamedAttr("values", builder.getBoolAttr(values)),
                                   builder.getNamedAttr("float_layers", builder.getStrArrayAttr(names))}));
  }

private:
  bool areLayers() {
    for (const std::string &name : floatLayers) {
      llvm::StringSet<> wanted;
      wanted.insert(name);
      WalkResult found = getOperation().walk([&](Operation *op) {
        return edgecc::edge::hasLayerOf(op->getLoc(), wanted) ? WalkResult::interrupt() : WalkResult::advance();
      });
      if (!found.wasInterrupted())
        return getOperation().emitError("float-layers: there is no layer '") << name << "'", false;
    }
    return true;
  }
};

} // namespace

// The passes and the files that targets of the C family have in common; see Passes.h.
#include "targets/source/Passes.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Transforms/Passes.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;

void edgecc::source::buildTextPipeline(OpPassManager &passes) {
  passes.addPass(createPointToOperandsPass());
  passes.addPass(memref::createExpandStridedMetadataPass());
  passes.addPass(createLowerAffinePass());
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
}

llvm::Error edgecc::source::writeFile(StringRef folder, const Twine &file,
                                      llvm::function_ref<void(raw_ostream &)> print) {
  SmallString<128> path(folder);
  llvm::sys::path::append(path, file);
  return llvm::writeToOutput(path, [&](raw_ostream &stream) {
    print(stream);
    return llvm::Error::success();
  });
}

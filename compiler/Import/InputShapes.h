// The static shapes of graph inputs, from the model and the options `--dim` and `--shape`.
#ifndef EDGECC_COMPILER_IMPORT_INPUTSHAPES_H
#define EDGECC_COMPILER_IMPORT_INPUTSHAPES_H

#include "compiler/Import/Import.h"

#include "llvm/Support/Error.h"

#include <onnx/onnx_pb.h>

namespace edgecc::import {

struct InputShapes {
  /// By input name.
  llvm::StringMap<llvm::SmallVector<int64_t>> shapes;
  /// What was assumed, for notes to the user.
  llvm::SmallVector<std::string> notes;
};

/// Finds the shapes of `inputs`. A dimension that neither the model nor the options give is 1 where it is the first
/// one, which is the batch, and an error elsewhere.
llvm::Expected<InputShapes> resolveInputShapes(llvm::ArrayRef<const onnx::ValueInfoProto *> inputs,
                                               const ImportOptions &options);

} // namespace edgecc::import

#endif

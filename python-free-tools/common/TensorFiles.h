// Tensors in files: .bin (raw little-endian data), .npy, .pb (onnx.TensorProto).
#ifndef EDGECC_TOOLS_TENSORFILES_H
#define EDGECC_TOOLS_TENSORFILES_H

#include "Tensor.h"

#include "llvm/Support/Error.h"

namespace edgecc::tools {

// Reads type.numBytes() bytes from `offset` on. With no offset given the file must have no byte more.
llvm::Expected<Tensor> readRaw(llvm::StringRef path, TensorType type, std::optional<uint64_t> offset = std::nullopt);
llvm::Error writeRaw(const Tensor &tensor, llvm::StringRef path);

// Row-major little-endian arrays of format versions 1 to 3.
llvm::Expected<Tensor> readNpy(llvm::StringRef path);
llvm::Error writeNpy(const Tensor &tensor, llvm::StringRef path);

// Writes by the ending of the path: .npy, .pb, else raw.
llvm::Error writeTensor(const Tensor &tensor, llvm::StringRef path);

} // namespace edgecc::tools

#endif

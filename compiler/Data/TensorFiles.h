// Tensors in files: .bin (raw little-endian data) and .npy.
#ifndef EDGECC_COMPILER_DATA_TENSORFILES_H
#define EDGECC_COMPILER_DATA_TENSORFILES_H

#include "compiler/Data/Tensor.h"

#include "llvm/Support/Error.h"

namespace edgecc::data {

// Reads type.numBytes() bytes from `offset` on. With no offset given the file must have no byte more.
llvm::Expected<Tensor> readRaw(llvm::StringRef path, TensorType type, std::optional<uint64_t> offset = std::nullopt);
llvm::Error writeRaw(const Tensor &tensor, llvm::StringRef path);

// Row-major little-endian arrays of format versions 1 to 3.
llvm::Expected<Tensor> readNpy(llvm::StringRef path);
llvm::Error writeNpy(const Tensor &tensor, llvm::StringRef path);

} // namespace edgecc::data

#endif

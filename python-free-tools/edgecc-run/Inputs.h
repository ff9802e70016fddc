// The inputs of one run, from files of several kinds.
#ifndef EDGECC_TOOLS_RUN_INPUTS_H
#define EDGECC_TOOLS_RUN_INPUTS_H

#include "python-free-tools/common/Artefact.h"
#include "compiler/Data/Samples.h"

namespace edgecc::tools {

struct InputOptions {
  std::vector<std::string> named;      // NAME=FILE
  std::vector<std::string> positional; // FILE, for the inputs in order
  std::string frame;                   // FILE of a camera frame in place of the first input
  PixelScaling scaling;
  std::optional<edgecc_dtype> rawType; // of the elements in raw files; nothing: the model's
  std::optional<uint64_t> offset;      // of the data in raw files, in bytes
};

// One tensor for each input of the model, converted to its type; that of an input which is made of a frame is empty.
llvm::Expected<std::vector<Tensor>> readInputs(const Description &model, const InputOptions &options);

// The file of raw planes for the frame in `file`: itself, or one made of a picture in `work`.
llvm::Expected<std::string> frameFile(const Description &model, llvm::StringRef file, const TempDir &work);

} // namespace edgecc::tools

#endif

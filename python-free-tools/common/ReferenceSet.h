// Inputs with the outputs that a model should give for them.
#ifndef EDGECC_TOOLS_REFERENCESET_H
#define EDGECC_TOOLS_REFERENCESET_H

#include "Onnx.h"

namespace edgecc::tools {

struct ReferenceSet {
  std::string name; // of its folder
  std::vector<Tensor> inputs;
  std::vector<Tensor> outputs;
};

// Reads a folder with meta.json, which names raw files, or with input_K.pb and output_K.pb, whose tensors are the
// inputs and outputs of the model in order.
llvm::Expected<ReferenceSet> readReferenceSet(llvm::StringRef folder, const OnnxModel &model);

// The folders of the reference sets at or below `folder`: itself, ref/*, test_data_set_* or *; sorted.
std::vector<std::string> findReferenceSets(llvm::StringRef folder);

} // namespace edgecc::tools

#endif

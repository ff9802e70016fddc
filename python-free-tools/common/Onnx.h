// What the tools need to know of ONNX files. The only part of the tools that sees the protobuf classes.
#ifndef EDGECC_TOOLS_ONNX_H
#define EDGECC_TOOLS_ONNX_H

#include "python-free-tools/common/Diagnostics.h"

#include "compiler/Data/Tensor.h"

#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace edgecc::tools {

struct ModelInput {
  std::string name;
  bool isTensor = true; // else a sequence, map or optional
  std::optional<edgecc_dtype> dtype;
  bool hasRank = false;
  std::vector<std::optional<int64_t>> extents; // nothing where dynamic

  bool isStatic() const;
};

struct ModelNode {
  std::string name; // empty if the model gives none
  std::string op;   // with its domain if that is not ONNX's own: "com.microsoft.QGemm"
  std::vector<std::string> outputs;
};

struct OnnxModel {
  std::string path;
  std::vector<ModelInput> inputs; // without those that are initializers
  std::vector<std::string> outputs;
  std::vector<ModelNode> nodes; // in graph order, bodies of If and Loop left out
};

llvm::Expected<OnnxModel> readModel(llvm::StringRef path);

// Reads and writes a TensorProto file. The name is the one in the file and may be empty. External data is refused.
llvm::Expected<Tensor> readTensorProto(llvm::StringRef path);
llvm::Error writeTensorProto(const Tensor &tensor, llvm::StringRef path);

// Writes a tensor by the ending of the path: .npy, .pb, else raw.
llvm::Error writeTensor(const Tensor &tensor, llvm::StringRef path);

} // namespace edgecc::tools

#endif

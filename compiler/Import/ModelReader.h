// Reads ONNX files: models, the tensor files of `--bind`, and the external data of big models.
#ifndef EDGECC_COMPILER_IMPORT_MODELREADER_H
#define EDGECC_COMPILER_IMPORT_MODELREADER_H

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <onnx/onnx_pb.h>

#include <deque>
#include <memory>
#include <string>

namespace edgecc::import {

/// A model in memory. It lives as long as the import: the bytes of large tensors move to the attributes made of them.
struct ModelFile {
  std::string path;
  onnx::ModelProto model;
  /// Nodes of inlined functions, after their attribute references were resolved.
  std::deque<google::protobuf::RepeatedPtrField<onnx::NodeProto>> functionBodies;
  /// Tensor files bound to graph inputs.
  std::deque<onnx::TensorProto> boundTensors;
  /// Paths of the files of external data, by their location in the model.
  llvm::StringMap<std::string> externalPaths;

  /// Last component of `path`: what diagnostics begin with.
  llvm::StringRef name() const;
};

llvm::Expected<std::shared_ptr<ModelFile>> readModel(llvm::StringRef path);
/// As readModel for bytes that lie at `path`.
llvm::Expected<std::shared_ptr<ModelFile>> parseModel(llvm::StringRef bytes, llvm::StringRef path);

/// Reads a TensorProto file.
llvm::Error readTensorFile(llvm::StringRef path, onnx::TensorProto &tensor);

/// The bytes of a tensor that lies outside the model file, in a file inside the model's folder.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> readExternalData(ModelFile &file, const onnx::TensorProto &tensor);

} // namespace edgecc::import

#endif

#include "Onnx.h"

#include "compiler/Data/TensorFiles.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <onnx/onnx_pb.h>

#include <cstring>

using namespace llvm;

namespace edgecc::tools {

namespace {

template <typename Proto> Expected<Proto> readProto(StringRef path) {
  auto buffer = MemoryBuffer::getFile(path);
  if (!buffer)
    return failure(path, "cannot read the file: " + buffer.getError().message());
  StringRef bytes = (*buffer)->getBuffer();
  Proto proto;
  if (bytes.size() > INT_MAX || !proto.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return failure(path, "not an ONNX protobuf file");
  return proto;
}

ModelInput describeInput(const onnx::ValueInfoProto &value) {
  ModelInput input;
  input.name = value.name();
  input.isTensor = value.type().has_tensor_type();
  const auto &type = value.type().tensor_type();
  input.dtype = dtypeFromOnnx(type.elem_type());
  input.hasRank = type.has_shape();
  for (const auto &dim : type.shape().dim())
    input.extents.push_back(dim.has_dim_value() && dim.dim_value() > 0 ? std::optional<int64_t>(dim.dim_value())
                                                                       : std::nullopt);
  return input;
}

ModelNode describeNode(const onnx::NodeProto &node) {
  bool isStandard = node.domain().empty() || node.domain() == "ai.onnx";
  return {node.name(),
          isStandard ? node.op_type() : node.domain() + "." + node.op_type(),
          {node.output().begin(), node.output().end()}};
}

// Small types stand in int32_data, one element each; bit patterns for the half floats.
template <typename Stored, typename Field> void copyField(const Field &field, std::vector<char> &bytes) {
  bytes.resize(field.size() * sizeof(Stored));
  for (int i = 0; i < field.size(); ++i) {
    Stored value = static_cast<Stored>(field.Get(i));
    std::memcpy(&bytes[i * sizeof(Stored)], &value, sizeof value);
  }
}

void copyTypedField(const onnx::TensorProto &proto, Tensor &tensor) {
  switch (tensor.dtype) {
  case EDGECC_FLOAT32:
    return copyField<float>(proto.float_data(), tensor.bytes);
  case EDGECC_FLOAT64:
    return copyField<double>(proto.double_data(), tensor.bytes);
  case EDGECC_INT64:
    return copyField<int64_t>(proto.int64_data(), tensor.bytes);
  case EDGECC_UINT32:
    return copyField<uint32_t>(proto.uint64_data(), tensor.bytes);
  case EDGECC_UINT64:
    return copyField<uint64_t>(proto.uint64_data(), tensor.bytes);
  case EDGECC_INT32:
    return copyField<int32_t>(proto.int32_data(), tensor.bytes);
  case EDGECC_INT16:
  case EDGECC_UINT16:
  case EDGECC_FLOAT16:
  case EDGECC_BFLOAT16:
    return copyField<uint16_t>(proto.int32_data(), tensor.bytes);
  case EDGECC_INT8:
  case EDGECC_UINT8:
  case EDGECC_BOOL:
    return copyField<uint8_t>(proto.int32_data(), tensor.bytes);
  }
}

} // namespace

bool ModelInput::isStatic() const {
  return hasRank && all_of(extents, [](const std::optional<int64_t> &extent) { return extent.has_value(); });
}

Expected<OnnxModel> readModel(StringRef path) {
  auto proto = readProto<onnx::ModelProto>(path);
  if (!proto)
    return proto.takeError();
  const onnx::GraphProto &graph = proto->graph();
  StringSet<> initializers;
  for (const auto &initializer : graph.initializer())
    initializers.insert(initializer.name());

  OnnxModel model;
  model.path = path.str();
  for (const auto &input : graph.input())
    if (!initializers.contains(input.name()))
      model.inputs.push_back(describeInput(input));
  for (const auto &output : graph.output())
    model.outputs.push_back(output.name());
  for (const auto &node : graph.node())
    model.nodes.push_back(describeNode(node));
  return model;
}

Expected<Tensor> readTensorProto(StringRef path) {
  auto proto = readProto<onnx::TensorProto>(path);
  if (!proto)
    return proto.takeError();
  if (proto->data_location() == onnx::TensorProto::EXTERNAL)
    return failure(path, "the tensor's data lies in another file, which is not supported");
  auto dtype = dtypeFromOnnx(proto->data_type());
  if (!dtype)
    return failure(path, "element type " + onnx::TensorProto_DataType_Name(proto->data_type()) + " is not supported");

  Tensor tensor{{proto->name(), *dtype, {proto->dims().begin(), proto->dims().end()}}, {}};
  if (proto->has_raw_data())
    tensor.bytes.assign(proto->raw_data().begin(), proto->raw_data().end());
  else
    copyTypedField(*proto, tensor);
  if (static_cast<int64_t>(tensor.bytes.size()) != tensor.numBytes())
    return failure(path, "has " + Twine(tensor.bytes.size()) + " bytes of data, expected " + Twine(tensor.numBytes()) +
                             " for " + typeText(tensor));
  return tensor;
}

Error writeTensorProto(const Tensor &tensor, StringRef path) {
  onnx::TensorProto proto;
  proto.set_name(tensor.name);
  proto.set_data_type(tensor.dtype);
  for (int64_t extent : tensor.shape)
    proto.add_dims(extent);
  proto.set_raw_data(tensor.bytes.data(), tensor.bytes.size());
  std::error_code error;
  raw_fd_ostream file(path, error);
  if (error)
    return failure(path, "cannot write the file: " + error.message());
  file << proto.SerializeAsString();
  return Error::success();
}

Error writeTensor(const Tensor &tensor, StringRef path) {
  if (path.ends_with(".npy"))
    return writeNpy(tensor, path);
  if (path.ends_with(".pb"))
    return writeTensorProto(tensor, path);
  return writeRaw(tensor, path);
}

} // namespace edgecc::tools

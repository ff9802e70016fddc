#include "compiler/Data/TensorFiles.h"
#include "python-free-tools/common/Onnx.h"
#include "python-free-tools/common/TempDir.h"

#include "llvm/Support/FileSystem.h"
#include "gtest/gtest.h"

using namespace llvm;
using namespace edgecc::tools;

namespace {

Tensor counting(TensorType type) {
  Tensor tensor = Tensor::zeros(std::move(type));
  for (int64_t i = 0; i < tensor.numElements(); ++i)
    tensor.set(i, i);
  return tensor;
}

template <typename T> T expectValue(Expected<T> value) {
  if (!value) {
    ADD_FAILURE() << toString(value.takeError());
    return T();
  }
  return std::move(*value);
}

TEST(TensorFiles, NpyAndProtobufKeepTypeShapeAndData) {
  TempDir directory;
  for (const TensorType &type : {TensorType{"a", EDGECC_FLOAT32, {2, 3}}, TensorType{"b", EDGECC_INT64, {}},
                                 TensorType{"c", EDGECC_UINT8, {7}}, TensorType{"d", EDGECC_FLOAT16, {1, 0, 4}}}) {
    Tensor tensor = counting(type);
    ASSERT_FALSE(errorToBool(writeTensor(tensor, directory.file("t.npy"))));
    ASSERT_FALSE(errorToBool(writeTensor(tensor, directory.file("t.pb"))));
    Tensor fromNpy = expectValue(readNpy(directory.file("t.npy")));
    Tensor fromProto = expectValue(readTensorProto(directory.file("t.pb")));
    EXPECT_EQ(typeText(fromNpy), typeText(tensor));
    EXPECT_EQ(fromNpy.bytes, tensor.bytes);
    EXPECT_EQ(fromProto.name, tensor.name);
    EXPECT_EQ(typeText(fromProto), typeText(tensor));
    EXPECT_EQ(fromProto.bytes, tensor.bytes);
  }
}

TEST(TensorFiles, RawDataHasTheSizeOfItsType) {
  TempDir directory;
  std::string path = directory.file("t.bin");
  ASSERT_FALSE(errorToBool(writeTensor(counting({"t", EDGECC_UINT8, {10}}), path)));
  EXPECT_EQ(expectValue(readRaw(path, {"t", EDGECC_UINT8, {10}})).get(9), 9);
  EXPECT_EQ(expectValue(readRaw(path, {"t", EDGECC_UINT8, {2}}, 4)).get(0), 4);
  EXPECT_EQ(toString(readRaw(path, {"t", EDGECC_UINT8, {8}}).takeError()),
            path + ": error: has 10 bytes, expected 8 for uint8 8");
  EXPECT_TRUE(errorToBool(readRaw(path, {"t", EDGECC_UINT8, {2}}, 9).takeError()));
}

TEST(TensorFiles, NothingIsLeftBehind) {
  std::string path;
  {
    TempDir directory;
    path = directory.path();
    directory.makeFolder("inner");
    EXPECT_TRUE(sys::fs::exists(path));
  }
  EXPECT_FALSE(sys::fs::exists(path));
}

} // namespace

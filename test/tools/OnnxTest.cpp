#include "python-free-tools/common/ReferenceSet.h"

#include "gtest/gtest.h"

using namespace llvm;
using namespace edgecc::tools;

namespace {

const char *const digits = EDGECC_TEST_MODELS "/digits";

TEST(Onnx, ModelTellsInputsOutputsAndNodes) {
  auto model = readModel(std::string(digits) + "/model.onnx");
  ASSERT_TRUE(static_cast<bool>(model)) << toString(model.takeError());
  ASSERT_EQ(model->inputs.size(), 1u) << "initializers are no inputs";
  EXPECT_EQ(model->inputs[0].name, "image");
  EXPECT_TRUE(model->inputs[0].isStatic());
  EXPECT_EQ(model->outputs, std::vector<std::string>{"probabilities"});
  EXPECT_EQ(model->nodes.front().op, "Conv");
  EXPECT_EQ(model->nodes.back().op, "Softmax");
}

TEST(Onnx, OtherFilesAreRefused) {
  EXPECT_TRUE(errorToBool(readModel(EDGECC_TEST_MODELS "/README.md").takeError()));
  EXPECT_TRUE(errorToBool(readModel(EDGECC_TEST_MODELS "/missing.onnx").takeError()));
}

TEST(ReferenceSet, SetsBesideTheModelAreFoundAndRead) {
  auto model = readModel(std::string(digits) + "/model.onnx");
  ASSERT_TRUE(static_cast<bool>(model)) << toString(model.takeError());
  std::vector<std::string> folders = findReferenceSets(digits);
  ASSERT_FALSE(folders.empty());
  auto set = readReferenceSet(folders.front(), *model);
  ASSERT_TRUE(static_cast<bool>(set)) << toString(set.takeError());
  EXPECT_EQ(typeText(set->inputs.at(0)), "float32 1x1x28x28");
  EXPECT_EQ(set->outputs.at(0).name, "probabilities");
}

} // namespace

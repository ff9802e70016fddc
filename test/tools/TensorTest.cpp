#include "compiler/Data/Tensor.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace edgecc::data;

namespace {

Tensor scalar(edgecc_dtype dtype, double value) {
  Tensor tensor = Tensor::zeros({"t", dtype, {}});
  tensor.set(0, value);
  return tensor;
}

TEST(Tensor, IntegersRoundToEvenAndSaturate) {
  EXPECT_EQ(scalar(EDGECC_UINT8, 2.5).get(0), 2);
  EXPECT_EQ(scalar(EDGECC_UINT8, 300).get(0), 255);
  EXPECT_EQ(scalar(EDGECC_INT8, -1000).get(0), -128);
  EXPECT_EQ(scalar(EDGECC_INT64, 1e30).get(0), 9223372036854775807.0);
  EXPECT_EQ(scalar(EDGECC_BOOL, 0.25).get(0), 1);
}

TEST(Tensor, HalfFloatsRoundAndOverflow) {
  EXPECT_EQ(scalar(EDGECC_FLOAT16, 1.0 + 0x1p-12).get(0), 1.0);
  EXPECT_EQ(scalar(EDGECC_FLOAT16, 65504).get(0), 65504);
  EXPECT_TRUE(std::isinf(scalar(EDGECC_FLOAT16, 1e6).get(0)));
  EXPECT_EQ(scalar(EDGECC_BFLOAT16, 1.0 + 0x1p-7).get(0), 1.0 + 0x1p-7);
}

TEST(Tensor, SizesCountElements) {
  TensorType type{"t", EDGECC_INT16, {2, 3, 4}};
  EXPECT_EQ(type.numElements(), 24);
  EXPECT_EQ(type.numBytes(), 48);
  EXPECT_EQ((TensorType{"s", EDGECC_FLOAT64, {}}).numBytes(), 8);
  EXPECT_EQ((TensorType{"e", EDGECC_FLOAT64, {3, 0}}).numBytes(), 0);
}

TEST(Tensor, TypesHaveLongAndShortNames) {
  EXPECT_EQ(parseDType("u8"), EDGECC_UINT8);
  EXPECT_EQ(parseDType("float16"), EDGECC_FLOAT16);
  EXPECT_FALSE(parseDType("string").has_value());
  EXPECT_FALSE(dtypeFromOnnx(8).has_value()) << "8 is string";
  EXPECT_EQ(typeText({"t", EDGECC_FLOAT32, {1, 3}}), "float32 1x3");
}

} // namespace

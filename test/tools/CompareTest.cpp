#include "python-free-tools/common/Compare.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace edgecc::tools;

namespace {

Tensor vectorOf(edgecc_dtype dtype, std::vector<double> values) {
  Tensor tensor = Tensor::zeros({"t", dtype, {static_cast<int64_t>(values.size())}});
  for (size_t i = 0; i < values.size(); ++i)
    tensor.set(i, values[i]);
  return tensor;
}

Comparison compareFloats(std::vector<double> result, std::vector<double> reference) {
  return compare(vectorOf(EDGECC_FLOAT32, result), vectorOf(EDGECC_FLOAT32, reference), Tolerance());
}

TEST(Compare, ErrorIsJudgedByTheElementAndByTheLargest) {
  EXPECT_TRUE(compareFloats({100.05, 0}, {100, 0}).equal);
  EXPECT_TRUE(compareFloats({100, 0.009}, {100, 0}).equal);
  Comparison comparison = compareFloats({100, 0.02}, {100, 0});
  EXPECT_FALSE(comparison.equal);
  EXPECT_EQ(comparison.worstIndex, 1);
  EXPECT_NEAR(comparison.maxAbsError, 0.02, 1e-6);
  EXPECT_NEAR(comparison.worstRatio, 2, 1e-3);
  EXPECT_EQ(comparison.problem, "element 1 is 0.02, expected 0");
}

TEST(Compare, NotANumberAndInfinityMatchThemselvesOnly) {
  EXPECT_TRUE(compareFloats({NAN, INFINITY, -INFINITY}, {NAN, INFINITY, -INFINITY}).equal);
  EXPECT_FALSE(compareFloats({NAN}, {1}).equal);
  EXPECT_FALSE(compareFloats({1}, {NAN}).equal);
  EXPECT_FALSE(compareFloats({INFINITY}, {-INFINITY}).equal);
  EXPECT_FALSE(compareFloats({1e30}, {INFINITY}).equal);
}

TEST(Compare, IntegersMustBeEqual) {
  EXPECT_TRUE(compare(vectorOf(EDGECC_INT8, {5}), vectorOf(EDGECC_INT8, {5}), Tolerance()).equal);
  EXPECT_FALSE(compare(vectorOf(EDGECC_INT8, {100}), vectorOf(EDGECC_INT8, {101}), Tolerance()).equal);
  Tensor large = vectorOf(EDGECC_INT64, {0x1p53}), larger = large;
  larger.bytes[0] = 1; // 2^53 + 1 is no double
  EXPECT_FALSE(compare(large, larger, Tolerance()).equal);
}

TEST(Compare, TypeAndShapeMustBeEqual) {
  EXPECT_EQ(compare(vectorOf(EDGECC_INT8, {5}), vectorOf(EDGECC_UINT8, {5, 6}), Tolerance()).problem,
            "is int8 1, expected uint8 2");
}

TEST(Compare, HalfFloatsMayDifferByAFewUnits) {
  EXPECT_TRUE(compare(vectorOf(EDGECC_FLOAT16, {1.004}), vectorOf(EDGECC_FLOAT16, {1}), Tolerance()).equal);
  EXPECT_FALSE(compare(vectorOf(EDGECC_FLOAT16, {1.02}), vectorOf(EDGECC_FLOAT16, {1}), Tolerance()).equal);
}

} // namespace

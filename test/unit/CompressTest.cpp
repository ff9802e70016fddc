// Choosing of weights and values, without any IR.
#include "passes/Compress/Cluster.h"
#include "passes/Compress/FixedPoint.h"
#include "passes/Compress/Prune.h"
#include "passes/Compress/WeightQuantization.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace edgecc::compress;

TEST(Cluster, CentroidsAreMeansOfTheirClusters) {
  EXPECT_EQ(cluster({10, 1, 11, 2}, 2, 100), (std::vector<float>{1.5, 10.5}));
}

TEST(Cluster, OneValueIsTheMeanOfAll) { EXPECT_EQ(cluster({1, 2, 6}, 1, 100), std::vector<float>{3}); }

TEST(Cluster, FewValuesStay) { EXPECT_EQ(cluster({5, 1, 5}, 4, 100), (std::vector<float>{1, 5})); }

// From -8, -4, 0, 4, 8 the two in the middle have no weights at first.
TEST(Cluster, EmptyCentroidsMoveToTheLargestError) {
  std::vector<float> values = {-8, -7, -6, -5, 8, 8};
  EXPECT_EQ(cluster(values, 5, 100), (std::vector<float>{-8, -7, -6, -5, 8}));
  EXPECT_EQ(cluster({-8, -7.9, -6, -5.9, -5.8, 8}, 4, 100).size(), 4u);
}

TEST(Cluster, NearestIsTheLowerOfTwo) {
  EXPECT_EQ(nearest({1, 3}, 2), 1);
  EXPECT_EQ(nearest({1, 3}, 2.5), 3);
  EXPECT_EQ(nearest({1, 3}, -5), 1);
  EXPECT_EQ(nearest({1, 3}, 5), 3);
}

TEST(Prune, BlocksAtTheEndsAreSmaller) {
  std::vector<float> values = {1, 1, 2, 3, 3, 1};
  WeightMatrix matrix{values, 2, 3};
  Granularity blocks{1, 2};
  EXPECT_EQ(blockScores(matrix, blocks), (std::vector<float>{1, 4, 9, 1}));
  dropBlocks(matrix, blocks, lowest({1, 4, 9, 1}, 0.5));
  EXPECT_EQ(values, (std::vector<float>{0, 0, 2, 3, 3, 0}));
}

TEST(Prune, OfEqualScoresTheFirstIsLowest) {
  EXPECT_EQ(lowest({2, 1, 1, 1}, 0.5), (std::vector<bool>{false, true, true, false}));
  EXPECT_EQ(lowest({2, 1}, 0), (std::vector<bool>{false, false}));
  EXPECT_EQ(lowest({2, 1}, 1), (std::vector<bool>{true, true}));
}

TEST(Prune, GroupsKeepTheirLargest) {
  std::vector<float> values = {1, -4, 3, 2, 5};
  keepLargest({values, 5, 1}, {1, 1, 2, 4});
  EXPECT_EQ(values, (std::vector<float>{0, -4, 3, 0, 5}));
}

TEST(Prune, GranularityIsReadFromText) {
  EXPECT_EQ(Granularity::parse("4x8")->columns, 8);
  EXPECT_EQ(Granularity::parse("2:4")->group, 4);
  EXPECT_TRUE(failed(Granularity::parse("4:4")));
  EXPECT_TRUE(failed(Granularity::parse("0x4")));
}

namespace {

int64_t evaluate(const FixedPoint &form, llvm::ArrayRef<int64_t> terms, size_t channel = 0) {
  auto at = [&](const std::vector<int64_t> &numbers) { return numbers[numbers.size() == 1 ? 0 : channel]; };
  __int128 sum = at(form.offset);
  for (size_t t = 0; t < terms.size(); ++t)
    sum += static_cast<__int128>(terms[t]) * at(form.multipliers[t]);
  EXPECT_EQ(sum, static_cast<int64_t>(sum)) << "overflow";
  return static_cast<int64_t>(sum) >> form.shift;
}

} // namespace

TEST(FixedPoint, ResultsAreWithinOneOfRealNumbers) {
  for (double factor : {1e-9, 3.2e-5, 0.0017, 0.5, 0.99, 3.0})
    for (unsigned bits : {15u, 31u}) {
      auto form = toFixedPoint({{32, {factor}}}, {3.25}, bits);
      ASSERT_TRUE(form.has_value());
      EXPECT_LT(std::abs(form->multipliers[0][0]), int64_t(1) << bits);
      EXPECT_GE(form->multipliers[0][0], int64_t(1) << (bits - 1));
      for (double wanted : {-128.0, -1.0, 0.4, 100.6, 255.0}) {
        int64_t x = std::llround(wanted / factor);
        if (x == static_cast<int32_t>(x))
          EXPECT_NEAR(evaluate(*form, x), x * factor + 3.25, 0.52) << factor << " " << bits;
      }
      evaluate(*form, INT32_MAX);
      evaluate(*form, INT32_MIN);
    }
}

TEST(FixedPoint, HalvesRoundUp) {
  auto form = toFixedPoint({{32, {0.25}}}, {0.0}, 15);
  EXPECT_EQ(evaluate(*form, 2), 1);
  EXPECT_EQ(evaluate(*form, -2), 0);
  EXPECT_EQ(evaluate(*form, -3), -1);
}

TEST(FixedPoint, ChannelsHaveOneShift) {
  auto form = toFixedPoint({{32, {0.004, 0.001}}}, {1, -1}, 15);
  EXPECT_EQ(evaluate(*form, 10000, 0), 41);
  EXPECT_EQ(evaluate(*form, 10000, 1), 9);
}

// The sum of a product and an activation: the one has as many bits as it is to have, the other more.
TEST(FixedPoint, TermsShareTheShift) {
  auto form = toFixedPoint({{32, {0.0004}}, {9, {0.8}}}, {-7}, 15);
  ASSERT_TRUE(form.has_value());
  EXPECT_GE(form->multipliers[0][0], 1 << 14);
  EXPECT_EQ(evaluate(*form, {100000, 100}), 113);
  EXPECT_FALSE(toFixedPoint({{32, {1e-12}}, {9, {0.8}}}, {0}, 15).has_value());
}

TEST(FixedPoint, WhatHasNoFormIsNone) {
  EXPECT_FALSE(toFixedPoint({{32, {1e10}}}, {0}, 15).has_value());
  EXPECT_FALSE(toFixedPoint({{32, {0}}}, {0}, 15).has_value());
  EXPECT_FALSE(toFixedPoint({{32, {INFINITY}}}, {0}, 15).has_value());
  EXPECT_FALSE(toFixedPoint({{32, {1e-18}}}, {0}, 15).has_value());
}

// The first channel has 1000 equal weights, of which 127 each would be too much; the second has room.
TEST(WeightQuantization, SumsOfSizesStayInTheirBound) {
  std::vector<float> weights;
  for (int k = 0; k < 1000; ++k) {
    weights.push_back(k % 2 ? 0.5f : -0.5f);
    weights.push_back(k == 0 ? 2.0f : 0.1f);
  }
  QuantizedWeights result = quantizeWeights(weights, 2, {8, false, false, 65535});
  int64_t sizes[2] = {0, 0};
  for (size_t i = 0; i < weights.size(); ++i) {
    sizes[i % 2] += std::abs(result.integers[i]);
    EXPECT_NEAR(result.integers[i] * result.scales[i % 2], weights[i], result.scales[i % 2] * 0.501f);
  }
  EXPECT_LE(sizes[0], 65535);
  EXPECT_GE(sizes[0], 64000);
  EXPECT_FLOAT_EQ(result.scales[1], 2.0f / 127);
  EXPECT_FLOAT_EQ(quantizeWeights(weights, 2, {8}).scales[0], 0.5f / 127);
}

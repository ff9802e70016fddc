// Ranges of values and integers of weights, without any IR.
#include "compiler/Compress/Ranges.h"
#include "passes/Compress/WeightQuantization.h"

#include "gtest/gtest.h"

#include <cmath>
#include <cstdlib>

using namespace edgecc::compress;

namespace {

using Range = std::pair<double, double>;

/// 9,999 values spread evenly from 0 to 1, and one at 100.
Histogram withOutlier() {
  std::vector<float> values;
  for (int i = 0; i < 9999; ++i)
    values.push_back(i / 9998.0f);
  values.push_back(100);
  Histogram histogram(0, 100);
  histogram.add(values);
  return histogram;
}

} // namespace

TEST(Ranges, NamesAreThoseOfTheFlag) {
  EXPECT_EQ(parseRangeMethod("min-max"), RangeMethod::MinMax);
  EXPECT_EQ(parseRangeMethod("l2"), RangeMethod::LeastSquares);
  EXPECT_EQ(parseRangeMethod("entropy"), RangeMethod::Entropy);
  EXPECT_EQ(parseRangeMethod("percentile"), RangeMethod::Percentile);
  EXPECT_FALSE(parseRangeMethod("max"));
}

TEST(Ranges, ZeroIsAlwaysInside) {
  Histogram histogram(2, 4);
  histogram.add({2, 3, 4});
  for (RangeMethod method :
       {RangeMethod::MinMax, RangeMethod::Percentile, RangeMethod::Entropy, RangeMethod::LeastSquares}) {
    Range range = chooseRange(histogram, method, 256);
    EXPECT_EQ(range.first, 0);
    EXPECT_GT(range.second, 2);
    EXPECT_LE(range.second, 4);
  }
}

TEST(Ranges, ValuesInTheHistogramAreCounted) {
  Histogram histogram(-1, 1);
  histogram.add({-1, 0.9999f, 1});
  EXPECT_EQ(histogram.counts.front(), 1u);
  EXPECT_EQ(histogram.counts.back(), 2u);
  EXPECT_NEAR(histogram.center(0), -1, histogram.width());
}

TEST(Ranges, PercentileLeavesTheOutermostOut) {
  EXPECT_EQ(chooseRange(withOutlier(), RangeMethod::MinMax, 256).second, 100);
  EXPECT_LT(chooseRange(withOutlier(), RangeMethod::Percentile, 256).second, 1.1);
}

// Clipping one value of 10,000 costs more than coarser steps for all others, unless it is near.
TEST(Ranges, LeastSquaresWeighsClippingAgainstSteps) {
  Histogram few(0, 4);
  std::vector<float> values(100000, 0.5f);
  values.push_back(4);
  few.add(values);
  EXPECT_LT(chooseRange(few, RangeMethod::LeastSquares, 16).second, 4);
  EXPECT_EQ(chooseRange(few, RangeMethod::LeastSquares, 16).first, 0);
  EXPECT_GT(chooseRange(withOutlier(), RangeMethod::LeastSquares, 256).second, 50);
}

TEST(Ranges, NoSpreadIsItsOwnRange) {
  Histogram histogram(0, 0);
  histogram.add({0, 0});
  EXPECT_EQ(chooseRange(histogram, RangeMethod::LeastSquares, 256), Range(0, 0));
}

TEST(WeightQuantization, EachChannelHasItsScale) {
  QuantizedWeights result = quantizeWeights({4, 0.5f, -2, 0.25f}, 2, {8, false, false});
  EXPECT_EQ(result.integers, (std::vector<int16_t>{127, 127, -64, 64}));
  EXPECT_FLOAT_EQ(result.scales[0], 4 / 127.0f);
  EXPECT_FLOAT_EQ(result.scales[1], 0.5f / 127);
  EXPECT_EQ(result.sums, (std::vector<int64_t>{63, 191}));
}

TEST(WeightQuantization, ZerosHaveAScaleToo) {
  QuantizedWeights result = quantizeWeights({0, 0}, 1, {8, false, false});
  EXPECT_EQ(result.scales, std::vector<float>{1});
  EXPECT_EQ(result.integers, (std::vector<int16_t>{0, 0}));
}

TEST(WeightQuantization, FewBitsAreSymmetric) {
  for (unsigned bits = 2; bits <= 8; ++bits) {
    QuantizedWeights result = quantizeWeights({-1, 1, 0.3f}, 1, {bits, false, false});
    EXPECT_EQ(result.integers[0], -(1 << (bits - 1)) + 1);
    EXPECT_EQ(result.integers[1], (1 << (bits - 1)) - 1);
  }
}

TEST(WeightQuantization, LeastSquaresNeverLosesMore) {
  std::vector<float> weights;
  for (int i = 0; i < 4096; ++i)
    weights.push_back(std::sin(i * 0.7f) * 0.2f);
  weights.push_back(1);
  auto error = [&](const QuantizedWeights &result) {
    double sum = 0;
    for (size_t i = 0; i < weights.size(); ++i)
      sum += std::pow(result.integers[i] * result.scales[0] - weights[i], 2);
    return sum;
  };
  EXPECT_LT(error(quantizeWeights(weights, 1, {4, true, false})),
            error(quantizeWeights(weights, 1, {4, false, false})));
}

TEST(WeightQuantization, PairsOfOneSignStayBelowTheLimit) {
  QuantizedWeights result = quantizeWeights({1, 0.9f, -1, -1, 0.2f, 1}, 1, {8, false, true});
  for (size_t i = 0; i + 1 < result.integers.size(); ++i)
    if ((result.integers[i] > 0) == (result.integers[i + 1] > 0))
      EXPECT_LE(std::abs(result.integers[i]) + std::abs(result.integers[i + 1]), 128);
  EXPECT_EQ(quantizeWeights({1, -1}, 1, {8, false, true}).integers, (std::vector<int16_t>{127, -127}));
}

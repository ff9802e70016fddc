// Low-rank factors: their error is what was asked for, and they are exact where the weights are of low rank.
#include "passes/Compress/Factor.h"

#include "gtest/gtest.h"

#include <cmath>
#include <random>

using namespace edgecc::compress;

namespace {

std::vector<float> randomValues(size_t count, unsigned seed) {
  std::mt19937 generator(seed);
  std::vector<float> values(count);
  for (float &value : values)
    value = static_cast<float>(generator() / 2147483648.0 - 1);
  return values;
}

/// a (rows x inner) times b (inner x columns).
std::vector<float> product(const std::vector<float> &a, const std::vector<float> &b, int64_t rows, int64_t columns) {
  int64_t inner = a.size() / rows;
  std::vector<float> result(rows * columns);
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t k = 0; k < inner; ++k)
      for (int64_t j = 0; j < columns; ++j)
        result[i * columns + j] += a[i * inner + k] * b[k * columns + j];
  return result;
}

/// The filter that the factors stand for.
std::vector<float> rebuild(const Factors &factors, const FilterShape &shape, Ranks ranks) {
  if (shape.taps == 1)
    return product(factors.input, factors.output, shape.inputs, shape.outputs);
  std::vector<float> filter;
  for (int64_t tap = 0; tap < shape.taps; ++tap) {
    size_t size = ranks.input * ranks.output;
    std::vector<float> part(factors.core.begin() + tap * size, factors.core.begin() + (tap + 1) * size);
    if (!factors.input.empty())
      part = product(factors.input, part, shape.inputs, ranks.output);
    if (!factors.output.empty())
      part = product(part, factors.output, shape.inputs, shape.outputs);
    filter.insert(filter.end(), part.begin(), part.end());
  }
  return filter;
}

/// The squared error as a share of the squared norm.
double lossOf(const std::vector<float> &filter, const std::vector<float> &other) {
  double error = 0, norm = 0;
  for (size_t i = 0; i < filter.size(); ++i) {
    error += (double(filter[i]) - other[i]) * (double(filter[i]) - other[i]);
    norm += double(filter[i]) * filter[i];
  }
  return error / norm;
}

/// A filter whose channels fade away on both sides.
std::vector<float> fadingFilter(const FilterShape &shape, unsigned seed) {
  std::vector<float> filter = randomValues(shape.weights(), seed);
  std::vector<float> in = randomValues(shape.inputs * shape.inputs, seed + 1);
  std::vector<float> out = randomValues(shape.outputs * shape.outputs, seed + 2);
  for (int64_t i = 0; i < shape.inputs; ++i)
    for (int64_t j = 0; j < shape.inputs; ++j)
      in[i * shape.inputs + j] *= std::pow(0.6f, j);
  for (int64_t i = 0; i < shape.outputs; ++i)
    for (int64_t j = 0; j < shape.outputs; ++j)
      out[i * shape.outputs + j] *= std::pow(0.7f, i);
  std::vector<float> result;
  for (int64_t tap = 0; tap < shape.taps; ++tap) {
    size_t size = shape.inputs * shape.outputs;
    std::vector<float> part(filter.begin() + tap * size, filter.begin() + (tap + 1) * size);
    part = product(product(in, part, shape.inputs, shape.outputs), out, shape.inputs, shape.outputs);
    result.insert(result.end(), part.begin(), part.end());
  }
  return result;
}

} // namespace

TEST(Factor, TheErrorIsWithinTheEnergyAskedFor) {
  unsigned seed = 0;
  for (FilterShape shape : {FilterShape{1, 40, 24, 1, 1}, {1, 24, 40, 1, 1}, {9, 16, 24, 49, 49}, {9, 24, 8, 196, 49}})
    for (double energy : {0.5, 0.8, 0.9, 0.99}) {
      std::vector<float> filter = fadingFilter(shape, ++seed);
      Factorization factorization(filter, shape);
      std::optional<Ranks> ranks = factorization.ranksForEnergy(energy);
      ASSERT_TRUE(ranks);
      EXPECT_TRUE(shape.isSmaller(*ranks));
      double loss = lossOf(filter, rebuild(factorization.factors(*ranks, 0), shape, *ranks));
      double improved = lossOf(filter, rebuild(factorization.factors(*ranks, 10), shape, *ranks));
      EXPECT_LE(loss, 1 - energy + 1e-5);
      EXPECT_LE(improved, loss + 1e-6);
    }
}

TEST(Factor, LowRankIsFoundExactly) {
  std::vector<float> filter = product(randomValues(30 * 3, 1), randomValues(3 * 20, 2), 30, 20);
  FilterShape shape{1, 30, 20, 1, 1};
  Factorization factorization(filter, shape);
  std::optional<Ranks> ranks = factorization.ranksForEnergy(1 - 1e-9);
  ASSERT_TRUE(ranks);
  EXPECT_EQ(std::min(ranks->input, ranks->output), 3);
  EXPECT_LE(lossOf(filter, rebuild(factorization.factors(*ranks, 0), shape, *ranks)), 1e-9);
}

TEST(Factor, WhatWouldNotBeSmallerHasNoRanks) {
  FilterShape shape{1, 8, 8, 1, 1};
  Factorization factorization(randomValues(64, 3), shape);
  EXPECT_FALSE(factorization.ranksForEnergy(0.999));
  EXPECT_FALSE(factorization.ranksOf(4)); // 4 x (8 + 8) = 8 x 8
  EXPECT_TRUE(factorization.ranksOf(3));
}

TEST(Factor, RanksKeepToAShareOfTheWork) {
  FilterShape shape{9, 16, 24, 49, 49};
  Factorization factorization(fadingFilter(shape, 4), shape);
  std::vector<float> filter = fadingFilter(shape, 4);
  double last = 1;
  for (double share : {0.1, 0.3, 0.5, 0.9}) {
    std::optional<Ranks> ranks = factorization.ranksForMacs(share);
    ASSERT_TRUE(ranks);
    EXPECT_LE(shape.macs(*ranks), share * shape.macs());
    double loss = lossOf(filter, rebuild(factorization.factors(*ranks, 10), shape, *ranks));
    EXPECT_LT(loss, last);
    last = loss;
  }
  EXPECT_FALSE(factorization.ranksForMacs(1e-6));
}

// Number formats against what the standard defines, and what it lists.
#include "passes/Compress/NumberFormat.h"

#include "gtest/gtest.h"

#include <cmath>
#include <string>

using namespace edgecc::compress;

namespace {

/// The bits of a code, the highest first.
std::string bitsOf(int64_t code, unsigned bits) {
  std::string text;
  for (unsigned i = bits; i-- > 0;)
    text += (code >> i) & 1 ? '1' : '0';
  return text;
}

/// The Standard for Posit Arithmetic (2022) by strings and without the negation of the code:
/// p = ((1 - 3 s) + f) 2^((1 - 2 s) (2^es r + e + s)).
double byDefinition(const std::string &text, unsigned es) {
  if (text.find('1') == std::string::npos)
    return 0;
  const int s = text[0] - '0';
  size_t end = text.find_first_not_of(text[1], 1);
  if (end == std::string::npos)
    end = text.size();
  const int k = static_cast<int>(end) - 1;
  const int r = text[1] == '0' ? -k : k - 1;
  const std::string rest = (end < text.size() ? text.substr(end + 1) : "") + std::string(es, '0');
  const int e = es ? std::stoi(rest.substr(0, es), nullptr, 2) : 0;
  double f = 0, weight = 0.5;
  for (char bit : rest.substr(es)) {
    f += (bit - '0') * weight;
    weight /= 2;
  }
  return ((1 - 3 * s) + f) * std::pow(2.0, (1 - 2 * s) * ((1 << es) * r + e + s));
}

/// The standard's rounding by a search through all posits.
int64_t roundByDefinition(double real, unsigned bits, unsigned es) {
  const int64_t last = (int64_t(1) << (bits - 1)) - 1;
  auto value = [&](int64_t code) { return byDefinition(bitsOf(code, bits), es); };
  if (std::abs(real) >= value(last))
    return real < 0 ? -last : last;
  if (real != 0 && std::abs(real) <= value(1))
    return real < 0 ? -1 : 1;
  int64_t u = -last;
  while (value(u + 1) <= real)
    ++u;
  if (value(u) == real)
    return u;
  const double middle = byDefinition(bitsOf(u, bits) + "1", es);
  return real < middle || (real == middle && u % 2 == 0) ? u : u + 1;
}

} // namespace

TEST(Posit, DecodesAsTheStandardDefines) {
  for (unsigned bits : {3, 5, 6, 7, 8, 9, 16})
    for (unsigned es : {0, 1, 2, 3})
      for (int64_t last = (int64_t(1) << (bits - 1)) - 1, code = -last; code <= last; ++code)
        ASSERT_EQ(decodePosit(code, bits, es), byDefinition(bitsOf(code, bits), es)) << bitsOf(code, bits) << " " << es;
}

TEST(Posit, HasTheKnownValues) {
  EXPECT_EQ(decodePosit(0x7f, 8, 0), 64);
  EXPECT_EQ(decodePosit(1, 8, 0), 1.0 / 64);
  EXPECT_EQ(decodePosit(0x7f, 8, 1), 4096);
  EXPECT_EQ(decodePosit(0x7f, 8, 2), 0x1p24);
  EXPECT_EQ(decodePosit(1, 8, 2), 0x1p-24);
  EXPECT_EQ(decodePosit(0x7fff, 16, 2), 0x1p56);
  EXPECT_EQ(decodePosit(0x40, 8, 2), 1);
  EXPECT_EQ(decodePosit(-0x40, 8, 2), -1);
  // Figure 5 of Gustafson and Yonemoto, 16 bits with es = 3: 0 0001 101 11011101.
  EXPECT_EQ(decodePosit(0b0000110111011101, 16, 3), std::ldexp(1 + 221 / 256.0, 5 - 24));
}

TEST(Posit, RoundsAsTheStandardDefines) {
  for (unsigned bits : {3, 5, 8})
    for (unsigned es : {0, 1, 2}) {
      const NumberFormat format = positFormat(bits, es);
      std::vector<double> reals = format.values;
      reals.insert(reals.end(), format.bounds.begin(), format.bounds.end());
      for (double real : std::vector<double>(reals))
        for (double factor : {1 - 0x1p-20, 1 + 0x1p-20, 1.1, 1.4})
          reals.push_back(real * factor);
      for (double real : reals) {
        const int64_t code = roundByDefinition(real, bits, es);
        ASSERT_EQ(format.round(real), decodePosit(code, bits, es)) << real << ", posit" << bits << " " << es;
      }
    }
}

// The middle between 2^16 and 2^18 by codes is 2^17, of 9 bits.
TEST(Posit, RoundingIsByCodes) {
  const NumberFormat format = positFormat(8, 2);
  EXPECT_EQ(format.round(0x1p17 + 1), 0x1p18);
  EXPECT_EQ(format.round(0x1p17 - 1), 0x1p16);
  EXPECT_EQ(format.round(1e30), 0x1p24);
  EXPECT_EQ(format.round(-1e-30), -0x1p-24);
  EXPECT_EQ(format.round(0), 0);
}

TEST(Fixed, RoundsToTheNearestEven) {
  const NumberFormat format = fixedFormat(4);
  EXPECT_EQ(format.values.size(), 15u);
  EXPECT_EQ(format.round(0.5), 0);
  EXPECT_EQ(format.round(-0.5), 0);
  EXPECT_EQ(format.round(1.5), 2);
  EXPECT_EQ(format.round(-2.5), -2);
  EXPECT_EQ(format.round(2.6), 3);
  EXPECT_EQ(format.round(-100), -7);
}

TEST(LeastSquaresScale, IsTheBestOfAll) {
  std::vector<float> numbers;
  for (int i = 1; i < 200; ++i)
    numbers.push_back(std::sin(float(i * i)) * (i % 7) / 3);
  for (const NumberFormat &format : {positFormat(5, 1), fixedFormat(4)}) {
    auto error = [&](double scale) {
      double sum = 0;
      for (double x : numbers)
        sum += std::pow(x - scale * format.round(x / scale), 2);
      return sum;
    };
    const double scale = leastSquaresScale(format, numbers, 4, 1e30);
    for (int step = -80; step <= 80; ++step)
      EXPECT_LE(error(scale), error(std::exp2(step / 4.0)) + 1e-9) << step;
  }
}

TEST(LeastSquaresScale, KeepsWhatHasAnExactForm) {
  EXPECT_EQ(leastSquaresScale(fixedFormat(4), {0.25f, -1.75f, 0.75f}, 1, 1e30), 0.25);
}

// 60,000 would become 65,536, which f16 has not.
TEST(LeastSquaresScale, StaysWithinTheLimit) {
  const NumberFormat format = positFormat(4, 2);
  const double scale = leastSquaresScale(format, {60000.0f}, 8, 65504);
  EXPECT_LE(format.round(60000 / scale) * scale, 65504);
}

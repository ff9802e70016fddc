// Coded constants, read back bit by bit by a decoder that shares nothing with the compiler's.
#include "passes/Kernel/ConstantCoder.h"
#include "passes/Kernel/Huffman.h"

#include "gtest/gtest.h"

#include <cstring>
#include <random>

using namespace edgecc::kernel;

namespace {

/// Reads a stream as ConstantCoder.h describes it.
class Reader {
public:
  Reader(const CodedConstant &coded, unsigned width) : coded(coded), width(width) {}

  std::vector<char> decode() {
    size_t elements = number(4);
    std::vector<char> out(elements * width);
    if (coded.form == CodedForm::Dense) {
      std::vector<size_t> counts = readCounts();
      bit = at * 8;
      for (size_t i = 0; i < elements; ++i)
        put(out, i, readCode(counts));
      return out;
    }
    size_t entries = number(4);
    std::vector<size_t> gapCounts = readCounts(), counts;
    std::vector<uint8_t> gaps;
    for (size_t count : gapCounts)
      for (size_t i = 0; i < count; ++i)
        gaps.push_back(coded.stream.at(at++));
    if (coded.form == CodedForm::Sparse)
      counts = readCounts();
    bit = at * 8;
    size_t element = 0;
    for (size_t i = 0; i < entries; ++i) {
      element += gaps.at(readCode(gapCounts));
      put(out, element++, coded.form == CodedForm::Sparse ? readCode(counts) : i);
    }
    return out;
  }

private:
  size_t number(unsigned bytes) {
    size_t value = 0;
    for (unsigned i = 0; i < bytes; ++i)
      value |= size_t(coded.stream.at(at++)) << (8 * i);
    return value;
  }

  std::vector<size_t> readCounts() {
    std::vector<size_t> counts(number(1));
    for (size_t &count : counts)
      count = number(2);
    return counts;
  }

  /// The number of the next code: codes of one length follow each other, and so do lengths.
  size_t readCode(const std::vector<size_t> &counts) {
    size_t code = 0, first = 0, before = 0;
    for (size_t count : counts) {
      code = code << 1 | (coded.stream.at(bit / 8) >> (7 - bit % 8) & 1);
      ++bit;
      first <<= 1;
      if (code < first + count)
        return before + code - first;
      first += count;
      before += count;
    }
    ADD_FAILURE() << "no code at bit " << bit;
    return 0;
  }

  void put(std::vector<char> &out, size_t element, size_t value) {
    ASSERT_LE((value + 1) * width, coded.values.size());
    ASSERT_LE((element + 1) * width, out.size());
    std::memcpy(out.data() + element * width, coded.values.data() + value * width, width);
  }

  const CodedConstant &coded;
  unsigned width;
  size_t at = 0, bit = 0;
};

template <typename T> llvm::ArrayRef<char> bytesOf(const std::vector<T> &values) {
  return {reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T)};
}

/// Every form that the values have gives them back.
template <typename T> void expectRoundTrip(const std::vector<T> &values, unsigned forms) {
  llvm::ArrayRef<char> data = bytesOf(values);
  unsigned found = 0;
  for (CodedForm form : {CodedForm::Dense, CodedForm::Sparse, CodedForm::SparseRaw})
    if (std::optional<CodedConstant> coded = codeConstantAs(form, data, sizeof(T))) {
      EXPECT_EQ(Reader(*coded, sizeof(T)).decode(), std::vector<char>(data.begin(), data.end()));
      ++found;
    }
  EXPECT_EQ(found, forms);
}

/// `size` values, of which a share is zero and the others are `count` different ones, small ones more often.
std::vector<float> randomWeights(size_t size, double zeros, unsigned count, unsigned seed) {
  std::mt19937 generator(seed);
  std::vector<float> values(size);
  for (float &value : values) {
    double a = generator() / 4294967296.0, b = generator() / 4294967296.0;
    value = a < zeros ? 0 : 0.5f + static_cast<float>(static_cast<unsigned>(b * b * count));
  }
  return values;
}

} // namespace

TEST(Huffman, LengthsAreThoseOfHuffman) {
  EXPECT_EQ(codeLengths({5, 9, 12, 13, 16, 45}, 12), (llvm::SmallVector<unsigned>{4, 4, 3, 3, 3, 1}));
  EXPECT_EQ(codeLengths({0, 7, 0}, 12), (llvm::SmallVector<unsigned>{0, 1, 0}));
}

TEST(Huffman, LengthsKeepTheLimitAndFillTheCode) {
  std::vector<uint64_t> frequencies = {1, 1};
  while (frequencies.size() < 30) // Fibonacci numbers want codes of 29 bits.
    frequencies.push_back(frequencies.back() + frequencies[frequencies.size() - 2]);
  for (unsigned limit : {5, 8, 12}) {
    uint64_t filled = 0;
    for (unsigned length : codeLengths(frequencies, limit)) {
      ASSERT_TRUE(length >= 1 && length <= limit);
      filled += uint64_t(1) << (limit - length);
    }
    EXPECT_EQ(filled, uint64_t(1) << limit);
  }
}

TEST(Huffman, CodesAreCanonical) {
  HuffmanCode code({5, 9, 12, 13, 16, 45});
  EXPECT_EQ(code.counts, (llvm::SmallVector<unsigned>{1, 0, 3, 2}));
  EXPECT_EQ(code.order, (llvm::SmallVector<unsigned>{5, 2, 3, 4, 0, 1}));
  EXPECT_EQ(code.codes, (llvm::SmallVector<uint32_t>{14, 15, 4, 5, 6, 0}));
}

TEST(ConstantCoder, RandomWeightsComeBack) {
  unsigned seed = 0;
  for (size_t size : {1, 2, 7, 1000, 20000})
    for (double zeros : {0.0, 0.5, 0.95, 0.999})
      for (unsigned count : {1, 2, 15, 255}) {
        std::vector<float> values = randomWeights(size, zeros, count, ++seed);
        bool isZero = llvm::all_of(values, [](float value) { return value == 0; });
        expectRoundTrip(values, isZero && size < 256 ? 1 : 3);
      }
}

TEST(ConstantCoder, GapsOfAnyLengthComeBack) {
  for (size_t zeros : {254, 255, 256, 257, 511, 512, 513, 5000}) {
    std::vector<uint16_t> values(zeros);
    values.push_back(7);
    expectRoundTrip(values, 3);
    values.insert(values.end(), zeros, 0);
    expectRoundTrip(values, 3);
  }
}

TEST(ConstantCoder, AnyBitsComeBack) {
  std::vector<uint64_t> values = {0, ~uint64_t(0), uint64_t(1) << 63, 0, 1, ~uint64_t(0) - 1};
  expectRoundTrip(values, 3);
  expectRoundTrip(std::vector<float>{-0.0f, 0.0f, -0.0f}, 3); // A negative zero is a value.
}

TEST(ConstantCoder, ManyValuesHaveOnlyPositions) {
  std::vector<float> values(2000);
  for (size_t i = 0; i < 300; ++i)
    values[i * 6] = 1 + i;
  expectRoundTrip(values, 1);
}

TEST(ConstantCoder, TheSmallestFormIsTaken) {
  EXPECT_EQ(codeConstant(bytesOf(randomWeights(20000, 0, 16, 1)), 4)->form, CodedForm::Dense);
  EXPECT_EQ(codeConstant(bytesOf(randomWeights(20000, 0.95, 16, 2)), 4)->form, CodedForm::Sparse);
  std::vector<float> values = randomWeights(20000, 0.9, 1, 3);
  for (size_t i = 0; i < values.size(); ++i)
    values[i] *= i;
  EXPECT_EQ(codeConstant(bytesOf(values), 4)->form, CodedForm::SparseRaw);
}

TEST(ConstantCoder, WhatSavesNothingStaysRaw) {
  std::vector<float> values(1000);
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = 1 + i;
  EXPECT_FALSE(codeConstant(bytesOf(values), 4));
  EXPECT_FALSE(codeConstant({}, 4));
}

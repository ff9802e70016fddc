#include "compiler/Data/Samples.h"
#include "python-free-tools/common/Diagnostics.h"
#include "python-free-tools/common/TempDir.h"

#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

using namespace llvm;
using namespace edgecc::tools;

namespace {

class Samples : public ::testing::Test {
protected:
  std::string write(StringRef name, StringRef bytes) {
    std::string path = folder.file(name);
    std::error_code code;
    raw_fd_ostream(path, code) << bytes;
    return path;
  }
  Expected<SampleSet> open(const std::string &path) {
    options.sources = {path};
    return SampleSet::open({{"x", EDGECC_FLOAT32, {1, 2, 1, 2}}}, options);
  }
  std::string problem(Expected<SampleSet> set) { return set ? "" : toString(set.takeError()); }

  TempDir folder;
  SampleOptions options;
};

std::vector<double> valuesOf(const SampleSet &set, size_t index) {
  auto tensors = set.read(index);
  std::vector<double> values;
  if (!tensors)
    return ADD_FAILURE() << toString(tensors.takeError()), values;
  for (int64_t i = 0; i < tensors->front().numElements(); ++i)
    values.push_back(tensors->front().get(i));
  return values;
}

TEST_F(Samples, AreRecordsOfARawFile) {
  options.rawType = EDGECC_UINT8;
  options.offset = 1;
  options.stride = 5; // A label before each record.
  auto set = open(write("x.bin", StringRef("\0\1\2\3\4\0\5\6\7\10", 10)));
  ASSERT_TRUE(bool(set)) << toString(set.takeError());
  ASSERT_EQ(set->size(), 2u);
  EXPECT_EQ(valuesOf(*set, 1), (std::vector<double>{5, 6, 7, 8}));
}

// Of 9 samples, each fourth is in one part and all others in the other, wherever the limit is.
TEST_F(Samples, AreInOneOfTwoParts) {
  options.rawType = EDGECC_UINT8;
  std::string path = write("x.bin", std::string(4 * 9, '\0'));
  auto positions = [&](SamplePart part, size_t limit) {
    options.part = part;
    options.limit = limit;
    std::vector<size_t> found;
    SampleSet set = cantFail(open(path));
    for (size_t i = 0; i < set.size(); ++i)
      found.push_back(set.position(i));
    return found;
  };
  EXPECT_EQ(positions(SamplePart::Quarter, 0), (std::vector<size_t>{0, 4, 8}));
  EXPECT_EQ(positions(SamplePart::Rest, 0), (std::vector<size_t>{1, 2, 3, 5, 6, 7}));
  EXPECT_EQ(positions(SamplePart::Rest, 3), (std::vector<size_t>{1, 3, 6}));
  EXPECT_EQ(positions(SamplePart::All, 3), (std::vector<size_t>{0, 3, 6}));
}

TEST_F(Samples, TurnPicturesOverAndScaleTheirChannels) {
  options.rawType = EDGECC_UINT8;
  options.channelsLast = true;
  options.scaling.mean = {0, 1};
  auto set = open(write("x.bin", "\1\2\3\4")); // Pixels (1, 2) and (3, 4).
  ASSERT_TRUE(bool(set)) << toString(set.takeError());
  EXPECT_EQ(valuesOf(*set, 0), (std::vector<double>{1, 3, 1, 3}));
}

TEST_F(Samples, ThatDoNotFitAreRefused) {
  options.rawType = EDGECC_UINT8;
  EXPECT_NE(problem(open(write("x.bin", "\1\2\3\4\5"))).find("is no number of records of 4 bytes"), std::string::npos);
  EXPECT_NE(problem(open(folder.file("nowhere"))).find("No such file"), std::string::npos);
  options.scaling.std = {1, 1, 1};
  EXPECT_NE(problem(open(write("y.bin", "\1\2\3\4"))).find("got 3 values of mean or std"), std::string::npos);
}

TEST_F(Samples, AreTakenEvenlyUpToALimit) {
  options.rawType = EDGECC_UINT8;
  options.limit = 2;
  auto set = open(write("x.bin", std::string(16, 'a')));
  ASSERT_TRUE(bool(set)) << toString(set.takeError());
  EXPECT_EQ(set->size(), 2u);
  EXPECT_EQ(set->position(1), 2u);
}

TEST(Fraction, TakesNumbersAndQuotients) {
  EXPECT_EQ(parseFraction("1/4"), 0.25);
  EXPECT_EQ(parseFraction("0.5"), 0.5);
  for (StringRef text : {"", "1/", "/2", "1/0", "x"})
    EXPECT_FALSE(parseFraction(text)) << text.str();
}

} // namespace

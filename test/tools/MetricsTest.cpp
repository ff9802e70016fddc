// Accuracy and distortion of outputs, and labels in files.
#include "compiler/Data/Metrics.h"
#include "python-free-tools/common/Diagnostics.h"
#include "python-free-tools/common/TempDir.h"

#include "llvm/Support/raw_ostream.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace edgecc::tools;

namespace {

Tensor vectorOf(std::vector<double> values) {
  Tensor tensor = Tensor::zeros({"y", EDGECC_FLOAT32, {static_cast<int64_t>(values.size())}});
  for (size_t i = 0; i < values.size(); ++i)
    tensor.set(i, values[i]);
  return tensor;
}

class Labels : public testing::Test {
protected:
  std::string write(llvm::StringRef text) {
    std::string path = folder.file("labels");
    std::error_code code;
    llvm::raw_fd_ostream(path, code) << text;
    return path;
  }
  std::vector<int64_t> read(const std::string &source) { return llvm::cantFail(readLabels(source)); }

  TempDir folder;
};

} // namespace

TEST(Metrics, LargestElementsComeFirst) {
  EXPECT_EQ(largestElements(vectorOf({1, 3, 2, 3}), 3), (std::vector<int64_t>{1, 3, 2}));
  EXPECT_EQ(largestElements(vectorOf({1}), 5), std::vector<int64_t>{0});
}

TEST(Metrics, DistortionIsOfAllSamples) {
  Distortion distortion;
  distortion.add(vectorOf({10, 0}), vectorOf({10, 1}));
  distortion.add(vectorOf({0, 0}), vectorOf({0, 0}));
  EXPECT_DOUBLE_EQ(distortion.relativeNoise(), 1 / 101.0);
  EXPECT_NEAR(distortion.sqnr(), 20.04, 0.01);
  EXPECT_DOUBLE_EQ(distortion.meanAbsoluteError(), 0.25);
}

TEST(Metrics, NoNoiseIsInfinitelyGood) {
  Distortion distortion;
  EXPECT_EQ(distortion.relativeNoise(), 0);
  distortion.add(vectorOf({1}), vectorOf({1}));
  EXPECT_TRUE(std::isinf(distortion.sqnr()));
}

TEST_F(Labels, LinesOfNumbers) { EXPECT_EQ(read(write("3\n1\n4\n")), (std::vector<int64_t>{3, 1, 4})); }

TEST_F(Labels, ColumnOfATable) {
  EXPECT_EQ(read(write("file,class\r\na.png,7\r\nb.png,2\r\n")), (std::vector<int64_t>{7, 2}));
}

TEST_F(Labels, BytesOfRecords) {
  std::string path = write("\x03"
                           "ab"
                           "\x05"
                           "cd");
  EXPECT_EQ(read(path + ":0:3"), (std::vector<int64_t>{3, 5}));
}

TEST_F(Labels, WhatIsNoLabelIsAnError) {
  EXPECT_TRUE(llvm::StringRef(llvm::toString(readLabels(write("1\nx\n")).takeError())).contains("line 2 has no label"));
  EXPECT_TRUE(
      llvm::StringRef(llvm::toString(readLabels(write("1") + ":0:0").takeError())).contains("expected FILE:OFFSET"));
  EXPECT_TRUE(
      llvm::StringRef(llvm::toString(readLabels(write("1") + ":9").takeError())).contains("no label at byte 9"));
  EXPECT_FALSE(static_cast<bool>(llvm::expectedToOptional(readLabels("/nowhere/labels"))));
}

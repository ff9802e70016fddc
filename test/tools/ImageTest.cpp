#include "compiler/Data/Image.h"
#include "python-free-tools/common/Diagnostics.h"
#include "python-free-tools/common/TempDir.h"

#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

using namespace llvm;
using namespace edgecc::tools;

namespace {

class ImageTest : public testing::Test {
protected:
  // Two pixels, one above the other, (10, 20, 30) and (40, 50, 60).
  void SetUp() override {
    std::error_code error;
    raw_fd_ostream file(path(), error);
    file << "P6\n1 2\n255\n" << StringRef("\x0A\x14\x1E\x28\x32\x3C", 6);
  }

  std::string path() const { return directory.file("two.ppm"); }

  std::vector<double> read(std::vector<int64_t> shape, const PixelScaling &scaling = {}) const {
    auto tensor = readImage(path(), {"image", EDGECC_FLOAT32, std::move(shape)}, scaling);
    std::vector<double> values;
    if (!tensor)
      ADD_FAILURE() << toString(tensor.takeError());
    for (int64_t i = 0; tensor && i < tensor->numElements(); ++i)
      values.push_back(tensor->get(i));
    return values;
  }

  TempDir directory;
};

TEST_F(ImageTest, ChannelsStandWhereTheModelHasThem) {
  EXPECT_EQ(read({1, 3, 2, 1}), (std::vector<double>{10, 40, 20, 50, 30, 60}));
  EXPECT_EQ(read({1, 2, 1, 3}), (std::vector<double>{10, 20, 30, 40, 50, 60}));
}

TEST_F(ImageTest, PixelsAreScaledForEachChannel) {
  EXPECT_EQ(read({3, 2, 1}, {0.5, {1, 2, 3}, {2}}), (std::vector<double>{2, 9.5, 4, 11.5, 6, 13.5}));
}

TEST_F(ImageTest, PictureIsResized) { EXPECT_EQ(read({3, 4, 4}).size(), 48u); }

TEST_F(ImageTest, OtherShapesAreRefused) {
  EXPECT_TRUE(errorToBool(readImage(path(), {"x", EDGECC_FLOAT32, {10}}, {}).takeError()));
  EXPECT_TRUE(errorToBool(readImage(path(), {"x", EDGECC_FLOAT32, {2, 3, 8, 8}}, {}).takeError()));
  EXPECT_TRUE(errorToBool(readImage(path(), {"x", EDGECC_FLOAT32, {1, 5, 8, 8}}, {}).takeError()));
  EXPECT_TRUE(errorToBool(readImage(path(), {"x", EDGECC_FLOAT32, {3, 8, 8}}, {1, {1, 2}, {1}}).takeError()));
}

} // namespace

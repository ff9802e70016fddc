// Tables for resizing along one axis: weights add up, windows stay inside, and plain cases are what they should be.
#include "targets/image/Taps.h"

#include "gtest/gtest.h"

using namespace edgecc::image;
using edgecc::artefact::FrameResize;

namespace {

TEST(Taps, OfTheSameSizeAreACopy) {
  for (FrameResize method : {FrameResize::Bilinear, FrameResize::Area}) {
    Taps taps = makeTaps(method, 5, 5);
    EXPECT_EQ(taps.count, 1);
    EXPECT_EQ(taps.first, (std::vector<int>{0, 1, 2, 3, 4}));
    EXPECT_EQ(taps.weights, std::vector<float>(5, 1.0f));
  }
}

TEST(Taps, OfHalfTheSizeAreMeansOfTwo) {
  for (FrameResize method : {FrameResize::Bilinear, FrameResize::Area}) {
    Taps taps = makeTaps(method, 6, 3);
    EXPECT_EQ(taps.count, 2);
    EXPECT_EQ(taps.first, (std::vector<int>{0, 2, 4}));
    EXPECT_EQ(taps.weights, std::vector<float>(6, 0.5f));
  }
}

TEST(Taps, OfAreasCountPartsOfPixels) {
  Taps taps = makeTaps(FrameResize::Area, 3, 2); // 0 to 1.5, 1.5 to 3
  EXPECT_EQ(taps.count, 2);
  EXPECT_EQ(taps.first, (std::vector<int>{0, 1}));
  EXPECT_EQ(taps.weights, (std::vector<float>{2 / 3.0f, 1 / 3.0f, 1 / 3.0f, 2 / 3.0f}));
}

TEST(Taps, OfAnEnlargementContinueTheOutermostPixels) {
  Taps taps = makeTaps(FrameResize::Bilinear, 2, 4); // positions -0.25, 0.25, 0.75, 1.25
  EXPECT_EQ(taps.count, 2);
  EXPECT_EQ(taps.first, (std::vector<int>{0, 0, 0, 0}));
  EXPECT_EQ(taps.weights, (std::vector<float>{1, 0.75f, 0.25f, 0, 0, 0.25f, 0.75f, 1}));
}

TEST(Taps, OfAnySizesStayInsideAndAddUpToOne) {
  for (FrameResize method : {FrameResize::Bilinear, FrameResize::Area})
    for (int source = 1; source < 40; ++source)
      for (int outputs = 1; outputs < 40; ++outputs) {
        Taps taps = makeTaps(method, source, outputs);
        for (int output = 0; output < outputs; ++output) {
          EXPECT_GE(taps.first[output], 0);
          EXPECT_LE(taps.first[output] + taps.count, source);
          float sum = 0;
          for (int k = 0; k < taps.count; ++k)
            sum += taps.weights[k * outputs + output];
          EXPECT_NEAR(sum, 1, 1e-6);
        }
      }
}

} // namespace

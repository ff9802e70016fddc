// How signal processing, sampling at computed positions and losses are imported.
#include "test/unit/import/ImportedModel.h"

#include <gtest/gtest.h>

using namespace edgecc;
using Numbers = std::vector<double>;
using Shape = std::vector<int64_t>;

TEST(Losses, IgnoredTargetsDoNotCount) {
  // -(1 * 10 + 4 * 20) / (10 + 20), without the third row.
  ImportedModel model("g () => (float y) <float[3,2] x = {1, 2, 3, 4, 5, 6}, int64[3] t = {0, 1, -1}, float[2] w = "
                      "{10, 20}> { y = NegativeLogLikelihoodLoss<ignore_index = -1>(x, t, w) }",
                      "\"\" : 13");
  EXPECT_EQ(model.numbers(), Numbers{-3}) << model.report();
}

TEST(Losses, TargetsMustMatchTheScores) {
  ImportedModel model("g (float[3,2] x, int64[4] t) => (float y) { y = NegativeLogLikelihoodLoss(x, t) }",
                      "\"\" : 13");
  EXPECT_FALSE(model.succeeded());
  EXPECT_NE(model.report().find("the target must have the shape"), std::string::npos) << model.report();
}

TEST(Signal, WindowsAreConstants) {
  ImportedModel model("g () => (float[4] y) <int64 n = {4}> { y = HannWindow(n) }", "\"\" : 17");
  ASSERT_EQ(model.numbers().size(), 4u) << model.report();
  EXPECT_FLOAT_EQ(model.numbers()[1], 0.5);
  EXPECT_FLOAT_EQ(model.numbers()[2], 1);
}

TEST(Signal, TransformIsOneProduct) {
  ImportedModel model("g (float[2,8,1] x) => (float[2,5,2] y) { y = DFT<onesided = 1>(x) }", "\"\" : 17");
  std::vector<edge::MatMulOp> products = model.all<edge::MatMulOp>();
  ASSERT_EQ(products.size(), 1u) << model.report();
  EXPECT_EQ(products[0].getRhs().getType().getShape(), llvm::ArrayRef<int64_t>({8, 10}));
  EXPECT_EQ(model.outputShape(), (Shape{2, 5, 2}));
}

TEST(Signal, FramesOverlap) {
  ImportedModel model("g (float[1,16,1] x) => (float[1,3,5,2] y) <int64 step = {4}, int64 length = {8}> {"
                      "  y = STFT(x, step, , length) }",
                      "\"\" : 17");
  EXPECT_EQ(model.outputShape(), (Shape{1, 3, 5, 2})) << model.report();
}

TEST(GridSample, OneGatherPerTap) {
  ImportedModel linear("g (float[1,3,4,5] x, float[1,2,2,2] p) => (float[1,3,2,2] y) { y = GridSample(x, p) }",
                       "\"\" : 16");
  EXPECT_EQ(linear.all<edge::GatherOp>().size(), 4u) << linear.report();
  EXPECT_EQ(linear.outputShape(), (Shape{1, 3, 2, 2}));
  ImportedModel nearest("g (float[1,3,4,5] x, float[1,2,2,2] p) => (float[1,3,2,2] y) {"
                        "  y = GridSample<mode = \"nearest\", padding_mode = \"reflection\">(x, p) }",
                        "\"\" : 16");
  EXPECT_EQ(nearest.all<edge::GatherOp>().size(), 1u) << nearest.report();
}

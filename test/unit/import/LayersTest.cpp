// How products, convolutions, pooling, normalisation and recurrent layers are imported.
#include "test/unit/import/ImportedModel.h"

#include <gtest/gtest.h>

using namespace edgecc;
using Shape = std::vector<int64_t>;

TEST(Products, VectorsBecomeRowsAndColumns) {
  ImportedModel model("g (float[3] a, float[2,3,5] b) => (float[2,5] y) { y = MatMul(a, b) }");
  ASSERT_EQ(model.all<edge::MatMulOp>().size(), 1u);
  EXPECT_EQ(model.outputShape(), (Shape{2, 5}));
}

TEST(Products, AlphaOfAConstantMatrixIsFree) {
  ImportedModel model(
      "g (float[1,2] a) => (float[1,2] y) <float[2,2] b = {1, 2, 3, 4}> { y = Gemm<alpha = 2.0>(a, b) }");
  EXPECT_EQ(model.all<edge::MatMulOp>().size(), 1u);
  EXPECT_TRUE(model.all<edge::MulOp>().empty());
}

TEST(Products, BetaScalesC) {
  ImportedModel model("g (float[1,2] a, float[2,2] b, float[2] c) => (float[1,2] y) { y = Gemm<beta = 0.5>(a, b, c) }");
  EXPECT_EQ(model.all<edge::MulOp>().size(), 1u);
  EXPECT_EQ(model.all<edge::AddOp>().size(), 1u);
}

TEST(Einsum, BatchesStayApart) {
  ImportedModel model("g (float[2,3,4,5] a, float[2,7,4,5] b) => (float[2,4,3,7] y) {"
                      "  y = Einsum<equation = \"bqhd,bkhd->bhqk\">(a, b) }");
  std::vector<edge::MatMulOp> products = model.all<edge::MatMulOp>();
  ASSERT_EQ(products.size(), 1u);
  EXPECT_EQ(products[0].getOutput().getType().getShape(), llvm::ArrayRef<int64_t>({2, 4, 3, 7}));
  EXPECT_EQ(model.outputShape(), (Shape{2, 4, 3, 7}));
}

TEST(Einsum, DiagonalsAndImplicitOutputs) {
  // Without "->" the labels that occur once are the output, in alphabetical order.
  ImportedModel trace("g () => (float[2] y) <float[2,2,2] a = {1, 2, 3, 4, 5, 6, 7, 8}> {"
                      "  y = Einsum<equation = \"bii\">(a) }");
  EXPECT_EQ(trace.numbers(), (std::vector<double>{1 + 4, 5 + 8}));
  ImportedModel transposed("g () => (float[2,2] y) <float[2,2] a = {1, 2, 3, 4}> { y = Einsum<equation = \"ba\">(a) }");
  EXPECT_EQ(transposed.numbers(), (std::vector<double>{1, 3, 2, 4}));
}

TEST(Einsum, EllipsesBroadcastFromTheRight) {
  ImportedModel model("g (float[6,1,2,3] a, float[5,3,4] b) => (float[6,5,2,4] y) {"
                      "  y = Einsum<equation = \"...ij,...jk->...ik\">(a, b) }");
  EXPECT_EQ(model.outputShape(), (Shape{6, 5, 2, 4})) << model.report();
}

TEST(Convolutions, BecomeChannelsLast) {
  ImportedModel model("g (float[1,4,9,8] x, float[6,2,3,3] w, float[6] b) => (float[1,6,5,4] y) {"
                      "  y = Conv<group = 2, strides = [2,2], pads = [1,1,1,1]>(x, w, b) }");
  std::vector<edge::ConvOp> convolutions = model.all<edge::ConvOp>();
  ASSERT_EQ(convolutions.size(), 1u) << model.report();
  EXPECT_EQ(convolutions[0].getInput().getType().getShape(), llvm::ArrayRef<int64_t>({1, 9, 8, 4}));
  EXPECT_EQ(convolutions[0].getFilter().getType().getShape(), llvm::ArrayRef<int64_t>({3, 3, 2, 6}));
  EXPECT_EQ(model.outputShape(), (Shape{1, 6, 5, 4}));
}

TEST(Convolutions, SamePadsAnOddPixelWhereItSays) {
  auto pads = [](const std::string &mode) {
    ImportedModel model("g (float[1,1,5] x, float[1,1,2] w) => (float[1,1,5] y) { y = Conv<auto_pad = \"" + mode +
                        "\">(x, w) }");
    return model.all<edge::ConvOp>().at(0).getPads().vec();
  };
  EXPECT_EQ(pads("SAME_UPPER"), (Shape{0, 1}));
  EXPECT_EQ(pads("SAME_LOWER"), (Shape{1, 0}));
}

TEST(Convolutions, ChannelsThatDoNotFitAreReported) {
  ImportedModel model("g (float[1,64,8,8] x, float[8,32,3,3] w) => (float[1,8,6,6] y) { y = Conv<group = 3>(x, w) }");
  EXPECT_FALSE(model.succeeded());
  EXPECT_NE(model.report().find("group is 3 but the input has 64 channels"), std::string::npos) << model.report();
}

TEST(Convolutions, SizesBeyondAnyTensorAreReported) {
  ImportedModel model("g (float[1,1,5] x, float[1,1,2] w) => (float[1,1,5] y) {"
                      "  y = Conv<dilations = [9223372036854775807]>(x, w) }");
  EXPECT_FALSE(model.succeeded());
  EXPECT_NE(model.report().find("a value of attribute 'dilations' is 9223372036854775807"), std::string::npos)
      << model.report();
}

TEST(Convolutions, TransposedPadsFollowFromTheOutputShape) {
  // 2 * (3 - 1) + 3 = 7 without pads; the odd pixel is cut off in front.
  ImportedModel model("g (float[1,1,3] x, float[1,1,3] w) => (float[1,1,6] y) {"
                      "  y = ConvTranspose<strides = [2], output_shape = [6]>(x, w) }");
  ASSERT_EQ(model.all<edge::ConvTransposeOp>().size(), 1u) << model.report();
  EXPECT_EQ(model.all<edge::ConvTransposeOp>()[0].getPads().vec(), (Shape{1, 0}));
  EXPECT_EQ(model.outputShape(), (Shape{1, 1, 6}));
}

TEST(Convolutions, FusedFormAddsBeforeItsActivation) {
  ImportedModel model("g (float[1,2,4,4] x, float[2,2,1,1] w, float[2] b, float[1,2,4,4] z) => (float[1,2,4,4] y) {"
                      "  y = com.microsoft.FusedConv<activation = \"Relu\">(x, w, b, z) }",
                      "\"\" : 17, \"com.microsoft\" : 1");
  ASSERT_EQ(model.all<edge::ReluOp>().size(), 1u) << model.report();
  EXPECT_TRUE(model.all<edge::ReluOp>()[0].getInput().getDefiningOp<edge::AddOp>());
}

TEST(Pooling, CeilModeAddsPadsThatCountNothing) {
  ImportedModel model(
      "g (float[1,1,6] x) => (float[1,1,3] y) {"
      "  y = AveragePool<kernel_shape = [3], strides = [2], ceil_mode = 1, count_include_pad = 1>(x) }");
  ASSERT_EQ(model.all<edge::AvgPoolOp>().size(), 1u) << model.report();
  edge::AvgPoolOp pool = model.all<edge::AvgPoolOp>()[0];
  EXPECT_EQ(pool.getPads().vec(), (Shape{0, 1}));
  EXPECT_EQ(pool.getCeilPads().vec(), (Shape{1}));
}

TEST(Pooling, CeilModeDropsAWindowBeyondTheInput) {
  // The third window would begin at 4, in the end pad of an input of 3 with pads of 1.
  ImportedModel model("g (float[1,1,3] x) => (float[1,1,2] y) {"
                      "  y = MaxPool<kernel_shape = [2], strides = [2], pads = [1, 1], ceil_mode = 1>(x) }");
  EXPECT_EQ(model.outputShape(), (Shape{1, 1, 2})) << model.report();
}

TEST(Pooling, IndicesPointIntoTheWholeTensor) {
  ImportedModel model("g () => (float[1,2,2] y, int64[1,2,2] i) <float[1,2,4] x = {1, 3, 3, 2, 9, 8, 6, 7}> {"
                      "  y, i = MaxPool<kernel_shape = [2], strides = [2]>(x) }");
  EXPECT_EQ(model.numbers(0), (std::vector<double>{3, 3, 9, 7}));
  EXPECT_EQ(model.numbers(1), (std::vector<double>{1, 2, 4, 7}));
}

TEST(Normalization, BatchStatisticsFoldToOneProductAndOneSum) {
  ImportedModel model("g (float[1,2,3] x) => (float[1,2,3] y)"
                      "<float[2] s = {5, 2}, float[2] b = {3, 1}, float[2] m = {0, 2}, float[2] v = {1, 4}> {"
                      "  y = BatchNormalization<epsilon = 0.0>(x, s, b, m, v) }");
  EXPECT_EQ(model.all<edge::MulOp>().size(), 1u) << model.report();
  EXPECT_EQ(model.all<edge::AddOp>().size(), 1u);
  EXPECT_TRUE(model.all<edge::SqrtOp>().empty());
}

TEST(Normalization, TrainingModeIsRefused) {
  ImportedModel model("g (float[1,2,3] x, float[2] s, float[2] b, float[2] m, float[2] v) => (float[1,2,3] y) {"
                      "  y = BatchNormalization<training_mode = 1>(x, s, b, m, v) }");
  EXPECT_FALSE(model.succeeded());
  EXPECT_NE(model.report().find("training mode"), std::string::npos);
}

TEST(Normalization, LocalResponseSumsOverChannels) {
  // The window moves over the channels, which edge.avg_pool sees as the spatial dimension of (n, c, pixels).
  ImportedModel model("g (float[1,3,1] x) => (float[1,3,1] y) { y = LRN<size = 3, alpha = 3.0, beta = 1.0>(x) }");
  ASSERT_EQ(model.all<edge::AvgPoolOp>().size(), 1u) << model.report();
  EXPECT_EQ(model.all<edge::AvgPoolOp>()[0].getInput().getType().getShape(), llvm::ArrayRef<int64_t>({1, 3, 1}));
}

TEST(Recurrent, DirectionsBecomeTwoOperations) {
  ImportedModel model("g (float[5,1,3] x, float[2,16,3] w, float[2,16,4] r) => (float[5,2,1,4] y, float[2,1,4] h) {"
                      "  y, h = LSTM<direction = \"bidirectional\", hidden_size = 4>(x, w, r) }");
  std::vector<edge::LstmOp> layers = model.all<edge::LstmOp>();
  ASSERT_EQ(layers.size(), 2u) << model.report();
  EXPECT_FALSE(layers[0].getReverse());
  EXPECT_TRUE(layers[1].getReverse());
  EXPECT_EQ(layers[0].getW().getType().getShape(), llvm::ArrayRef<int64_t>({3, 16}));
  EXPECT_EQ(model.outputShape(0), (Shape{5, 2, 1, 4}));
  EXPECT_EQ(model.outputShape(1), (Shape{2, 1, 4}));
}

TEST(Recurrent, BatchFirstLayout) {
  ImportedModel model("g (float[2,5,3] x, float[1,12,3] w, float[1,12,4] r) => (float[2,5,1,4] y, float[2,1,4] h) {"
                      "  y, h = GRU<layout = 1, hidden_size = 4>(x, w, r) }");
  EXPECT_EQ(model.outputShape(0), (Shape{2, 5, 1, 4})) << model.report();
  EXPECT_EQ(model.outputShape(1), (Shape{2, 1, 4}));
}

TEST(Recurrent, LengthsOfWholeSequencesChangeNothing) {
  ImportedModel model("g (float[5,1,3] x, float[1,4,3] w, float[1,4,4] r) => (float[5,1,1,4] y) <int32[1] n = {5}> {"
                      "  y = RNN<hidden_size = 4>(x, w, r, , n) }");
  EXPECT_EQ(model.all<edge::RnnOp>().size(), 1u) << model.report();
  EXPECT_TRUE(model.all<edge::SelectOp>().empty());
}

TEST(Recurrent, SequencesThatEndEarlyRunBackwardsByReversingThem) {
  ImportedModel model("g (float[5,2,3] x, float[1,4,3] w, float[1,4,4] r, int32[2] n) => (float[5,1,2,4] y) {"
                      "  y = RNN<hidden_size = 4, direction = \"reverse\">(x, w, r, , n) }");
  std::vector<edge::RnnOp> layers = model.all<edge::RnnOp>();
  ASSERT_EQ(layers.size(), 1u) << model.report();
  EXPECT_FALSE(layers[0].getReverse());
  // One of x before the layer and one of y after it.
  EXPECT_EQ(model.all<edge::GatherElementsOp>().size(), 2u);
}

TEST(Recurrent, CellStatesOfShortSequencesAreRefused) {
  ImportedModel model("g (float[5,2,3] x, float[1,16,3] w, float[1,16,4] r, int32[2] n) => (float[1,2,4] c) {"
                      "  y, h, c = LSTM<hidden_size = 4>(x, w, r, , n) }");
  EXPECT_FALSE(model.succeeded());
  EXPECT_NE(model.report().find("output Y_c is not handled together with sequence_lens"), std::string::npos);
}

// How image operators and quantisation are imported. Where all inputs are constants the result folds, and the numbers
// are compared.
#include "test/unit/import/ImportedModel.h"

#include <gtest/gtest.h>

using namespace edgecc;
using Numbers = std::vector<double>;
using Shape = std::vector<int64_t>;

TEST(Resize, ScalesTheImageChannelsLast) {
  ImportedModel model("g (float[1,3,4,5] x) => (float[1,3,8,10] y) <float[4] s = {1, 1, 2, 2}> {"
                      "  y = Resize<mode = \"linear\", coordinate_transformation_mode = \"align_corners\">(x, , s) }");
  std::vector<edge::ResizeOp> resizes = model.all<edge::ResizeOp>();
  ASSERT_EQ(resizes.size(), 1u) << model.report();
  EXPECT_EQ(resizes[0].getOutput().getType().getShape(), llvm::ArrayRef<int64_t>({1, 8, 10, 3}));
  EXPECT_EQ(resizes[0].getCoordinateMode(), edge::CoordinateMode::align_corners);
  EXPECT_EQ(model.outputShape(), (Shape{1, 3, 8, 10}));
}

TEST(Resize, KeepsTheAspectRatio) {
  // Height shrinks to a half, width to a quarter: the smaller scale holds for both.
  ImportedModel model("g (float[1,1,8,16] x) => (float[1,1,2,4] y) <int64[2] n = {4, 4}> {"
                      "  y = Resize<axes = [2, 3], keep_aspect_ratio_policy = \"not_larger\">(x, , , n) }");
  EXPECT_EQ(model.outputShape(), (Shape{1, 1, 2, 4})) << model.report();
}

TEST(Resize, SizesAreRoundedInSinglePrecision) {
  // In double precision 10 * 0.7f is a little less than 7.
  ImportedModel model("g (float[1,1,10,10] x) => (float[1,1,7,7] y) <float[4] s = {1, 1, 0.7, 0.7}> {"
                      "  y = Resize(x, , s) }");
  EXPECT_EQ(model.outputShape(), (Shape{1, 1, 7, 7})) << model.report();
}

TEST(Resize, AntialiasIsRefusedWhenItMatters) {
  auto graph = [](const std::string &scale, const std::string &size) {
    return "g (float[1,1,4,4] x) => (float[1,1," + size + "," + size + "] y) <float[4] s = {1, 1, " + scale + ", " +
           scale + "}> { y = Resize<mode = \"linear\", antialias = 1>(x, , s) }";
  };
  EXPECT_FALSE(ImportedModel(graph("0.5", "2")).succeeded());
  EXPECT_TRUE(ImportedModel(graph("2", "8")).succeeded());
}

TEST(Image, DepthToSpaceModesCountChannelsDifferently) {
  auto numbers = [](const std::string &mode) {
    return ImportedModel("g () => (float[1,2,2,2] y) <float[1,8,1,1] x = {0, 1, 2, 3, 4, 5, 6, 7}> {"
                         "  y = DepthToSpace<blocksize = 2, mode = \"" +
                         mode + "\">(x) }")
        .numbers();
  };
  EXPECT_EQ(numbers("DCR"), (Numbers{0, 2, 4, 6, 1, 3, 5, 7}));
  EXPECT_EQ(numbers("CRD"), (Numbers{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST(Image, CenterCropPadPutsTheShorterHalfInFront) {
  ImportedModel model("g () => (float[4,2] y) <float[1,5] x = {1, 2, 3, 4, 5}, int64[2] n = {4, 2}> {"
                      "  y = CenterCropPad(x, n) }");
  EXPECT_EQ(model.numbers(), (Numbers{0, 0, 2, 3, 0, 0, 0, 0})) << model.report();
}

TEST(Quantization, RoundsHalvesToEvenAndSaturates) {
  ImportedModel model("g () => (uint8[6] y)"
                      "<float[6] x = {1, 3, 5, -7, 600, -600}, float s = {2}, uint8 z = {10}> {"
                      "  y = QuantizeLinear(x, s, z) }");
  // 0.5, 1.5, 2.5 and -3.5 before the zero point.
  EXPECT_EQ(model.numbers(), (Numbers{10, 12, 12, 6, 255, 0})) << model.report();
}

TEST(Quantization, ScalesMayStandAlongAnAxisOrInBlocks) {
  ImportedModel perAxis("g () => (float[2,2] y) <int8[2,2] x = {1, 2, 3, 4}, float[2] s = {1, 10}> {"
                        "  y = DequantizeLinear<axis = 0>(x, s) }");
  EXPECT_EQ(perAxis.numbers(), (Numbers{1, 2, 30, 40})) << perAxis.report();
  ImportedModel perBlock("g () => (float[1,4] y) <int8[1,4] x = {1, 2, 3, 4}, float[1,2] s = {1, 10}> {"
                         "  y = DequantizeLinear<axis = 1, block_size = 2>(x, s) }");
  EXPECT_EQ(perBlock.numbers(), (Numbers{1, 2, 30, 40})) << perBlock.report();
}

TEST(Quantization, DynamicRangeHoldsZero) {
  ImportedModel model("g () => (uint8[2] y, float s, uint8 z) <float[2] x = {51, 102}> {"
                      "  y, s, z = DynamicQuantizeLinear(x) }");
  EXPECT_EQ(model.numbers(0), (Numbers{128, 255})) << model.report();
  EXPECT_NEAR(model.numbers(1).at(0), 0.4, 1e-6);
  EXPECT_EQ(model.numbers(2), (Numbers{0}));
}

TEST(Quantization, ConvolutionOfIntegersIsExact) {
  ImportedModel model(
      "g (uint8[1,2,4,4] x) => (uint8[1,3,4,4] y)"
      "<float xs = {0.5}, uint8 xz = {128}, int8[3,2,1,1] w = {1, 2, 3, 4, 5, 6}, float[3] ws = {1, 2, 4},"
      " int8 wz = {0}, float ys = {2}, uint8 yz = {3}, int32[3] b = {7, 8, 9}> {"
      "  y = QLinearConv(x, xs, xz, w, ws, wz, ys, yz, b) }");
  ASSERT_EQ(model.all<edge::ConvOp>().size(), 1u) << model.report();
  EXPECT_TRUE(model.all<edge::ConvOp>()[0].getOutput().getType().getElementType().isInteger(32));
  EXPECT_EQ(model.all<edge::RoundOp>().size(), 1u);
}

TEST(Quantization, QLinearAddKeepsBothScales) {
  ImportedModel model("g () => (uint8[2] y) <uint8[2] a = {10, 20}, float as = {0.5}, uint8 az = {10},"
                      " uint8[2] b = {3, 255}, float bs = {2}, uint8 bz = {3}, float cs = {1}, uint8 cz = {0}> {"
                      "  y = com.microsoft.QLinearAdd(a, as, az, b, bs, bz, cs, cz) }",
                      "\"\" : 17, \"com.microsoft\" : 1");
  EXPECT_EQ(model.numbers(), (Numbers{0, 255})) << model.report();
}

TEST(Quantization, QonnxClipsBeforeItRounds) {
  // Four bits, signed: -8 to 7, narrow from -7 on.
  auto numbers = [](const std::string &attributes) {
    return ImportedModel("g () => (float[4] y)"
                         "<float[4] x = {-100, 0.75, 1.25, 100}, float s = {0.5}, float z = {0}, float n = {4}> {"
                         "  y = qonnx.custom_op.general.Quant<" +
                             attributes + ">(x, s, z, n) }",
                         "\"\" : 17, \"qonnx.custom_op.general\" : 1")
        .numbers();
  };
  EXPECT_EQ(numbers("signed = 1, narrow = 0"), (Numbers{-4, 1, 1, 3.5}));
  EXPECT_EQ(numbers("signed = 1, narrow = 1"), (Numbers{-3.5, 1, 1, 3.5}));
  EXPECT_EQ(numbers("signed = 0, narrow = 0, rounding_mode = \"FLOOR\""), (Numbers{0, 0.5, 1, 7.5}));
}

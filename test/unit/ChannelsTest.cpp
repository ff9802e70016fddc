// Sets of channels that hang together, and the choice among them.
#include "passes/Compress/ChannelChoice.h"

#include "dialects/Edge/EdgeDialect.h"
#include "mlir/Parser/Parser.h"

#include "gtest/gtest.h"

using namespace mlir;
using namespace edgecc::compress;

namespace {

class ChannelsTest : public testing::Test {
protected:
  ChannelsTest() { context.loadDialect<edgecc::edge::EdgeDialect, func::FuncDialect>(); }

  func::FuncOp parse(StringRef text) {
    module = parseSourceString<ModuleOp>(text, &context);
    return *module->getOps<func::FuncOp>().begin();
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

// Two products, one of which runs through a relu; the sum of both is read by a third.
constexpr StringRef residual = R"(
  func.func @residual(%x: tensor<1x1xf32>) -> tensor<1x1xf32> {
    %w = edge.constant dense<[[1.0, 2.0, 3.0, 4.0]]> : tensor<1x4xf32>
    %v = edge.constant dense<[[1.0], [2.0], [3.0], [4.0]]> : tensor<4x1xf32>
    %0 = edge.matmul %x, %w : tensor<1x1xf32>, tensor<1x4xf32> -> tensor<1x4xf32>
    %1 = edge.relu %0 : tensor<1x4xf32> -> tensor<1x4xf32>
    %2 = edge.matmul %x, %w : tensor<1x1xf32>, tensor<1x4xf32> -> tensor<1x4xf32>
    %3 = edge.add %1, %2 : tensor<1x4xf32>, tensor<1x4xf32> -> tensor<1x4xf32>
    %4 = edge.matmul %3, %v : tensor<1x4xf32>, tensor<4x1xf32> -> tensor<1x1xf32>
    return %4 : tensor<1x1xf32>
  })";

constexpr StringRef concatenation = R"(
  func.func @concatenation(%x: tensor<1x1xf32>) -> tensor<1x1xf32> {
    %w = edge.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
    %v = edge.constant dense<[[1.0], [2.0], [3.0], [4.0]]> : tensor<4x1xf32>
    %0 = edge.matmul %x, %w : tensor<1x1xf32>, tensor<1x2xf32> -> tensor<1x2xf32>
    %1 = edge.matmul %x, %w : tensor<1x1xf32>, tensor<1x2xf32> -> tensor<1x2xf32>
    %2 = edge.concat %0, %1 axis 1 : tensor<1x2xf32>, tensor<1x2xf32> -> tensor<1x4xf32>
    %3 = edge.matmul %2, %v : tensor<1x4xf32>, tensor<4x1xf32> -> tensor<1x1xf32>
    return %3 : tensor<1x1xf32>
  })";

constexpr StringRef flattening = R"(
  func.func @flattening(%x: tensor<1x2x1xf32>) -> tensor<1x1xf32> {
    %w = edge.constant dense<[[[1.0, 2.0, 3.0]]]> : tensor<1x1x3xf32>
    %v = edge.constant dense<1.0> : tensor<6x1xf32>
    %0 = edge.conv %x, %w strides [1] dilations [1] pads [0, 0] group 1 : tensor<1x2x1xf32>, tensor<1x1x3xf32> -> tensor<1x2x3xf32>
    %1 = edge.reshape %0 : tensor<1x2x3xf32> -> tensor<1x6xf32>
    %2 = edge.matmul %1, %v : tensor<1x6xf32>, tensor<6x1xf32> -> tensor<1x1xf32>
    return %2 : tensor<1x1xf32>
  })";

} // namespace

TEST_F(ChannelsTest, ResidualAdditionsTieChannelByChannel) {
  ChannelAnalysis analysis(parse(residual));
  ArrayRef<ChannelLayer> layers = analysis.layers();
  ASSERT_EQ(layers.size(), 3u);
  for (int64_t i = 0; i < 4; ++i) {
    EXPECT_EQ(analysis.setOf(layers[0].output, i), analysis.setOf(layers[1].output, i));
    EXPECT_EQ(analysis.setOf(layers[0].output, i), analysis.setOf(layers[2].input, i));
    EXPECT_FALSE(analysis.isPinned(analysis.setOf(layers[0].output, i)));
  }
  EXPECT_NE(analysis.setOf(layers[0].output, 0), analysis.setOf(layers[0].output, 1));
}

TEST_F(ChannelsTest, InputsAndOutputsArePinned) {
  ChannelAnalysis analysis(parse(residual));
  EXPECT_TRUE(analysis.isPinned(analysis.setOf(analysis.layers()[0].input, 0)));
  EXPECT_TRUE(analysis.isPinned(analysis.setOf(analysis.layers()[2].output, 0)));
}

TEST_F(ChannelsTest, ConcatenationsLaySetsSideBySide) {
  ChannelAnalysis analysis(parse(concatenation));
  ArrayRef<ChannelLayer> layers = analysis.layers();
  EXPECT_EQ(analysis.setOf(layers[0].output, 1), analysis.setOf(layers[2].input, 1));
  EXPECT_EQ(analysis.setOf(layers[1].output, 1), analysis.setOf(layers[2].input, 3));
  EXPECT_NE(analysis.setOf(layers[0].output, 1), analysis.setOf(layers[1].output, 1));
}

TEST_F(ChannelsTest, FlatteningMakesSeveralOfEachChannel) {
  ChannelAnalysis analysis(parse(flattening));
  ArrayRef<ChannelLayer> layers = analysis.layers();
  for (int64_t i = 0; i < 6; ++i)
    EXPECT_EQ(analysis.setOf(layers[0].output, i % 3), analysis.setOf(layers[1].input, i));
}

TEST_F(ChannelsTest, TheLeastImportantGoUntilTheGoalIsReached) {
  ChannelAnalysis analysis(parse(residual));
  std::vector<std::vector<float>> scores = {{4, 1, 2, 3}, {4, 1, 2, 3}, {1}};
  ChannelChoice choice(analysis, scores, {std::nullopt, std::nullopt, std::nullopt}, {0.4, true, 1});
  std::vector<bool> removed = choice.run();
  Value output = analysis.layers()[0].output;
  for (int64_t i = 0; i < 4; ++i)
    EXPECT_EQ(removed[analysis.setOf(output, i)], i == 1 || i == 2);
  EXPECT_EQ(choice.macs(removed), 6); // Of 12.
}

TEST_F(ChannelsTest, SingleLayersHaveTheirOwnShare) {
  ChannelAnalysis analysis(parse(concatenation));
  std::vector<std::vector<float>> scores = {{1, 2}, {1, 2}, {1}};
  ChannelChoice choice(analysis, scores, {0.0, std::nullopt, std::nullopt}, {0.25, true, 1});
  std::vector<bool> removed = choice.run();
  EXPECT_FALSE(removed[analysis.setOf(analysis.layers()[0].output, 0)]);
  EXPECT_TRUE(removed[analysis.setOf(analysis.layers()[1].output, 0)]);
}

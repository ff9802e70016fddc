// Choosing of weights and values, without any IR.
#include "passes/Compress/Cluster.h"
#include "passes/Compress/Prune.h"

#include "gtest/gtest.h"

using namespace edgecc::compress;

TEST(Cluster, CentroidsAreMeansOfTheirClusters) {
  EXPECT_EQ(cluster({10, 1, 11, 2}, 2, 100), (std::vector<float>{1.5, 10.5}));
}

TEST(Cluster, OneValueIsTheMeanOfAll) { EXPECT_EQ(cluster({1, 2, 6}, 1, 100), std::vector<float>{3}); }

TEST(Cluster, FewValuesStay) { EXPECT_EQ(cluster({5, 1, 5}, 4, 100), (std::vector<float>{1, 5})); }

// From -8, -4, 0, 4, 8 the two in the middle have no weights at first.
TEST(Cluster, EmptyCentroidsMoveToTheLargestError) {
  std::vector<float> values = {-8, -7, -6, -5, 8, 8};
  EXPECT_EQ(cluster(values, 5, 100), (std::vector<float>{-8, -7, -6, -5, 8}));
  EXPECT_EQ(cluster({-8, -7.9, -6, -5.9, -5.8, 8}, 4, 100).size(), 4u);
}

TEST(Cluster, NearestIsTheLowerOfTwo) {
  EXPECT_EQ(nearest({1, 3}, 2), 1);
  EXPECT_EQ(nearest({1, 3}, 2.5), 3);
  EXPECT_EQ(nearest({1, 3}, -5), 1);
  EXPECT_EQ(nearest({1, 3}, 5), 3);
}

TEST(Prune, BlocksAtTheEndsAreSmaller) {
  std::vector<float> values = {1, 1, 2, 3, 3, 1};
  WeightMatrix matrix{values, 2, 3};
  Granularity blocks{1, 2};
  EXPECT_EQ(blockScores(matrix, blocks), (std::vector<float>{1, 4, 9, 1}));
  dropBlocks(matrix, blocks, lowest({1, 4, 9, 1}, 0.5));
  EXPECT_EQ(values, (std::vector<float>{0, 0, 2, 3, 3, 0}));
}

TEST(Prune, OfEqualScoresTheFirstIsLowest) {
  EXPECT_EQ(lowest({2, 1, 1, 1}, 0.5), (std::vector<bool>{false, true, true, false}));
  EXPECT_EQ(lowest({2, 1}, 0), (std::vector<bool>{false, false}));
  EXPECT_EQ(lowest({2, 1}, 1), (std::vector<bool>{true, true}));
}

TEST(Prune, GroupsKeepTheirLargest) {
  std::vector<float> values = {1, -4, 3, 2, 5};
  keepLargest({values, 5, 1}, {1, 1, 2, 4});
  EXPECT_EQ(values, (std::vector<float>{0, -4, 3, 0, 5}));
}

TEST(Prune, GranularityIsReadFromText) {
  EXPECT_EQ(Granularity::parse("4x8")->columns, 8);
  EXPECT_EQ(Granularity::parse("2:4")->group, 4);
  EXPECT_TRUE(failed(Granularity::parse("4:4")));
  EXPECT_TRUE(failed(Granularity::parse("0x4")));
}

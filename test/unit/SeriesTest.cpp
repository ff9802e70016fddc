// Which neighbouring steps one kernel does one after the other on a device.
#include "targets/device/Series.h"

#include <gtest/gtest.h>

using namespace edgecc::device;

namespace {

DeviceLimits limits() {
  DeviceLimits limits;
  limits.maxGroupItems = 128;
  limits.seriesItems = 64;
  limits.launchOperations = 1000;
  return limits;
}

TaskCost onDevice(uint64_t items, uint64_t groups, uint64_t itemOperations) {
  return {true, items, groups, itemOperations};
}

const TaskCost small = onDevice(256, 2, 100), large = onDevice(1 << 20, 1 << 13, 100), onHost;

/// Begin and end of each series.
std::vector<std::pair<size_t, size_t>> found(llvm::ArrayRef<TaskCost> costs, const DeviceLimits &limits) {
  std::vector<std::pair<size_t, size_t>> result;
  for (Series series : findSeries(costs, limits))
    result.push_back({series.begin, series.end});
  return result;
}

using Ranges = std::vector<std::pair<size_t, size_t>>;

TEST(SeriesTest, StepFitsIfItTakesNoLongerThanTheStartOfAKernel) {
  EXPECT_TRUE(fitsSeries(onDevice(640, 5, 100), limits()));  // Ten rounds of 64 items.
  EXPECT_FALSE(fitsSeries(onDevice(641, 6, 100), limits())); // Eleven.
  EXPECT_FALSE(fitsSeries(onHost, limits()));
}

TEST(SeriesTest, StepOfOneGroupAlwaysFits) { EXPECT_TRUE(fitsSeries(onDevice(128, 1, 1 << 30), limits())); }

TEST(SeriesTest, EndlessLoopsDoNotOverflow) {
  EXPECT_FALSE(fitsSeries(onDevice(1 << 20, 1 << 13, std::numeric_limits<uint64_t>::max()), limits()));
}

TEST(SeriesTest, GroupsAreNoLargerThanTheDeviceAllows) {
  DeviceLimits narrow = limits();
  narrow.maxGroupItems = 32;
  EXPECT_FALSE(fitsSeries(onDevice(640, 20, 100), narrow)); // Twenty rounds of 32.
}

TEST(SeriesTest, NeighboursFormTheLongestSeries) {
  EXPECT_EQ(found({small, small, small}, limits()), (Ranges{{0, 3}}));
  EXPECT_EQ(found({small, small, large, small, onHost, small, small}, limits()), (Ranges{{0, 2}, {5, 7}}));
}

TEST(SeriesTest, OneStepIsNoSeries) {
  EXPECT_EQ(found({small, large, small, large}, limits()), Ranges());
  EXPECT_EQ(found({}, limits()), Ranges());
}

TEST(SeriesTest, ZeroLaunchOperationsKeepEachStepAKernel) {
  DeviceLimits apart = limits();
  apart.launchOperations = 0;
  EXPECT_EQ(found({small, small}, apart), Ranges());
}

} // namespace

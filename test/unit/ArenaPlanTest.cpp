// Offsets in the arena, on random lifetimes.
#include "passes/Memory/ArenaPlan.h"

#include "gtest/gtest.h"

#include <random>

using namespace edgecc::memory;

namespace {

constexpr int64_t alignment = 64;

std::vector<Lifetime> randomLifetimes(unsigned seed) {
  std::minstd_rand random(seed);
  std::vector<Lifetime> buffers(1 + random() % 60);
  for (Lifetime &buffer : buffers) {
    buffer.bytes = 1 + random() % 5000;
    buffer.first = random() % 40;
    buffer.last = buffer.first + random() % 8;
  }
  return buffers;
}

int64_t aligned(int64_t bytes) { return (bytes + alignment - 1) / alignment * alignment; }

/// The most bytes alive at one step, counted step by step.
int64_t mostAlive(const std::vector<Lifetime> &buffers) {
  int64_t most = 0;
  for (int64_t step = 0; step < 60; ++step) {
    int64_t alive = 0;
    for (const Lifetime &buffer : buffers)
      alive += buffer.first <= step && step <= buffer.last ? aligned(buffer.bytes) : 0;
    most = std::max(most, alive);
  }
  return most;
}

void expectNoOverlap(const std::vector<Lifetime> &buffers, const ArenaPlan &plan) {
  for (size_t i = 0; i < buffers.size(); ++i)
    for (size_t j = 0; j < i; ++j) {
      bool inTime = buffers[i].first <= buffers[j].last && buffers[j].first <= buffers[i].last;
      bool inSpace = plan.offsets[i] < plan.offsets[j] + buffers[j].bytes &&
                     plan.offsets[j] < plan.offsets[i] + buffers[i].bytes;
      EXPECT_FALSE(inTime && inSpace) << "buffers " << i << " and " << j;
    }
}

TEST(ArenaPlan, LivingBuffersNeverOverlap) {
  for (unsigned seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE(seed);
    std::vector<Lifetime> buffers = randomLifetimes(seed);
    ArenaPlan plan = planArena(buffers, alignment);
    ASSERT_EQ(plan.offsets.size(), buffers.size());
    expectNoOverlap(buffers, plan);
    for (size_t i = 0; i < buffers.size(); ++i) {
      EXPECT_EQ(plan.offsets[i] % alignment, 0);
      EXPECT_GE(plan.offsets[i], 0);
      EXPECT_LE(plan.offsets[i] + buffers[i].bytes, plan.bytes);
    }
  }
}

TEST(ArenaPlan, BoundIsTheMostBytesAlive) {
  int64_t bytes = 0, bound = 0;
  for (unsigned seed = 1; seed <= 100; ++seed) {
    std::vector<Lifetime> buffers = randomLifetimes(seed);
    ArenaPlan plan = planArena(buffers, alignment);
    EXPECT_EQ(plan.lowerBound, mostAlive(buffers));
    EXPECT_GE(plan.bytes, plan.lowerBound);
    bytes += plan.bytes;
    bound += plan.lowerBound;
  }
  // Random lifetimes are harder than networks; even so the plans stay close to the bound.
  EXPECT_LE(bytes, bound * 1.15);
}

TEST(ArenaPlan, SameInputGivesTheSamePlan) {
  for (unsigned seed = 1; seed <= 20; ++seed)
    EXPECT_EQ(planArena(randomLifetimes(seed), alignment).offsets, planArena(randomLifetimes(seed), alignment).offsets);
}

TEST(ArenaPlan, ChainTakesTwoPlaces) {
  // Each buffer is read by the next step only: two places suffice for any length.
  std::vector<Lifetime> chain;
  for (int64_t step = 0; step < 10; ++step)
    chain.push_back({1000, step, step + 1});
  EXPECT_EQ(planArena(chain, alignment).bytes, 2 * 1024);
}

TEST(ArenaPlan, NothingNeedsNothing) {
  EXPECT_EQ(planArena({}, alignment).bytes, 0);
  EXPECT_EQ(planArena({}, alignment).lowerBound, 0);
}

} // namespace

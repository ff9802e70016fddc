// Best-fit assignment of offsets, tried in several orders; see ArenaPlan.h.
#include "passes/Memory/ArenaPlan.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <random>

using namespace edgecc::memory;
using llvm::ArrayRef;
using llvm::SmallVector;

namespace {

bool overlapInTime(const Lifetime &a, const Lifetime &b) { return a.first <= b.last && b.first <= a.last; }

int64_t lowerBoundOf(ArrayRef<Lifetime> buffers, int64_t alignment) {
  int64_t bound = 0;
  // The maximum is reached where some buffer begins.
  for (const Lifetime &at : buffers) {
    int64_t alive = 0;
    for (const Lifetime &buffer : buffers)
      if (buffer.first <= at.first && at.first <= buffer.last)
        alive += llvm::alignTo(buffer.bytes, alignment);
    bound = std::max(bound, alive);
  }
  return bound;
}

/// Places the buffers in `order`, each into the smallest gap that holds it among those alive at the same time.
ArenaPlan place(ArrayRef<Lifetime> buffers, ArrayRef<unsigned> order, int64_t alignment) {
  ArenaPlan plan;
  plan.offsets.assign(buffers.size(), -1);
  SmallVector<unsigned> placed;
  for (unsigned index : order) {
    int64_t bytes = llvm::alignTo(buffers[index].bytes, alignment), at = 0, best = -1;
    int64_t bestGap = std::numeric_limits<int64_t>::max();
    for (unsigned other : placed) { // In order of offsets.
      if (!overlapInTime(buffers[index], buffers[other]))
        continue;
      int64_t gap = plan.offsets[other] - at;
      if (gap >= bytes && gap < bestGap) {
        best = at;
        bestGap = gap;
      }
      at = std::max<int64_t>(at, plan.offsets[other] + llvm::alignTo(buffers[other].bytes, alignment));
    }
    plan.offsets[index] = best >= 0 ? best : at;
    plan.bytes = std::max(plan.bytes, plan.offsets[index] + bytes);
    placed.insert(
        llvm::upper_bound(placed, index, [&](unsigned a, unsigned b) { return plan.offsets[a] < plan.offsets[b]; }),
        index);
  }
  return plan;
}

} // namespace

ArenaPlan edgecc::memory::planArena(ArrayRef<Lifetime> buffers, int64_t alignment) {
  int64_t bound = lowerBoundOf(buffers, alignment);
  SmallVector<unsigned> order = llvm::to_vector(llvm::seq<unsigned>(0, buffers.size()));
  ArenaPlan best;
  best.bytes = std::numeric_limits<int64_t>::max();
  auto attempt = [&](ArrayRef<unsigned> candidate) {
    ArenaPlan plan = place(buffers, candidate, alignment);
    if (plan.bytes < best.bytes)
      best = plan;
  };
  attempt(order);
  llvm::stable_sort(order, [&](unsigned a, unsigned b) { return buffers[a].bytes > buffers[b].bytes; });
  attempt(order);
  SmallVector<unsigned> byLength = order;
  llvm::stable_sort(byLength, [&](unsigned a, unsigned b) {
    return buffers[a].last - buffers[a].first > buffers[b].last - buffers[b].first;
  });
  attempt(byLength);
  // Exchange pairs in the order by size; a fixed seed gives the same plan every time.
  std::minstd_rand random(1);
  for (int round = 0; round < 200 && best.bytes > bound && order.size() > 1; ++round) {
    SmallVector<unsigned> changed = order;
    for (int swap = 0; swap < 3; ++swap)
      std::swap(changed[random() % changed.size()], changed[random() % changed.size()]);
    int64_t before = best.bytes;
    attempt(changed);
    if (best.bytes < before)
      order = changed;
  }
  if (buffers.empty())
    best.bytes = 0;
  best.lowerBound = bound;
  return best;
}

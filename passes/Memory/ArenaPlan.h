// Offsets for buffers with known sizes and lifetimes, apart from any IR so that it can be tested alone.
#ifndef EDGECC_PASSES_MEMORY_ARENAPLAN_H
#define EDGECC_PASSES_MEMORY_ARENAPLAN_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>

namespace edgecc::memory {

/// A buffer that is alive from step `first` to step `last`, both included.
struct Lifetime {
  int64_t bytes;
  int64_t first, last;
};

struct ArenaPlan {
  llvm::SmallVector<int64_t> offsets; ///< One per buffer, multiples of the alignment.
  int64_t bytes = 0;                  ///< Size of the arena.
  int64_t lowerBound = 0;             ///< The most bytes alive at one step, sizes rounded up to the alignment.
};

/// Buffers that are alive at the same step never overlap. Gives the same plan for the same input.
ArenaPlan planArena(llvm::ArrayRef<Lifetime> buffers, int64_t alignment);

} // namespace edgecc::memory

#endif

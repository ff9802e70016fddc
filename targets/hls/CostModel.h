// Cycles and resources of one kernel under a design. docs/targets/hls.md explains the model and its limits.
#ifndef EDGECC_TARGETS_HLS_COSTMODEL_H
#define EDGECC_TARGETS_HLS_COSTMODEL_H

#include "targets/hls/Design.h"
#include "targets/hls/Operators.h"

namespace edgecc::hls {

/// Where the operands of a kernel lie.
struct Places {
  llvm::function_ref<bool(unsigned operand)> isConstant;         ///< Known at compile time.
  llvm::function_ref<bool(unsigned operand)> isOffChip;          ///< Reached through AXI.
  llvm::function_ref<bool(unsigned operand)> isStream = nullptr; ///< A queue, one word at a time; null: none is.
  bool wantsEarlyWords = false; ///< Designs are preferred whose first word comes out early.

  bool streams(unsigned operand) const { return isStream && isStream(operand); }
};

/// One pipelined loop nest of a kernel.
struct PipelineCost {
  int64_t trips = 0; ///< Iterations of one entry; 0: there is no such loop.
  int64_t ii = 1;
  int64_t depth = 0;  ///< Cycles of one iteration.
  std::string reason; ///< Why the interval is no smaller, or why it is reached.

  /// One iteration is no loop.
  int64_t issued() const { return trips > 1 ? trips * ii : 0; }
  /// One iteration after the other, as a tool without pipelined loops runs them.
  int64_t unpipelined() const { return trips * (std::max(depth, ii) + 1); }
  int64_t cycles() const { return trips == 0 ? 0 : ii * (trips - 1) + std::max(depth, ii) + 1; }
};

/// The ring of an operand outside or of a stream: its banks and the loops that fill it.
struct WindowCost {
  Window window;
  int64_t banks = 1;
  int64_t entries = 1, steps = 0; ///< How often the first window, and how often a step of it is fetched.
  bool fromStream = false;

  int64_t words() const { return entries * window.before() + steps * window.fresh; }
  /// What pipelined loops fetch of them: a single word is no loop.
  int64_t issued() const {
    return (window.before() > 1 ? entries * window.before() : 0) + (window.fresh > 1 ? steps * window.fresh : 0);
  }
};

/// How a kernel behaves at the end of its streams.
struct StreamCost {
  int64_t lead = 0;                ///< Cycles until the first word of its output is there.
  int64_t burst = 1;               ///< Words that it writes without a pause.
  llvm::SmallVector<int64_t> tail; ///< For each operand that it reads: cycles that are left behind the last word.
  llvm::SmallVector<int64_t> need; ///< For each operand: words that it reads without a pause.
  llvm::SmallVector<int64_t> left; ///< For each operand: words at the end that it drops.
  bool isPossible = true;          ///< Whether all operands that are streams are walked in order, once.
};

struct Cost {
  PipelineCost init, main, epilogue;
  int64_t entries = 1;     ///< How often the outer loops run them.
  int64_t latency = 0;     ///< Cycles of the kernel.
  int64_t unpipelined = 0; ///< The same where no iterations overlap.
  Resources resources;     ///< Without the arrays that its operands are.
  int64_t multipliers = 0, multiplierDsp = 0, operators = 0;
  llvm::SmallVector<int64_t> banks; ///< For each operand of the kernel, the banks that its array needs.
  llvm::SmallVector<WindowCost> windows;
  StreamCost streams;
  int64_t sums = 0, sumBanks = 1; ///< Elements of the array of sums; 0: sums are in registers.

  /// Sum of trip count times interval over all pipelined loops: what the emitted loops can be counted for.
  int64_t issued() const {
    int64_t fills = 0;
    for (const WindowCost &fill : windows)
      fills += fill.issued();
    for (int64_t words : streams.left)
      fills += words > 1 ? words : 0;
    return fills + entries * (init.issued() + main.issued() + epilogue.issued());
  }
};

Cost costOf(const kernel::KernelNest &nest, const Design &design, const Clock &clock, const Places &places);

/// Cycles of one burst of so many words from or to memory outside, and until the first of them is there.
int64_t burstCycles(int64_t words);

/// An array of `elements` of `bits` in `banks` memories: block RAM, or LUTs where a bank is small.
Resources memoryCost(int64_t elements, int64_t bits, int64_t banks);

/// Addresses that one iteration touches through `access`, relative to the first, with the loops `lanes` side by side.
llvm::SmallVector<int64_t> laneAddresses(const Design &design, llvm::ArrayRef<unsigned> lanes,
                                         llvm::ArrayRef<int64_t> laneStrides);

/// The smallest power of two of banks of which none holds more than `ports` of `addresses`; at most `most`. The bank of
/// an element is then the last bits of its index.
int64_t banksFor(llvm::ArrayRef<int64_t> addresses, int64_t ports, int64_t most);
/// Most of `addresses` that one of `banks` holds.
int64_t mostInOneBank(llvm::ArrayRef<int64_t> addresses, int64_t banks);

inline constexpr int64_t mostBanks = 64; ///< More make multiplexers that no clock bears.

} // namespace edgecc::hls

#endif

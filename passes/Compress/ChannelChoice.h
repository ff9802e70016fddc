// Which sets of channels to remove for a share of the multiply-accumulates.
#ifndef EDGECC_PASSES_COMPRESS_CHANNELCHOICE_H
#define EDGECC_PASSES_COMPRESS_CHANNELCHOICE_H

#include "passes/Compress/ChannelAnalysis.h"

#include "llvm/ADT/SmallVector.h"

#include <optional>
#include <vector>

namespace edgecc::compress {

struct ChannelChoiceOptions {
  double amount = 0;    ///< Share of all multiply-accumulates to save.
  bool isGlobal = true; ///< The least channels of the network; else the same share of each layer's channels.
  int64_t multiple = 8; ///< Layers keep a multiple of so many channels, if they have as many.
};

class ChannelChoice {
public:
  /// `scores` has the importance of each layer's output channels, in a unit that layers can be compared by; `shares`,
  /// for some layers, the share of their channels to remove, whatever the amount is.
  ChannelChoice(const ChannelAnalysis &analysis, llvm::ArrayRef<std::vector<float>> scores,
                llvm::ArrayRef<std::optional<double>> shares, const ChannelChoiceOptions &options);

  /// Marks the sets to remove. Every layer keeps a quarter of its channels at least.
  std::vector<bool> run();

  int64_t macs(const std::vector<bool> &removed) const;

private:
  /// Sets that the same layers compute, the least important first.
  struct Group {
    llvm::SmallVector<unsigned> sets;
    std::optional<double> share;
  };

  void formGroups(llvm::ArrayRef<std::vector<float>> scores, llvm::ArrayRef<std::optional<double>> shares);
  int64_t kept(const Group &group, int64_t wanted) const;
  /// How many sets of each group go at `progress`, from 0 to as many as there are steps.
  std::vector<int64_t> takenAt(size_t progress) const;
  /// Leaves groups what they need not give for `goal` multiply-accumulates.
  void giveBack(std::vector<int64_t> &taken, double goal) const;
  std::vector<bool> removed(llvm::ArrayRef<int64_t> taken) const;

  static constexpr size_t numShares = 1000; ///< Steps of an equal share.

  const ChannelAnalysis &analysis;
  ChannelChoiceOptions options;
  std::vector<Group> groups;
  std::vector<float> scoreOf;                       ///< By set.
  std::vector<std::pair<unsigned, unsigned>> order; ///< Group and set, the least important first.
};

} // namespace edgecc::compress

#endif

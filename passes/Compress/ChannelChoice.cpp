// Choice of channels; see ChannelChoice.h.
#include "passes/Compress/ChannelChoice.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <map>

using namespace llvm;
using namespace edgecc::compress;

ChannelChoice::ChannelChoice(const ChannelAnalysis &analysis, ArrayRef<std::vector<float>> scores,
                             ArrayRef<std::optional<double>> shares, const ChannelChoiceOptions &options)
    : analysis(analysis), options(options) {
  formGroups(scores, shares);
}

void ChannelChoice::formGroups(ArrayRef<std::vector<float>> scores, ArrayRef<std::optional<double>> shares) {
  std::vector<SmallVector<unsigned>> makers(analysis.numSets()); // The layers that compute a set.
  std::vector<double> sums(analysis.numSets());
  for (auto [number, layer] : enumerate(analysis.layers())) {
    if (layer.isDepthwise)
      continue;
    for (int64_t channel = 0; channel < layer.outputs(); ++channel) {
      unsigned set = analysis.setOf(layer.output, channel);
      makers[set].push_back(number);
      sums[set] += scores[number][channel];
    }
  }
  scoreOf.resize(analysis.numSets());
  std::map<SmallVector<unsigned>, unsigned> known;
  for (unsigned set = 0; set < analysis.numSets(); ++set) {
    if (analysis.isPinned(set) || makers[set].empty())
      continue;
    scoreOf[set] = sums[set] / makers[set].size();
    auto [group, isNew] = known.insert({makers[set], groups.size()});
    if (isNew) {
      groups.emplace_back();
      for (unsigned layer : makers[set])
        if (shares[layer])
          groups.back().share = shares[layer];
    }
    groups[group->second].sets.push_back(set);
  }
  auto isLess = [&](unsigned a, unsigned b) { return scoreOf[a] != scoreOf[b] ? scoreOf[a] < scoreOf[b] : a < b; };
  for (auto [number, group] : enumerate(groups)) {
    sort(group.sets, isLess);
    for (unsigned set : group.sets)
      if (!group.share)
        order.push_back({static_cast<unsigned>(number), set});
  }
  sort(order, [&](auto &a, auto &b) { return isLess(a.second, b.second); });
}

int64_t ChannelChoice::kept(const Group &group, int64_t wanted) const {
  int64_t size = group.sets.size();
  int64_t least = std::max<int64_t>(1, divideCeil(size, 4));
  return std::min<int64_t>(size, alignTo(std::max(wanted, least), options.multiple));
}

std::vector<int64_t> ChannelChoice::takenAt(size_t progress) const {
  std::vector<int64_t> taken(groups.size());
  for (auto [number, group] : enumerate(groups)) {
    double share = group.share ? *group.share : options.isGlobal ? 0 : double(progress) / numShares;
    taken[number] = static_cast<int64_t>(share * group.sets.size());
  }
  if (options.isGlobal)
    for (auto [group, set] : ArrayRef(order).take_front(progress))
      ++taken[group];
  for (auto [group, count] : zip_equal(groups, taken))
    count = group.sets.size() - kept(group, group.sets.size() - count);
  return taken;
}

std::vector<bool> ChannelChoice::removed(ArrayRef<int64_t> taken) const {
  std::vector<bool> result(analysis.numSets());
  for (auto [group, count] : zip_equal(groups, taken))
    for (unsigned set : ArrayRef(group.sets).take_front(count))
      result[set] = true;
  return result;
}

int64_t ChannelChoice::macs(const std::vector<bool> &removed) const {
  auto count = [&](mlir::Value value, int64_t channels) {
    int64_t kept = 0;
    for (int64_t channel = 0; channel < channels; ++channel)
      kept += !removed[analysis.setOf(value, channel)];
    return kept;
  };
  int64_t sum = 0;
  for (const ChannelLayer &layer : analysis.layers())
    sum += layer.macs(count(layer.input, layer.inputs()), count(layer.output, layer.outputs()));
  return sum;
}

std::vector<bool> ChannelChoice::run() {
  double goal = (1 - options.amount) * macs(std::vector<bool>(analysis.numSets()));
  size_t low = 0, high = options.isGlobal ? order.size() : numShares;
  while (low < high) { // The least progress that reaches the goal.
    size_t middle = (low + high) / 2;
    if (macs(removed(takenAt(middle))) <= goal)
      high = middle;
    else
      low = middle + 1;
  }
  std::vector<int64_t> taken = takenAt(low);
  giveBack(taken, goal);
  return removed(taken);
}

void ChannelChoice::giveBack(std::vector<int64_t> &taken, double goal) const {
  // A step of a whole multiple in a layer with much work may have gone far beyond the goal.
  std::vector<unsigned> numbers;
  for (unsigned number = 0; number < groups.size(); ++number)
    if (!groups[number].share)
      numbers.push_back(number);
  auto lastTaken = [&](unsigned number) {
    return taken[number] ? scoreOf[groups[number].sets[taken[number] - 1]] : -1;
  };
  bool gave = true;
  while (gave) {
    gave = false;
    stable_sort(numbers, [&](unsigned a, unsigned b) { return lastTaken(a) > lastTaken(b); });
    for (unsigned number : numbers) {
      int64_t before = taken[number];
      if (before == 0)
        continue;
      taken[number] = std::max<int64_t>(0, before - options.multiple);
      if (macs(removed(taken)) <= goal)
        gave = true;
      else
        taken[number] = before;
    }
  }
}

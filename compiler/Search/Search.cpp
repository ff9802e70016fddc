// The two stages of the search; see Search.h.
#include "compiler/Search/Search.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <numeric>
#include <random>

using namespace edgecc::search;

namespace {

constexpr double leastGain = 0.02;     ///< Of log(value) that a step in stage 1 must save.
constexpr double leastPrice = 1e-4;    ///< Loss that a step counts as at least, so that free ones are compared by gain.
constexpr double leastLoss = 5e-4;     ///< That a round of stage 2 must gain to be followed by another.
constexpr unsigned layersPerKnob = 12; ///< Those with the most weights.
constexpr unsigned combinations = 4;   ///< To measure in each round of stage 2.

class Searcher {
public:
  Searcher(const Space &space, const Budget &budget, Evaluator &evaluator, const SearchOptions &options)
      : space(space), budget(budget), evaluator(evaluator), options(options), random(options.seed) {}

  llvm::Expected<SearchResult> run() {
    Candidate start(space.size());
    auto first = evaluator.measure(start);
    if (!first)
      return first.takeError();
    note({start, *first});
    seen[start] = *first;
    descend({start, *first});
    do
      while (!isOver() && refine(/*turnsOn=*/false))
        ;
    while (!isOver() && hasMoreToGain() && refine(/*turnsOn=*/true));
    return std::move(result);
  }

private:
  bool isOver() {
    result.wasStopped = result.wasStopped || options.shouldStop();
    return result.wasStopped || tried >= options.trials;
  }

  void note(const Point &point) {
    ++tried;
    bool isBest = result.points.empty() || isBetter(budget, point.measurement, result.best.measurement);
    if (isBest)
      result.best = point;
    result.points.push_back(point);
    options.onPoint(point, isBest);
  }

  /// Nothing where the candidate cannot be measured, or no more may be.
  std::optional<Measurement> measure(const Candidate &candidate) {
    auto known = seen.find(candidate);
    if (known != seen.end())
      return known->second;
    if (isOver())
      return std::nullopt;
    auto measured = evaluator.measure(candidate);
    if (!measured) {
      llvm::consumeError(measured.takeError());
      // A candidate that an interrupt broke off is measured when the search goes on.
      return isOver() ? std::nullopt : seen[candidate];
    }
    note({candidate, *measured});
    return seen[candidate] = *measured;
  }

  // Stage 1.

  /// The least step of a knob that eases the budget noticeably.
  std::optional<Point> propose(unsigned knob, const Point &from) {
    for (int delta = 1;; ++delta) {
      std::optional<Candidate> next = moved(space, from.candidate, {knob, std::nullopt, delta});
      if (!next)
        return std::nullopt;
      std::optional<Measurement> measured = measure(*next);
      if (measured && budget.pressure(from.measurement) - budget.pressure(*measured) >= leastGain)
        return Point{*next, *measured};
      if (isOver())
        return std::nullopt;
    }
  }

  double price(const Point &from, const Point &to) const {
    double gain = budget.pressure(from.measurement) - budget.pressure(to.measurement);
    return (std::max(0.0, to.measurement.loss() - from.measurement.loss()) + leastPrice) / gain;
  }

  void descend(Point current) {
    while (!isOver() && !(budget.limitsResources() && budget.pressure(current.measurement) <= 0)) {
      std::optional<Point> cheapest;
      for (unsigned knob = 0; knob < space.size(); ++knob)
        if (std::optional<Point> next = propose(knob, current))
          if (!cheapest || price(current, *next) < price(current, *cheapest))
            cheapest = next;
      // Beyond the nearest by the drop alone, all that follows is farther.
      if (!cheapest || budget.dropExcess(cheapest->measurement) > budget.excess(result.best.measurement) + 1)
        return;
      current = *cheapest;
    }
  }

  // Stage 2.

  using Logs = std::array<double, numQuantities>;

  /// What a move from the centre of a round changed, or what several should together.
  struct Effect {
    Move move;
    double loss = 0;
    Logs logs{}; ///< Of the resources that count.

    double weight() const { return std::accumulate(logs.begin(), logs.end(), 0.0); }
  };

  /// Whether methods that are off are worth a try on single layers: they take many measurements.
  bool hasMoreToGain() const {
    return !budget.limitsResources() || budget.excess(result.best.measurement) > 0 ||
           result.best.measurement.loss() > 4 * leastLoss;
  }

  /// Steps of every method that is on, for the network and for its largest layers, in random order; `turnsOn`: first
  /// steps of methods that are off, for layers.
  std::vector<Move> neighbourhood(const Candidate &center, bool turnsOn) {
    std::vector<Move> moves;
    for (unsigned knob = 0; knob < space.size(); ++knob) {
      if (center[knob].isOn() == turnsOn)
        continue;
      for (int delta : {-1, 1}) {
        if (!turnsOn)
          moves.push_back({knob, std::nullopt, delta});
        for (unsigned layer = 0; layer < std::min<size_t>(space[knob].layers.size(), layersPerKnob); ++layer)
          moves.push_back({knob, layer, delta});
      }
    }
    for (size_t i = moves.size(); i > 1; --i) // std::shuffle differs between libraries.
      std::swap(moves[i - 1], moves[random() % i]);
    return moves;
  }

  /// One round; whether it found something better.
  bool refine(bool turnsOn) {
    Point center = result.best;
    std::vector<Effect> effects;
    for (const Move &move : neighbourhood(center.candidate, turnsOn)) {
      std::optional<Candidate> next = moved(space, center.candidate, move);
      std::optional<Measurement> measured = next ? measure(*next) : std::nullopt;
      if (measured)
        effects.push_back({move, measured->loss() - center.measurement.loss(),
                           difference(budget.logs(*measured), budget.logs(center.measurement))});
    }
    for (const Candidate &candidate : combine(center, effects))
      measure(candidate);
    return isWorthMore(center.measurement, result.best.measurement);
  }

  /// Whether a round gained enough for another one.
  bool isWorthMore(const Measurement &before, const Measurement &after) const {
    double excess = budget.excess(before);
    if (excess > 0)
      return budget.excess(after) < (1 - leastGain) * excess;
    return budget.limitsResources() ? after.loss() < before.loss() - leastLoss
                                    : after[Size] < (1 - leastGain) * before[Size];
  }

  /// Combinations of moves that should serve the budget better than the centre, the best first.
  std::vector<Candidate> combine(const Point &center, const std::vector<Effect> &effects) const {
    std::vector<std::pair<std::pair<double, double>, Candidate>> found;
    for (double lambda = 1e-4; lambda < 100; lambda *= 2) {
      Candidate candidate = center.candidate;
      Effect sum;
      for (const Effect &effect : cheapestOfEach(effects, lambda))
        if (std::optional<Candidate> next = moved(space, candidate, effect.move)) {
          candidate = *next;
          sum.loss += effect.loss;
          for (auto [to, from] : llvm::zip(sum.logs, effect.logs))
            to += from;
        }
      auto rank = predict(center.measurement, sum);
      if (rank < predict(center.measurement, {}) &&
          llvm::none_of(found, [&](const auto &entry) { return entry.second == candidate; }))
        found.emplace_back(rank, candidate);
    }
    llvm::stable_sort(found, [](const auto &a, const auto &b) { return a.first < b.first; });
    std::vector<Candidate> best;
    for (auto &[rank, candidate] : found)
      if (best.size() < combinations)
        best.push_back(candidate);
    return best;
  }

  /// How far beyond the budget a network should be that differs from `center` by `effect`, and how good within.
  std::pair<double, double> predict(const Measurement &center, const Effect &effect) const {
    Logs logs = budget.logs(center);
    double beyond = 0;
    for (Quantity quantity : {Size, Latency, Arena, Macs})
      if (budget[quantity])
        beyond += std::max(0.0, logs[quantity] + effect.logs[quantity] - std::log(*budget[quantity]));
    Measurement changed = center;
    changed[Drop] += effect.loss;
    beyond += budget.dropExcess(changed);
    return {beyond, budget.limitsResources() ? effect.loss : effect.weight()};
  }

  /// Of the moves on the same layer by the same method that with the least loss + lambda * weight, where it is below 0.
  std::vector<Effect> cheapestOfEach(const std::vector<Effect> &effects, double lambda) const {
    std::map<std::pair<unsigned, int>, Effect> chosen;
    auto cost = [&](const Effect &effect) { return effect.loss + lambda * effect.weight(); };
    for (const Effect &effect : effects) {
      // Moves of the whole network are no part of combinations: they are not independent of those of layers.
      if (!effect.move.layer || cost(effect) >= 0)
        continue;
      auto [entry, isNew] = chosen.try_emplace({effect.move.knob, *effect.move.layer}, effect);
      if (!isNew && cost(effect) < cost(entry->second))
        entry->second = effect;
    }
    std::vector<Effect> list;
    for (auto &entry : chosen)
      list.push_back(entry.second);
    return list;
  }

  static Logs difference(Logs a, const Logs &b) {
    for (auto [to, from] : llvm::zip(a, b))
      to -= from;
    return a;
  }

  const Space &space;
  const Budget &budget;
  Evaluator &evaluator;
  const SearchOptions &options;
  std::mt19937_64 random;
  SearchResult result;
  unsigned tried = 0;
  std::map<Candidate, std::optional<Measurement>> seen;
};

} // namespace

bool edgecc::search::isBetter(const Budget &budget, const Measurement &a, const Measurement &b) {
  double excessA = budget.excess(a), excessB = budget.excess(b);
  if (excessA != excessB)
    return excessA < excessB;
  auto rank = [&](const Measurement &m) {
    return budget.limitsResources() ? std::tuple(m.loss(), m[Size], m[Macs], m[Arena])
                                    : std::tuple(m[Size], m.loss(), m[Macs], m[Arena]);
  };
  return rank(a) < rank(b);
}

llvm::Expected<SearchResult> edgecc::search::findBest(const Space &space, const Budget &budget, Evaluator &evaluator,
                                                      const SearchOptions &options) {
  return Searcher(space, budget, evaluator, options).run();
}

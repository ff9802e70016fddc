// Candidates of one kernel, and the division of a budget among all; see Explore.h.
#include "targets/hls/Explore.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::hls;

namespace {

/// Orders of the parallel loops that are worth a try: as the output lies, and each loop taken to the inside.
SmallVector<SmallVector<unsigned>> ordersOf(ArrayRef<unsigned> loops) {
  SmallVector<SmallVector<unsigned>> orders = {SmallVector<unsigned>(loops)};
  for (size_t i = 0; i + 1 < loops.size(); ++i) {
    SmallVector<unsigned> order(loops);
    order.erase(order.begin() + i);
    order.push_back(loops[i]);
    orders.push_back(order);
  }
  return orders;
}

SmallVector<int64_t> divisorsOf(int64_t size, int64_t most) {
  SmallVector<int64_t> divisors;
  for (int64_t divisor = 1; divisor <= std::min(size, most); ++divisor)
    if (size % divisor == 0)
      divisors.push_back(divisor);
  return divisors;
}

class Explorer {
public:
  Explorer(const kernel::KernelNest &nest, const Clock &clock, const Places &places, const Resources &budget,
           int64_t mostLanes)
      : nest(nest), clock(clock), places(places), budget(budget), mostLanes(mostLanes) {}

  std::vector<Candidate> run() {
    Design plain = plainDesign(nest);
    consider(plain);
    for (const SmallVector<unsigned> &order : ordersOf(plain.order)) {
      Design design = plain;
      design.order = order;
      if (!nest.hasReduction()) {
        unroll(design, innermost(order, 2), 1);
        continue;
      }
      for (design.tile = 1; design.tile <= order.size(); ++design.tile) {
        int64_t sums = 1;
        for (unsigned loop : design.inner())
          sums *= nest.loops[loop].size;
        if (sums > mostSums)
          break;
        SmallVector<unsigned> loops = innermost(design.inner(), 2);
        llvm::append_range(loops, innermost(design.reductions, 2));
        unroll(design, loops, 1);
      }
    }
    return pareto();
  }

private:
  static constexpr double leastGain = 0.97; ///< A larger design takes at most so much of the cycles.
  static constexpr int64_t mostSums = 4096; ///< More do not pay: the sums would take the memory of the layers.

  static SmallVector<unsigned> innermost(ArrayRef<unsigned> loops, size_t count) {
    SmallVector<unsigned> result(llvm::reverse(loops.take_back(std::min(count, loops.size()))));
    return result;
  }

  /// Tries all numbers of lanes along `loops`.
  void unroll(Design &design, ArrayRef<unsigned> loops, int64_t lanes) {
    if (loops.empty()) {
      design.wideEpilogue = false;
      consider(design);
      if (nest.hasReduction()) {
        design.wideEpilogue = true;
        consider(design);
      }
      return;
    }
    unsigned loop = loops.front();
    // The body of a loop whose index it reads differs from step to step, so that little would be shared.
    int64_t most = nest.loops[loop].indexed ? 1 : mostLanes / lanes;
    for (int64_t divisor : divisorsOf(nest.loops[loop].size, most)) {
      design.unroll[loop] = divisor;
      unroll(design, loops.drop_front(), lanes * divisor);
    }
    design.unroll[loop] = 1;
  }

  void consider(const Design &design) {
    Cost cost = costOf(nest, design, clock, places);
    if (!cost.streams.isPossible)
      return;
    if (cost.resources.fits(budget) || found.empty())
      found.push_back({design, std::move(cost)});
  }

  /// Fastest first; one that is slower has to be smaller than all before it.
  std::vector<Candidate> pareto() {
    auto key = [&](const Candidate &candidate) { return std::pair(timeOf(candidate), sizeOf(candidate)); };
    std::stable_sort(found.begin(), found.end(),
                     [&](const Candidate &a, const Candidate &b) { return key(a) < key(b); });
    std::vector<Candidate> kept;
    double smallest = std::numeric_limits<double>::max();
    for (Candidate &candidate : found) {
      double size = sizeOf(candidate);
      if (size >= smallest * 0.999)
        continue;
      smallest = size;
      kept.push_back(std::move(candidate));
    }
    // From the smallest; what gains next to nothing for more is no choice.
    std::vector<Candidate> steps;
    for (Candidate &candidate : llvm::reverse(kept))
      if (steps.empty() || candidate.cost.latency <= leastGain * steps.back().cost.latency)
        steps.push_back(std::move(candidate));
    return steps;
  }

  /// Between streams it may count too how early the first word comes out, and how long the last one takes.
  int64_t timeOf(const Candidate &candidate) const {
    int64_t time = candidate.cost.latency;
    if (!places.wantsEarlyWords)
      return time;
    for (OpOperand &operand : kernel::ComputeOp(nest.kernel)->getOpOperands())
      if (unsigned number = operand.getOperandNumber(); places.streams(number))
        time += kernel::ComputeOp(nest.kernel).isDpsInit(&operand) ? candidate.cost.streams.lead
                                                                   : candidate.cost.streams.tail[number];
    return time;
  }

  /// Banks count, for they become block RAM of the arrays between kernels.
  double sizeOf(const Candidate &candidate) const {
    double banks = 0;
    for (int64_t count : candidate.cost.banks)
      banks += count - 1;
    return candidate.cost.resources.shareOf(budget) + 0.2 * banks / budget.bram;
  }

  const kernel::KernelNest &nest;
  const Clock &clock;
  const Places &places;
  const Resources &budget;
  int64_t mostLanes;
  std::vector<Candidate> found;
};

} // namespace

std::vector<Candidate> edgecc::hls::paretoDesigns(const kernel::KernelNest &nest, const Clock &clock,
                                                  const Places &places, const Resources &budget, int64_t mostLanes) {
  return Explorer(nest, clock, places, budget, mostLanes).run();
}

namespace {

class Distributor {
public:
  Distributor(ArrayRef<std::vector<Candidate>> kernels, CostOfArrays arrays, const Resources &budget, bool overlaps)
      : kernels(kernels), arrays(arrays), budget(budget), overlaps(overlaps), chosen(kernels.size(), 0) {}

  std::optional<SmallVector<unsigned>> run() {
    for (const std::vector<Candidate> &candidates : kernels)
      used += candidates.front().cost.resources;
    used += arraysOf(std::nullopt);
    if (!used.fits(budget))
      return std::nullopt;
    while (overlaps && speedUpSlowest())
      ;
    while (speedUpBest()) // What is left of the part.
      ;
    return chosen;
  }

private:
  const Cost &costAt(unsigned kernel, unsigned candidate) const { return kernels[kernel][candidate].cost; }

  /// As the choice stands.
  Resources arraysOf(std::optional<unsigned> kernel) const {
    return arrays(kernel, [&](unsigned other) -> const Cost & { return costAt(other, chosen[other]); });
  }

  Resources usedWith(unsigned kernel, unsigned candidate) {
    Resources total = used, before = arraysOf(kernel);
    before += costAt(kernel, chosen[kernel]).resources;
    total += before * -1;
    unsigned old = std::exchange(chosen[kernel], candidate);
    total += arraysOf(kernel);
    chosen[kernel] = old;
    total += costAt(kernel, candidate).resources;
    return total;
  }

  void take(unsigned kernel, unsigned candidate) {
    used = usedWith(kernel, candidate);
    chosen[kernel] = candidate;
  }

  /// The next faster design that fits, of the kernel on which all others wait.
  bool speedUpSlowest() {
    unsigned slowest = 0;
    for (unsigned kernel = 1; kernel < kernels.size(); ++kernel)
      if (costAt(kernel, chosen[kernel]).latency > costAt(slowest, chosen[slowest]).latency)
        slowest = kernel;
    for (unsigned next = chosen[slowest] + 1; next < kernels[slowest].size(); ++next)
      if (usedWith(slowest, next).fits(budget)) {
        take(slowest, next);
        return true;
      }
    return false;
  }

  /// The exchange that saves most cycles for what it takes of the part.
  bool speedUpBest() {
    double best = 0;
    std::pair<unsigned, unsigned> exchange;
    for (unsigned kernel = 0; kernel < kernels.size(); ++kernel)
      for (unsigned next = chosen[kernel] + 1; next < kernels[kernel].size(); ++next) {
        Resources with = usedWith(kernel, next);
        if (!with.fits(budget))
          continue;
        double saved = costAt(kernel, chosen[kernel]).latency - costAt(kernel, next).latency;
        double more = with.shareOf(budget) - used.shareOf(budget);
        double worth = saved / std::max(more, 1e-6);
        if (saved > 0 && worth > best) {
          best = worth;
          exchange = {kernel, next};
        }
      }
    if (best == 0)
      return false;
    take(exchange.first, exchange.second);
    return true;
  }

  ArrayRef<std::vector<Candidate>> kernels;
  CostOfArrays arrays;
  const Resources &budget;
  bool overlaps;
  SmallVector<unsigned> chosen;
  Resources used;
};

} // namespace

std::optional<SmallVector<unsigned>> edgecc::hls::distribute(ArrayRef<std::vector<Candidate>> kernels,
                                                             CostOfArrays arrays, const Resources &budget,
                                                             bool overlaps) {
  if (kernels.empty())
    return SmallVector<unsigned>();
  return Distributor(kernels, arrays, budget, overlaps).run();
}

// The search for a budget on made-up networks, and what it is made of.
#include "compiler/Search/Search.h"
#include "compiler/Search/LayerErrors.h"
#include "compiler/Search/Log.h"
#include "compiler/Search/Methods.h"
#include "compiler/Search/Pareto.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace edgecc::search;

namespace {

Budget budgetOf(llvm::StringRef text) { return llvm::cantFail(parseBudget(text)); }

std::string errorOf(llvm::StringRef text) {
  auto budget = parseBudget(text);
  return budget ? "" : llvm::toString(budget.takeError());
}

/// Three layers of 600, 300 and 100 weights. A rung of "bits" halves a layer's bytes and loses as much as the layer is
/// sensitive; "slow" makes the network larger and nothing better.
class MadeUpNetwork : public Evaluator {
public:
  Space space = {{"bits", {"0", "1", "2", "3", "4"}, {"a", "b", "c"}, {}, 1, {}}, {"slow", {"0", "1"}, {}, {}, 1, {}}};
  unsigned measured = 0;

  llvm::Expected<Measurement> measure(const Candidate &candidate) override {
    static constexpr double weights[] = {600, 300, 100}, sensitivity[] = {0.001, 0.002, 0.05};
    ++measured;
    Measurement result;
    for (unsigned layer = 0; layer < 3; ++layer) {
      unsigned rung = candidate[0].of(layer);
      if (rung == 4)
        return llvm::createStringError("no network has so few bits");
      result[Size] += weights[layer] / std::pow(2, rung);
      result[Drop] += sensitivity[layer] * rung;
    }
    result[Size] += 50 * candidate[1].all;
    result.accuracy = 0.9 - result[Drop];
    return result;
  }
};

} // namespace

TEST(Budget, LimitsHaveUnits) {
  Budget budget = budgetOf("size:1.5KiB,latency:5ms, arena:2MiB,macs:10M,drop:1%");
  EXPECT_EQ(budget[Size], 1536);
  EXPECT_EQ(budget[Latency], 5000);
  EXPECT_EQ(budget[Arena], 2 * 1024 * 1024);
  EXPECT_EQ(budget[Macs], 1e7);
  EXPECT_DOUBLE_EQ(*budget[Drop], 0.01);
  EXPECT_FALSE(budgetOf("drop:0%").limitsResources());
}

TEST(Budget, WhatIsNoLimitIsAnError) {
  EXPECT_EQ(errorOf("speed:1"), "--budget: 'speed' is no limit; expected size:512KiB, latency:5ms, arena:256KiB, "
                                "macs:10M or drop:1%");
  EXPECT_EQ(errorOf("size:512"), "--budget: 'size:512': expected a number and a unit, one of B, KiB, MiB");
  EXPECT_EQ(errorOf("size:-1B"), "--budget: 'size:-1B': expected a number and a unit, one of B, KiB, MiB");
  EXPECT_NE(errorOf("size:0B"), "");
  EXPECT_NE(errorOf("size:1.2.3B"), "");
  EXPECT_NE(errorOf("latency:KiB"), "");
  EXPECT_NE(errorOf("drop:1"), "");
  EXPECT_EQ(errorOf("drop:1%,drop:2%"), "--budget: 'drop' is there twice");
  EXPECT_NE(errorOf(""), "");
}

TEST(Budget, ExcessIsTheSumOfWhatIsBeyond) {
  Measurement measurement;
  measurement[Size] = 1536;
  measurement[Arena] = 10;
  measurement[Drop] = 0.03;
  EXPECT_DOUBLE_EQ(budgetOf("size:1KiB,arena:1KiB").excess(measurement), 0.5);
  EXPECT_NEAR(budgetOf("size:1KiB,drop:1%").excess(measurement), 2.5, 1e-9);
  EXPECT_EQ(budgetOf("size:2KiB,drop:3%").excess(measurement), 0);
}

TEST(Budget, LatencyHasAMargin) {
  for (double latency : {0.5, 17.0, 1234.5}) {
    EXPECT_GE(countedLatency(latency), 1.05 * latency * (1 - 1e-9));
    EXPECT_LE(countedLatency(latency), 1.1025 * latency * (1 + 1e-9));
  }
  EXPECT_EQ(countedLatency(0), 0);
}

TEST(Pareto, FrontHasWhatNoOtherBeats) {
  EXPECT_EQ(paretoFront({{3, 1}, {1, 3}, {2, 3}, {2, 2}, {2, 2}, {4, 1}}), (std::vector<size_t>{1, 3, 0}));
  EXPECT_TRUE(paretoFront({}).empty());
}

TEST(Candidate, MovesKeepWhatMethodsNeed) {
  Space space = methodsFor({"fc", "conv"}, /*canCode=*/true);
  Candidate start(space.size());
  Candidate pruned = *moved(space, start, {2, std::nullopt, 1});
  EXPECT_EQ(recipeText(space, pruned), "prune{sparsity=0.3},code");
  EXPECT_FALSE(moved(space, pruned, {5, std::nullopt, -1})) << "codes are what zeros are for";
  EXPECT_FALSE(moved(space, start, {2, std::nullopt, -1}));
  Candidate clustered = *moved(space, start, {4, std::nullopt, 1});
  EXPECT_EQ(recipeText(space, *moved(space, clustered, {3, std::nullopt, 1})), "int8{weight-bits=8},code");
}

TEST(Candidate, LayersHaveTheirOwnAmounts) {
  Space space = methodsFor({"fc", "conv"}, /*canCode=*/true);
  Candidate start(space.size());
  EXPECT_EQ(recipeText(space, start), "");
  Candidate pruned = *moved(space, *moved(space, start, {2, std::nullopt, 2}), {2, 1, -1});
  EXPECT_EQ(recipeText(space, pruned), "prune{sparsity=0.4 layers=conv:0.3},code");
  EXPECT_EQ(recipeText(space, *moved(space, pruned, {2, 1, 1})), "prune{sparsity=0.4},code");
  EXPECT_EQ(recipeText(space, *moved(space, start, {1, 0, 1})), "factorize{ratio=0.8 layers=fc:0.8,conv:0}")
      << "a ratio of all layers cannot be off";
}

TEST(Candidate, WithoutCodesThereIsNothingForThem) {
  Space space = methodsFor({"fc"}, /*canCode=*/false);
  Candidate start(space.size());
  EXPECT_FALSE(moved(space, start, {2, std::nullopt, 1}));
  EXPECT_EQ(recipeText(space, *moved(space, start, {3, std::nullopt, 1})), "int8{weight-bits=8}");
}

TEST(Log, WhatWasMeasuredIsNotMeasuredAgain) {
  llvm::SmallString<128> path;
  ASSERT_FALSE(llvm::sys::fs::createTemporaryFile("edgecc", "json", path));
  llvm::FileRemover remover(path);
  Space space = methodsFor({"a", "b", "c"}, /*canCode=*/false);
  auto measure = [&](llvm::StringRef key, Evaluator &network, unsigned rung) {
    LoggedEvaluator logged(network, space, path, key, [] { return false; });
    Candidate candidate(space.size());
    candidate[0].all = rung;
    return llvm::expectedToOptional(logged.measure(candidate));
  };
  MadeUpNetwork network;
  std::optional<Measurement> first = measure("one model", network, 1);
  EXPECT_FALSE(measure("one model", network, 4)) << "failures are kept too";
  EXPECT_EQ(network.measured, 2u);
  std::optional<Measurement> again = measure("one model", network, 1);
  EXPECT_FALSE(measure("one model", network, 4));
  EXPECT_EQ(network.measured, 2u);
  EXPECT_EQ(again->values, first->values);
  EXPECT_EQ(again->accuracy, first->accuracy);
  measure("another model", network, 1);
  EXPECT_EQ(network.measured, 3u);
}

TEST(LayerErrors, RecipesOfOneLayer) {
  edgecc::compress::Recipe recipe{{{"edge-prune-channels", "amount=0.3"},
                                   {"edge-prune-weights", "scope=global sparsity=0.5 layers=fc:0.9"},
                                   {"edge-factorize", ""},
                                   {"edge-quantize", "weight-bits=4 float-layers=conv2"},
                                   {"edge-code-weights", ""}}};
  auto steps = restrictTo(recipe, "fc", {"fc", "conv1"}).steps;
  ASSERT_EQ(steps.size(), 3u);
  EXPECT_EQ(steps[0].options, "scope=global sparsity=0.5 layers=fc:0.9,conv1:0");
  EXPECT_EQ(steps[1].options, "layers=fc:0.9,conv1:0") << "by the energy that is the default";
  EXPECT_EQ(steps[2].options, "weight-bits=4 float-layers=conv1,conv2");
  EXPECT_EQ(restrictTo(recipe, "conv1", {"fc", "conv1"}).steps[0].options,
            "scope=global sparsity=0.5 layers=fc:0,conv1:0.5");
  EXPECT_TRUE(restrictTo({{{"edge-code-weights", ""}}}, "fc", {"fc"}).empty());
}

TEST(Search, OfTheSameDropTheSurerIsBetter) {
  Measurement sure, lucky;
  sure.deviation = 0.005;
  lucky.deviation = 0.02;
  lucky[Drop] = -0.01;
  EXPECT_TRUE(isBetter(budgetOf("size:1KiB,drop:1%"), sure, lucky));
  EXPECT_FALSE(isBetter(budgetOf("size:1KiB,drop:1%"), lucky, sure));
}

TEST(Search, SensitiveLayersAreSpared) {
  MadeUpNetwork network;
  auto result = llvm::cantFail(findBest(network.space, budgetOf("size:300B"), network, {}));
  EXPECT_LE(result.best.measurement[Size], 300);
  EXPECT_EQ(result.best.candidate[0].of(2), 0u);
  EXPECT_EQ(result.best.candidate[1].all, 0u);
  EXPECT_EQ(result.points.front().measurement[Size], 1000);
}

TEST(Search, WithoutResourcesTheSmallestWithinTheDrop) {
  MadeUpNetwork network;
  auto result = llvm::cantFail(findBest(network.space, budgetOf("drop:1%"), network, {}));
  EXPECT_LE(result.best.measurement[Drop], 0.01);
  EXPECT_EQ(result.best.measurement[Size], 75 + 37.5 + 100);
}

TEST(Search, ShowsTheNearestWhereNoneIsWithin) {
  MadeUpNetwork network;
  Budget budget = budgetOf("size:100B");
  auto result = llvm::cantFail(findBest(network.space, budget, network, {}));
  EXPECT_GT(budget.excess(result.best.measurement), 0);
  EXPECT_EQ(result.best.measurement[Size], 125);
}

TEST(Search, SameSeedSameResult) {
  SearchOptions options;
  options.trials = 15;
  for (uint64_t seed : {0, 7}) {
    options.seed = seed;
    MadeUpNetwork first, second;
    auto a = llvm::cantFail(findBest(first.space, budgetOf("size:300B"), first, options));
    auto b = llvm::cantFail(findBest(second.space, budgetOf("size:300B"), second, options));
    ASSERT_EQ(a.points.size(), b.points.size());
    for (size_t i = 0; i < a.points.size(); ++i)
      EXPECT_EQ(a.points[i].candidate, b.points[i].candidate);
  }
}

TEST(Search, StopsWhenToldTo) {
  MadeUpNetwork network;
  SearchOptions options;
  options.shouldStop = [&] { return network.measured >= 3; };
  auto result = llvm::cantFail(findBest(network.space, budgetOf("size:300B"), network, options));
  EXPECT_TRUE(result.wasStopped);
  EXPECT_EQ(network.measured, 3u);
  options = {};
  options.trials = 5;
  EXPECT_EQ(llvm::cantFail(findBest(network.space, budgetOf("size:300B"), network, options)).points.size(), 5u);
}

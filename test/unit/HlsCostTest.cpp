// Cycles and resources of hardware designs for single kernels.
#include "targets/hls/Explore.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace edgecc;
using namespace edgecc::hls;

namespace {

class HlsCostTest : public testing::Test {
protected:
  HlsCostTest() {
    context.loadDialect<kernel::KernelDialect, linalg::LinalgDialect, arith::ArithDialect, func::FuncDialect,
                        memref::MemRefDialect, tensor::TensorDialect>();
  }

  /// out[32] = a[64] * b[64 x 32]: loops n = 0 (parallel), k = 1 (reduction).
  kernel::KernelNest product() {
    module = parseSourceString<ModuleOp>(R"(
      func.func @f(%a: memref<64xf32>, %b: memref<64x32xf32>, %c: memref<32xf32>) {
        kernel.compute ins(%a, %b : memref<64xf32>, memref<64x32xf32>) outs(%c : memref<32xf32>) {
        ^bb0(%x: tensor<64xf32>, %y: tensor<64x32xf32>, %z: tensor<32xf32>):
          %zero = arith.constant 0.0 : f32
          %empty = tensor.empty() : tensor<32xf32>
          %fill = linalg.generic {indexing_maps = [affine_map<(n) -> ()>, affine_map<(n) -> (n)>],
              iterator_types = ["parallel"]} ins(%zero : f32) outs(%empty : tensor<32xf32>) {
          ^bb0(%p: f32, %q: f32):
            linalg.yield %p : f32
          } -> tensor<32xf32>
          %sum = linalg.generic {indexing_maps = [affine_map<(n, k) -> (k)>, affine_map<(n, k) -> (k, n)>,
              affine_map<(n, k) -> (n)>], iterator_types = ["parallel", "reduction"]}
              ins(%x, %y : tensor<64xf32>, tensor<64x32xf32>) outs(%fill : tensor<32xf32>) {
          ^bb0(%p: f32, %q: f32, %r: f32):
            %m = arith.mulf %p, %q : f32
            %s = arith.addf %r, %m : f32
            linalg.yield %s : f32
          } -> tensor<32xf32>
          kernel.yield %sum : tensor<32xf32>
        }
        return
      })",
                                         &context);
    kernel::ComputeOp op;
    module->walk([&](kernel::ComputeOp found) { op = found; });
    FailureOr<kernel::KernelNest> nest = kernel::analyzeKernel(op);
    EXPECT_TRUE(succeeded(nest));
    kernel::mergeLoops(*nest);
    return *nest;
  }

  static bool weightsAreConstant(unsigned operand) { return operand == 1; }
  static bool nothingOutside(unsigned) { return false; }
  const Places inside{weightsAreConstant, nothingOutside};

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

// One sum in a register: an iteration waits for the addition of the last.
TEST_F(HlsCostTest, PlainLoopsWaitForTheirSum) {
  kernel::KernelNest nest = product();
  Cost cost = costOf(nest, plainDesign(nest), Clock(), inside);
  EXPECT_EQ(cost.main.ii, 4);
  EXPECT_EQ(cost.entries, 32);
  EXPECT_EQ(cost.main.trips, 64);
  EXPECT_EQ(cost.multipliers, 1);
  EXPECT_EQ(cost.resources.dsp, 5); // 3 to multiply, 2 to add
}

// Sums for all outputs: 32 iterations pass until one comes back.
TEST_F(HlsCostTest, TileHidesTheAddition) {
  kernel::KernelNest nest = product();
  Design design = plainDesign(nest);
  design.tile = 1;
  Cost cost = costOf(nest, design, Clock(), inside);
  EXPECT_EQ(cost.main.ii, 1);
  EXPECT_EQ(cost.main.trips, 64 * 32);
  EXPECT_EQ(cost.sums, 32);
  EXPECT_EQ(cost.issued(), 32 + 64 * 32 + 32);
  EXPECT_GE(cost.latency, cost.issued());
}

// Eight lanes: eight multipliers, an eighth of the iterations, weights in four banks of two ports.
TEST_F(HlsCostTest, LanesAreHardware) {
  kernel::KernelNest nest = product();
  Design design = plainDesign(nest);
  design.tile = 1;
  design.unroll[0] = 4;
  design.unroll[1] = 2;
  Cost cost = costOf(nest, design, Clock(), inside);
  EXPECT_EQ(cost.multipliers, 8);
  EXPECT_EQ(cost.multiplierDsp, 24);
  EXPECT_EQ(cost.main.trips, 64 * 32 / 8);
  EXPECT_EQ(cost.banks[1], 4);
  EXPECT_EQ(cost.sumBanks, 4);
  // Two additions in a row and the way through memory, against 8 iterations.
  EXPECT_EQ(cost.main.ii, 2);
}

// A table outside gives 64 bits a cycle.
TEST_F(HlsCostTest, MemoryOutsideIsNarrow) {
  kernel::KernelNest nest = product();
  Design design = plainDesign(nest);
  design.tile = 1;
  design.unroll[0] = 4;
  Cost cost = costOf(nest, design, Clock(), {weightsAreConstant, weightsAreConstant});
  EXPECT_EQ(cost.main.ii, 2);
}

TEST_F(HlsCostTest, DesignsTravelAsAttributes) {
  kernel::KernelNest nest = product();
  Design design = plainDesign(nest);
  design.tile = 1;
  design.unroll[1] = 4;
  design.wideEpilogue = true;
  Design back = fromAttribute(toAttribute(&context, design));
  EXPECT_EQ(back.order, design.order);
  EXPECT_EQ(back.tile, design.tile);
  EXPECT_EQ(back.reductions, design.reductions);
  EXPECT_EQ(back.unroll, design.unroll);
  EXPECT_TRUE(back.wideEpilogue);
}

// From the smallest to the fastest, and within the budget.
TEST_F(HlsCostTest, ParetoDesignsGetLargerAndFaster) {
  kernel::KernelNest nest = product();
  Resources budget{100, 100, 20000, 40000};
  std::vector<Candidate> designs = paretoDesigns(nest, Clock(), inside, budget, 64);
  ASSERT_GE(designs.size(), 2u);
  for (size_t i = 1; i < designs.size(); ++i)
    EXPECT_LT(designs[i].cost.latency, designs[i - 1].cost.latency);
  EXPECT_TRUE(designs.back().cost.resources.fits(budget));
}

Resources noArrays(std::optional<unsigned>, CostOfKernel) { return {}; }

// The budget of two equal kernels is shared; what does not fit is none.
TEST_F(HlsCostTest, BudgetIsShared) {
  kernel::KernelNest nest = product();
  Resources budget{60, 100, 20000, 40000};
  std::vector<Candidate> designs = paretoDesigns(nest, Clock(), inside, budget, 64);
  auto chosen = distribute({designs, designs}, noArrays, budget, /*overlaps=*/true);
  ASSERT_TRUE(chosen.has_value());
  Resources used = designs[(*chosen)[0]].cost.resources;
  used += designs[(*chosen)[1]].cost.resources;
  EXPECT_TRUE(used.fits(budget));
  EXPECT_GT((*chosen)[0], 0u);
  EXPECT_FALSE(
      distribute({designs, designs}, noArrays, Resources{4, 100, 20000, 40000}, /*overlaps=*/false).has_value());
}

// A design whose arrays would take too much in the banks that it wants is none that fits.
TEST_F(HlsCostTest, ArraysCountInTheBudget) {
  kernel::KernelNest nest = product();
  Resources budget{60, 100, 20000, 40000};
  std::vector<Candidate> designs = paretoDesigns(nest, Clock(), inside, budget, 64);
  auto arrays = [&](std::optional<unsigned>, CostOfKernel costOf) {
    return Resources{0, costOf(0).latency < designs.front().cost.latency ? 101 : 1, 0, 0};
  };
  auto chosen = distribute({designs}, arrays, budget, /*overlaps=*/true);
  ASSERT_TRUE(chosen.has_value());
  EXPECT_EQ((*chosen)[0], 0u);
}

// An output goes word by word if it is walked from its first element to its last: with the loop's lanes side by side
// inside, but not with steps inside and lanes around them.
TEST_F(HlsCostTest, OrderOfAWalk) {
  kernel::KernelNest nest = product();
  Design design = plainDesign(nest);
  EXPECT_TRUE(isInOrder(nest, design, Section::Results, nest.outputs[0], 32));
  EXPECT_FALSE(isInOrder(nest, design, Section::Results, nest.outputs[0], 64));     // Only a part of it.
  EXPECT_FALSE(isInOrder(nest, design, Section::Main, *nest.main.accesses[0], 64)); // Again for every output.
  design.tile = 1;
  design.unroll[0] = 4;
  EXPECT_TRUE(isInOrder(nest, design, Section::Results, nest.outputs[0], 32));
}

// From a stream a reduction takes all words into an array first, which no plain design does.
TEST_F(HlsCostTest, StreamFillsARing) {
  kernel::KernelNest nest = product();
  auto isStream = [](unsigned operand) { return operand != 1; };
  Places places{weightsAreConstant, nothingOutside, isStream};
  EXPECT_FALSE(costOf(nest, plainDesign(nest), Clock(), places).streams.isPossible);
  Design design = plainDesign(nest);
  design.tile = 1;
  design.unroll[0] = 4;
  design.wideEpilogue = true;
  Cost cost = costOf(nest, design, Clock(), places), arrays = costOf(nest, design, Clock(), inside);
  EXPECT_TRUE(cost.streams.isPossible);
  EXPECT_EQ(cost.issued(), arrays.issued() + 64 + 8 * 3); // 64 words in; 8 stores of 4 words, one in a cycle.
  EXPECT_GT(cost.latency, arrays.latency + 64);
  EXPECT_EQ(cost.epilogue.ii, 4);
  EXPECT_EQ(cost.streams.burst, 32);
  EXPECT_GT(cost.streams.lead, 64);
  EXPECT_EQ(cost.streams.left[0], 0);
  EXPECT_EQ(cost.banks[0], 1);
}

// Every design that an exploration with streams finds walks them in order.
TEST_F(HlsCostTest, ExplorationKeepsTheOrder) {
  kernel::KernelNest nest = product();
  auto isStream = [](unsigned operand) { return operand != 1; };
  std::vector<Candidate> designs = paretoDesigns(nest, Clock(), {weightsAreConstant, nothingOutside, isStream},
                                                 Resources{220, 280, 53200, 106400}, 16);
  ASSERT_FALSE(designs.empty());
  for (const Candidate &candidate : designs)
    EXPECT_TRUE(candidate.cost.streams.isPossible);
}

// Bytes with a zero point fit one DSP slice, whatever they were widened to; a word by a narrow number takes two, words
// take three.
TEST_F(HlsCostTest, IntegerProductsCountTheirBits) {
  module = parseSourceString<ModuleOp>(R"(
    func.func @f(%a: i8, %b: i8, %c: i32, %m: i16) -> (i32, i32, i64, i32) {
      %zero_point = arith.constant -128 : i32
      %x = arith.extsi %a : i8 to i32
      %y = arith.extui %b : i8 to i32
      %d = arith.subi %x, %zero_point : i32
      %narrow = arith.muli %d, %y : i32
      %wide = arith.muli %x, %c : i32
      %sum = arith.extsi %c : i32 to i64
      %multiplier = arith.extsi %m : i16 to i64
      %rescaled = arith.muli %sum, %multiplier : i64
      %square = arith.muli %c, %c : i32
      return %narrow, %wide, %rescaled, %square : i32, i32, i64, i32
    })",
                                       &context);
  SmallVector<int64_t> dsp;
  module->walk([&](arith::MulIOp op) { dsp.push_back(operatorOf(*op, Clock()).dsp); });
  EXPECT_EQ(dsp, (SmallVector<int64_t>{1, 2, 2, 3}));
}

TEST(HlsMemoryTest, BlocksLutsAndRegisters) {
  EXPECT_EQ(memoryCost(512, 32, 1).bram, 1);
  EXPECT_EQ(memoryCost(513, 32, 1).bram, 2);
  EXPECT_EQ(memoryCost(2048, 8, 1).bram, 1);
  EXPECT_EQ(memoryCost(2048, 32, 4).bram, 4);
  EXPECT_EQ(memoryCost(32, 32, 1).bram, 0);
  EXPECT_GT(memoryCost(32, 32, 1).lut, 0);
  EXPECT_EQ(memoryCost(8, 32, 8).ff, 256);
}

TEST(HlsMemoryTest, BanksByTheLastBits) {
  EXPECT_EQ(banksFor({0, 1, 2, 3}, 2, 64), 2);
  EXPECT_EQ(banksFor({0, 1, 2, 3}, 1, 64), 4);
  EXPECT_EQ(banksFor({0, 16, 32, 48}, 1, 64), 64);
  EXPECT_EQ(mostInOneBank({0, 16, 32, 48}, 4), 4);
}

TEST(HlsPartTest, UnknownPartListsTheKnown) {
  auto part = findPart("xc9");
  ASSERT_FALSE(static_cast<bool>(part));
  std::string message = llvm::toString(part.takeError());
  EXPECT_NE(message.find("xc7z020"), std::string::npos);
}

} // namespace

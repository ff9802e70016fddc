// Schedules of single kernels: which loop the lanes walk, the register tile, what threads share.
#include "passes/Kernel/Schedule.h"
#include "passes/Kernel/DotGroups.h"
#include "passes/Kernel/PackedLayout.h"
#include "passes/Kernel/SparsePanels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace edgecc::kernel;

namespace {

class ScheduleTest : public testing::Test {
protected:
  ScheduleTest() {
    context.loadDialect<KernelDialect, linalg::LinalgDialect, arith::ArithDialect, func::FuncDialect,
                        memref::MemRefDialect, tensor::TensorDialect>();
  }

  /// The nest of the one kernel in `text`, its loops merged.
  KernelNest nestOf(const std::string &text) {
    module = parseSourceString<ModuleOp>(text, &context);
    ComputeOp kernel;
    module->walk([&](ComputeOp op) { kernel = op; });
    FailureOr<KernelNest> nest = analyzeKernel(kernel);
    EXPECT_TRUE(succeeded(nest));
    mergeLoops(*nest);
    return *nest;
  }

  /// out[rows x columns] = a[rows x depth] * b[depth x columns]
  KernelNest matmul(int64_t rows, int64_t columns, int64_t depth) {
    auto shape = [](int64_t a, int64_t b) { return std::to_string(a) + "x" + std::to_string(b) + "xf32"; };
    std::string a = shape(rows, depth), b = shape(depth, columns), c = shape(rows, columns);
    return nestOf("func.func @f(%a: memref<" + a + ">, %b: memref<" + b + ">, %c: memref<" + c + ">) {\n" +
                  "kernel.compute ins(%a, %b : memref<" + a + ">, memref<" + b + ">) outs(%c : memref<" + c + ">) {\n" +
                  "^bb0(%x: tensor<" + a + ">, %y: tensor<" + b + ">, %z: tensor<" + c + ">):\n" +
                  "%zero = arith.constant 0.0 : f32\n%empty = tensor.empty() : tensor<" + c + ">\n" +
                  "%fill = linalg.generic {indexing_maps = [affine_map<(i, j) -> ()>, affine_map<(i, j) -> (i, j)>], "
                  "iterator_types = [\"parallel\", \"parallel\"]} ins(%zero : f32) outs(%empty : tensor<" +
                  c + ">) {\n^bb0(%p: f32, %q: f32):\nlinalg.yield %p : f32\n} -> tensor<" + c + ">\n" +
                  "%sum = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, k)>, "
                  "affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (i, j)>], iterator_types = [\"parallel\", "
                  "\"parallel\", \"reduction\"]} ins(%x, %y : tensor<" +
                  a + ">, tensor<" + b + ">) outs(%fill : tensor<" + c + ">) {\n^bb0(%p: f32, %q: f32, %r: f32):\n" +
                  "%m = arith.mulf %p, %q : f32\n%s = arith.addf %r, %m : f32\nlinalg.yield %s : f32\n} -> tensor<" +
                  c + ">\nkernel.yield %sum : tensor<" + c + ">\n}\nreturn\n}");
  }

  /// The same of unsigned bytes and signed weights, with sums of i32.
  KernelNest narrowMatmul(int64_t rows, int64_t columns, int64_t depth) {
    auto shape = [](int64_t a, int64_t b, std::string type) {
      return std::to_string(a) + "x" + std::to_string(b) + "x" + type;
    };
    std::string a = shape(rows, depth, "i8"), b = shape(depth, columns, "i8"), c = shape(rows, columns, "i32");
    return nestOf("func.func @f(%a: memref<" + a + ">, %b: memref<" + b + ">, %c: memref<" + c + ">) {\n" +
                  "kernel.compute ins(%a, %b : memref<" + a + ">, memref<" + b + ">) outs(%c : memref<" + c + ">) {\n" +
                  "^bb0(%x: tensor<" + a + ">, %y: tensor<" + b + ">, %z: tensor<" + c + ">):\n" +
                  "%sum = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, k)>, "
                  "affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (i, j)>], iterator_types = [\"parallel\", "
                  "\"parallel\", \"reduction\"]} ins(%x, %y : tensor<" +
                  a + ">, tensor<" + b + ">) outs(%z : tensor<" + c + ">) {\n^bb0(%p: i8, %q: i8, %r: i32):\n" +
                  "%u = arith.extui %p : i8 to i32\n%v = arith.extsi %q : i8 to i32\n" +
                  "%m = arith.muli %u, %v : i32\n%s = arith.addi %r, %m : i32\nlinalg.yield %s : i32\n} -> tensor<" +
                  c + ">\nkernel.yield %sum : tensor<" + c + ">\n}\nreturn\n}");
  }

  /// out[a x b x c] = in[b x a x c] permuted
  KernelNest transpose(int64_t a, int64_t b, int64_t c) {
    auto shape = [c](int64_t x, int64_t y) {
      return std::to_string(x) + "x" + std::to_string(y) + "x" + std::to_string(c) + "xf32";
    };
    std::string in = shape(b, a), out = shape(a, b);
    return nestOf("func.func @f(%x: memref<" + in + ">, %y: memref<" + out + ">) {\n" +
                  "kernel.compute ins(%x : memref<" + in + ">) outs(%y : memref<" + out + ">) {\n^bb0(%p: tensor<" +
                  in + ">, %q: tensor<" + out + ">):\n" + "%e = tensor.empty() : tensor<" + out +
                  ">\n%t = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> "
                  "(j, i, k)>, affine_map<(i, j, k) -> (i, j, k)>], iterator_types = [\"parallel\", \"parallel\", "
                  "\"parallel\"]} ins(%p : tensor<" +
                  in + ">) outs(%e : tensor<" + out +
                  ">) {\n^bb0(%r: f32, %s: f32):\nlinalg.yield %r : f32\n} -> tensor<" + out +
                  ">\nkernel.yield %t : tensor<" + out + ">\n}\nreturn\n}");
  }

  static bool nothingIsConstant(unsigned) { return false; }
  static bool allIsConstant(unsigned) { return true; }
  /// The loop of the schedule that walks the output in steps of `stride`.
  static unsigned loopWithStride(const KernelNest &nest, int64_t stride) {
    return llvm::find(nest.outputs.front().strides, stride) - nest.outputs.front().strides.begin();
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

TEST_F(ScheduleTest, LanesWalkTheContiguousLoop) {
  KernelNest nest = matmul(64, 64, 64);
  Schedule schedule = chooseSchedule(nest, VectorTarget{}, nothingIsConstant);
  ASSERT_TRUE(schedule.vectorLoop);
  EXPECT_EQ(*schedule.vectorLoop, loopWithStride(nest, 1));
  EXPECT_EQ(schedule.lanes, 4);
}

TEST_F(ScheduleTest, RegisterTileFitsTheRegisters) {
  KernelNest nest = matmul(64, 64, 64);
  for (int64_t registers : {8, 16, 32}) {
    VectorTarget target;
    target.registers = registers;
    Schedule schedule = chooseSchedule(nest, target, nothingIsConstant);
    EXPECT_GT(schedule.rows * schedule.vectors, 1);
    EXPECT_LE(schedule.rows * schedule.vectors + schedule.vectors + 1, registers);
  }
}

TEST_F(ScheduleTest, ConstantsOfAProductArePacked) {
  KernelNest nest = matmul(64, 64, 64);
  EXPECT_TRUE(chooseSchedule(nest, VectorTarget{}, nothingIsConstant).packed.empty());
  Schedule schedule = chooseSchedule(nest, VectorTarget{}, [](unsigned operand) { return operand == 1; });
  EXPECT_EQ(schedule.packed, llvm::SmallVector<unsigned>{1});
}

TEST_F(ScheduleTest, OneLaneMeansScalarCode) {
  VectorTarget target;
  target.vectorBits = 8;
  Schedule schedule = chooseSchedule(matmul(64, 64, 64), target, allIsConstant);
  EXPECT_FALSE(schedule.vectorLoop);
  EXPECT_EQ(schedule.lanes, 1);
  EXPECT_TRUE(schedule.packed.empty());
}

TEST_F(ScheduleTest, LanesAreNoMoreThanTheLoopHas) {
  for (int64_t size : {2, 3, 5}) {
    KernelNest nest = matmul(size, size, size);
    Schedule schedule = chooseSchedule(nest, VectorTarget{}, allIsConstant);
    ASSERT_TRUE(schedule.vectorLoop);
    EXPECT_LE(schedule.lanes, nest.loops[*schedule.vectorLoop].size);
  }
}

TEST_F(ScheduleTest, WorkItemsAreMadeSmallerForMoreOfThem) {
  VectorTarget target;
  target.runsGrids = true;
  KernelNest nest = matmul(16, 64, 64);
  Schedule large = chooseSchedule(nest, target, allIsConstant);
  target.workItems = 256;
  Schedule small = chooseSchedule(nest, target, allIsConstant);
  EXPECT_GT(large.rows * large.vectors, 1);
  EXPECT_EQ(small.rows * small.vectors, 1);
  target.itemOperations = 8192; // All of a tile does less, 64 multiply-adds for each of its vectors.
  Schedule kept = chooseSchedule(nest, target, allIsConstant);
  EXPECT_EQ(kept.rows * kept.vectors, large.rows * large.vectors);
}

TEST_F(ScheduleTest, SmallKernelsAreNotSplit) {
  VectorTarget target;
  target.threads = 2;
  EXPECT_FALSE(chooseSchedule(matmul(8, 8, 8), target, nothingIsConstant).splitLoop);
  EXPECT_TRUE(chooseSchedule(matmul(256, 256, 256), target, nothingIsConstant).splitLoop);
}

TEST_F(ScheduleTest, OneThreadSplitsNothing) {
  EXPECT_FALSE(chooseSchedule(matmul(256, 256, 256), VectorTarget{}, nothingIsConstant).splitLoop);
}

// Threads that write neighbouring elements would share cache lines.
TEST_F(ScheduleTest, ThreadsShareTheLoopWithTheLargestStep) {
  VectorTarget target;
  target.threads = 2;
  KernelNest nest = matmul(512, 512, 64);
  Schedule schedule = chooseSchedule(nest, target, allIsConstant);
  EXPECT_EQ(schedule.splitLoop, loopWithStride(nest, 512));
  nest = transpose(256, 512, 3);
  schedule = chooseSchedule(nest, target, allIsConstant);
  EXPECT_EQ(schedule.splitLoop, loopWithStride(nest, 512 * 3));
}

TEST_F(ScheduleTest, UnitsOfASplitCoverTheLoop) {
  VectorTarget target;
  target.threads = 4;
  KernelNest nest = matmul(500, 512, 64);
  Schedule schedule = chooseSchedule(nest, target, allIsConstant);
  ASSERT_TRUE(schedule.splitLoop);
  EXPECT_GE(schedule.units * schedule.rows, nest.loops[*schedule.splitLoop].size);
  EXPECT_LT((schedule.units - 1) * schedule.rows, nest.loops[*schedule.splitLoop].size);
}

VectorTarget dotTarget() {
  VectorTarget target;
  target.vectorBits = 256;
  target.dot.bytes = 4;
  target.dot.takesUnsigned = true;
  return target;
}

// The last group ends with the row: places 3 to 6, of which the first has been in the group before.
TEST_F(ScheduleTest, GroupsOfBytesEndWithTheRow) {
  KernelNest nest = narrowMatmul(6, 8, 7);
  VectorTarget target = dotTarget();
  formDotGroups(nest, target, allIsConstant);
  ASSERT_TRUE(nest.dot.has_value());
  EXPECT_EQ(nest.dot->groups(), 2);
  EXPECT_EQ(nest.loops[nest.dot->loop].size, 2);
  EXPECT_EQ(nest.points(), 6 * 8 * 7);
  Schedule schedule = chooseSchedule(nest, target, allIsConstant);
  EXPECT_EQ(schedule.vectorLoop, nest.dot->laneLoop);
  ASSERT_EQ(schedule.packed.size(), 1u);
  SmallVector<int64_t> order;
  packedOrder(nest, schedule, schedule.packed.front()).forEachElement([&](int64_t element) {
    order.push_back(element);
  });
  ASSERT_EQ(order.size(), 2u * 8 * 4);
  EXPECT_EQ(ArrayRef<int64_t>(order).take_front(5), ArrayRef<int64_t>({0, 8, 16, 24, 1}));
  EXPECT_EQ(ArrayRef<int64_t>(order).slice(32, 5), ArrayRef<int64_t>({-1, 32, 40, 48, -1}));
}

TEST_F(ScheduleTest, NoGroupsWithoutInstruction) {
  KernelNest nest = narrowMatmul(6, 8, 8);
  VectorTarget target = dotTarget();
  target.dot.takesUnsigned = false;
  formDotGroups(nest, target, allIsConstant);
  EXPECT_FALSE(nest.dot.has_value());
  target = dotTarget();
  formDotGroups(nest, target, nothingIsConstant);
  EXPECT_FALSE(nest.dot.has_value());
}

/// Weights of depth x columns of which the first `kept` steps of every `period` are not zero.
std::vector<float> striped(int64_t depth, int64_t columns, int64_t kept, int64_t period) {
  std::vector<float> weights;
  for (int64_t step = 0; step < depth; ++step)
    weights.insert(weights.end(), columns, step % period < kept ? 1.0f : -0.0f);
  return weights;
}

Schedule sparseSchedule(const KernelNest &nest, const VectorTarget &target, const std::vector<float> &weights) {
  auto isConstant = [](unsigned operand) { return operand == 1; };
  Schedule schedule = chooseSchedule(nest, target, isConstant);
  std::optional<WeightBlocks> blocks = WeightBlocks::find(nest, schedule, [&](unsigned) {
    return llvm::ArrayRef<char>(reinterpret_cast<const char *>(weights.data()), weights.size() * sizeof(float));
  });
  return blocks ? chooseSchedule(nest, target, isConstant, &*blocks) : schedule;
}

TEST_F(ScheduleTest, ZeroStepsAreSkippedWhereThatIsFaster) {
  VectorTarget target;
  target.vectorBits = 256;
  KernelNest nest = matmul(64, 64, 100);
  EXPECT_FALSE(sparseSchedule(nest, target, striped(100, 64, 100, 100)).sparse);
  EXPECT_FALSE(sparseSchedule(nest, target, striped(100, 64, 9, 10)).sparse);
  EXPECT_TRUE(sparseSchedule(nest, target, striped(100, 64, 7, 10)).sparse);
  EXPECT_TRUE(sparseSchedule(nest, target, striped(100, 64, 1, 10)).sparse);
}

// Each vector has a list of its own, as long as the longest of the panel; step 3 has zeros for the second vector.
TEST_F(ScheduleTest, ListsOfAPanelAreOfOneLength) {
  KernelNest nest = matmul(8, 8, 4);
  std::vector<float> weights(4 * 8);
  weights[2 * 8] = weights[3 * 8] = 1; // Inputs 2 and 3 of the first vector,
  weights[2 * 8 + 5] = 1;              // input 2 of the second.
  Schedule schedule;
  schedule.vectorLoop = loopWithStride(nest, 1);
  schedule.lanes = 4;
  schedule.vectors = 2;
  schedule.packed = {1};
  schedule.order = {loopWithStride(nest, 8), *schedule.vectorLoop};
  schedule.reductions = {{2, 1}};
  std::optional<WeightBlocks> blocks = WeightBlocks::find(nest, schedule, [&](unsigned) {
    return llvm::ArrayRef<char>(reinterpret_cast<const char *>(weights.data()), weights.size() * sizeof(float));
  });
  ASSERT_TRUE(blocks);
  schedule.sparse = SparseSteps{/*together=*/1, 0, 1, {}};
  SparsePanels panels = layOutSparse(nest, schedule, *blocks);
  EXPECT_EQ(panels.lists, (std::vector<int32_t>{0, 2, 2, 0, 3, 2}));
  EXPECT_EQ(panels.layout, (std::vector<int64_t>{16, 17, 18, 19, 4, 5, 6, 7, 24, 25, 26, 27, 20, 21, 22, 23}));
  schedule.sparse->together = 2;
  panels = layOutSparse(nest, schedule, *blocks);
  EXPECT_EQ(panels.lists, (std::vector<int32_t>{0, 2, 2, 3}));
}

TEST(DotGroups, PairsThatFitAShort) {
  EXPECT_TRUE(isSmallPair(64, 64));
  EXPECT_TRUE(isSmallPair(-128, 127));
  EXPECT_TRUE(isSmallPair(-128, 0));
  EXPECT_FALSE(isSmallPair(65, 64));
  EXPECT_FALSE(isSmallPair(-128, -1));
}

} // namespace

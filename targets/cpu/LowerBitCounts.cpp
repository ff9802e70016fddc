// `kernel.count_bits` by the processor's instructions.
//
// AArch64 (cnt) and AVX-512 BITALG (vpopcntb) count the bits of bytes, and LLVM knows how. x86 without that has pshufb,
// which looks 4 bits of each lane up in 16 bytes (Muła, Kurz, Lemire, "Faster Population Counts Using AVX2
// Instructions", 2018). Here the table is another for each value of the shared byte and counts the differences
// from it: half the instructions, as there is no xor, and the weights are split in halves once for all rows of a tile.
#include "targets/cpu/CpuMachine.h"
#include "targets/cpu/CpuTarget.h"

#include "dialects/Kernel/KernelOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Pass/Pass.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::cpu;

namespace {

constexpr llvm::StringLiteral tableName = "bit_differences";
constexpr int64_t tableRow = 32; ///< Bytes for each value of the shared byte: 16 for its low half, 16 for its high half.

/// For each byte and each half of it: the number of bits in which it differs from 0 to 15.
memref::GlobalOp createTable(ModuleOp module) {
  SmallVector<int8_t> table;
  for (unsigned byte = 0; byte < 256; ++byte)
    for (unsigned half : {byte & 15, byte >> 4})
      for (unsigned other = 0; other < 16; ++other)
        table.push_back(llvm::popcount(half ^ other));
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  auto size = static_cast<int64_t>(table.size());
  Type byte = builder.getI8Type();
  return memref::GlobalOp::create(
      builder, module.getLoc(), tableName, builder.getStringAttr("private"), MemRefType::get({size}, byte),
      DenseElementsAttr::get(RankedTensorType::get({size}, byte), ArrayRef<int8_t>(table)), /*constant=*/true,
      /*alignment=*/builder.getI64IntegerAttr(64));
}

/// Writes one `kernel.count_bits`.
class CountWriter {
public:
  explicit CountWriter(kernel::CountBitsOp op) : op(op), builder(op), loc(op.getLoc()), type(op.getType()) {}

  Value write() {
    Value everywhere = vector::BroadcastOp::create(builder, loc, type, op.getGroup());
    Value differences = arith::XOrIOp::create(builder, loc, everywhere, op.getWeights());
    return add(op.getCounts(), math::CtPopOp::create(builder, loc, differences));
  }

  Value writeByTable(memref::GlobalOp table) {
    Value rows = memref::GetGlobalOp::create(builder, loc, table.getType(), table.getSymName());
    Value byte = arith::IndexCastUIOp::create(builder, loc, builder.getIndexType(), op.getGroup());
    Value row = arith::MulIOp::create(builder, loc, byte, index(tableRow));
    Value high = arith::AddIOp::create(builder, loc, row, index(tableRow / 2));
    Value lowWeights = arith::AndIOp::create(builder, loc, op.getWeights(), splat(15));
    Value highWeights = arith::ShRUIOp::create(builder, loc, op.getWeights(), splat(4));
    Value counts = add(op.getCounts(), lookUp(rows, row, lowWeights));
    return add(counts, lookUp(rows, high, highWeights));
  }

private:
  Value index(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }
  Value splat(int8_t value) {
    return arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(type, value));
  }
  Value add(Value a, Value b) { return arith::AddIOp::create(builder, loc, a, b); }

  /// The bytes from `place` on that `halves` choose in each lane.
  Value lookUp(Value rows, Value place, Value halves) {
    int64_t lanes = type.getNumElements();
    Value bytes = vector::LoadOp::create(builder, loc, VectorType::get({16}, builder.getI8Type()), rows, place);
    SmallVector<int64_t> repeated;
    for (int64_t lane = 0; lane < lanes; ++lane)
      repeated.push_back(lane % 16);
    bytes = vector::ShuffleOp::create(builder, loc, bytes, bytes, repeated);
    StringRef name = lanes == 64   ? "llvm.x86.avx512.pshuf.b.512"
                     : lanes == 32 ? "llvm.x86.avx2.pshuf.b"
                                   : "llvm.x86.ssse3.pshuf.b.128";
    return LLVM::CallIntrinsicOp::create(builder, loc, type, builder.getStringAttr(name), {bytes, halves}).getResult(0);
  }

  kernel::CountBitsOp op;
  OpBuilder builder;
  Location loc;
  VectorType type;
};

struct LowerBitCountsPass : public PassWrapper<LowerBitCountsPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LowerBitCountsPass)
  explicit LowerBitCountsPass(const DotInstructions &has) : has(has) {}
  StringRef getArgument() const override { return "cpu-lower-bit-counts"; }
  StringRef getDescription() const override { return "Write counts of bits with the processor's instructions"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<LLVM::LLVMDialect, arith::ArithDialect, math::MathDialect, memref::MemRefDialect,
                    vector::VectorDialect>();
  }

  void runOnOperation() override {
    memref::GlobalOp table;
    getOperation().walk([&](kernel::CountBitsOp op) {
      int64_t bits = op.getType().getNumElements() * 8;
      bool byTable = has.looksUpBytes && bits >= 128 && bits <= has.bits && llvm::isPowerOf2_64(bits);
      if (byTable && !table)
        table = createTable(getOperation());
      CountWriter writer(op);
      op.replaceAllUsesWith(byTable ? writer.writeByTable(table) : writer.write());
      op.erase();
    });
  }

  DotInstructions has;
};

} // namespace

std::unique_ptr<Pass> edgecc::cpu::createLowerBitCountsPass(const DotInstructions &has) {
  return std::make_unique<LowerBitCountsPass>(has);
}

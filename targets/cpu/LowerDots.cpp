// `kernel.dot` by the processor's instructions.
//
// x86 multiplies unsigned by signed bytes: vpdpbusd (VNNI) sums four products at once; vpmaddubsw sums two in i16,
// where it saturates, so that it serves only weights in small pairs. All other groups of bytes are split in even and
// odd elements of i16, which vpmaddwd multiplies and sums exactly. AArch64 has sdot, udot and, with i8mm, usdot.
#include "targets/cpu/CpuMachine.h"
#include "targets/cpu/CpuTarget.h"

#include "dialects/Kernel/KernelOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Pass/Pass.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::cpu;

namespace {

/// Writes one `kernel.dot` as vector operations and intrinsics.
class DotWriter {
public:
  DotWriter(kernel::DotOp op, const DotInstructions &has)
      : op(op), builder(op), loc(op.getLoc()), has(has), group(op.getGroup().getType().getNumElements()),
        isUnsigned(op.getUnsignedGroup()) {}

  Value write() { return write(op.getAccumulator(), op.getWeights()); }

private:
  VectorType vectorOf(int64_t elements, unsigned bits) {
    return VectorType::get(elements, IntegerType::get(op.getContext(), bits));
  }
  Value bitcast(Value value, int64_t elements, unsigned bits) {
    return vector::BitCastOp::create(builder, loc, vectorOf(elements, bits), value);
  }
  Value splat(VectorType type, int64_t value) {
    auto number = IntegerAttr::get(type.getElementType(), value);
    return arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(type, Attribute(number)));
  }
  Value call(VectorType type, StringRef intrinsic, ValueRange arguments) {
    return LLVM::CallIntrinsicOp::create(builder, loc, type, builder.getStringAttr(intrinsic), arguments).getResult(0);
  }
  Value add(Value a, Value b) { return arith::AddIOp::create(builder, loc, a, b); }

  Value slice(Value value, int64_t first, int64_t count) {
    return vector::ShuffleOp::create(builder, loc, value, value, llvm::to_vector(llvm::seq(first, first + count)));
  }

  static int64_t lanesOf(Value accumulator) { return cast<VectorType>(accumulator.getType()).getNumElements(); }

  Value write(Value accumulator, Value weights) {
    int64_t lanes = lanesOf(accumulator);
    if (has.bits == 0 || lanes * 32 < has.smallestBits)
      return writeByLane(accumulator, weights);
    if (lanes * 32 > has.bits)
      return writeHalves(accumulator, weights);
    if (has.isX86)
      return group == 2 ? writeShorts(accumulator, weights) : writeX86Bytes(accumulator, weights);
    return writeArm(accumulator, weights);
  }

  Value writeHalves(Value accumulator, Value weights) {
    int64_t half = lanesOf(accumulator) / 2;
    Value low = write(slice(accumulator, 0, half), slice(weights, 0, half * group));
    Value high = write(slice(accumulator, half, half), slice(weights, half * group, half * group));
    return vector::ShuffleOp::create(builder, loc, low, high, llvm::to_vector(llvm::seq<int64_t>(0, 2 * half)));
  }

  /// The group in all lanes.
  Value broadcastGroup(int64_t lanes, unsigned bits) {
    Value whole = vector::ExtractOp::create(builder, loc, bitcast(op.getGroup(), 1, 32), 0);
    return bitcast(vector::BroadcastOp::create(builder, loc, vectorOf(lanes, 32), whole), lanes * 32 / bits, bits);
  }

  Value writeX86Bytes(Value accumulator, Value weights) {
    int64_t lanes = lanesOf(accumulator);
    unsigned bits = lanes * 32;
    if (isUnsigned && has.sumsFourBytes)
      return call(vectorOf(lanes, 32), "llvm.x86.avx512.vpdpbusd." + std::to_string(bits),
                  {accumulator, broadcastGroup(lanes, 8), weights});
    if (isUnsigned && has.sumsTwoBytes && op.getSmallPairs()) {
      StringRef name = bits == 512   ? "llvm.x86.avx512.pmaddubs.w.512"
                       : bits == 256 ? "llvm.x86.avx2.pmadd.ub.sw"
                                     : "llvm.x86.ssse3.pmadd.ub.sw.128";
      Value pairs = call(vectorOf(lanes * 2, 16), name, {broadcastGroup(lanes, 8), weights});
      return add(accumulator, sumPairs(pairs, splat(vectorOf(lanes * 2, 16), 1)));
    }
    auto [evenWeights, oddWeights] = evenAndOdd(bitcast(weights, lanes * 2, 16), /*isUnsigned=*/false);
    auto [even, odd] = evenAndOdd(broadcastGroup(lanes, 16), isUnsigned);
    return add(add(accumulator, sumPairs(even, evenWeights)), sumPairs(odd, oddWeights));
  }

  /// The two bytes of each i16, widened.
  std::pair<Value, Value> evenAndOdd(Value bytes, bool isUnsigned) {
    auto type = cast<VectorType>(bytes.getType());
    Value eight = splat(type, 8);
    if (isUnsigned)
      return {arith::AndIOp::create(builder, loc, bytes, splat(type, 0xff)),
              arith::ShRUIOp::create(builder, loc, bytes, eight)};
    Value high = arith::ShLIOp::create(builder, loc, bytes, eight);
    return {arith::ShRSIOp::create(builder, loc, high, eight), arith::ShRSIOp::create(builder, loc, bytes, eight)};
  }

  /// Products of i16, summed by two.
  Value sumPairs(Value a, Value b) {
    int64_t elements = cast<VectorType>(a.getType()).getNumElements();
    StringRef name = elements == 32   ? "llvm.x86.avx512.pmaddw.d.512"
                     : elements == 16 ? "llvm.x86.avx2.pmadd.wd"
                                      : "llvm.x86.sse2.pmadd.wd";
    return call(vectorOf(elements / 2, 32), name, {a, b});
  }

  Value widen(Value value, unsigned bits, bool isUnsigned) {
    auto type = cast<VectorType>(value.getType());
    if (type.getElementTypeBitWidth() == bits)
      return value;
    VectorType wide = vectorOf(type.getNumElements(), bits);
    if (isUnsigned)
      return arith::ExtUIOp::create(builder, loc, wide, value);
    return arith::ExtSIOp::create(builder, loc, wide, value);
  }

  Value writeShorts(Value accumulator, Value weights) {
    int64_t lanes = lanesOf(accumulator);
    Value pair = bitcast(widen(op.getGroup(), 16, isUnsigned), 1, 32);
    Value whole = vector::ExtractOp::create(builder, loc, pair, 0);
    Value everywhere = bitcast(vector::BroadcastOp::create(builder, loc, vectorOf(lanes, 32), whole), lanes * 2, 16);
    return add(accumulator, sumPairs(everywhere, widen(weights, 16, /*isUnsigned=*/false)));
  }

  Value writeArm(Value accumulator, Value weights) {
    int64_t lanes = lanesOf(accumulator);
    std::string shape = lanes == 4 ? ".v4i32.v16i8" : ".v2i32.v8i8";
    Value everywhere = broadcastGroup(lanes, 8);
    if (isUnsigned)
      return call(vectorOf(lanes, 32), "llvm.aarch64.neon.usdot" + shape, {accumulator, everywhere, weights});
    return call(vectorOf(lanes, 32), "llvm.aarch64.neon.sdot" + shape, {accumulator, weights, everywhere});
  }

  /// Without an instruction: one product after the other.
  Value writeByLane(Value accumulator, Value weights) {
    int64_t lanes = lanesOf(accumulator);
    for (int64_t place = 0; place < group; ++place) {
      SmallVector<int64_t> picked;
      for (int64_t lane = 0; lane < lanes; ++lane)
        picked.push_back(lane * group + place);
      Value column = widen(vector::ShuffleOp::create(builder, loc, weights, weights, picked), 32, false);
      Value element = vector::ExtractOp::create(builder, loc, widen(slice(op.getGroup(), place, 1), 32, isUnsigned), 0);
      Value everywhere = vector::BroadcastOp::create(builder, loc, vectorOf(lanes, 32), element);
      accumulator = add(accumulator, arith::MulIOp::create(builder, loc, column, everywhere));
    }
    return accumulator;
  }

  kernel::DotOp op;
  OpBuilder builder;
  Location loc;
  const DotInstructions &has;
  int64_t group;
  bool isUnsigned;
};

struct LowerDotsPass : public PassWrapper<LowerDotsPass, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LowerDotsPass)
  explicit LowerDotsPass(const DotInstructions &has) : has(has) {}
  StringRef getArgument() const override { return "cpu-lower-dots"; }
  StringRef getDescription() const override { return "Write dot products with the processor's instructions"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<LLVM::LLVMDialect, arith::ArithDialect, vector::VectorDialect>();
  }

  void runOnOperation() override {
    getOperation().walk([&](kernel::DotOp op) {
      op.replaceAllUsesWith(DotWriter(op, has).write());
      op.erase();
    });
  }

  DotInstructions has;
};

} // namespace

std::unique_ptr<Pass> edgecc::cpu::createLowerDotsPass(const DotInstructions &has) {
  return std::make_unique<LowerDotsPass>(has);
}

// Recognition of products that special instructions compute; see DotGroups.h.
#include "passes/Kernel/DotGroups.h"
#include "passes/Kernel/Product.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace edgecc::kernel;

namespace {

bool isNarrow(const Factor &factor) {
  return isa_and_nonnull<arith::ExtSIOp, arith::ExtUIOp>(factor.extension) &&
         factor.extension->getResult(0).getType().isInteger(32) &&
         (factor.element.isInteger(8) || factor.element.isInteger(16));
}

bool isUnsigned(const Factor &factor) { return isa<arith::ExtUIOp>(factor.extension); }

/// How many neighbours the target takes of these types; 0: none.
int64_t groupSize(const DotUnit &unit, const Factor &activations, const Factor &weights) {
  if (isUnsigned(weights))
    return 0;
  if (activations.element.isInteger(8) && weights.element.isInteger(8))
    return isUnsigned(activations) && !unit.takesUnsigned ? 0 : unit.bytes;
  return activations.element.isInteger(16) && isUnsigned(activations) ? 0 : unit.shorts;
}

/// Whether main is accumulator + extui(ctpop(a ^ b)) of bytes.
bool countsBits(linalg::GenericOp main) {
  if (main.getNumDpsInits() != 1 || main.getNumDpsInputs() != 2)
    return false;
  auto sum = main.getBody()->getTerminator()->getOperand(0).getDefiningOp<arith::AddIOp>();
  if (!sum || !sum.getType().isInteger(32) || sum.getLhs() != main.getRegionOutputArgs()[0])
    return false;
  auto extension = sum.getRhs().getDefiningOp<arith::ExtUIOp>();
  auto count = extension ? extension.getIn().getDefiningOp<math::CtPopOp>() : nullptr;
  auto differences = count ? count.getOperand().getDefiningOp<arith::XOrIOp>() : nullptr;
  return differences && differences.getType().isInteger(8) && isa<BlockArgument>(differences.getLhs()) &&
         isa<BlockArgument>(differences.getRhs());
}

} // namespace

void edgecc::kernel::formBitCounts(KernelNest &nest, llvm::function_ref<bool(unsigned)> isConstant) {
  const std::optional<Access> &activations = nest.main.accesses[0];
  if (!countsBits(nest.main.op) || !activations || !nest.main.accesses[1] ||
      !isConstant(nest.main.accesses[1]->operand))
    return;
  for (auto [loop, at] : llvm::enumerate(nest.loops))
    if (!at.reduction && activations->strides[loop] == 0 && nest.main.accesses[1]->strides[loop] != 0 &&
        nest.outputs.front().strides[loop] == 1)
      nest.bits = BitCounts{0, 1, static_cast<unsigned>(loop)};
}

void edgecc::kernel::formDotGroups(KernelNest &nest, const VectorTarget &target,
                                   llvm::function_ref<bool(unsigned)> isConstant) {
  std::optional<std::array<Factor, 2>> product = matchProduct(nest.main.op);
  if (!product || !llvm::all_of(*product, isNarrow))
    return;
  for (auto [activations, weights] :
       {std::pair((*product)[0], (*product)[1]), std::pair((*product)[1], (*product)[0])}) {
    std::optional<Access> &a = nest.main.accesses[activations.input], &w = nest.main.accesses[weights.input];
    int64_t size = groupSize(target.dot, activations, weights);
    if (size == 0 || !a || !w || !isConstant(w->operand))
      continue;
    std::optional<unsigned> along, lanes;
    for (unsigned loop = 0; loop < nest.loops.size(); ++loop) {
      const Loop &at = nest.loops[loop];
      if (at.indexed)
        continue;
      if (at.reduction && a->strides[loop] == 1 && w->strides[loop] != 0 && at.size > 1 &&
          (!along || at.size > nest.loops[*along].size))
        along = loop;
      bool isWritten = nest.outputs.front().strides[loop] == 1;
      if (!at.reduction && a->strides[loop] == 0 && w->strides[loop] != 0 && isWritten)
        lanes = loop;
    }
    if (!along || !lanes || nest.loops[*lanes].size < 4)
      continue;
    nest.dot = DotGroups{activations.input,       weights.input, *along, nest.loops[*along].size, size, *lanes,
                         isUnsigned(activations), false};
    nest.loops[*along].size = nest.dot->groups();
    a->strides[*along] = size;
    return;
  }
}

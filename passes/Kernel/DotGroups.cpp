// Recognition of products that dot-product instructions compute; see DotGroups.h.
#include "passes/Kernel/DotGroups.h"
#include "passes/Kernel/Product.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

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

} // namespace

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

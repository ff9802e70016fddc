// Recognition of products that dot-product instructions compute; see DotGroups.h.
#include "passes/Kernel/DotGroups.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace edgecc::kernel;

namespace {

/// An input of main, widened in its body.
struct Factor {
  unsigned input;
  Type element;
  bool isUnsigned;
};

std::optional<Factor> matchFactor(Value value) {
  Operation *extension = value.getDefiningOp();
  if (!isa_and_nonnull<arith::ExtSIOp, arith::ExtUIOp>(extension))
    return std::nullopt;
  auto argument = dyn_cast<BlockArgument>(extension->getOperand(0));
  if (!argument || !(argument.getType().isInteger(8) || argument.getType().isInteger(16)))
    return std::nullopt;
  return Factor{argument.getArgNumber(), argument.getType(), isa<arith::ExtUIOp>(extension)};
}

/// The factors of main, if it is accumulator + factor * factor in i32.
std::optional<std::array<Factor, 2>> matchProduct(linalg::GenericOp main) {
  if (main.getNumDpsInits() != 1 || main.getNumDpsInputs() != 2)
    return std::nullopt;
  auto sum = main.getBody()->getTerminator()->getOperand(0).getDefiningOp<arith::AddIOp>();
  if (!sum || !sum.getType().isInteger(32))
    return std::nullopt;
  Value accumulator = main.getRegionOutputArgs()[0];
  Value term = sum.getLhs() == accumulator ? sum.getRhs() : sum.getLhs();
  auto product = term.getDefiningOp<arith::MulIOp>();
  if (!product || !llvm::is_contained(sum->getOperands(), accumulator))
    return std::nullopt;
  std::optional<Factor> a = matchFactor(product.getLhs()), b = matchFactor(product.getRhs());
  if (!a || !b || a->input == b->input || a->input > 1 || b->input > 1)
    return std::nullopt;
  return std::array<Factor, 2>{*a, *b};
}

/// How many neighbours the target takes of these types; 0: none.
int64_t groupSize(const DotUnit &unit, const Factor &activations, const Factor &weights) {
  if (weights.isUnsigned)
    return 0;
  if (activations.element.isInteger(8) && weights.element.isInteger(8))
    return activations.isUnsigned && !unit.takesUnsigned ? 0 : unit.bytes;
  return activations.element.isInteger(16) && activations.isUnsigned ? 0 : unit.shorts;
}

} // namespace

void edgecc::kernel::formDotGroups(KernelNest &nest, const VectorTarget &target,
                                   llvm::function_ref<bool(unsigned)> isConstant) {
  std::optional<std::array<Factor, 2>> product = matchProduct(nest.main.op);
  if (!product)
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
    nest.dot = DotGroups{activations.input,      weights.input, *along, nest.loops[*along].size, size, *lanes,
                         activations.isUnsigned, false};
    nest.loops[*along].size = nest.dot->groups();
    a->strides[*along] = size;
    return;
  }
}

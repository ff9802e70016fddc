// Constant folding of `edge` operations.
#include "dialects/Edge/EdgeOps.h"

using namespace mlir;
using namespace edgecc::edge;

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValueAttr(); }

#define FOLD(OP)                                                                                                       \
  OpFoldResult OP::fold(FoldAdaptor adaptor) { return {}; }
FOLD(ReshapeOp) FOLD(BroadcastToOp) FOLD(TransposeOp) FOLD(SliceOp) FOLD(ConcatOp) FOLD(PadOp) FOLD(GatherOp)
FOLD(ReduceOp) FOLD(SelectOp) FOLD(CastOp)
FOLD(AbsOp) FOLD(NegOp) FOLD(ExpOp) FOLD(LogOp) FOLD(Log1pOp) FOLD(SqrtOp) FOLD(FloorOp) FOLD(CeilOp) FOLD(RoundOp)
FOLD(SignOp) FOLD(SinOp) FOLD(CosOp) FOLD(TanOp) FOLD(AsinOp) FOLD(AcosOp) FOLD(AtanOp) FOLD(SinhOp) FOLD(CoshOp)
FOLD(TanhOp) FOLD(AsinhOp) FOLD(AcoshOp) FOLD(AtanhOp) FOLD(ErfOp) FOLD(SigmoidOp) FOLD(ReluOp) FOLD(NotOp)
FOLD(IsNanOp) FOLD(IsInfOp) FOLD(AddOp) FOLD(SubOp) FOLD(MulOp) FOLD(DivOp) FOLD(RemOp) FOLD(ModOp) FOLD(PowOp)
FOLD(MaxOp) FOLD(MinOp) FOLD(AndOp) FOLD(OrOp) FOLD(XorOp) FOLD(ShiftLeftOp) FOLD(ShiftRightOp) FOLD(EqualOp)
FOLD(LessOp) FOLD(LessOrEqualOp)

void TransposeOp::getCanonicalizationPatterns(RewritePatternSet &, MLIRContext *) {}

// Scaling of chains of elementwise operations; see ScaleChains.h.
#include "passes/Compress/ScaleChains.h"

#include "dialects/Edge/ConstantData.h"
#include "dialects/Edge/EdgeOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace edgecc::compress;
using namespace edgecc::edge;

namespace {

/// A binary operation of a chain and a constant.
template <typename OpTy> std::optional<std::pair<Value, Value>> chainAndConstant(OpTy op) {
  for (auto [chain, constant] : {std::pair(op.getLhs(), op.getRhs()), std::pair(op.getRhs(), op.getLhs())})
    if (matchPattern(constant, m_Constant()) && chain.getType() == op.getType() && !matchPattern(chain, m_Constant()))
      return std::pair<Value, Value>(chain, constant);
  return std::nullopt;
}

class ChainScaler {
public:
  ChainScaler(OpBuilder &builder, double factor, llvm::DenseSet<Operation *> &made)
      : builder(builder), factor(factor), made(made) {}

  /// Null where the chain ends without a multiplication to take the factor.
  Value scale(Value value) {
    Operation *op = value.getDefiningOp();
    if (!op)
      return {};
    if (auto mul = dyn_cast<MulOp>(op))
      if (auto parts = chainAndConstant(mul))
        return keep(MulOp::create(builder, op->getLoc(), parts->first, scaled(parts->second)));
    if (!op->hasOneUse() && depth > 0)
      return {};
    ++depth;
    if (auto relu = dyn_cast<ReluOp>(op))
      if (Value input = scale(relu.getInput()))
        return keep(ReluOp::create(builder, op->getLoc(), input));
    if (auto add = dyn_cast<AddOp>(op))
      return scaleBoth(add);
    if (auto max = dyn_cast<MaxOp>(op))
      return scaleBoth(max);
    if (auto min = dyn_cast<MinOp>(op))
      return scaleBoth(min);
    return {};
  }

private:
  /// `op` of the scaled chain and the scaled constant.
  template <typename OpTy> Value scaleBoth(OpTy op) {
    auto parts = chainAndConstant(op);
    Value input = parts ? scale(parts->first) : Value();
    return input ? keep(OpTy::create(builder, op.getLoc(), input, scaled(parts->second))) : Value();
  }

  Value scaled(Value constant) {
    auto type = RankedTensorType::get({}, cast<RankedTensorType>(constant.getType()).getElementType());
    Value by = ConstantOp::create(builder, constant.getLoc(), splatConstant(type, factor));
    return builder.createOrFold<MulOp>(constant.getLoc(), constant, by);
  }
  Value keep(Operation *op) {
    made.insert(op);
    return op->getResult(0);
  }

  OpBuilder &builder;
  double factor;
  llvm::DenseSet<Operation *> &made;
  int depth = 0;
};

} // namespace

Value edgecc::compress::scaleChain(OpBuilder &builder, Value value, double factor, llvm::DenseSet<Operation *> &made) {
  if (Value scaled = ChainScaler(builder, factor, made).scale(value))
    return scaled;
  auto type = RankedTensorType::get({}, cast<RankedTensorType>(value.getType()).getElementType());
  Value by = ConstantOp::create(builder, value.getLoc(), splatConstant(type, factor));
  auto mul = MulOp::create(builder, value.getLoc(), value, by);
  made.insert(mul);
  return mul;
}

// Recognition of sums of scaled integers; see AffineForms.h.
#include "passes/Compress/AffineForms.h"

#include "dialects/Edge/ConstantData.h"
#include "mlir/IR/Matchers.h"

#include <cmath>

using namespace mlir;
using namespace edgecc::compress;
using namespace edgecc::edge;

namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// The numbers of a constant that says one for each of `channels`, or one for all.
std::optional<PerChannel> numbersOf(Value value, int64_t channels) {
  Attribute attribute;
  if (!matchPattern(value, m_Constant(&attribute)))
    return std::nullopt;
  std::optional<ConstantData> data = ConstantData::read(attribute);
  if (!data || data->size() == 0)
    return std::nullopt;
  if (data->isSplat() || data->size() == 1)
    return PerChannel{data->number(0)};
  if (data->size() != channels || data->shape().back() != channels)
    return std::nullopt;
  SmallVector<double> numbers = data->numbers();
  return PerChannel(numbers.begin(), numbers.end());
}

template <typename F> PerChannel combine(const PerChannel &a, const PerChannel &b, F f) {
  PerChannel result(std::max(a.size(), b.size()));
  for (size_t c = 0; c < result.size(); ++c)
    result[c] = f(a[a.size() == 1 ? 0 : c], b[b.size() == 1 ? 0 : c]);
  return result;
}
PerChannel sum(const PerChannel &a, const PerChannel &b) { return combine(a, b, std::plus<double>()); }
PerChannel product(const PerChannel &a, const PerChannel &b) { return combine(a, b, std::multiplies<double>()); }

bool isWhole(double number) { return number == std::nearbyint(number); }

/// Goes from the integers that come out up to those that go in.
class Matcher {
public:
  explicit Matcher(CastOp cast) : type(cast.getType()), channels(type.getRank() ? type.getShape().back() : 1) {
    auto integer = llvm::cast<IntegerType>(type.getElementType());
    bool isUnsigned = integer.isUnsigned();
    form.lowest = isUnsigned ? 0 : -std::ldexp(1.0, integer.getWidth() - 1);
    form.highest = std::ldexp(1.0, integer.getWidth() - !isUnsigned) - 1;
  }

  std::optional<AffineForm> run(Value value) {
    while (Value before = peel(value))
      value = before;
    if (!rounds || !collect(value, {scale}) || form.terms.empty())
      return std::nullopt;
    form.offset = sum(form.offset, {shift});
    return std::move(form);
  }

private:
  /// Takes in one step that is the same for all elements; returns what it is applied to, or null where it is another.
  /// From there on `value * scale + shift`, clamped, is what comes out.
  Value peel(Value value) {
    Operation *op = value.getDefiningOp();
    if (!op)
      return {};
    if (auto round = dyn_cast<RoundOp>(op)) { // Behind it may only be integers.
      if (rounds || scale != 1 || !llvm::all_of(ArrayRef<double>{shift, form.lowest, form.highest}, isWhole))
        return {};
      rounds = true;
      return round.getInput();
    }
    if (auto relu = dyn_cast<ReluOp>(op))
      return raise(0), relu.getInput();
    if (op->getNumOperands() != 2)
      return {};
    for (unsigned side : {0u, 1u}) {
      Value other = op->getOperand(1 - side);
      std::optional<PerChannel> number = numbersOf(op->getOperand(side), channels);
      if (number && number->size() == 1 && other.getType() == value.getType() && takeIn(op, side, number->front()))
        return other;
    }
    return {};
  }

  /// `op` with a number on one side.
  bool takeIn(Operation *op, unsigned side, double number) {
    if (isa<AddOp>(op))
      shift += scale * number;
    else if (isa<SubOp>(op) && side == 1)
      shift -= scale * number;
    else if (isa<MulOp>(op) && number > 0)
      scale *= number;
    else if (isa<DivOp>(op) && side == 1 && number > 0)
      scale /= number;
    else if (isa<MaxOp>(op))
      raise(number);
    else if (isa<MinOp>(op))
      form.highest = std::max(form.lowest, std::min(form.highest, number * scale + shift));
    else
      return false;
    return true;
  }

  void raise(double bound) { form.lowest = std::min(form.highest, std::max(form.lowest, bound * scale + shift)); }

  /// Adds `value` times `factors` to the form.
  bool collect(Value value, const PerChannel &factors) {
    if (std::optional<PerChannel> number = numbersOf(value, channels)) {
      form.offset = sum(form.offset, product(*number, factors));
      return true;
    }
    Operation *op = value.getDefiningOp();
    if (!op || typeOf(value).getShape() != type.getShape())
      return false;
    if (auto cast = dyn_cast<CastOp>(op))
      return addTerm(cast.getInput(), factors);
    if (isa<AddOp>(op))
      return collect(op->getOperand(0), factors) && collect(op->getOperand(1), factors);
    if (isa<SubOp>(op))
      return collect(op->getOperand(0), factors) && collect(op->getOperand(1), product(factors, {-1}));
    if (!isa<MulOp, DivOp>(op))
      return false;
    if (std::optional<PerChannel> number = numbersOf(op->getOperand(1), channels))
      return collect(op->getOperand(0),
                     isa<MulOp>(op) ? product(factors, *number) : combine(factors, *number, std::divides<double>()));
    std::optional<PerChannel> number = numbersOf(op->getOperand(0), channels);
    return number && isa<MulOp>(op) && collect(op->getOperand(1), product(factors, *number));
  }

  bool addTerm(Value integers, const PerChannel &factors) {
    auto element = dyn_cast<IntegerType>(typeOf(integers).getElementType());
    if (!element || element.getWidth() == 1 || element.getWidth() + element.isUnsigned() > 32)
      return false;
    for (AffineTerm &term : form.terms)
      if (term.integers == integers) {
        term.factors = sum(term.factors, factors);
        return true;
      }
    form.terms.push_back({integers, factors});
    return true;
  }

  RankedTensorType type;
  int64_t channels;
  AffineForm form;
  double scale = 1, shift = 0;
  bool rounds = false;
};

} // namespace

std::optional<AffineForm> edgecc::compress::matchAffineForm(CastOp cast) {
  auto to = dyn_cast<IntegerType>(cast.getType().getElementType());
  if (!to || (to.getWidth() != 8 && to.getWidth() != 16) || !cast.getInput().getType().getElementType().isF32())
    return std::nullopt;
  return Matcher(cast).run(cast.getInput());
}

// Folding of elementwise operations: identities, and arithmetic on constants in the element type.
//
// f16 and bf16 are computed in f32 and rounded; integers wrap in their width. An operation whose result the dialect
// does not define for some element (integer division by zero) is left alone.
#include "dialects/Edge/ConstantData.h"
#include "dialects/Edge/EdgeOps.h"
#include "dialects/Edge/StridedCopy.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace edgecc::edge;

namespace {

//===-- Applying a function of C++ numbers to constants ----------------------------------------------------------===//

/// Element types that an operation is folded for.
enum Domain : unsigned {
  floats = 1,
  integers = 2,
  booleans = 4,
  numbers = floats | integers,
  bits = integers | booleans
};

template <typename T> struct Storage {
  using Number = T;
  static constexpr unsigned domain = std::is_floating_point_v<T> ? floats : integers;
  static T store(T number) { return number; }
};
template <> struct Storage<Half> {
  using Number = float;
  static constexpr unsigned domain = floats;
  static Half store(float number) { return Half::from(number); }
};
template <> struct Storage<BFloat16> {
  using Number = float;
  static constexpr unsigned domain = floats;
  static BFloat16 store(float number) { return BFloat16::from(number); }
};
template <> struct Storage<Boolean> {
  using Number = bool;
  static constexpr unsigned domain = booleans;
  static Boolean store(bool value) { return {value}; }
};

/// An operand broadcast to the shape of the result: consecutive elements, or a single one for a splat.
class Operand {
public:
  Operand(const ConstantData &data, ArrayRef<int64_t> shape)
      : step(data.isSplat() ? 0 : 1), start(data.bytes().data()) {
    if (data.isSplat() || data.shape() == shape)
      return;
    unsigned width = elementBytes(data.elementType());
    SmallVector<int64_t> target = rowMajorStrides(shape), source = rowMajorStrides(data.shape());
    for (auto [stride, size] : llvm::zip_equal(source, data.shape()))
      stride = size == 1 ? 0 : stride;
    source.insert(source.begin(), shape.size() - source.size(), 0);
    expanded.resize(RankedTensorType::get(shape, data.elementType()).getNumElements() * width);
    copyStrided(start, source, expanded.data(), target, shape, width);
    start = expanded.data();
  }
  Operand(const Operand &) = delete;

  template <typename T> typename Storage<T>::Number get(int64_t index) const {
    return static_cast<typename Storage<T>::Number>(reinterpret_cast<const T *>(start)[index * step]);
  }
  const char *element(int64_t index, unsigned width) const { return start + index * step * width; }

private:
  int64_t step;
  const char *start;
  std::vector<char> expanded;
};

/// Makes a result of `type` by `fill(buffer, count)`; only one element is computed where `splat` says all are equal.
template <typename F> ElementsAttr makeResult(RankedTensorType type, bool splat, F fill) {
  if (splat) {
    ConstantBuffer buffer(RankedTensorType::get({}, type.getElementType()));
    fill(buffer, 1);
    return splatConstant(type, buffer.bytes().data());
  }
  if (type.getNumElements() > maxFoldedElements)
    return {};
  ConstantBuffer buffer(type);
  fill(buffer, type.getNumElements());
  return buffer.finish();
}

/// `f` of the elements of one constant; null where the operand is none or of a type outside `domain`.
template <unsigned domain, typename Out = void, typename F> ElementsAttr foldUnary(Attribute attr, Value output, F f) {
  std::optional<ConstantData> data = ConstantData::read(attr);
  if (!data)
    return {};
  ElementsAttr result;
  withStorageType(data->elementType(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    using Result = std::conditional_t<std::is_void_v<Out>, T, Out>;
    if constexpr ((Storage<T>::domain & domain) != 0) {
      Operand input(*data, data->shape());
      result =
          makeResult(cast<RankedTensorType>(output.getType()), data->isSplat(), [&](ConstantBuffer &out, int64_t n) {
            for (int64_t i = 0; i < n; ++i)
              out.as<Result>()[i] = Storage<Result>::store(f(input.get<T>(i)));
          });
    }
  });
  return result;
}

/// `f` of the elements of two constants that broadcast.
template <unsigned domain, typename Out = void, typename F>
ElementsAttr foldBinary(ArrayRef<Attribute> attrs, Value output, F f) {
  std::optional<ConstantData> lhsData = ConstantData::read(attrs[0]), rhsData = ConstantData::read(attrs[1]);
  auto type = cast<RankedTensorType>(output.getType());
  if (!lhsData || !rhsData || type.getNumElements() == 0)
    return {};
  bool splat = lhsData->isSplat() && rhsData->isSplat();
  if (!splat && type.getNumElements() > maxFoldedElements)
    return {};
  ElementsAttr result;
  withStorageType(lhsData->elementType(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    using Result = std::conditional_t<std::is_void_v<Out>, T, Out>;
    if constexpr ((Storage<T>::domain & domain) != 0) {
      Operand lhs(*lhsData, type.getShape()), rhs(*rhsData, type.getShape());
      result = makeResult(type, splat, [&](ConstantBuffer &out, int64_t n) {
        for (int64_t i = 0; i < n; ++i)
          out.as<Result>()[i] = Storage<Result>::store(f(lhs.get<T>(i), rhs.get<T>(i)));
      });
    }
  });
  return result;
}

/// Integer arithmetic wraps: computed modulo 2^64, then cut to the width.
template <typename T> constexpr bool isFloat = std::is_floating_point_v<T>;
template <typename T> T wrapped(uint64_t value) { return static_cast<T>(value); }

} // namespace

//===-- Unary ----------------------------------------------------------------------------------------------------===//

#define FOLD_FLOAT(OP, EXPRESSION)                                                                                     \
  OpFoldResult OP::fold(FoldAdaptor adaptor) {                                                                         \
    return foldUnary<floats>(adaptor.getInput(), getOutput(), [](auto x) { return EXPRESSION; });                      \
  }

FOLD_FLOAT(ExpOp, std::exp(x))
FOLD_FLOAT(LogOp, std::log(x))
FOLD_FLOAT(Log1pOp, std::log1p(x))
FOLD_FLOAT(SqrtOp, std::sqrt(x))
FOLD_FLOAT(SinOp, std::sin(x))
FOLD_FLOAT(CosOp, std::cos(x))
FOLD_FLOAT(TanOp, std::tan(x))
FOLD_FLOAT(AsinOp, std::asin(x))
FOLD_FLOAT(AcosOp, std::acos(x))
FOLD_FLOAT(AtanOp, std::atan(x))
FOLD_FLOAT(SinhOp, std::sinh(x))
FOLD_FLOAT(CoshOp, std::cosh(x))
FOLD_FLOAT(TanhOp, std::tanh(x))
FOLD_FLOAT(AsinhOp, std::asinh(x))
FOLD_FLOAT(AcoshOp, std::acosh(x))
FOLD_FLOAT(AtanhOp, std::atanh(x))
FOLD_FLOAT(ErfOp, std::erf(x))
FOLD_FLOAT(SigmoidOp, 1 / (1 + std::exp(-x)))

/// Rounding operations leave integers as they are.
#define FOLD_ROUNDING(OP, EXPRESSION)                                                                                  \
  OpFoldResult OP::fold(FoldAdaptor adaptor) {                                                                         \
    if (getInput().getType().getElementType().isInteger() || getInput().getDefiningOp<OP>())                           \
      return getInput();                                                                                               \
    return foldUnary<floats>(adaptor.getInput(), getOutput(), [](auto x) { return EXPRESSION; });                      \
  }

FOLD_ROUNDING(FloorOp, std::floor(x))
FOLD_ROUNDING(CeilOp, std::ceil(x))
FOLD_ROUNDING(RoundOp, std::nearbyint(x)) // The default rounding mode takes halves to even.

OpFoldResult AbsOp::fold(FoldAdaptor adaptor) {
  if (getInput().getDefiningOp<AbsOp>())
    return getInput();
  return foldUnary<numbers>(adaptor.getInput(), getOutput(), [](auto x) -> decltype(x) {
    if constexpr (isFloat<decltype(x)>)
      return std::fabs(x);
    else
      return x < 0 ? wrapped<decltype(x)>(-static_cast<uint64_t>(x)) : x;
  });
}

OpFoldResult NegOp::fold(FoldAdaptor adaptor) {
  if (auto inner = getInput().getDefiningOp<NegOp>())
    return inner.getInput();
  return foldUnary<numbers>(adaptor.getInput(), getOutput(), [](auto x) -> decltype(x) {
    if constexpr (isFloat<decltype(x)>)
      return -x;
    else
      return wrapped<decltype(x)>(-static_cast<uint64_t>(x));
  });
}

OpFoldResult SignOp::fold(FoldAdaptor adaptor) {
  // Neither branch takes a NaN, which stays.
  return foldUnary<numbers>(adaptor.getInput(), getOutput(), [](auto x) -> decltype(x) {
    return x > 0 ? 1 : x < 0 ? -1 : x;
  });
}

OpFoldResult ReluOp::fold(FoldAdaptor adaptor) {
  if (getInput().getDefiningOp<ReluOp>())
    return getInput();
  return foldUnary<numbers>(adaptor.getInput(), getOutput(), [](auto x) -> decltype(x) { return x < 0 ? 0 : x; });
}

OpFoldResult NotOp::fold(FoldAdaptor adaptor) {
  if (auto inner = getInput().getDefiningOp<NotOp>())
    return inner.getInput();
  return foldUnary<bits>(adaptor.getInput(), getOutput(), [](auto x) -> decltype(x) {
    if constexpr (std::is_same_v<decltype(x), bool>)
      return !x;
    else
      return ~x;
  });
}

OpFoldResult IsNanOp::fold(FoldAdaptor adaptor) {
  return foldUnary<floats, Boolean>(adaptor.getInput(), getOutput(), [](auto x) { return std::isnan(x); });
}

OpFoldResult IsInfOp::fold(FoldAdaptor adaptor) {
  return foldUnary<floats, Boolean>(adaptor.getInput(), getOutput(), [](auto x) { return std::isinf(x); });
}

//===-- Binary ---------------------------------------------------------------------------------------------------===//

/// The operand of the result's type whose partner is constantly `neutral`, for operations that return it unchanged.
template <typename OpTy>
static Value otherThanNeutral(OpTy op, ArrayRef<Attribute> operands, double neutral, bool commutes) {
  if (op.getLhs().getType() == op.getType() && isConstantOf(operands[1], neutral))
    return op.getLhs();
  if (commutes && op.getRhs().getType() == op.getType() && isConstantOf(operands[0], neutral))
    return op.getRhs();
  return {};
}

/// Folds an arithmetic operation: to an operand where the other is neutral, else by `f`, which reports undefined
/// results.
template <typename OpTy, typename F>
static OpFoldResult foldArithmetic(OpTy op, ArrayRef<Attribute> operands, std::optional<double> neutral, F f) {
  if (neutral)
    if (Value value = otherThanNeutral(op, operands, *neutral, OpTy::template hasTrait<OpTrait::IsCommutative>()))
      return value;
  bool defined = true;
  ElementsAttr result = foldBinary<numbers>(operands, op.getOutput(), [&](auto x, auto y) { return f(x, y, defined); });
  return defined ? result : ElementsAttr();
}

OpFoldResult AddOp::fold(FoldAdaptor adaptor) {
  return foldArithmetic(*this, adaptor.getOperands(), 0, [](auto x, auto y, bool &) -> decltype(x) {
    if constexpr (isFloat<decltype(x)>)
      return x + y;
    else
      return wrapped<decltype(x)>(static_cast<uint64_t>(x) + static_cast<uint64_t>(y));
  });
}

OpFoldResult SubOp::fold(FoldAdaptor adaptor) {
  return foldArithmetic(*this, adaptor.getOperands(), 0, [](auto x, auto y, bool &) -> decltype(x) {
    if constexpr (isFloat<decltype(x)>)
      return x - y;
    else
      return wrapped<decltype(x)>(static_cast<uint64_t>(x) - static_cast<uint64_t>(y));
  });
}

OpFoldResult MulOp::fold(FoldAdaptor adaptor) {
  return foldArithmetic(*this, adaptor.getOperands(), 1, [](auto x, auto y, bool &) -> decltype(x) {
    if constexpr (isFloat<decltype(x)>)
      return x * y;
    else
      return wrapped<decltype(x)>(static_cast<uint64_t>(x) * static_cast<uint64_t>(y));
  });
}

/// Whether x / y has a value; the smallest integer over -1 is taken as 0 - x, which wraps.
template <typename T> static bool divides(T y, bool &defined) {
  defined &= y != 0;
  return y != 0;
}
template <typename T> static bool isMinusOne(T y) { return std::is_signed_v<T> && y == static_cast<T>(-1); }

OpFoldResult DivOp::fold(FoldAdaptor adaptor) {
  return foldArithmetic(*this, adaptor.getOperands(), 1, [](auto x, auto y, bool &defined) -> decltype(x) {
    if constexpr (isFloat<decltype(x)>)
      return x / y;
    else if (isMinusOne(y))
      return wrapped<decltype(x)>(-static_cast<uint64_t>(x));
    else
      return divides(y, defined) ? x / y : 0;
  });
}

OpFoldResult RemOp::fold(FoldAdaptor adaptor) {
  return foldArithmetic(*this, adaptor.getOperands(), {}, [](auto x, auto y, bool &defined) -> decltype(x) {
    if constexpr (isFloat<decltype(x)>)
      return std::fmod(x, y);
    else
      return !isMinusOne(y) && divides(y, defined) ? x % y : 0;
  });
}

OpFoldResult ModOp::fold(FoldAdaptor adaptor) {
  return foldArithmetic(*this, adaptor.getOperands(), {}, [](auto x, auto y, bool &defined) -> decltype(x) {
    decltype(x) remainder = 0;
    if constexpr (isFloat<decltype(x)>)
      remainder = std::fmod(x, y);
    else if (!isMinusOne(y) && divides(y, defined))
      remainder = x % y;
    return remainder != 0 && (remainder < 0) != (y < 0) ? remainder + y : remainder;
  });
}

/// x to the power of y by squaring, wrapping. Only 0 has no negative power; others round toward zero.
template <typename T> static T integerPower(T x, T y, bool &defined) {
  if (y < 0) {
    defined &= x != 0;
    if (x == 1 || (isMinusOne(x) && y % 2 == 0))
      return 1;
    return isMinusOne(x) ? x : 0;
  }
  uint64_t result = 1, base = static_cast<uint64_t>(x);
  for (uint64_t exponent = static_cast<uint64_t>(y); exponent; exponent >>= 1) {
    if (exponent & 1)
      result *= base;
    base *= base;
  }
  return wrapped<T>(result);
}

OpFoldResult PowOp::fold(FoldAdaptor adaptor) {
  return foldArithmetic(*this, adaptor.getOperands(), 1, [](auto x, auto y, bool &defined) -> decltype(x) {
    if constexpr (isFloat<decltype(x)>)
      return std::pow(x, y);
    else
      return integerPower(x, y, defined);
  });
}

/// x == x fails for NaN, which wins in both.
OpFoldResult MaxOp::fold(FoldAdaptor adaptor) {
  if (getLhs() == getRhs())
    return getLhs();
  return foldBinary<numbers | booleans>(adaptor.getOperands(), getOutput(),
                                        [](auto x, auto y) { return x > y || x != x ? x : y; });
}

OpFoldResult MinOp::fold(FoldAdaptor adaptor) {
  if (getLhs() == getRhs())
    return getLhs();
  return foldBinary<numbers | booleans>(adaptor.getOperands(), getOutput(),
                                        [](auto x, auto y) { return x < y || x != x ? x : y; });
}

#define FOLD_BITS(OP, OPERATOR)                                                                                        \
  OpFoldResult OP::fold(FoldAdaptor adaptor) {                                                                         \
    return foldBinary<bits>(adaptor.getOperands(), getOutput(),                                                        \
                            [](auto x, auto y) { return static_cast<decltype(x)>(x OPERATOR y); });                    \
  }
FOLD_BITS(AndOp, &)
FOLD_BITS(OrOp, |)
FOLD_BITS(XorOp, ^)

/// Shifts by the width or more give what shifting one bit at a time would.
OpFoldResult ShiftLeftOp::fold(FoldAdaptor adaptor) {
  return foldBinary<integers>(adaptor.getOperands(), getOutput(), [](auto x, auto y) -> decltype(x) {
    uint64_t amount = static_cast<uint64_t>(y);
    return amount >= sizeof(x) * 8 ? 0 : wrapped<decltype(x)>(static_cast<uint64_t>(x) << amount);
  });
}

OpFoldResult ShiftRightOp::fold(FoldAdaptor adaptor) {
  return foldBinary<integers>(adaptor.getOperands(), getOutput(), [](auto x, auto y) -> decltype(x) {
    uint64_t amount = static_cast<uint64_t>(y);
    return amount >= sizeof(x) * 8 ? (x < 0 ? -1 : 0) : x >> amount;
  });
}

#define FOLD_COMPARE(OP, OPERATOR)                                                                                     \
  OpFoldResult OP::fold(FoldAdaptor adaptor) {                                                                         \
    return foldBinary<numbers | booleans, Boolean>(adaptor.getOperands(), getOutput(),                                 \
                                                   [](auto x, auto y) { return x OPERATOR y; });                       \
  }
FOLD_COMPARE(EqualOp, ==)
FOLD_COMPARE(LessOp, <)
FOLD_COMPARE(LessOrEqualOp, <=)

//===-- Select and cast ------------------------------------------------------------------------------------------===//

OpFoldResult SelectOp::fold(FoldAdaptor adaptor) {
  if (getOnTrue() == getOnFalse() && getOnTrue().getType() == getType())
    return getOnTrue();
  std::optional<ConstantData> condition = ConstantData::read(adaptor.getCondition());
  if (condition && condition->isSplat()) {
    Value chosen = condition->integer(0) ? getOnTrue() : getOnFalse();
    if (chosen.getType() == getType())
      return chosen;
  }
  std::optional<ConstantData> onTrue = ConstantData::read(adaptor.getOnTrue());
  std::optional<ConstantData> onFalse = ConstantData::read(adaptor.getOnFalse());
  int64_t size = getType().getNumElements();
  if (!condition || !onTrue || !onFalse || size == 0 || size > maxFoldedElements)
    return {};
  Operand conditions(*condition, getType().getShape());
  Operand trues(*onTrue, getType().getShape()), falses(*onFalse, getType().getShape());
  unsigned width = elementBytes(getType().getElementType());
  ConstantBuffer buffer(getType());
  for (int64_t i = 0; i < size; ++i) {
    const Operand &chosen = conditions.get<Boolean>(i) ? trues : falses;
    std::memcpy(buffer.bytes().data() + i * width, chosen.element(i, width), width);
  }
  return buffer.finish();
}

/// Floats to integers truncate and saturate, NaN gives 0; integers wrap; to booleans: whether it is not 0.
template <typename To, typename From> static To convertNumber(From value) {
  if constexpr (std::is_same_v<To, bool>) {
    return value != 0;
  } else if constexpr (isFloat<From> && std::is_integral_v<To>) {
    // Both bounds are powers of two, so that they are exact in every float type.
    constexpr int digits = std::numeric_limits<To>::digits;
    if (std::isnan(value))
      return 0;
    if (value >= std::ldexp(From(1), digits))
      return std::numeric_limits<To>::max();
    if (value <= (std::is_signed_v<To> ? -std::ldexp(From(1), digits) : From(0)))
      return std::numeric_limits<To>::min();
    return static_cast<To>(value);
  } else {
    return static_cast<To>(value);
  }
}

OpFoldResult CastOp::fold(FoldAdaptor adaptor) {
  if (getInput().getType() == getType())
    return getInput();
  ElementsAttr result;
  withStorageType(getType().getElementType(), [&](auto tag) {
    using To = typename decltype(tag)::type;
    result = foldUnary<numbers | booleans, To>(adaptor.getInput(), getOutput(),
                                               [](auto x) { return convertNumber<typename Storage<To>::Number>(x); });
  });
  return result;
}

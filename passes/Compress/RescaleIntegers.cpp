// From f32 arithmetic between integers to fixed-point multipliers.
#include "passes/Compress/RescaleIntegers.h"

#include "dialects/Edge/ConstantData.h"
#include "dialects/Edge/LayerName.h"
#include "passes/Compress/AffineForms.h"
#include "passes/Compress/FixedPoint.h"
#include "passes/Compress/Passes.h"

#include <cmath>

namespace edgecc::compress {
#define GEN_PASS_DEF_RESCALEINTEGERS
#include "passes/Compress/Passes.h.inc"
} // namespace edgecc::compress

using namespace mlir;
using namespace edgecc::compress;
using namespace edgecc::edge;

namespace {

/// A vector of integers, or one for all channels.
Value constant(OpBuilder &builder, Location loc, ArrayRef<int64_t> numbers, Type element) {
  bool isOne = llvm::all_equal(numbers);
  SmallVector<int64_t> shape;
  if (!isOne)
    shape.push_back(numbers.size());
  ConstantBuffer buffer(RankedTensorType::get(shape, element));
  withStorageType(element, [&](auto tag) {
    auto *to = buffer.as<typename decltype(tag)::type>();
    for (int64_t number : isOne ? numbers.take_front() : numbers)
      if constexpr (std::is_integral_v<typename decltype(tag)::type>)
        *to++ = static_cast<typename decltype(tag)::type>(number);
  });
  return ConstantOp::create(builder, loc, buffer.finish());
}

/// Clamps that the type of `value` does not make anyway.
Value clamped(OpBuilder &builder, Location loc, Value value, int64_t lowest, int64_t highest) {
  auto element = cast<IntegerType>(getElementTypeOrSelf(value));
  APInt least =
      element.isUnsigned() ? APInt::getMinValue(element.getWidth()) : APInt::getSignedMinValue(element.getWidth());
  APInt most =
      element.isUnsigned() ? APInt::getMaxValue(element.getWidth()) : APInt::getSignedMaxValue(element.getWidth());
  if (lowest > (element.isUnsigned() ? 0 : least.getSExtValue()))
    value = MaxOp::create(builder, loc, value, constant(builder, loc, lowest, element));
  if (highest < (element.isUnsigned() ? static_cast<int64_t>(most.getZExtValue()) : most.getSExtValue()))
    value = MinOp::create(builder, loc, value, constant(builder, loc, highest, element));
  return value;
}

bool rescale(CastOp op, unsigned bits) {
  std::optional<AffineForm> form = matchAffineForm(op);
  if (!form)
    return false;
  SmallVector<ScaledIntegers> terms;
  for (const AffineTerm &term : form->terms) {
    auto type = cast<IntegerType>(getElementTypeOrSelf(term.integers));
    terms.push_back({type.getWidth() + type.isUnsigned(), term.factors});
  }
  std::optional<FixedPoint> fixed = toFixedPoint(terms, form->offset, bits);
  if (!fixed)
    return false;
  OpBuilder builder(op);
  Location loc = op.getLoc();
  StringRef layer = layerName(loc);
  auto named = [&](StringRef what) { // Tables are called by their locations.
    return layer.empty() ? loc : Location(NameLoc::get(builder.getStringAttr(layer + what)));
  };
  SmallVector<Value> integers, multipliers;
  for (auto [term, numbers] : llvm::zip_equal(form->terms, fixed->multipliers)) {
    bool isShort = llvm::all_of(numbers, [](int64_t number) { return llvm::isInt<16>(number); });
    integers.push_back(term.integers);
    multipliers.push_back(constant(builder, named("_multipliers"), numbers, builder.getIntegerType(isShort ? 16 : 32)));
  }
  Value offset = constant(builder, named("_offsets"), fixed->offset, builder.getI64Type());
  Value result = RescaleOp::create(builder, loc, op.getType(), integers, multipliers, offset, fixed->shift);
  auto nearest = [](double number) { return static_cast<int64_t>(std::floor(number + 0.5)); };
  result = clamped(builder, loc, result, nearest(form->lowest), nearest(form->highest));
  op.replaceAllUsesWith(result);
  op.erase();
  return true;
}

struct RescaleIntegers : edgecc::compress::impl::RescaleIntegersBase<RescaleIntegers> {
  using RescaleIntegersBase::RescaleIntegersBase;

  void runOnOperation() override {
    if (multiplierBits < 8 || multiplierBits > 31) {
      getOperation().emitError("edge-rescale-integers: multiplier-bits is ")
          << multiplierBits.getValue() << ", expected 8 to 31";
      return signalPassFailure();
    }
    numRescaled += rescaleIntegers(getOperation(), multiplierBits);
  }
};

} // namespace

int64_t edgecc::compress::rescaleIntegers(func::FuncOp function, unsigned bits) {
  SmallVector<CastOp> casts;
  function.walk([&](CastOp op) { casts.push_back(op); });
  return llvm::count_if(casts, [&](CastOp op) { return rescale(op, bits); });
}

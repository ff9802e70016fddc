// Quantisation of a calibrated network to integers.
//
// A real number x is held as an integer q with x ~ (q - zero) * scale, as in B. Jacob et al., "Quantization and
// Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", 2018. A product then is exact on
// integers,
//
//   sum((q - zero) * w) * scale(q) * scale(w) = (sum(q * w) - zero * sum(w)) * scale(q) * scale(w),
//
// and everything between products stays on real numbers, fused into the products' epilogues, unless fixed-point
// multipliers are asked for.
#include "dialects/Edge/LayerName.h"
#include "passes/Compress/Passes.h"
#include "passes/Compress/Products.h"
#include "passes/Compress/QuantizedGroups.h"
#include "passes/Compress/RescaleIntegers.h"
#include "passes/Compress/ScaleChains.h"
#include "passes/Compress/WeightQuantization.h"

#include "mlir/IR/Matchers.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

#include <cmath>

namespace edgecc::compress {
#define GEN_PASS_DEF_QUANTIZE
#include "passes/Compress/Passes.h.inc"
} // namespace edgecc::compress

using namespace mlir;
using namespace edgecc::compress;
using namespace edgecc::edge;

namespace {

/// How the values of a group are held.
struct IntegerForm {
  IntegerType type;
  double scale = 1;
  int64_t zero = 0;
};

double lowestOf(IntegerType type) { return type.isUnsigned() ? 0 : -std::ldexp(1.0, type.getWidth() - 1); }
double stepsOf(IntegerType type) { return std::ldexp(1.0, type.getWidth()) - 1; }

/// Integers for numbers in `range`; 0 is held exactly. Those of 16 bits have their zero in the middle, for which there
/// is room, so that nothing has to be added for a zero point.
IntegerForm chooseForm(IntegerType type, const Interval &range) {
  IntegerForm form{type};
  if (type.getWidth() == 16) {
    form.scale = std::max(-range.lowest, range.highest) / 32767;
    if (!(form.scale > 0) || !std::isfinite(form.scale))
      form.scale = 1;
    return form;
  }
  form.scale = (range.highest - range.lowest) / stepsOf(type);
  if (!(form.scale > 0) || !std::isfinite(form.scale))
    form.scale = 1;
  form.zero = static_cast<int64_t>(std::nearbyint(lowestOf(type) - range.lowest / form.scale));
  return form;
}

/// Bits of the weights of single layers, by name; 0 for those that stay in f32.
using LayerBits = llvm::StringMap<unsigned>;

class Quantizer {
public:
  Quantizer(func::FuncOp function, IntegerType activations, const WeightFormat &weights, const LayerBits &layerBits,
            bool correctsBias, bool needsNeighbours)
      : function(function), builder(function.getContext()), activations(activations), weights(weights),
        layerBits(layerBits), correctsBias(correctsBias), needsNeighbours(needsNeighbours) {}

  /// Returns the number of products that compute on integers now.
  int64_t run() {
    Block &body = function.getBody().front();
    SmallVector<Value> sinks;
    for (Operation &op : body)
      if (std::optional<WeightedProduct> product = matchWeightedProduct(&op);
          product && formatOf(*product).bits > 0 && observationOf(product->input)) {
        chosen.insert(&op);
        sinks.push_back(product->input);
      }
    groups.emplace(function, sinks);
    for (BlockArgument argument : body.getArguments())
      hold(argument);
    for (Operation &op : llvm::make_early_inc_range(body)) {
      SmallVector<Value> results(op.getResults());
      if (chosen.contains(&op))
        results = {convert(*matchWeightedProduct(&op))};
      for (Value result : results)
        hold(result);
    }
    return chosen.size();
  }

private:
  /// 0 bits: the product stays in f32.
  WeightFormat formatOf(const WeightedProduct &product) const {
    WeightFormat format = weights;
    if (auto own = layerBits.find(layerName(product.op->getLoc())); own != layerBits.end())
      format.bits = own->second;
    if (needsNeighbours && !product.sumsNeighbours())
      format.bits = 0;
    return format;
  }
  Value scalar(Location loc, double value, Type type) {
    return ConstantOp::create(builder, loc, splatConstant(RankedTensorType::get({}, type), value));
  }
  Value vector(Location loc, ArrayRef<float> values) {
    auto type = RankedTensorType::get({static_cast<int64_t>(values.size())}, builder.getF32Type());
    return ConstantOp::create(builder, loc, floatConstant(type, values));
  }
  static RankedTensorType withElements(Value value, Type element) {
    return cast<RankedTensorType>(value.getType()).clone(element);
  }

  /// Makes the integers of `value` and lets everything but them read `value` through them, where its group says so.
  void hold(Value value) {
    if (!groups->contains(memberOf(value)) || value.use_empty())
      return;
    IntegerForm form = formOf(value);
    builder.setInsertionPointAfterValue(value);
    Operation *op = value.getDefiningOp();
    Value integers = op && keepsScale(op) ? moveIntegers(op, form) : quantize(value, form);
    held[value] = integers;
    builder.setInsertionPointAfterValue(integers);
    for (OpOperand &use : llvm::make_early_inc_range(value.getUses())) {
      Operation *user = use.getOwner();
      bool readsIntegers = chosen.contains(user) ||
                           (user->getNumResults() == 1 && keepsScale(user) && groups->contains(user->getResult(0)));
      if (!made.contains(user) && !readsIntegers)
        use.set(dequantize(integers, form));
    }
  }

  /// The value of the network that `value` stands for.
  Value memberOf(Value value) const {
    auto found = originals.find(value);
    return found == originals.end() ? value : found->second;
  }
  IntegerForm formOf(Value value) { return chooseForm(activations, *groups->rangeOf(memberOf(value))); }

  /// `op`, which moves elements, on integers.
  Value moveIntegers(Operation *op, const IntegerForm &form) {
    builder.setInsertionPointAfter(op);
    IRMapping mapping;
    for (Value operand : op->getOperands()) {
      auto found = held.find(operand);
      if (found != held.end())
        mapping.map(operand, found->second);
      else if (matchPattern(operand, m_Constant()))
        mapping.map(operand, isa<PadOp>(op) ? scalar(op->getLoc(), form.zero, form.type) : quantize(operand, form));
    }
    Operation *copy = builder.clone(*op, mapping);
    copy->removeAttr(observedAttribute);
    Value result = copy->getResult(0);
    result.setType(withElements(result, form.type));
    return result;
  }

  /// Where a value's integers are made. An input of the network has no node, so that its name stands for one.
  Location quantizerOf(Value value) {
    auto argument = dyn_cast<BlockArgument>(value);
    auto name = argument ? function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), "edge.name") : StringAttr();
    if (!name)
      return value.getLoc();
    return NameLoc::get(name, NameLoc::get(builder.getStringAttr("QuantizeLinear"), value.getLoc()));
  }

  /// Casts to integers saturate.
  Value quantize(Value value, const IntegerForm &form) {
    Location loc = quantizerOf(value);
    Value scaled = withoutClamp(scaleChain(builder, value, 1 / form.scale, made), form);
    if (form.zero != 0)
      scaled = remember(AddOp::create(builder, loc, scaled, scalar(loc, form.zero, builder.getF32Type())));
    Value rounded = remember(RoundOp::create(builder, loc, scaled));
    return remember(CastOp::create(builder, loc, withElements(value, form.type), rounded));
  }

  /// What `scaled` is before it is limited to numbers that the integers are limited to anyway.
  Value withoutClamp(Value scaled, const IntegerForm &form) {
    double lowest = lowestOf(form.type) - form.zero, highest = lowest + stepsOf(form.type);
    auto limitIs = [&](Value limit, double bound) {
      Attribute value;
      std::optional<ConstantData> data =
          matchPattern(limit, m_Constant(&value)) ? ConstantData::read(value) : std::nullopt;
      return data && data->isSplat() && (bound > 0 ? data->as<float>()[0] >= bound : data->as<float>()[0] <= bound);
    };
    while (Operation *op = scaled.getDefiningOp()) {
      bool isLimited = isa<ReluOp>(op) ? lowest == 0
                                       : (isa<MaxOp>(op) && limitIs(op->getOperand(1), lowest)) ||
                                             (isa<MinOp>(op) && highest > 0 && limitIs(op->getOperand(1), highest));
      if (!isLimited || op->getOperand(0).getType() != op->getResult(0).getType())
        return scaled;
      scaled = op->getOperand(0);
    }
    return scaled;
  }

  Value dequantize(Value integers, const IntegerForm &form) {
    Location loc = integers.getLoc();
    Type f32 = builder.getF32Type();
    Value real = remember(CastOp::create(builder, loc, withElements(integers, f32), integers));
    if (form.zero != 0)
      real = remember(SubOp::create(builder, loc, real, scalar(loc, form.zero, f32)));
    return remember(MulOp::create(builder, loc, real, scalar(loc, form.scale, f32)));
  }

  Value remember(Operation *op) {
    made.insert(op);
    return op->getResult(0);
  }

  /// Replaces a product by one on integers; returns what stands for its result.
  Value convert(const WeightedProduct &product) {
    Location loc = product.op->getLoc();
    builder.setInsertionPoint(product.op);
    IntegerForm form = formOf(product.input);
    SmallVector<float> splat;
    ArrayRef<float> values(product.values.as<float>(), product.values.isSplat() ? 1 : product.values.size());
    if (product.values.isSplat()) {
      splat.assign(product.values.size(), values[0]);
      values = splat;
    }
    QuantizedWeights quantized = quantizeWeights(values, product.channels(), formatOf(product));
    Value integers = padded(product, held.lookup(product.input), form);
    Value sum = multiply(product, integers, constantOf(product, quantized), form);

    SmallVector<float> scales(product.channels()), shifts(product.channels());
    std::vector<double> errors = biasErrors(product, values, quantized);
    bool hasShift = false;
    for (int64_t c = 0; c < product.channels(); ++c) {
      double scale = form.scale * quantized.scales[c];
      scales[c] = static_cast<float>(scale);
      shifts[c] = static_cast<float>(errors[c] - form.zero * quantized.sums[c] * scale);
      hasShift |= shifts[c] != 0;
    }
    Value result = remember(CastOp::create(builder, loc, withElements(sum, builder.getF32Type()), sum));
    result = remember(MulOp::create(builder, loc, result, vector(loc, scales)));
    if (hasShift)
      result = addShift(product.op->getResult(0), result, vector(loc, shifts));
    Value old = product.op->getResult(0);
    old.replaceAllUsesWith(result);
    originals[result] = old;
    if (DictionaryAttr observed = observationOf(old))
      setObservation(result, observed);
    return result;
  }

  /// Adds a shift to `result`, which is to replace `old`; where a bias follows, it takes the shift in.
  Value addShift(Value old, Value result, Value shift) {
    auto bias = old.hasOneUse() ? dyn_cast<AddOp>(*old.getUsers().begin()) : AddOp();
    if (bias) {
      Value constant = bias.getLhs() == old ? bias.getRhs() : bias.getLhs();
      auto type = cast<RankedTensorType>(constant.getType());
      bool isPerChannel = type.getRank() == 0 || type.getShape().back() == type.getNumElements();
      if (isPerChannel && matchPattern(constant, m_Constant())) {
        builder.setInsertionPoint(bias);
        Value sum = builder.createOrFold<AddOp>(bias.getLoc(), constant, shift);
        bias.setOperand(bias.getLhs() == old ? 1 : 0, sum);
        builder.setInsertionPointAfterValue(result);
        return result;
      }
    }
    return remember(AddOp::create(builder, shift.getLoc(), result, shift));
  }

  /// A padded position stands for the real number 0, which is `zero`.
  Value padded(const WeightedProduct &product, Value integers, const IntegerForm &form) {
    auto conv = dyn_cast<ConvOp>(product.op);
    if (!conv || form.zero == 0 || llvm::all_of(conv.getPads(), [](int64_t pad) { return pad == 0; }))
      return integers;
    ArrayRef<int64_t> pads = conv.getPads();
    size_t spatial = pads.size() / 2;
    SmallVector<int64_t> low(spatial + 2, 0), high(spatial + 2, 0);
    llvm::copy(pads.take_front(spatial), low.begin() + 1);
    llvm::copy(pads.drop_front(spatial), high.begin() + 1);
    return remember(PadOp::create(builder, conv.getLoc(), integers, scalar(conv.getLoc(), form.zero, form.type), low,
                                  high, PadMode::constant));
  }

  Value constantOf(const WeightedProduct &product, const QuantizedWeights &quantized) {
    bool isByte = weights.bits <= 8;
    ConstantBuffer buffer(product.values.type().clone(builder.getIntegerType(isByte ? 8 : 16)));
    if (isByte)
      llvm::transform(quantized.integers, buffer.as<int8_t>(), [](int16_t w) { return static_cast<int8_t>(w); });
    else
      llvm::copy(quantized.integers, buffer.as<int16_t>());
    return ConstantOp::create(builder, product.weights->get().getLoc(), buffer.finish());
  }

  Value multiply(const WeightedProduct &product, Value input, Value filter, const IntegerForm &form) {
    Location loc = product.op->getLoc();
    if (isa<MatMulOp>(product.op))
      return remember(MatMulOp::create(builder, loc, input, filter));
    auto conv = cast<ConvOp>(product.op);
    SmallVector<int64_t> pads(conv.getPads().size(), 0);
    if (form.zero == 0)
      pads.assign(conv.getPads().begin(), conv.getPads().end());
    return remember(
        ConvOp::create(builder, loc, input, filter, conv.getStrides(), conv.getDilations(), pads, conv.getGroup()));
  }

  /// What the rounding of the weights takes from each output channel on average: sum((w - integer * scale) * mean(x)).
  /// M. Nagel et al., "Data-Free Quantization Through Weight Equalization and Bias Correction", 2019, with measured
  /// means.
  std::vector<double> biasErrors(const WeightedProduct &product, ArrayRef<float> values,
                                 const QuantizedWeights &quantized) {
    std::vector<double> errors(product.channels());
    DictionaryAttr observed = observationOf(product.input);
    auto means = observed ? observed.getAs<DenseF64ArrayAttr>("mean") : DenseF64ArrayAttr();
    int64_t inputChannels = cast<RankedTensorType>(product.input.getType()).getShape().back();
    if (!correctsBias || !means || means.size() != inputChannels)
      return errors;
    int64_t channels = product.channels();
    for (int64_t k = 0; k < product.depth(); ++k)
      for (int64_t c = 0; c < channels; ++c) {
        double error = values[k * channels + c] - double(quantized.integers[k * channels + c]) * quantized.scales[c];
        errors[c] += error * means[product.inputChannel(k, c)];
      }
    return errors;
  }

  func::FuncOp function;
  OpBuilder builder;
  IntegerType activations;
  WeightFormat weights;
  const LayerBits &layerBits;
  bool correctsBias, needsNeighbours;
  std::optional<QuantizedGroups> groups;
  DenseSet<Operation *> chosen;     ///< Products that are to compute on integers.
  DenseMap<Value, Value> originals; ///< Values of the network by what replaced them.
  DenseMap<Value, Value> held;      ///< The integers of a value.
  DenseSet<Operation *> made;       ///< Operations that quantise, which keep reading the values themselves.
};

struct Quantize : edgecc::compress::impl::QuantizeBase<Quantize> {
  using QuantizeBase::QuantizeBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isDeclaration() || !function.getBody().hasOneBlock())
      return;
    MLIRContext *context = &getContext();
    IntegerType type = llvm::StringSwitch<IntegerType>(activations)
                           .Case("u8", IntegerType::get(context, 8, IntegerType::Unsigned))
                           .Case("i8", IntegerType::get(context, 8))
                           .Case("i16", IntegerType::get(context, 16))
                           .Default(IntegerType());
    if (!type) {
      function.emitError("edge-quantize: activations is '") << activations << "', expected u8, i8 or i16";
      return signalPassFailure();
    }
    unsigned mostBits = type.getWidth(); // A byte by 16 bits would save neither memory nor instructions.
    if (weightBits < 2 || weightBits > mostBits) {
      function.emitError("edge-quantize: weight-bits is ") << weightBits.getValue() << ", expected 2 to " << mostBits;
      return signalPassFailure();
    }
    if (multiplierBits != 0 && (multiplierBits < 8 || multiplierBits > 31)) {
      function.emitError("edge-quantize: multiplier-bits is ")
          << multiplierBits.getValue() << ", expected 8 to 31, or 0";
      return signalPassFailure();
    }
    FailureOr<LayerBits> layerBits = readLayerBits(mostBits);
    if (failed(layerBits))
      return signalPassFailure();
    // 65535 * 2^15 < 2^31; bytes get there only with more than 2^16 weights.
    int64_t mostSum = INT32_MAX >> (type.getWidth() - !type.isUnsigned());
    WeightFormat format{weightBits, leastSquares, limitPairs, mostSum};
    numQuantized += Quantizer(function, type, format, *layerBits, correctBias, needsNeighbours).run();
    if (multiplierBits != 0)
      rescaleIntegers(function, multiplierBits);
    function.walk([](Operation *op) { op->removeAttr(observedAttribute); });
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      function.removeArgAttr(i, observedAttribute);
  }

private:
  FailureOr<LayerBits> readLayerBits(unsigned mostBits) {
    llvm::StringSet<> products;
    for (Operation &op : getOperation().getBody().front())
      if (matchWeightedProduct(&op))
        products.insert(layerName(op.getLoc()));
    LayerBits result;
    for (StringRef entry : layers) {
      auto [name, text] = entry.rsplit(':'); // Names of nodes may hold colons.
      unsigned bits = 0;
      if (text.getAsInteger(10, bits) || bits == 1 || bits > mostBits)
        return getOperation().emitError("layers: '")
                   << entry << "' is not of the form NAME:BITS, with 0 or 2 to " << mostBits << " bits",
               failure();
      if (!products.contains(name))
        return getOperation().emitError("layers: no convolution or product '") << name << "' has constant weights",
               failure();
      result[name] = bits;
    }
    for (const std::string &name : floatLayers)
      result[name] = 0;
    return result;
  }
};

} // namespace

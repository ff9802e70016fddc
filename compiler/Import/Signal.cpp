// Fourier transforms. A transform of known length is a product by a constant matrix.
#include "compiler/Import/LayerBuilder.h"
#include "compiler/Import/OperatorRegistry.h"
#include "compiler/Import/Tensors.h"

#include <cmath>

using namespace mlir;
using namespace edgecc;
using namespace edgecc::import;

namespace {

/// Longest transform: its matrix is quadratic in the length.
constexpr int64_t maxLength = 4096;

/// Input `index`, which must be one known integer between 1 and `largest`.
FailureOr<int64_t> knownLength(NodeImporter &node, size_t index, StringRef what, int64_t largest) {
  FailureOr<SmallVector<int64_t>> values = node.integersInput(index, what);
  if (failed(values))
    return failure();
  if (values->size() != 1 || values->front() < 1 || values->front() > largest)
    return node.unsupported("the " + what + " must be one number from 1 to " + Twine(largest));
  return values->front();
}

struct Transform {
  int64_t length;
  bool inverse, oneSided;
  int64_t outputs() const { return oneSided ? length / 2 + 1 : length; }
};

/// The last two dimensions (samples, 1 or 2 parts of a complex number) of `signal` -> (frequencies, 2 parts).
Value transform(NodeImporter &node, Value signal, const Transform &t) {
  if (!signal)
    return {};
  int64_t samples = shapeOf(signal)[rankOf(signal) - 2], parts = shapeOf(signal).back();
  double scale = t.inverse ? 1.0 / t.length : 1.0, direction = t.inverse ? 1 : -1;
  // Row (sample, part), column (frequency, part): the product by e^(direction i phase) as a real matrix.
  std::vector<float> matrix;
  for (int64_t sample = 0; sample < samples; ++sample)
    for (int64_t part = 0; part < parts; ++part)
      for (int64_t frequency = 0; frequency < t.outputs(); ++frequency) {
        double phase = direction * 2 * M_PI * ((sample * frequency) % t.length) / t.length;
        double real = std::cos(phase) * scale, imaginary = std::sin(phase) * scale;
        matrix.push_back(static_cast<float>(part == 0 ? real : -imaginary));
        matrix.push_back(static_cast<float>(part == 0 ? imaginary : real));
      }
  ArrayRef<char> bytes(reinterpret_cast<const char *>(matrix.data()), matrix.size() * sizeof(float));
  auto type = RankedTensorType::get({samples * parts, t.outputs() * 2}, node.builder().getF32Type());
  Value factors = node.cast(node.constant(makeElements(type, bytes, "fourier")), elementOf(signal));
  SmallVector<int64_t> flat(shapeOf(signal).drop_back(2)), result(flat);
  flat.push_back(samples * parts);
  result.append({t.outputs(), 2});
  return node.reshape(LayerBuilder(node).matmul(node.reshape(signal, flat), factors), result);
}

/// A signal whose last dimension holds 1 (real) or 2 (complex) parts.
LogicalResult checkSignal(NodeImporter &node) {
  RankedTensorType type = node.inputType(0);
  if (type.getRank() >= 2 && (type.getShape().back() == 1 || type.getShape().back() == 2) &&
      isa<FloatType>(type.getElementType()))
    return success();
  return node.unsupported("the signal must hold floats and end with a dimension of 1 or 2, for its real and imaginary "
                          "parts");
}

LogicalResult importDft(NodeImporter &node) {
  if (failed(checkSignal(node)))
    return failure();
  LayerBuilder build(node);
  Value signal = node.input(0);
  int64_t rank = rankOf(signal), stated = node.integer("axis", 1);
  if (node.opset() >= 20) {
    FailureOr<SmallVector<int64_t>> given = SmallVector<int64_t>{-2};
    if (node.hasInput(2))
      given = node.integersInput(2, "axis");
    if (failed(given) || given->size() != 1)
      return node.unsupported("the axis must be one number");
    stated = given->front();
  }
  FailureOr<int64_t> axis = node.axisOf(stated, rank);
  if (failed(axis))
    return failure();
  if (*axis == rank - 1)
    return node.unsupported("the axis is the last dimension, which holds the parts of complex numbers");
  FailureOr<int64_t> length = shapeOf(signal)[*axis];
  if (node.hasInput(1))
    length = knownLength(node, 1, "dft_length", maxLength);
  if (failed(length))
    return failure();
  if (*length < 1 || *length > maxLength)
    return node.unsupported("the transform has length " + Twine(*length) + "; 1 to " + Twine(maxLength) +
                            " are handled");
  // Missing samples are zero, hence just left out of the product.
  signal = build.slice(signal, *axis, 0, std::min(*length, shapeOf(signal)[*axis]));
  SmallVector<int64_t> order = iota(rank);
  std::swap(order[*axis], order[rank - 2]);
  Transform t{*length, node.integer("inverse", 0) != 0, node.integer("onesided", 0) != 0};
  return node.done(node.transpose(transform(node, node.transpose(signal, order), t), order));
}

/// Inputs: signal (batch, samples, parts), frame_step, window, frame_length.
LogicalResult importStft(NodeImporter &node) {
  if (failed(checkSignal(node)))
    return failure();
  LayerBuilder build(node);
  Value signal = node.input(0);
  if (rankOf(signal) != 3)
    return node.unsupported("the signal must have rank 3");
  int64_t samples = shapeOf(signal)[1];
  FailureOr<int64_t> step = knownLength(node, 1, "frame_step", maxElements), length = samples;
  if (node.hasInput(3))
    length = knownLength(node, 3, "frame_length", maxLength);
  else if (node.hasInput(2))
    length = node.inputType(2).getNumElements();
  if (failed(step) || failed(length))
    return failure();
  if (*length > samples || *length > maxLength || (node.hasInput(2) && node.inputType(2).getNumElements() != *length))
    return node.unsupported("frames of " + Twine(*length) + " samples do not fit the signal or the window; at most " +
                            Twine(maxLength) + " are handled");
  SmallVector<Value> frames;
  for (int64_t start = 0; start + *length <= samples; start += *step) {
    Value frame = build.slice(signal, 1, start, *length);
    frames.push_back(node.reshape(frame, {shapeOf(signal)[0], 1, *length, shapeOf(signal)[2]}));
  }
  Value framed = build.concat(frames, 1);
  if (node.hasInput(2))
    framed = build.mul(framed, node.reshape(node.input(2), {*length, 1}));
  return node.done(transform(node, framed, {*length, false, node.integer("onesided", 1) != 0}));
}

} // namespace

void edgecc::import::registerSignal(OperatorRegistry &registry) {
  registry.add("DFT", importDft);
  registry.add("STFT", importStft);
}

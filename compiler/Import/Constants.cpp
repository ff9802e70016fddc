// ONNX operators whose results are constants, or that do nothing when a network is only run.
#include "compiler/Import/OperatorRegistry.h"
#include "compiler/Import/Tensors.h"

#include <onnx/onnx_pb.h>

using namespace mlir;
using namespace edgecc;
using namespace edgecc::import;

template <typename T> static ElementsAttr elementsOf(ArrayRef<int64_t> shape, Type type, ArrayRef<T> values) {
  ArrayRef<char> bytes(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T));
  return makeElements(RankedTensorType::get(shape, type), bytes, "constant");
}

static LogicalResult importConstant(NodeImporter &node) {
  Type i64 = node.builder().getI64Type(), f32 = node.builder().getF32Type();
  if (node.hasAttribute("value_int"))
    return node.done(node.constant(elementsOf<int64_t>({}, i64, {node.integer("value_int", 0)})));
  if (node.hasAttribute("value_float"))
    return node.done(node.constant(elementsOf<float>({}, f32, {node.number("value_float", 0)})));
  if (node.hasAttribute("value_ints")) {
    SmallVector<int64_t> values = node.integers("value_ints");
    return node.done(node.constant(elementsOf<int64_t>({static_cast<int64_t>(values.size())}, i64, values)));
  }
  if (node.hasAttribute("value_floats")) {
    SmallVector<float> values = node.numbers("value_floats");
    return node.done(node.constant(elementsOf<float>({static_cast<int64_t>(values.size())}, f32, values)));
  }
  if (node.hasAttribute("value_string") || node.hasAttribute("value_strings"))
    return node.unsupported("it holds strings, which edgecc does not have");
  if (node.hasAttribute("sparse_value"))
    return node.unsupported("it holds a sparse tensor; store it as a dense one");
  ElementsAttr value = node.tensor("value");
  return value ? node.done(node.constant(value)) : failure();
}

static LogicalResult importConstantOfShape(NodeImporter &node) {
  FailureOr<SmallVector<int64_t>> shape = node.integersInput(0, "shape");
  if (failed(shape))
    return failure();
  if (!isShapeInRange(*shape))
    return node.unsupported("the shape has a negative dimension or more than 2^31 elements");
  if (!node.hasAttribute("value"))
    return node.done(node.broadcastTo(node.scalar(0, node.builder().getF32Type()), *shape));
  ElementsAttr value = node.tensor("value");
  if (!value)
    return failure();
  if (value.getNumElements() != 1)
    return node.unsupported("the value must be one number");
  return node.done(node.broadcastTo(node.reshape(node.constant(value), {}), *shape));
}

/// start, start + delta, ... below limit (above it for a negative delta).
static LogicalResult importRange(NodeImporter &node) {
  FailureOr<SmallVector<double>> start = node.numbersInput(0, "start"), limit = node.numbersInput(1, "limit"),
                                 delta = node.numbersInput(2, "delta");
  if (failed(start) || failed(limit) || failed(delta))
    return failure();
  if (start->size() != 1 || limit->size() != 1 || delta->size() != 1)
    return node.unsupported("start, limit and delta must be one number each");
  double first = start->front(), step = delta->front();
  double count = std::ceil((limit->front() - first) / step);
  if (!(count <= maxComputedElements))
    return node.unsupported("the range is too long, or delta is 0");
  std::vector<double> numbers;
  for (int64_t i = 0; i < count; ++i)
    numbers.push_back(first + i * step);
  int64_t size = numbers.size();
  Type type = node.inputType(0).getElementType();
  if (isa<FloatType>(type))
    return node.done(node.cast(node.constant(elementsOf<double>({size}, node.builder().getF64Type(), numbers)), type));
  SmallVector<int64_t> integers;
  for (double number : numbers)
    integers.push_back(static_cast<int64_t>(std::clamp(number, -9.0e18, 9.0e18)));
  return node.done(node.cast(node.constant(elementsOf<int64_t>({size}, node.builder().getI64Type(), integers)), type));
}

/// A unit matrix, its diagonal moved up by k, of the shape of the input.
static LogicalResult importEyeLike(NodeImporter &node) {
  RankedTensorType input = node.inputType(0);
  Type type = node.hasAttribute("dtype") ? node.dataType("dtype", 0) : input.getElementType();
  if (!type)
    return failure();
  if (input.getRank() != 2 || input.getNumElements() > maxComputedElements)
    return node.unsupported("the input must be a matrix of at most 2^24 elements");
  int64_t k = std::clamp(node.integer("k", 0), -maxElements, maxElements);
  int64_t rows = input.getDimSize(0), columns = input.getDimSize(1);
  std::vector<char> mask(rows * columns, 0);
  for (int64_t row = std::max<int64_t>(0, -k); row < rows && row + k < columns; ++row)
    mask[row * columns + row + k] = 1;
  Value eye = node.constant(makeElements(input.clone(node.builder().getI1Type()), mask, "eye"));
  return node.done(node.cast(eye, type));
}

/// A window of audio processing: a0 - a1 cos(2 pi i / n) + a2 cos(4 pi i / n).
template <int kind> static LogicalResult importWindow(NodeImporter &node) {
  static constexpr double coefficients[3][3] = {{0.5, 0.5, 0}, {25.0 / 46, 21.0 / 46, 0}, {0.42, 0.5, 0.08}};
  auto [a0, a1, a2] = coefficients[kind];
  FailureOr<SmallVector<int64_t>> size = node.integersInput(0, "size");
  Type type = node.dataType("output_datatype", onnx::TensorProto::FLOAT);
  if (failed(size) || !type)
    return failure();
  if (size->size() != 1 || size->front() < 1 || size->front() > maxComputedElements)
    return node.unsupported("the size must be one number of at least 1");
  int64_t count = size->front(), steps = node.integer("periodic", 1) != 0 ? count : std::max<int64_t>(1, count - 1);
  std::vector<double> values;
  for (int64_t i = 0; i < count; ++i) {
    double angle = 2 * M_PI * i / steps;
    values.push_back(a0 - a1 * std::cos(angle) + a2 * std::cos(2 * angle));
  }
  return node.done(node.cast(node.constant(elementsOf<double>({count}, node.builder().getF64Type(), values)), type));
}

//===-- Operators that only training needs -----------------------------------------------------------------------===//

static LogicalResult importIdentity(NodeImporter &node) { return node.done(node.input(0)); }

/// Drops nothing in inference. The mask, where it is wanted, keeps everything.
static LogicalResult importDropout(NodeImporter &node) {
  if (node.hasInput(2)) {
    FailureOr<SmallVector<int64_t>> training = node.integersInput(2, "training_mode");
    if (failed(training))
      return failure();
    FailureOr<SmallVector<double>> ratio = SmallVector<double>{0.5};
    if (llvm::is_contained(*training, 1) && node.hasInput(1))
      ratio = node.numbersInput(1, "ratio");
    if (failed(ratio))
      return failure();
    if (llvm::is_contained(*training, 1) && !llvm::all_of(*ratio, [](double r) { return r == 0.0; }))
      return node.unsupported("training_mode is true; export the model for inference");
  }
  Value value = node.input(0);
  if (node.wantsOutput(1)) {
    Type maskType = node.opset() < 10 ? elementOf(value) : node.builder().getI1Type();
    node.setOutput(1, node.broadcastTo(node.scalar(1, maskType), shapeOf(value)));
  }
  return node.done(value);
}

static LogicalResult importRandom(NodeImporter &node) {
  return node.unsupported("random numbers are not generated on the device; make its output an input of the model");
}

void edgecc::import::registerConstants(OperatorRegistry &registry) {
  registry.add("Constant", importConstant);
  registry.add("ConstantOfShape", importConstantOfShape);
  registry.add("Range", importRange);
  registry.add("EyeLike", importEyeLike);
  registry.add("HannWindow", importWindow<0>);
  registry.add("HammingWindow", importWindow<1>);
  registry.add("BlackmanWindow", importWindow<2>);
  registry.add("Identity", importIdentity);
  registry.add("Dropout", importDropout);
  for (StringRef name :
       {"RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Bernoulli", "Multinomial"})
    registry.add(name, importRandom);
}

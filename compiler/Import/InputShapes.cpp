// The static shapes of graph inputs, from the model and the options `--dim` and `--shape`.
#include "compiler/Import/InputShapes.h"
#include "compiler/Import/Tensors.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace edgecc::import;
using llvm::SmallVector;
using llvm::StringRef;
using llvm::Twine;
using Dimension = onnx::TensorShapeProto_Dimension;

static llvm::Error fault(const Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

/// The size that the model fixes, or -1. Exporters write unknown dimensions in three ways: no value, -1, a symbol.
static int64_t fixedSize(const Dimension &dimension) {
  return dimension.has_dim_value() && dimension.dim_value() >= 0 ? dimension.dim_value() : -1;
}

/// The shape of an input for people, such as 1x3x?x'width'.
static std::string describe(const onnx::TensorShapeProto &shape) {
  return llvm::join(llvm::map_range(shape.dim(),
                                    [](const Dimension &dimension) {
                                      if (fixedSize(dimension) >= 0)
                                        return std::to_string(fixedSize(dimension));
                                      return dimension.dim_param().empty() ? std::string("?")
                                                                           : "'" + dimension.dim_param() + "'";
                                    }),
                    "x");
}

namespace {

class Resolver {
public:
  Resolver(const ImportOptions &options) : options(options) {
    for (const auto &entry : options.dims)
      symbols[entry.first()] = entry.second;
  }

  llvm::Error takeStatedShape(const onnx::ValueInfoProto &input, llvm::ArrayRef<int64_t> stated);
  void findInnerSymbols(const onnx::ValueInfoProto &input);
  void guessBatch(const onnx::ValueInfoProto &input, InputShapes &result);
  llvm::Error resolve(const onnx::ValueInfoProto &input, InputShapes &result);

private:
  llvm::Expected<int64_t> sizeOf(const onnx::ValueInfoProto &input, int index);

  const ImportOptions &options;
  /// Sizes of symbolic dimensions: given, or found out from a shape that was.
  llvm::StringMap<int64_t> symbols;
  llvm::StringSet<> innerSymbols;
};

} // namespace

static const onnx::TensorShapeProto *shapeOf(const onnx::ValueInfoProto &input) {
  return input.type().tensor_type().has_shape() ? &input.type().tensor_type().shape() : nullptr;
}

/// Checks a `--shape` against the model and learns symbols from it, which other inputs may share.
llvm::Error Resolver::takeStatedShape(const onnx::ValueInfoProto &input, llvm::ArrayRef<int64_t> stated) {
  if (!isShapeInRange(stated))
    return fault("--shape of input '" + input.name() + "' has a negative dimension or more than 2^31 elements");
  const onnx::TensorShapeProto *shape = shapeOf(input);
  if (!shape)
    return llvm::Error::success();
  bool fits = static_cast<size_t>(shape->dim_size()) == stated.size();
  for (int i = 0; fits && i < shape->dim_size(); ++i)
    fits = fixedSize(shape->dim(i)) < 0 || fixedSize(shape->dim(i)) == stated[i];
  if (!fits)
    return fault("--shape of input '" + input.name() + "' is " +
                 llvm::join(llvm::map_range(stated, [](int64_t size) { return std::to_string(size); }), "x") +
                 " but the model has " + describe(*shape));
  for (int i = 0; i < shape->dim_size(); ++i) {
    StringRef symbol = shape->dim(i).dim_param();
    if (symbol.empty())
      continue;
    auto [entry, isNew] = symbols.try_emplace(symbol, stated[i]);
    if (!isNew && entry->second != stated[i])
      return fault("--shape of input '" + input.name() + "' gives " + Twine(stated[i]) + " for dimension '" + symbol +
                   "', which is " + Twine(entry->second) + " elsewhere");
  }
  return llvm::Error::success();
}

/// A symbol that is also another dimension than the first of some input is no batch.
void Resolver::findInnerSymbols(const onnx::ValueInfoProto &input) {
  const onnx::TensorShapeProto *shape = shapeOf(input);
  for (int i = 1; shape && i < shape->dim_size(); ++i)
    innerSymbols.insert(shape->dim(i).dim_param());
}

/// An unknown first dimension is the batch: one sample at a time is what devices run.
void Resolver::guessBatch(const onnx::ValueInfoProto &input, InputShapes &result) {
  const onnx::TensorShapeProto *shape = shapeOf(input);
  if (options.shapes.count(input.name()) || !shape || shape->dim_size() == 0 || fixedSize(shape->dim(0)) >= 0)
    return;
  StringRef symbol = shape->dim(0).dim_param();
  std::string title = "the first dimension of input '" + input.name() + "' (" + describe(*shape) + ")";
  if (symbol.empty())
    result.notes.push_back(title + " is taken as 1; --shape " + input.name() + "=... sets it");
  else if (!innerSymbols.contains(symbol) && symbols.try_emplace(symbol, 1).second)
    result.notes.push_back(title + " is taken as 1; --dim " + symbol.str() + "=... sets it");
}

llvm::Expected<int64_t> Resolver::sizeOf(const onnx::ValueInfoProto &input, int index) {
  const onnx::TensorShapeProto &shape = *shapeOf(input);
  const Dimension &dimension = shape.dim(index);
  if (fixedSize(dimension) >= 0)
    return fixedSize(dimension);
  StringRef symbol = dimension.dim_param();
  if (auto known = symbols.find(symbol); !symbol.empty() && known != symbols.end())
    return known->second;
  if (index == 0 && symbol.empty())
    return 1;
  return fault("dimension " + Twine(index) + " of input '" + input.name() + "' (" + describe(shape) +
               ") is unknown; set it with " + (symbol.empty() ? "" : "--dim " + symbol + "=N or ") + "--shape " +
               input.name() + "=" + llvm::join(SmallVector<StringRef>(shape.dim_size(), "N"), "x"));
}

llvm::Error Resolver::resolve(const onnx::ValueInfoProto &input, InputShapes &result) {
  SmallVector<int64_t> &sizes = result.shapes[input.name()];
  if (auto stated = options.shapes.find(input.name()); stated != options.shapes.end()) {
    sizes = stated->second;
    return llvm::Error::success();
  }
  const onnx::TensorShapeProto *shape = shapeOf(input);
  if (!shape)
    return fault("the model does not say the shape of input '" + input.name() + "'; set it with --shape " +
                 input.name() + "=...");
  for (int i = 0; i < shape->dim_size(); ++i) {
    llvm::Expected<int64_t> size = sizeOf(input, i);
    if (!size)
      return size.takeError();
    sizes.push_back(*size);
  }
  if (!isShapeInRange(sizes))
    return fault("input '" + input.name() + "' (" + describe(*shape) +
                 ") has a negative dimension or more than 2^31 elements");
  return llvm::Error::success();
}

llvm::Expected<InputShapes> edgecc::import::resolveInputShapes(llvm::ArrayRef<const onnx::ValueInfoProto *> inputs,
                                                               const ImportOptions &options) {
  InputShapes result;
  Resolver resolver(options);
  for (const onnx::ValueInfoProto *input : inputs)
    if (auto stated = options.shapes.find(input->name()); stated != options.shapes.end())
      if (llvm::Error error = resolver.takeStatedShape(*input, stated->second))
        return {std::move(error)};
  for (const onnx::ValueInfoProto *input : inputs)
    resolver.findInnerSymbols(*input);
  for (const onnx::ValueInfoProto *input : inputs)
    resolver.guessBatch(*input, result);
  llvm::Error errors = llvm::Error::success();
  for (const onnx::ValueInfoProto *input : inputs)
    errors = llvm::joinErrors(std::move(errors), resolver.resolve(*input, result));
  if (errors)
    return {std::move(errors)};
  return result;
}

// Builders of tensors and generics; see LinalgBuilders.h.
#include "passes/Conversion/EdgeToLinalg/LinalgBuilders.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;

namespace edgecc::edge_to_linalg {

Type storageType(Type element) {
  auto integer = dyn_cast<IntegerType>(element);
  if (!integer || (integer.isSignless() && integer.getWidth() != 1))
    return element;
  return IntegerType::get(element.getContext(), std::max(integer.getWidth(), 8u));
}

RankedTensorType storageType(RankedTensorType type) { return type.clone(storageType(type.getElementType())); }

Value emptyTensor(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape, Type element) {
  return tensor::EmptyOp::create(builder, loc, shape, element);
}

Value filledTensor(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape, Value value) {
  Value empty = emptyTensor(builder, loc, shape, value.getType());
  return linalg::FillOp::create(builder, loc, value, empty).getResult(0);
}

Value filledTensor(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape, TypedAttr value) {
  return filledTensor(builder, loc, shape, arith::ConstantOp::create(builder, loc, value).getResult());
}

static Value createGeneric(OpBuilder &builder, Location loc, Value init, unsigned reductions, ValueRange inputs,
                           ArrayRef<AffineMap> maps, BodyBuilder body) {
  auto type = cast<RankedTensorType>(init.getType());
  unsigned parallel = type.getRank();
  SmallVector<AffineMap> allMaps(maps);
  allMaps.push_back(
      AffineMap::getMultiDimIdentityMap(parallel + reductions, builder.getContext()).getMajorSubMap(parallel));
  if (parallel == 0)
    allMaps.back() = AffineMap::get(reductions, 0, builder.getContext());
  SmallVector<utils::IteratorType> iterators(parallel, utils::IteratorType::parallel);
  iterators.append(reductions, utils::IteratorType::reduction);
  return linalg::GenericOp::create(builder, loc, type, inputs, init, allMaps, iterators,
                                   [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
                                     Value result = body(nested, nestedLoc, arguments);
                                     linalg::YieldOp::create(nested, nestedLoc, result);
                                   })
      .getResult(0);
}

Value parallelGeneric(OpBuilder &builder, Location loc, RankedTensorType type, ValueRange inputs,
                      ArrayRef<AffineMap> maps, BodyBuilder body) {
  Value init = emptyTensor(builder, loc, type.getShape(), type.getElementType());
  return createGeneric(builder, loc, init, 0, inputs, maps,
                       [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
                         return body(nested, nestedLoc, arguments.drop_back());
                       });
}

Value broadcastingGeneric(OpBuilder &builder, Location loc, RankedTensorType type, ValueRange inputs,
                          BodyBuilder body) {
  SmallVector<AffineMap> maps;
  for (Value input : inputs)
    maps.push_back(
        broadcastMap(builder.getContext(), cast<RankedTensorType>(input.getType()).getShape(), type.getShape()));
  return parallelGeneric(builder, loc, type, inputs, maps, body);
}

Value reductionGeneric(OpBuilder &builder, Location loc, Value init, unsigned reductions, ValueRange inputs,
                       ArrayRef<AffineMap> maps, BodyBuilder body) {
  return createGeneric(builder, loc, init, reductions, inputs, maps, body);
}

Value nameLoops(Value result, ArrayRef<std::string> names) {
  Builder builder(result.getContext());
  SmallVector<StringRef> texts(names.begin(), names.end());
  result.getDefiningOp<linalg::GenericOp>()->setAttr("edge.loops", builder.getStrArrayAttr(texts));
  return result;
}

SmallVector<std::string> spatialNames(StringRef first, unsigned spatialRank) {
  SmallVector<std::string> names;
  for (char letter : StringRef("dhw").take_back(spatialRank))
    names.push_back((first + Twine(letter)).str());
  while (names.size() < spatialRank)
    names.insert(names.begin(), (first + Twine(spatialRank - names.size())).str());
  return names;
}

AffineMap broadcastMap(MLIRContext *context, ArrayRef<int64_t> shape, ArrayRef<int64_t> output) {
  assert(shape.size() <= output.size() && "an operand has no more dimensions than its result");
  size_t missing = output.size() - shape.size();
  SmallVector<AffineExpr> exprs;
  for (auto [index, size] : llvm::enumerate(shape)) {
    bool repeats = size == 1 && output[missing + index] != 1;
    exprs.push_back(repeats ? getAffineConstantExpr(0, context) : getAffineDimExpr(missing + index, context));
  }
  return AffineMap::get(output.size(), 0, exprs, context);
}

Value padConstant(OpBuilder &builder, Location loc, Value input, ArrayRef<int64_t> low, ArrayRef<int64_t> high,
                  Value value) {
  auto isZero = [](int64_t pad) { return pad == 0; };
  if (llvm::all_of(low, isZero) && llvm::all_of(high, isZero))
    return input;
  auto type = cast<RankedTensorType>(input.getType());
  SmallVector<int64_t> shape;
  for (auto [size, before, after] : llvm::zip_equal(type.getShape(), low, high))
    shape.push_back(size + before + after);
  Value filled = filledTensor(builder, loc, shape, value);
  if (type.getNumElements() == 0)
    return filled;
  SmallVector<OpFoldResult> ones(shape.size(), builder.getIndexAttr(1));
  return tensor::InsertSliceOp::create(builder, loc, input, filled, getAsIndexOpFoldResult(builder.getContext(), low),
                                       getAsIndexOpFoldResult(builder.getContext(), type.getShape()), ones);
}

std::optional<TypedAttr> uniformConstant(Value tensor) {
  auto constant = tensor.getDefiningOp<arith::ConstantOp>();
  if (!constant)
    return std::nullopt;
  Attribute value = constant.getValue();
  auto resource = dyn_cast<DenseResourceElementsAttr>(value);
  if (resource && resource.getNumElements() == 1 && resource.getRawHandle().getBlob())
    value = DenseElementsAttr::getFromRawBuffer(cast<ShapedType>(resource.getType()),
                                                resource.getRawHandle().getBlob()->getData());
  auto dense = dyn_cast<DenseElementsAttr>(value);
  if (!dense || !dense.isSplat())
    return std::nullopt;
  return cast<TypedAttr>(dense.getSplatValue<Attribute>());
}

//===-- Reshape ---------------------------------------------------------------------------------------------------===//

namespace {

/// How two shapes of the same number of elements fall into runs of dimensions with equal products.
struct Factorisation {
  SmallVector<ReassociationIndices> source, target;
  SmallVector<int64_t> products;
};

Factorisation factorise(ArrayRef<int64_t> source, ArrayRef<int64_t> target) {
  Factorisation result;
  size_t i = 0, j = 0;
  while (i < source.size() && j < target.size()) {
    ReassociationIndices from{static_cast<int64_t>(i)}, to{static_cast<int64_t>(j)};
    int64_t fromSize = source[i++], toSize = target[j++];
    while (fromSize != toSize) {
      if (fromSize < toSize) {
        from.push_back(i);
        fromSize *= source[i++];
      } else {
        to.push_back(j);
        toSize *= target[j++];
      }
    }
    result.source.push_back(from);
    result.target.push_back(to);
    result.products.push_back(fromSize);
  }
  // What is left on one side are ones; a shape of rank 0 has no run to put them in and needs none.
  for (; i < source.size() && !result.source.empty(); ++i)
    result.source.back().push_back(i);
  for (; j < target.size() && !result.target.empty(); ++j)
    result.target.back().push_back(j);
  return result;
}

TypedAttr reshapeAttr(Attribute attr, RankedTensorType type) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attr))
    return DenseResourceElementsAttr::get(type, resource.getRawHandle());
  if (auto dense = dyn_cast<DenseElementsAttr>(attr))
    return dense.reshape(type);
  return {};
}

} // namespace

Value reshape(OpBuilder &builder, Location loc, Value input, ArrayRef<int64_t> shape) {
  auto from = cast<RankedTensorType>(input.getType());
  auto to = RankedTensorType::get(shape, from.getElementType());
  if (from == to)
    return input;
  if (auto constant = input.getDefiningOp<arith::ConstantOp>())
    if (TypedAttr attr = reshapeAttr(constant.getValue(), to))
      return arith::ConstantOp::create(builder, loc, attr);
  if (to.getNumElements() == 0)
    return emptyTensor(builder, loc, shape, to.getElementType());

  Factorisation runs = factorise(from.getShape(), shape);
  auto between = RankedTensorType::get(runs.products, from.getElementType());
  Value value = input;
  if (from != between)
    value = tensor::CollapseShapeOp::create(builder, loc, between, value, runs.source);
  if (to != between)
    value = tensor::ExpandShapeOp::create(builder, loc, to, value, runs.target);
  return value;
}

} // namespace edgecc::edge_to_linalg

// Emission at one vector of points; see PointEmitter.h.
#include "passes/Kernel/PointEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace edgecc::kernel;

Location edgecc::kernel::nameLoop(const KernelNest &nest, StringRef name) {
  MLIRContext *context = nest.kernel->getContext();
  return FusedLoc::get({nest.kernel.getLoc()}, StringAttr::get(context, name), context);
}

PointEmitter::PointEmitter(OpBuilder &builder, const KernelNest &nest, const Schedule &schedule,
                           ArrayRef<FlatBuffer> operands, Addresses &addresses)
    : builder(builder), nest(nest), schedule(schedule), operands(operands), loc(nest.kernel.getLoc()),
      addresses(addresses), main(addresses.trackStage(nest.main)) {}

Value PointEmitter::index(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }

Value PointEmitter::loadVector(unsigned access, Address address, int64_t lanes) {
  return vector::LoadOp::create(builder, loc, VectorType::get({lanes}, addresses.element(access)),
                                addresses.buffer(access), addresses.toValue(address));
}
Value PointEmitter::loadScalar(unsigned access, Address address) {
  return memref::LoadOp::create(builder, loc, addresses.buffer(access), addresses.toValue(address));
}

LaneValue PointEmitter::load(unsigned access, const Position &position, int64_t column, const Tile &tile,
                             LoadCache &cache) {
  Address address = position.bases[access];
  int64_t stride = schedule.vectorLoop ? addresses.laneStride(access) : 0;
  address.constant += column * stride;
  int64_t lanes = stride == 0 ? 1 : tile.lanes;
  Value &cached = cache[{access, address.dynamic.getAsOpaquePointer(), address.constant, lanes}];
  if (!cached)
    cached = lanes == 1 ? loadUniform(access, address, cache) : loadLanes(access, address, stride, lanes);
  return {cached, lanes == 1 ? LaneValue::Uniform : LaneValue::Varying};
}

Value PointEmitter::loadLanes(unsigned access, Address address, int64_t stride, int64_t lanes) {
  if (stride == 1)
    return loadVector(access, address, lanes);
  SmallVector<Value> elements;
  for (int64_t lane = 0; lane < lanes; ++lane)
    elements.push_back(loadScalar(access, {address.dynamic, address.constant + lane * stride}));
  return vector::FromElementsOp::create(builder, loc, VectorType::get({lanes}, addresses.element(access)), elements);
}

/// Where the target multiplies by one lane of a register, scalars along the unrolled reduction come from one vector.
Value PointEmitter::loadUniform(unsigned access, Address address, LoadCache &cache) {
  if (!scalarGroup || addresses.isPacked(access) || !groupLoads(access))
    return loadScalar(access, address);
  int64_t lane = scalarStep;
  Address first{address.dynamic, address.constant - lane};
  Value &group = cache[{access, first.dynamic.getAsOpaquePointer(), first.constant, -scalarGroup}];
  if (!group)
    group = loadVector(access, first, scalarGroup);
  return vector::ExtractOp::create(builder, loc, group, lane);
}

/// From a register that has several where the target multiplies by lane, else from memory.
Value PointEmitter::loadGroup(const Position &position, LoadCache &cache) {
  const DotGroups &dot = *nest.dot;
  unsigned access = *main[dot.activations];
  Address address = position.bases[access];
  if (scalarGroup) {
    Address first{address.dynamic, address.constant - scalarStep * dot.size};
    Value &several = cache[{access, first.dynamic.getAsOpaquePointer(), first.constant, -scalarGroup}];
    if (!several)
      several = loadVector(access, first, scalarGroup * dot.size);
    return vector::ShuffleOp::create(builder, loc, several, several,
                                     llvm::to_vector(llvm::seq(scalarStep * dot.size, (scalarStep + 1) * dot.size)));
  }
  Value &group = cache[{access, address.dynamic.getAsOpaquePointer(), address.constant, dot.size}];
  if (group)
    return group;
  if (dot.elements >= dot.size)
    return group = loadVector(access, address, dot.size);
  // Fewer elements than a group: nothing beyond them may be read.
  SmallVector<Value> elements;
  for (int64_t place = 0; place < dot.elements; ++place)
    elements.push_back(loadScalar(access, {address.dynamic, address.constant + place}));
  Type element = addresses.element(access);
  Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(element));
  elements.resize(dot.size, zero);
  return group = vector::FromElementsOp::create(builder, loc, VectorType::get({dot.size}, element), elements);
}

Value PointEmitter::loadWeights(const Position &position, int64_t column, const Tile &tile, LoadCache &cache) {
  unsigned access = *main[nest.dot->weights];
  Address address = position.bases[access];
  address.constant += column * nest.dot->size;
  Value &weights = cache[{access, address.dynamic.getAsOpaquePointer(), address.constant, tile.lanes}];
  if (!weights)
    weights = loadVector(access, address, tile.lanes * nest.dot->size);
  return weights;
}

bool PointEmitter::groupLoads(unsigned access) const {
  return !schedule.reductions.empty() && addresses.strideAlong(access, schedule.reductions.back().first) == 1 &&
         llvm::is_contained(main, std::optional<unsigned>(access)) && addresses.element(access).isF32();
}

LaneValue PointEmitter::loopIndex(const Stage &stage, unsigned loopOfOp, const Position &position, int64_t column,
                                  const Tile &tile) {
  unsigned loop = stage.loops[loopOfOp];
  Address address = position.loops[loop];
  bool vector = schedule.vectorLoop && loop == *schedule.vectorLoop && tile.lanes > 1;
  if (schedule.vectorLoop && loop == *schedule.vectorLoop)
    address.constant += column;
  return {addresses.toValue(address), vector ? LaneValue::Linear : LaneValue::Uniform};
}

/// A load whose address the body computes.
LaneValue PointEmitter::extract(tensor::ExtractOp op, ArrayRef<LaneValue> indices, int64_t lanes) {
  auto argument = cast<BlockArgument>(op.getTensor());
  const FlatBuffer &flat = operands[argument.getArgNumber()];
  auto type = cast<MemRefType>(nest.kernel.getOperand(argument.getArgNumber()).getType());
  SmallVector<int64_t> strides;
  int64_t ignored;
  (void)type.getStridesAndOffset(strides, ignored);
  auto addressAt = [&](std::optional<int64_t> lane) {
    Value sum = flat.offset;
    for (auto [value, stride] : llvm::zip_equal(indices, strides)) {
      Value position = value.value;
      if (lane && value.kind == LaneValue::Varying)
        position = vector::ExtractOp::create(builder, loc, position, *lane);
      else if (lane && value.kind == LaneValue::Linear)
        position = arith::AddIOp::create(builder, loc, position, index(*lane));
      Value step = arith::MulIOp::create(builder, loc, position, index(stride));
      sum = sum ? arith::AddIOp::create(builder, loc, sum, step).getResult() : step;
    }
    return sum ? sum : index(0);
  };
  Type element = type.getElementType();
  bool uniform = true, contiguous = true;
  for (auto [position, value] : llvm::enumerate(indices)) {
    uniform &= value.kind == LaneValue::Uniform;
    contiguous &= value.kind == LaneValue::Uniform || (value.kind == LaneValue::Linear && strides[position] == 1);
  }
  if (uniform || lanes == 1)
    return {memref::LoadOp::create(builder, loc, flat.buffer, addressAt(std::nullopt)), LaneValue::Uniform};
  auto vectorType = VectorType::get({lanes}, element);
  if (contiguous)
    return {vector::LoadOp::create(builder, loc, vectorType, flat.buffer, addressAt(std::nullopt)), LaneValue::Varying};
  SmallVector<Value> elements;
  for (int64_t lane = 0; lane < lanes; ++lane)
    elements.push_back(memref::LoadOp::create(builder, loc, flat.buffer, addressAt(lane)));
  return {vector::FromElementsOp::create(builder, loc, vectorType, elements), LaneValue::Varying};
}

SmallVector<LaneValue> PointEmitter::run(const Stage &stage, const StageAccesses &accesses, const Position &position,
                                         int64_t column, const Tile &tile, LoadCache &cache,
                                         llvm::function_ref<LaneValue(unsigned operand)> given) {
  SmallVector<LaneValue> arguments;
  for (auto [operand, argument] : llvm::enumerate(stage.op.getBody()->getArguments())) {
    Value value = stage.op->getOperand(operand);
    if (argument.use_empty())
      arguments.push_back({});
    else if (!isa<ShapedType>(value.getType())) // A scalar: a constant in the kernel's body.
      arguments.push_back({builder.clone(*value.getDefiningOp())->getResult(0), LaneValue::Uniform});
    else if (accesses[operand] && (&stage != &nest.main || operand < size_t(stage.op.getNumDpsInputs())))
      arguments.push_back(load(*accesses[operand], position, column, tile, cache));
    else
      arguments.push_back(given(operand));
  }
  BodyEmitter body(builder, loc, tile.lanes);
  return body.emit(
      stage.op, arguments, [&](unsigned loop) { return loopIndex(stage, loop, position, column, tile); },
      [&](tensor::ExtractOp op, ArrayRef<LaneValue> indices) { return extract(op, indices, tile.lanes); });
}

int64_t PointEmitter::strideOfLanes(unsigned access) const {
  bool isAlongLanes = schedule.vectorLoop && !nest.loops[*schedule.vectorLoop].reduction;
  return isAlongLanes ? addresses.strideAlong(access, *schedule.vectorLoop) : 0;
}

int64_t PointEmitter::joinedVectors(ArrayRef<unsigned> accesses, const Tile &tile, int64_t vectorBits) const {
  int64_t joined = tile.vectors & -tile.vectors; // The largest power of two in it.
  for (unsigned access : accesses) {
    auto type = dyn_cast<IntegerType>(addresses.element(access));
    if (tile.lanes == 1 || !type || type.getWidth() >= 32 || strideOfLanes(access) != 1)
      return 1;
    while (joined > 1 && joined * tile.lanes * type.getWidth() > vectorBits)
      joined /= 2;
  }
  return joined;
}

/// The elements of several vectors of one length, one after the other; their number is a power of two.
Value PointEmitter::join(SmallVector<Value> vectors) {
  for (; vectors.size() > 1; vectors.resize(vectors.size() / 2)) {
    int64_t lanes = cast<VectorType>(vectors.front().getType()).getNumElements();
    SmallVector<int64_t> order = llvm::to_vector(llvm::seq<int64_t>(0, 2 * lanes));
    for (size_t i = 0; i < vectors.size() / 2; ++i)
      vectors[i] = vector::ShuffleOp::create(builder, loc, vectors[2 * i], vectors[2 * i + 1], order);
  }
  return vectors.front();
}

void PointEmitter::store(ArrayRef<SmallVector<LaneValue>> vectors, ArrayRef<unsigned> accesses,
                         const Position &position, int64_t column, const Tile &tile) {
  Operation *yield = nest.kernel.getBodyBlock()->getTerminator();
  BodyEmitter body(builder, loc, tile.lanes);
  for (auto [access, yielded] : llvm::zip_equal(accesses, yield->getOperands())) {
    SmallVector<Value> values;
    for (ArrayRef<LaneValue> results : vectors)
      values.push_back(body.materialize(results[cast<OpResult>(yielded).getResultNumber()]));
    Address address = position.bases[access];
    int64_t stride = strideOfLanes(access);
    address.constant += column * stride;
    storeVector(join(values), access, address, stride);
  }
}

void PointEmitter::storeVector(Value value, unsigned access, const Address &address, int64_t stride) {
  Value buffer = addresses.buffer(access);
  auto type = dyn_cast<VectorType>(value.getType());
  if (!type)
    memref::StoreOp::create(builder, loc, value, buffer, addresses.toValue(address));
  else if (stride == 1)
    vector::StoreOp::create(builder, loc, value, buffer, addresses.toValue(address));
  else
    for (int64_t lane = 0; lane < type.getNumElements(); ++lane)
      memref::StoreOp::create(builder, loc, vector::ExtractOp::create(builder, loc, value, lane), buffer,
                              addresses.toValue({address.dynamic, address.constant + lane * stride}));
}

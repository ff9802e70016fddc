// What C sees of a camera frame, as LLVM IR around the stage that Halide compiled: NAME_prepare_frame describes planes
// and tensor in Halide's buffers, NAME_run_frame runs the model on what comes of it, NAME_frame_stage is the descriptor
// of runtime/include/edgecc/frame.h.
#include "targets/cpu/CpuTarget.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

using namespace llvm;
using namespace edgecc;

namespace {

/// One dimension of a Halide buffer.
struct Dimension {
  Value *extent, *stride; // i32, in elements
};

class FrameEntryBuilder {
public:
  FrameEntryBuilder(Module &module, const artefact::ModelSummary &summary)
      : module(module), summary(summary), frame(*summary.frame), context(module.getContext()),
        pointer(PointerType::getUnqual(context)), i8(Type::getInt8Ty(context)), i32(Type::getInt32Ty(context)),
        i64(Type::getInt64Ty(context)),
        // edgecc_frame, and halide_dimension_t and halide_buffer_t of Halide 14.
        frameType(StructType::get(context, {ArrayType::get(pointer, 2), ArrayType::get(i32, 2)})),
        dimensionType(StructType::get(context, {i32, i32, i32, i32})),
        bufferType(StructType::get(
            context, {i64, pointer, pointer, i64, i8, i8, Type::getInt16Ty(context), i32, pointer, pointer})) {}

  void build() {
    Function *prepare = buildPrepare();
    buildRun(prepare);
    buildStage(prepare);
  }

private:
  Function *create(StringRef suffix, ArrayRef<Type *> parameters) {
    return Function::Create(FunctionType::get(i32, parameters, false), GlobalValue::ExternalLinkage,
                            summary.name + suffix, module);
  }

  Value *loadPlane(IRBuilder<> &builder, Value *argument, unsigned plane) {
    Value *address = builder.CreateInBoundsGEP(frameType, argument,
                                               {builder.getInt32(0), builder.getInt32(0), builder.getInt32(plane)});
    return builder.CreateLoad(pointer, address);
  }

  Value *loadStride(IRBuilder<> &builder, Value *argument, unsigned plane) {
    Value *address = builder.CreateInBoundsGEP(frameType, argument,
                                               {builder.getInt32(0), builder.getInt32(1), builder.getInt32(plane)});
    return builder.CreateLoad(i32, address);
  }

  int rowsOf(const artefact::FramePlane &plane) const { return frame.height >> plane.shift; }

  /// Whether a plane can be read: it is there, its rows do not overlap, and 32 bits count its bytes.
  Value *isReadable(IRBuilder<> &builder, const artefact::FramePlane &plane, Value *data, Value *stride) {
    uint32_t least = frame.rowBytes(plane), most = INT32_MAX / rowsOf(plane);
    Value *inRange =
        builder.CreateICmpULE(builder.CreateSub(stride, builder.getInt32(least)), builder.getInt32(most - least));
    return builder.CreateAnd(builder.CreateIsNotNull(data), inRange);
  }

  /// A Halide buffer on the stack. The stage reads what is set here and nothing else of it.
  Value *makeBuffer(IRBuilder<> &builder, Value *data, ArrayRef<Dimension> dimensions) {
    Value *table = builder.CreateAlloca(dimensionType, builder.getInt32(dimensions.size()));
    for (auto [number, dimension] : enumerate(dimensions)) {
      Value *row = builder.CreateConstInBoundsGEP1_32(dimensionType, table, number);
      Value *fields[] = {builder.getInt32(0), dimension.extent, dimension.stride, builder.getInt32(0)};
      for (unsigned field = 0; field < 4; ++field)
        builder.CreateStore(fields[field], builder.CreateStructGEP(dimensionType, row, field));
    }
    Value *buffer = builder.CreateAlloca(bufferType);
    builder.CreateStore(Constant::getNullValue(bufferType), buffer);
    builder.CreateStore(data, builder.CreateStructGEP(bufferType, buffer, 2));
    builder.CreateStore(builder.getInt32(dimensions.size()), builder.CreateStructGEP(bufferType, buffer, 7));
    builder.CreateStore(table, builder.CreateStructGEP(bufferType, buffer, 8));
    return buffer;
  }

  /// The tensor, dense, innermost dimension first.
  Value *makeTensor(IRBuilder<> &builder, Value *data) {
    SmallVector<int> extents = {frame.tensorWidth, frame.tensorHeight};
    extents.insert(frame.channelsFirst ? extents.end() : extents.begin(), frame.channels);
    SmallVector<Dimension> dimensions;
    int stride = 1;
    for (int extent : extents) {
      dimensions.push_back({builder.getInt32(extent), builder.getInt32(stride)});
      stride *= extent;
    }
    return makeBuffer(builder, data, dimensions);
  }

  /// int NAME_prepare_frame(frame, tensor)
  Function *buildPrepare() {
    Function *prepare = create("_prepare_frame", {pointer, pointer});
    BasicBlock *check = BasicBlock::Create(context, "", prepare), *run = BasicBlock::Create(context, "run", prepare),
               *refuse = BasicBlock::Create(context, "refuse", prepare);
    IRBuilder<> builder(check);
    Value *readable = builder.getTrue();
    SmallVector<std::pair<Value *, Value *>> planes;
    for (const artefact::FramePlane &plane : frame.planes()) {
      Value *data = loadPlane(builder, prepare->getArg(0), planes.size());
      Value *stride = loadStride(builder, prepare->getArg(0), planes.size());
      readable = builder.CreateAnd(readable, isReadable(builder, plane, data, stride));
      planes.push_back({data, stride});
    }
    builder.CreateCondBr(readable, run, refuse);
    builder.SetInsertPoint(run);
    SmallVector<Value *> arguments;
    for (auto [plane, values] : zip(frame.planes(), planes))
      arguments.push_back(makeBuffer(builder, values.first,
                                     {{builder.getInt32(frame.rowBytes(plane)), builder.getInt32(1)},
                                      {builder.getInt32(rowsOf(plane)), values.second}}));
    arguments.push_back(makeTensor(builder, prepare->getArg(1)));
    builder.CreateRet(
        builder.CreateCall(create("_frame_pixels", SmallVector<Type *>(arguments.size(), pointer)), arguments));
    builder.SetInsertPoint(refuse);
    builder.CreateRet(builder.getInt32(1));
    return prepare;
  }

  /// int NAME_run_frame(frame, further inputs..., outputs..., arena)
  void buildRun(Function *prepare) {
    Function *model = module.getFunction(summary.name + "_run");
    Function *run = create("_run_frame", model->getFunctionType()->params());
    BasicBlock *begin = BasicBlock::Create(context, "", run), *go = BasicBlock::Create(context, "run", run),
               *refuse = BasicBlock::Create(context, "refuse", run);
    IRBuilder<> builder(begin);
    SmallVector<Value *> arguments;
    for (Argument &argument : run->args())
      arguments.push_back(&argument);
    Value *arena = arguments[summary.inputs.size() + summary.outputs.size()];
    Value *tensor = builder.CreateConstInBoundsGEP1_64(i8, arena, summary.frameTensorOffset());
    Value *failed = builder.CreateCall(prepare, {arguments[0], tensor});
    builder.CreateCondBr(builder.CreateIsNull(failed), go, refuse);
    builder.SetInsertPoint(go);
    arguments[0] = tensor;
    builder.CreateRet(builder.CreateCall(model, arguments));
    builder.SetInsertPoint(refuse);
    builder.CreateRet(failed);
  }

  void buildStage(Function *prepare) {
    Constant *name = ConstantDataArray::getString(context, frame.formatName());
    auto *format = new GlobalVariable(module, name->getType(), true, GlobalValue::PrivateLinkage, name);
    SmallVector<uint32_t> rowBytes(2), rows(2);
    std::vector<artefact::FramePlane> planes = frame.planes();
    for (auto [plane, bytes, count] : zip(planes, rowBytes, rows)) {
      bytes = frame.rowBytes(plane);
      count = rowsOf(plane);
    }
    ArrayType *pair = ArrayType::get(i32, 2);
    StructType *type = StructType::get(context, {i32, i32, pointer, i32, i32, pair, pair, pointer});
    auto number = [&](uint32_t value) { return ConstantInt::get(i32, value); };
    uint64_t bytes = module.getDataLayout().getTypeAllocSize(type);
    Constant *value = ConstantStruct::get(type, {number(bytes), number(planes.size()), format, number(frame.width),
                                                 number(frame.height), ConstantDataArray::get(context, rowBytes),
                                                 ConstantDataArray::get(context, rows), prepare});
    new GlobalVariable(module, type, /*isConstant=*/true, GlobalValue::ExternalLinkage, value,
                       summary.name + "_frame_stage");
  }

  Module &module;
  const artefact::ModelSummary &summary;
  const artefact::FrameSummary &frame;
  LLVMContext &context;
  PointerType *pointer;
  Type *i8, *i32, *i64;
  StructType *frameType, *dimensionType, *bufferType;
};

} // namespace

void edgecc::cpu::addFrameEntry(Module &module, const artefact::ModelSummary &summary) {
  FrameEntryBuilder(module, summary).build();
}

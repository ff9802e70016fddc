// The tables that the device libraries of the runtime walk, with the layout of runtime/include/edgecc/device.h.
#include "targets/cpu/CpuTarget.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/Module.h"

using namespace llvm;
using namespace edgecc;
using cpu::weightsSymbol;

namespace {

class ProgramBuilder {
public:
  ProgramBuilder(Module &module, const artefact::DeviceProgram &program, StringRef name)
      : module(module), program(program), name(name), context(module.getContext()),
        pointer(PointerType::getUnqual(context)), i32(Type::getInt32Ty(context)), i64(Type::getInt64Ty(context)) {}

  Constant *build() {
    GlobalVariable *weights = gatherWeights();
    uint64_t weightBytes = weights ? module.getDataLayout().getTypeAllocSize(weights->getValueType()) : 0;
    StructType *type =
        StructType::get(context, {i32, i32, i32, i32, i32, i32, pointer, pointer, pointer, i64, pointer, i64, pointer});
    uint64_t bytes = module.getDataLayout().getTypeAllocSize(type);
    Constant *null = ConstantPointerNull::get(pointer);
    Constant *value = ConstantStruct::get(
        type, {number32(bytes), number32(static_cast<uint32_t>(program.kind)), number32(program.features),
               number32(program.kernels.size()), number32(program.tasks.size()), number32(0), kernels(), tasks(),
               weights ? static_cast<Constant *>(weights) : null, number64(weightBytes),
               program.source.empty() ? null : string(program.source), number64(program.source.size()),
               program.frame ? frame() : null});
    return constant(value, name + "_program");
  }

private:
  GlobalVariable *constant(Constant *value, const Twine &symbol) {
    return new GlobalVariable(module, value->getType(), true, GlobalValue::InternalLinkage, value, symbol);
  }
  Constant *number32(uint32_t value) { return ConstantInt::get(i32, value); }
  Constant *number64(uint64_t value) { return ConstantInt::get(i64, value); }
  Constant *string(StringRef text) { return constant(ConstantDataArray::getString(context, text), name + "_text"); }
  Constant *array(Type *element, ArrayRef<Constant *> values, const Twine &symbol) {
    return constant(ConstantArray::get(ArrayType::get(element, values.size()), values), symbol);
  }
  Constant *numbers3(const std::array<uint32_t, 3> &values) {
    return ConstantArray::get(ArrayType::get(i32, 3), {number32(values[0]), number32(values[1]), number32(values[2])});
  }

  /// One constant for all weights, a struct with each at its place, so that none is in the library twice.
  GlobalVariable *gatherWeights() {
    if (program.weights.empty())
      return nullptr;
    SmallVector<Constant *> parts;
    SmallVector<std::pair<GlobalVariable *, uint64_t>> replaced;
    bool external = false;
    uint64_t end = 0;
    Type *byte = Type::getInt8Ty(context);
    for (const artefact::DeviceWeight &weight : program.weights) {
      GlobalVariable *global = module.getNamedGlobal(weight.symbol);
      assert(global && weight.beginBytes >= end && "weights are constants, in the order of their places");
      if (weight.beginBytes > end)
        parts.push_back(ConstantAggregateZero::get(ArrayType::get(byte, weight.beginBytes - end)));
      parts.push_back(global->getInitializer());
      external |= global->isExternallyInitialized(); // Its values come later, see Weights.h.
      replaced.push_back({global, weight.beginBytes});
      end = weight.beginBytes + module.getDataLayout().getTypeAllocSize(global->getValueType());
    }
    GlobalVariable *weights = constant(ConstantStruct::getAnon(parts, /*Packed=*/true), weightsSymbol(name));
    weights->setAlignment(Align(256));
    weights->setExternallyInitialized(external);
    for (auto [global, begin] : replaced) {
      global->replaceAllUsesWith(ConstantExpr::getInBoundsGetElementPtr(byte, weights, number64(begin)));
      global->eraseFromParent();
    }
    return weights;
  }

  StructType *kernelType() { return StructType::get(context, {pointer, pointer, i64, i32, ArrayType::get(i32, 3)}); }

  Constant *kernel(const artefact::DeviceKernel &kernel) {
    Constant *code = ConstantPointerNull::get(pointer);
    if (!kernel.spirv.empty())
      code = constant(ConstantDataArray::get(context, kernel.spirv), name + "_spirv");
    return ConstantStruct::get(kernelType(), {string(kernel.name), code, number64(4 * kernel.spirv.size()),
                                              number32(kernel.numOperands), numbers3(kernel.localSize)});
  }

  Constant *kernels() {
    SmallVector<Constant *> values;
    for (const artefact::DeviceKernel &each : program.kernels)
      values.push_back(kernel(each));
    return array(kernelType(), values, name + "_kernels");
  }

  Constant *frame() {
    const artefact::DeviceFrame &frame = *program.frame;
    std::vector<uint32_t> rowBytes = frame.rowBytes, rows = frame.rows;
    uint32_t planes = rows.size();
    rowBytes.resize(2);
    rows.resize(2);
    ArrayType *pair = ArrayType::get(i32, 2);
    StructType *type = StructType::get(context, {kernelType(), ArrayType::get(i32, 3), i32, pair, pair});
    return constant(
        ConstantStruct::get(type, {kernel(frame.kernel), numbers3(frame.groups), number32(planes),
                                   ConstantDataArray::get(context, rowBytes), ConstantDataArray::get(context, rows)}),
        name + "_frame");
  }

  Constant *operands(ArrayRef<artefact::DeviceOperand> list) {
    StructType *type = StructType::get(context, {i32, i32, i32, i32, i64, i64});
    SmallVector<Constant *> values;
    for (const artefact::DeviceOperand &operand : list)
      values.push_back(
          ConstantStruct::get(type, {number32(static_cast<uint32_t>(operand.space)), number32(operand.index),
                                     number32(operand.elementBytes), number32(operand.access),
                                     number64(operand.beginBytes), number64(operand.sizeBytes)}));
    return array(type, values, name + "_operands");
  }

  Constant *tasks() {
    StructType *type = StructType::get(context, {i32, i32, i32, ArrayType::get(i32, 3), pointer});
    SmallVector<Constant *> values;
    for (const artefact::DeviceTask &task : program.tasks)
      values.push_back(
          ConstantStruct::get(type, {number32(task.step), number32(static_cast<uint32_t>(task.kernel)),
                                     number32(task.operands.size()), numbers3(task.groups), operands(task.operands)}));
    return array(type, values, name + "_tasks");
  }

  Module &module;
  const artefact::DeviceProgram &program;
  StringRef name;
  LLVMContext &context;
  PointerType *pointer;
  Type *i32, *i64;
};

} // namespace

std::string edgecc::cpu::weightsSymbol(StringRef model) { return (model + "_device_weights").str(); }

Constant *edgecc::cpu::addDeviceProgram(Module &module, const artefact::DeviceProgram &program, StringRef name) {
  return ProgramBuilder(module, program, name).build();
}

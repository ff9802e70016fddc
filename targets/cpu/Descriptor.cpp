// What C sees of a compiled model, as LLVM IR: NAME_run, the entry points that take tables of pointers, and NAME_model
// with the layout of runtime/include/edgecc/model.h.
#include "targets/cpu/CpuTarget.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

using namespace llvm;
using namespace edgecc;

namespace {

class DescriptorBuilder {
public:
  DescriptorBuilder(Module &module, const artefact::ModelSummary &summary)
      : module(module), summary(summary), context(module.getContext()), pointer(PointerType::getUnqual(context)),
        i32(Type::getInt32Ty(context)), i64(Type::getInt64Ty(context)) {}

  void build() {
    Function *entry = module.getFunction(summary.name);
    entry->setName(summary.name + "_entry");
    entry->setLinkage(GlobalValue::InternalLinkage);
    buildRun(entry);
    Function *runTable = buildTable("_run_table", {}, Type::getInt32Ty(context));
    fillRunTable(runTable, entry);
    Function *stepTable = buildTable("_step_table", {i32}, Type::getVoidTy(context));
    fillStepTable(stepTable);
    buildModel(runTable, stepTable);
  }

private:
  size_t numTensors() const { return summary.inputs.size() + summary.outputs.size(); }

  /// int NAME_run(inputs..., outputs..., arena)
  void buildRun(Function *entry) {
    auto *run = Function::Create(FunctionType::get(i32, entry->getFunctionType()->params(), false),
                                 GlobalValue::ExternalLinkage, summary.name + "_run", module);
    IRBuilder<> builder(BasicBlock::Create(context, "", run));
    SmallVector<Value *> arguments;
    for (Argument &argument : run->args())
      arguments.push_back(&argument);
    builder.CreateCall(entry, arguments);
    builder.CreateRet(builder.getInt32(0));
  }

  Function *buildTable(StringRef suffix, ArrayRef<Type *> first, Type *result) {
    SmallVector<Type *> parameters(first);
    parameters.append({pointer, pointer, pointer, pointer}); // inputs, outputs, arena, pool
    return Function::Create(FunctionType::get(result, parameters, false), GlobalValue::InternalLinkage,
                            summary.name + suffix, module);
  }

  /// The entry's arguments, loaded from the tables of pointers that begin at argument `first` of `function`.
  SmallVector<Value *> loadArguments(IRBuilder<> &builder, Function *function, unsigned first) {
    SmallVector<Value *> arguments;
    auto load = [&](Argument *table, size_t count) {
      for (size_t i = 0; i < count; ++i)
        arguments.push_back(builder.CreateLoad(pointer, builder.CreateConstGEP1_32(pointer, table, i)));
    };
    load(function->getArg(first), summary.inputs.size());
    load(function->getArg(first + 1), summary.outputs.size());
    arguments.push_back(function->getArg(first + 2));
    if (summary.needsRuntime)
      arguments.push_back(function->getArg(first + 3));
    return arguments;
  }

  void fillRunTable(Function *function, Function *entry) {
    IRBuilder<> builder(BasicBlock::Create(context, "", function));
    builder.CreateCall(entry, loadArguments(builder, function, 0));
    builder.CreateRet(builder.getInt32(0));
  }

  void fillStepTable(Function *function) {
    IRBuilder<> builder(BasicBlock::Create(context, "", function));
    SmallVector<Value *> arguments = loadArguments(builder, function, 1);
    BasicBlock *done = BasicBlock::Create(context, "done", function);
    SwitchInst *choice = builder.CreateSwitch(function->getArg(0), done, summary.steps.size());
    for (size_t number = 0; number < summary.steps.size(); ++number) {
      BasicBlock *block = BasicBlock::Create(context, "", function, done);
      builder.SetInsertPoint(block);
      builder.CreateCall(module.getFunction(summary.name + "_step_" + std::to_string(number)), arguments);
      builder.CreateBr(done);
      choice->addCase(builder.getInt32(number), block);
    }
    builder.SetInsertPoint(done);
    builder.CreateRetVoid();
  }

  Constant *string(StringRef text) {
    Constant *value = ConstantDataArray::getString(context, text);
    auto *global = new GlobalVariable(module, value->getType(), true, GlobalValue::PrivateLinkage, value);
    global->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
    return global;
  }

  Constant *array(Type *element, ArrayRef<Constant *> values) {
    Constant *value = ConstantArray::get(ArrayType::get(element, values.size()), values);
    return new GlobalVariable(module, value->getType(), true, GlobalValue::PrivateLinkage, value);
  }

  Constant *number32(uint32_t value) { return ConstantInt::get(i32, value); }
  Constant *number64(uint64_t value) { return ConstantInt::get(i64, value); }

  Constant *tensors(ArrayRef<artefact::TensorSummary> list) {
    StructType *type = StructType::get(context, {pointer, i32, i32, pointer, i64});
    SmallVector<Constant *> values;
    for (const artefact::TensorSummary &tensor : list) {
      SmallVector<Constant *> shape;
      for (int64_t size : tensor.shape)
        shape.push_back(number64(size));
      values.push_back(ConstantStruct::get(type, {string(tensor.name), number32(tensor.dtype), number32(shape.size()),
                                                  array(i64, shape), number64(tensor.bytes)}));
    }
    return array(type, values);
  }

  Constant *steps() {
    StructType *type = StructType::get(context, {pointer, pointer, i64, i64});
    SmallVector<Constant *> values;
    for (const artefact::StepSummary &step : summary.steps)
      values.push_back(
          ConstantStruct::get(type, {string(step.name), string(step.op), number64(step.macs), number64(step.bytes)}));
    return array(type, values);
  }

  void buildModel(Function *run, Function *step) {
    StructType *type = StructType::get(context, {i32, i32, pointer, pointer, i32, i32, pointer, pointer, i64, i64, i64,
                                                 i64, i32, i32, pointer, pointer, pointer, pointer});
    uint64_t bytes = module.getDataLayout().getTypeAllocSize(type);
    Constant *program = ConstantPointerNull::get(pointer);
    if (summary.program)
      program = cpu::addDeviceProgram(module, *summary.program, summary.name);
    Constant *value = ConstantStruct::get(
        type, {number32(bytes), number32(1), string(summary.name), string(summary.hash),
               number32(summary.inputs.size()), number32(summary.outputs.size()), tensors(summary.inputs),
               tensors(summary.outputs), number64(summary.arenaBytes), number64(summary.arenaAlignment),
               number64(summary.weightBytes), number64(summary.arenaLowerBoundBytes), number32(summary.steps.size()),
               number32(0), steps(), run, step, program});
    new GlobalVariable(module, type, /*isConstant=*/true, GlobalValue::ExternalLinkage, value, summary.name + "_model");
  }

  Module &module;
  const artefact::ModelSummary &summary;
  LLVMContext &context;
  PointerType *pointer;
  Type *i32, *i64;
};

} // namespace

void edgecc::cpu::addDescriptor(Module &module, const artefact::ModelSummary &summary) {
  DescriptorBuilder(module, summary).build();
}

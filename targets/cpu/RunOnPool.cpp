// Kernels as jobs of the runtime's thread pool (runtime/include/edgecc/pool.h).
#include "targets/cpu/CpuTarget.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace {

/// void body(void *context, uint64_t begin, uint64_t end): unpacks the kernel's arguments from `context` and calls it.
Function *createBody(Module &module, Function *kernel, StructType *contextType) {
  LLVMContext &context = module.getContext();
  Type *pointer = PointerType::getUnqual(context), *i64 = Type::getInt64Ty(context);
  auto *body = Function::Create(FunctionType::get(Type::getVoidTy(context), {pointer, i64, i64}, false),
                                GlobalValue::InternalLinkage, kernel->getName() + "_job", module);
  IRBuilder<> builder(BasicBlock::Create(context, "", body));
  SmallVector<Value *> arguments;
  for (unsigned i = 0; i < contextType->getNumElements(); ++i)
    arguments.push_back(
        builder.CreateLoad(contextType->getElementType(i), builder.CreateStructGEP(contextType, body->getArg(0), i)));
  for (unsigned bound : {1, 2})
    arguments.push_back(
        builder.CreateZExtOrTrunc(body->getArg(bound), kernel->getArg(kernel->arg_size() - 1)->getType()));
  builder.CreateCall(kernel, arguments);
  builder.CreateRetVoid();
  return body;
}

/// Replaces one call of a split kernel by a job.
void replaceCall(Module &module, CallInst *call, Function *kernel) {
  LLVMContext &context = module.getContext();
  Type *pointer = PointerType::getUnqual(context), *i64 = Type::getInt64Ty(context);
  unsigned captured = kernel->arg_size() - 2;
  SmallVector<Type *> types;
  for (unsigned i = 0; i < captured; ++i)
    types.push_back(kernel->getArg(i)->getType());
  StructType *contextType = StructType::get(context, types);
  IRBuilder<> entry(&*call->getFunction()->getEntryBlock().getFirstInsertionPt());
  Value *slot = entry.CreateAlloca(contextType);
  IRBuilder<> builder(call);
  for (unsigned i = 0; i < captured; ++i)
    builder.CreateStore(call->getArgOperand(i), builder.CreateStructGEP(contextType, slot, i));
  Value *pool = call->getFunction()->getArg(call->getFunction()->arg_size() - 1);
  Value *units = builder.CreateZExtOrTrunc(call->getArgOperand(captured + 1), i64);
  FunctionCallee run =
      module.getOrInsertFunction("edgecc_pool_run", Type::getVoidTy(context), pointer, pointer, pointer, i64);
  builder.CreateCall(run, {pool, createBody(module, kernel, contextType), slot, units});
  call->eraseFromParent();
}

} // namespace

void edgecc::cpu::runOnPool(Module &module) {
  SmallVector<std::pair<CallInst *, Function *>> calls;
  for (Function &function : module)
    if (function.hasFnAttribute("edgecc-split"))
      for (User *user : function.users())
        if (auto *call = dyn_cast<CallInst>(user))
          calls.push_back({call, &function});
  for (auto [call, kernel] : calls)
    replaceCall(module, call, kernel);
}

// Names and comments of kernels; see KernelText.h.
#include "targets/source/KernelText.h"

#include "compiler/Artefact/Writers.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::source;

std::string edgecc::source::banner(const artefact::ModelSummary &summary, StringRef what) {
  std::string text;
  llvm::raw_string_ostream(text) << "/* " << what << " of " << summary.name << ", which is "
                                 << artefact::commentText(summary.modelFile) << " compiled by edgecc "
                                 << summary.version << ". Generated: do not edit.\n"
                                 << " *\n"
                                 << " *   options   " << artefact::commentText(summary.options) << "\n"
                                 << " *   hash      " << summary.hash << "\n"
                                 << " */\n";
  return text;
}

llvm::StringMap<func::CallOp> edgecc::source::callsOfKernels(ModuleOp module) {
  llvm::StringMap<func::CallOp> calls;
  module.walk([&](func::CallOp call) {
    if (call->hasAttr("edge.step"))
      calls.insert({call.getCallee(), call});
  });
  return calls;
}

static bool isConstant(Value operand) {
  while (auto view = operand.getDefiningOp<ViewLikeOpInterface>())
    operand = view.getViewSource();
  return operand.getDefiningOp<memref::GetGlobalOp>() != nullptr;
}

std::string edgecc::source::describeOperand(StringRef name, MemRefType type) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << name << ": " << type.getElementType() << " " << artefact::shapeText(type.getShape());
  if (!type.getLayout().isIdentity())
    os << ", part of a larger tensor";
  return text;
}

KernelParameters::KernelParameters(func::FuncOp kernel, func::CallOp call) : call(call) {
  ArrayAttr types = kernel->getAttrOfType<ArrayAttr>("edge.operands");
  unsigned inputs = 0, weights = 0, outputs = 0;
  for (BlockArgument argument : kernel.getArguments()) {
    if (!isa<MemRefType>(argument.getType()))
      continue;
    bool written =
        llvm::any_of(argument.getUsers(), [](Operation *user) { return isa<memref::StoreOp, vector::StoreOp>(user); });
    bool constant = call && isConstant(call.getOperand(argument.getArgNumber()));
    unsigned &count = written ? outputs : constant ? weights : inputs;
    std::string name = written ? "out" : constant ? "w" : "x";
    if (count++ > 0)
      name += std::to_string(count - 1);
    auto type = cast<MemRefType>(cast<TypeAttr>(types[list.size()]).getValue());
    list.push_back({argument, name, describeOperand(name, type), written});
  }
}

std::string KernelParameters::comment() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  SmallVector<std::string> operands;
  for (const KernelParameter &parameter : list)
    if (!parameter.buffer.use_empty())
      operands.push_back(parameter.comment);
  if (call)
    writeComment(call->getAttrOfType<DictionaryAttr>("edge.step"), operands, os);
  return text;
}

void edgecc::source::writeComment(DictionaryAttr step, ArrayRef<std::string> operands, raw_ostream &os) {
  auto textOf = [&](StringRef key) { return artefact::commentText(step.getAs<StringAttr>(key).getValue()); };
  std::string name = textOf("name"), op = textOf("op");
  os << "/* " << (name.empty() ? "kernel" : name) << (op.empty() ? "" : ": " + op);
  if (int64_t macs = step.getAs<IntegerAttr>("macs").getInt())
    os << ", " << macs << " multiply-accumulates";
  for (const std::string &operand : operands)
    os << "\n *   " << operand;
  os << " */\n";
}

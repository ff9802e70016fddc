// NAME.c: one function per kernel, one switch over the steps, and what NAME.h declares.
#include "targets/c/CTarget.h"
#include "targets/source/FunctionPrinter.h"
#include "targets/source/KernelText.h"
#include "targets/source/ModelText.h"
#include "targets/source/Passes.h"

#include "compiler/Artefact/Writers.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace edgecc;
using source::FunctionPrinter;

namespace {

class ModelWriter {
public:
  ModelWriter(ModuleOp module, const artefact::ModelSummary &summary, const llvm::StringMap<std::string> &symbols,
              source::Language &language)
      : module(module), summary(summary), symbols(symbols), language(language), calls(source::callsOfKernels(module)) {}

  FailureOr<std::string> write() {
    // The kernels come first, for they tell which helpers the file needs.
    std::string kernels;
    llvm::raw_string_ostream stream(kernels);
    for (auto function : module.getOps<func::FuncOp>())
      if (function->hasAttr("edge.operands") && failed(writeKernel(function, stream)))
        return failure();
    if (failed(writeSteps(stream)))
      return failure();
    std::string text;
    llvm::raw_string_ostream os(text);
    os << source::banner(summary, "Code") << "#include \"" << summary.name << ".h\"\n\n"
       << language.includes()
       << "#include <math.h>\n#include <stdbool.h>\n#include <stdint.h>\n#include <string.h>\n\n";
    writeConstants(os);
    if (std::string helpers = language.helperDefinitions(); !helpers.empty())
      os << helpers << "\n";
    os << kernels;
    writeRun(os);
    source::writeDescriptor(summary, os);
    return text;
  }

private:
  std::string symbol(StringRef name) const { return symbols.lookup(name); }

  LogicalResult writeKernel(func::FuncOp function, raw_ostream &os) {
    FunctionPrinter printer(language, symbols, os, 2);
    source::KernelParameters parameters(function, calls.lookup(function.getSymName()));
    SmallVector<std::string> list;
    for (const source::KernelParameter &parameter : parameters.list) {
      if (parameter.buffer.use_empty())
        continue;
      Type element = cast<MemRefType>(parameter.buffer.getType()).getElementType();
      list.push_back((parameter.isWritten ? "" : "const ") + language.elementType(element) + " *" + parameter.name);
      printer.setName(parameter.buffer, parameter.name);
    }
    os << parameters.comment() << "static void " << symbol(function.getSymName()) << "("
       << (list.empty() ? "void" : llvm::join(list, ", ")) << ") {\n";
    if (failed(printer.printBlock(function.front())))
      return failure();
    os << "}\n\n";
    return success();
  }

  //===-- Steps ---------------------------------------------------------------------------------------------------===//

  func::FuncOp entry() { return module.lookupSymbol<func::FuncOp>(summary.name); }

  /// The parameters of the model: inputs, outputs and the arena, as NAME.h declares them.
  std::string parameters(StringRef arenaType) const {
    std::string text;
    for (const artefact::TensorSummary &tensor : summary.inputs)
      text += "const " + artefact::cTypeOf(tensor.dtype).str() + " *" + tensor.identifier + ", ";
    for (const artefact::TensorSummary &tensor : summary.outputs)
      text += artefact::cTypeOf(tensor.dtype).str() + " *" + tensor.identifier + ", ";
    return text + (arenaType + "arena").str();
  }

  std::string arguments() const {
    std::string text;
    for (const artefact::TensorSummary &tensor :
         llvm::concat<const artefact::TensorSummary>(summary.inputs, summary.outputs))
      text += tensor.identifier + ", ";
    return text + "arena";
  }

  void nameParameters(func::FuncOp step, FunctionPrinter &printer) {
    for (auto [index, argument] : llvm::enumerate(step.getArguments())) {
      if (index == summary.inputs.size() + summary.outputs.size()) {
        printer.setName(argument, "arena", /*isBytes=*/true);
        continue;
      }
      bool isInput = index < summary.inputs.size();
      const artefact::TensorSummary &tensor =
          isInput ? summary.inputs[index] : summary.outputs[index - summary.inputs.size()];
      std::string element = language.elementType(cast<MemRefType>(argument.getType()).getElementType());
      bool same = element == artefact::cTypeOf(tensor.dtype); // Kernels have no unsigned types.
      printer.setName(argument,
                      same ? tensor.identifier
                           : "((" + std::string(isInput ? "const " : "") + element + " *)" + tensor.identifier + ")");
    }
  }

  LogicalResult writeSteps(raw_ostream &os) {
    if (summary.steps.empty())
      os << "/* The model has no elements to compute. */\n";
    else
      os << "/* Runs one step. The steps 0 to " << summary.steps.size() - 1 << " in turn are one run. */\n";
    os << "static void " << summary.name << "_step(unsigned step, " << parameters("unsigned char *") << ") {\n";
    for (const artefact::TensorSummary &tensor :
         llvm::concat<const artefact::TensorSummary>(summary.inputs, summary.outputs))
      os << "  (void)" << tensor.identifier << ";\n";
    os << "  (void)arena;\n"
       << "  switch (step) {\n";
    for (auto [number, call] : llvm::enumerate(entry().getOps<func::CallOp>())) {
      auto step = module.lookupSymbol<func::FuncOp>(call.getCallee());
      os << "  case " << number << ": { /* " << artefact::commentText(summary.steps[number].name) << " */\n";
      FunctionPrinter printer(language, symbols, os, 4);
      nameParameters(step, printer);
      if (failed(printer.printBlock(step.front())))
        return failure();
      os << "    break;\n  }\n";
    }
    os << "  default:\n    break;\n  }\n}\n\n";
    return success();
  }

  //===-- The rest ------------------------------------------------------------------------------------------------===//

  void writeConstants(raw_ostream &os) {
    bool any = false;
    for (auto global : module.getOps<memref::GlobalOp>()) {
      if (global.getType().getNumElements() == 0)
        continue;
      os << "extern const " << language.elementType(global.getType().getElementType()) << " "
         << symbol(global.getSymName()) << "[" << global.getType().getNumElements() << "];\n";
      any = true;
    }
    os << (any ? "\n" : "");
  }

  void writeRun(raw_ostream &os) {
    os << "int " << summary.name << "_run(" << parameters("void *") << ") {\n"
       << "  unsigned step;\n"
       << "  for (step = 0; step != " << summary.steps.size() << "; ++step)\n"
       << "    " << summary.name << "_step(step, " << arguments() << ");\n"
       << "  return 0;\n}\n\n";
  }

  ModuleOp module;
  const artefact::ModelSummary &summary;
  const llvm::StringMap<std::string> &symbols;
  source::Language &language;
  llvm::StringMap<func::CallOp> calls;
};

} // namespace

FailureOr<std::string> edgecc::c::modelSource(ModuleOp module, const artefact::ModelSummary &summary,
                                              const llvm::StringMap<std::string> &symbols, source::Language &language) {
  return ModelWriter(module, summary, symbols, language).write();
}

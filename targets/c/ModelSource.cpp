// NAME.c: one function per kernel, one switch over the steps, and what NAME.h declares.
#include "targets/c/CTarget.h"
#include "targets/source/FunctionPrinter.h"
#include "targets/source/KernelText.h"

#include "compiler/Artefact/Writers.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace edgecc;
using source::FunctionPrinter;

namespace {

class ModelWriter {
public:
  ModelWriter(ModuleOp module, const artefact::ModelSummary &summary, const llvm::StringMap<std::string> &symbols)
      : module(module), summary(summary), symbols(symbols), calls(source::callsOfKernels(module)) {}

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
       << "#include <math.h>\n#include <stdbool.h>\n#include <stdint.h>\n#include <string.h>\n\n";
    writeConstants(os);
    if (std::string helpers = language.helperDefinitions(); !helpers.empty())
      os << helpers << "\n";
    os << kernels;
    writeRun(os);
    writeDescriptor(os);
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

  void writeTensorTable(ArrayRef<artefact::TensorSummary> tensors, StringRef name, raw_ostream &os) {
    for (auto [index, tensor] : llvm::enumerate(tensors)) {
      os << "static const uint64_t " << name << "_shape_" << index << "[] = {";
      llvm::interleaveComma(tensor.shape, os);
      os << (tensor.shape.empty() ? "0" : "") << "};\n";
    }
    os << "static const edgecc_tensor " << name << "[] = {\n";
    for (auto [index, tensor] : llvm::enumerate(tensors))
      os << "    {" << quoted(tensor.name) << ", " << tensor.dtype << ", " << tensor.shape.size() << ", " << name
         << "_shape_" << index << ", " << tensor.bytes << "},\n";
    if (tensors.empty())
      os << "    {0, 0, 0, 0, 0},\n";
    os << "};\n";
  }

  /// A string literal of C. Bytes beyond ASCII and what has a meaning in C are octal escapes.
  static std::string quoted(StringRef text) {
    std::string result = "\"";
    for (unsigned char c : text) {
      if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '?') {
        result += c;
        continue;
      }
      for (int shift : {6, 3, 0})
        result += (shift == 6 ? "\\" : "") + std::string(1, '0' + ((c >> shift) & 7));
    }
    return result + "\"";
  }

  void writeDescriptor(raw_ostream &os) {
    std::string name = summary.name;
    os << "/* The model as data, for programs that take any model. */\n";
    writeTensorTable(summary.inputs, name + "_inputs", os);
    writeTensorTable(summary.outputs, name + "_outputs", os);
    os << "static const edgecc_step " << name << "_steps[] = {\n";
    for (const artefact::StepSummary &step : summary.steps)
      os << "    {" << quoted(step.name) << ", " << quoted(step.op) << ", " << step.macs << ", " << step.bytes
         << "},\n";
    if (summary.steps.empty())
      os << "    {0, 0, 0, 0},\n";
    os << "};\n\n";
    std::string table;
    for (size_t i = 0; i < summary.inputs.size(); ++i)
      table += "inputs[" + std::to_string(i) + "], ";
    for (size_t i = 0; i < summary.outputs.size(); ++i)
      table += "outputs[" + std::to_string(i) + "], ";
    StringRef tables = "const void *const *inputs, void *const *outputs, void *arena, struct edgecc_pool *pool";
    StringRef unused = "  (void)inputs;\n  (void)outputs;\n  (void)pool;\n";
    os << "static int " << name << "_run_table(" << tables << ") {\n"
       << unused << "  return " << name << "_run(" << table << "arena);\n}\n\n"
       << "static void " << name << "_step_table(uint32_t step, " << tables << ") {\n"
       << unused << "  " << name << "_step(step, " << table << "arena);\n}\n\n"
       << "const edgecc_model " << name << "_model = {\n"
       << "    sizeof(edgecc_model), EDGECC_MODEL_ABI_VERSION, " << quoted(name) << ",\n    " << quoted(summary.hash)
       << ",\n    " << summary.inputs.size() << ", " << summary.outputs.size() << ", " << name << "_inputs, " << name
       << "_outputs,\n    " << summary.arenaBytes << ", " << summary.arenaAlignment << ", " << summary.weightBytes
       << ", " << summary.arenaLowerBoundBytes << ",\n    " << summary.steps.size() << ", 0, " << name
       << "_steps,\n    " << name << "_run_table, " << name << "_step_table, 0};\n";
  }

  ModuleOp module;
  const artefact::ModelSummary &summary;
  const llvm::StringMap<std::string> &symbols;
  source::Language language;
  llvm::StringMap<func::CallOp> calls;
};

} // namespace

FailureOr<std::string> edgecc::c::modelSource(ModuleOp module, const artefact::ModelSummary &summary,
                                              const llvm::StringMap<std::string> &symbols) {
  return ModelWriter(module, summary, symbols).write();
}

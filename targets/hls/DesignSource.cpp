// NAME_hls.cpp and NAME_hls.h: a function for each layer, and the top.
#include "dialects/Hls/HlsDialect.h"
#include "targets/hls/HlsFiles.h"
#include "targets/hls/HlsLanguage.h"
#include "targets/hls/Passes.h"
#include "targets/source/FunctionPrinter.h"
#include "targets/source/ModelText.h"
#include "targets/source/Passes.h"

#include "compiler/Artefact/Identifier.h"
#include "compiler/Artefact/Writers.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::hls;
using source::FunctionPrinter;

/// Names of nodes may be paths, and those of fused ones lists of paths. Longer symbols keep the end.
static constexpr size_t longestSymbol = 48;

/// The last two parts of the last path.
static std::string shortName(StringRef node) {
  StringRef path = node.rsplit(';').second.empty() ? node : node.rsplit(';').second;
  auto [front, last] = path.rsplit('/');
  if (last.empty())
    return path.str();
  StringRef before = front.rsplit('/').second.empty() ? front : front.rsplit('/').second;
  return (before + "_" + last).str();
}

llvm::StringMap<std::string> edgecc::hls::nameDesign(ModuleOp module, const artefact::ModelSummary &summary) {
  llvm::StringMap<std::string> symbols = source::nameSymbols(module, summary.name);
  artefact::IdentifierScope scope;
  for (const auto &entry : symbols)
    if (entry.getValue().size() <= longestSymbol)
      scope.unique(entry.getValue());
  for (Operation &op : module.getBody()->getOperations()) {
    auto known = symbols.find(SymbolTable::getSymbolName(&op));
    if (known == symbols.end() || known->second.size() <= longestSymbol)
      continue;
    std::string &symbol = known->second;
    bool isTable = StringRef(symbol).ends_with("_weights");
    symbol = scope.unique(summary.name + "_" + shortName(source::nodeName(op.getLoc())) + (isTable ? "_weights" : ""));
  }
  symbols[summary.name] = scope.unique(summary.name + "_top");
  for (auto function : module.getOps<func::FuncOp>()) {
    if (auto port = function->getAttrOfType<IntegerAttr>("hls.copy")) {
      size_t number = port.getInt(), inputs = summary.inputs.size();
      bool isInput = number < inputs;
      const artefact::TensorSummary &tensor = isInput ? summary.inputs[number] : summary.outputs[number - inputs];
      symbols[function.getSymName()] =
          scope.unique(summary.name + (isInput ? "_load_" : "_store_") + tensor.identifier);
    } else if (!symbols.contains(function.getSymName())) {
      symbols[function.getSymName()] =
          scope.unique(summary.name + "_layer_" + shortName(source::nodeName(function.getLoc())));
    }
  }
  return symbols;
}

/// Words that no port of a Verilog module can have for its name, among them favourites of networks.
static bool isVerilogWord(StringRef name) {
  static constexpr StringLiteral words =
      " always and assign automatic begin buf bufif0 bufif1 case casex casez cell clock cmos config deassign default "
      "defparam design disable edge else end endcase endconfig endfunction endgenerate endmodule endprimitive "
      "endspecify endtable endtask event for force forever fork function generate genvar highz0 highz1 if ifnone "
      "incdir "
      "include initial inout input instance integer join large liblist library localparam macromodule medium module "
      "nand negedge nmos nor noshowcancelled not notif0 notif1 or output parameter pmos posedge primitive pull0 pull1 "
      "pulldown pullup rcmos real realtime reg release repeat reset rnmos rpmos rtran rtranif0 rtranif1 scalared "
      "signed "
      "small specify specparam strong0 strong1 supply0 supply1 table task time tran tranif0 tranif1 tri tri0 tri1 "
      "triand trior trireg unsigned use vectored wait wand weak0 weak1 while wire wor xnor xor ";
  return words.contains((" " + name + " ").str());
}

std::string edgecc::hls::portName(const Artefact &artefact, unsigned number) {
  const artefact::ModelSummary &summary = artefact.summary;
  size_t inputs = summary.inputs.size(), tensors = inputs + summary.outputs.size();
  if (number < tensors) {
    std::string name =
        number < inputs ? summary.inputs[number].identifier : summary.outputs[number - inputs].identifier;
    return isVerilogWord(name) ? name + "_port" : name;
  }
  auto entry = cast<func::FuncOp>(SymbolTable::lookupSymbolIn(artefact.module, summary.name));
  if (auto table = entry.getArgAttrOfType<FlatSymbolRefAttr>(number, outsideName))
    return artefact.symbols.lookup(table.getValue());
  return "outside_" + std::to_string(number - tensors);
}

namespace {

/// Whether `function` stores through its argument, itself or by what it calls.
bool isWritten(BlockArgument argument) {
  for (OpOperand &use : argument.getUses()) {
    if (isa<memref::StoreOp, WriteOp>(use.getOwner()))
      return true;
    if (isa<ViewLikeOpInterface>(use.getOwner()))
      for (Operation *user : use.getOwner()->getResult(0).getUsers())
        if (isa<memref::StoreOp>(user))
          return true;
    auto call = dyn_cast<func::CallOp>(use.getOwner());
    if (!call)
      continue;
    auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(call, call.getCalleeAttr());
    if (isWritten(callee.getArgument(use.getOperandNumber())))
      return true;
  }
  return false;
}

constexpr StringLiteral pipelineMacro =
    R"(/* An iteration begins every so many cycles. PandA-Bambu, which defines __BAMBU__, finds intervals itself and refuses the
 * pragma. */
#ifdef __BAMBU__
#define EDGECC_PIPELINE(interval)
#else
#define EDGECC_PRAGMA(text) _Pragma(#text)
#define EDGECC_PIPELINE(interval) EDGECC_PRAGMA(HLS PIPELINE II=interval)
#endif

)";

constexpr StringLiteral streamClass =
    R"(/* A queue between two layers. Where they run at the same time it is the vendor's; else one after the other, so that it
 * holds all words of a run. */
#if defined(__SYNTHESIS__) && !defined(__BAMBU__)
#include <hls_stream.h>
template <typename T, int words> using edgecc_stream = hls::stream<T>;
#else
template <typename T, int words> class edgecc_stream {
public:
  edgecc_stream() : first(0), end(0) {}
  T read() { return data[first++]; }
  void write(T word) { data[end++] = word; }

private:
  T data[words];
  int first, end;
};
#endif

)";

class DesignWriter {
public:
  explicit DesignWriter(const Artefact &artefact)
      : artefact(artefact), module(artefact.module), summary(artefact.summary), symbols(artefact.symbols),
        entry(module.lookupSymbol<func::FuncOp>(summary.name)) {}

  FailureOr<std::string> write() {
    std::string functions;
    llvm::raw_string_ostream stream(functions);
    module.walk([&](func::CallOp call) { calls.insert({call.getCallee(), call}); });
    SmallVector<func::FuncOp> layers;
    for (auto function : module.getOps<func::FuncOp>()) {
      if (function == entry)
        continue;
      if (!function->hasAttr("edge.operands") && !function->hasAttr("hls.copy"))
        layers.push_back(function); // Behind the kernels that they call.
      else if (calls.contains(function.getSymName()) && failed(writeFunction(function, stream)))
        return failure();
    }
    for (func::FuncOp layer : layers)
      if (failed(writeFunction(layer, stream)))
        return failure();
    if (failed(writeTop(stream)))
      return failure();
    std::string text;
    llvm::raw_string_ostream os(text);
    os << source::banner(summary, "Hardware design") << "#include \"" << summary.name << "_hls.h\"\n\n"
       << "#include \"" << summary.name << "_weights.h\"\n\n"
       << "#include <math.h>\n#include <stdint.h>\n#include <string.h>\n\n"
       << "#ifdef __GNUC__ /* Labels name the loops in the reports of synthesis. */\n"
       << "#pragma GCC diagnostic ignored \"-Wunused-label\"\n#endif\n\n"
       << pipelineMacro;
    if (std::string helpers = language.helperDefinitions(); !helpers.empty())
      os << helpers << "\n";
    os << (entry.getOps<StreamOp>().empty() ? "" : streamClass) << functions;
    return text;
  }

  /// The head of the top function.
  std::string topHead() {
    std::string text = "void " + symbols.lookup(summary.name) + "(";
    SmallVector<std::string> parameters;
    for (BlockArgument argument : entry.getArguments()) {
      auto type = cast<MemRefType>(argument.getType());
      parameters.push_back(parameter(portName(argument.getArgNumber()), type, isWritten(argument)));
    }
    return text + (parameters.empty() ? "void" : llvm::join(parameters, ", ")) + ")";
  }

private:
  std::string parameter(StringRef name, MemRefType type, bool written) {
    return ((written ? "" : "const ") + language.elementType(type.getElementType()) + " " + name + "[" +
            Twine(type.getNumElements()) + "]")
        .str();
  }

  std::string portName(unsigned number) { return hls::portName(artefact, number); }

  LogicalResult writeFunction(func::FuncOp function, raw_ostream &os) {
    FunctionPrinter printer(language, symbols, os, 2);
    func::CallOp call = calls.lookup(function.getSymName());
    SmallVector<std::string> parameters, comments;
    unsigned inputs = 0, outputs = 0, places = 0;
    for (BlockArgument argument : function.getArguments()) {
      if (argument.use_empty())
        continue;
      auto type = dyn_cast<MemRefType>(argument.getType());
      auto stream = dyn_cast<StreamType>(argument.getType());
      bool isPlace = !type && !stream, written = !isPlace && isWritten(argument);
      unsigned &count = isPlace ? places : written ? outputs : inputs;
      std::string name = isPlace ? "place" : written ? "out" : "x";
      if (count++ > 0)
        name += std::to_string(count - 1);
      printer.setName(argument, name);
      parameters.push_back(type     ? parameter(name, type, written)
                           : stream ? language.streamType(stream) + " &" + name
                                    : "int " + name);
      if (auto original = function.getArgAttrOfType<TypeAttr>(argument.getArgNumber(), "hls.operand"))
        comments.push_back(source::describeOperand(name, cast<MemRefType>(original.getValue())) +
                           (stream ? ", word by word" : ""));
    }
    for (auto table : function.getOps<memref::GetGlobalOp>())
      comments.push_back(source::describeOperand(symbols.lookup(table.getName()), table.getType()));
    if (auto step = call->getAttrOfType<DictionaryAttr>("edge.step"))
      source::writeComment(step, withReport(function, comments), os);
    else if (function->hasAttr(layerName))
      os << "/* The layer " << artefact::commentText(source::nodeName(function.getLoc()))
         << ": all that writes its output. */\n";
    os << "static void " << symbols.lookup(function.getSymName()) << "("
       << (parameters.empty() ? "void" : llvm::join(parameters, ", ")) << ") {\n";
    printer.printDirectives(function);
    if (failed(printer.printBlock(function.front())))
      return failure();
    os << "}\n\n";
    return success();
  }

  /// The comments with a line on the design.
  static SmallVector<std::string> withReport(func::FuncOp function, ArrayRef<std::string> comments) {
    SmallVector<std::string> lines(comments);
    auto report = function->getAttrOfType<DictionaryAttr>(reportName);
    if (!report)
      return lines;
    auto number = [&](StringRef name) { return std::to_string(report.getAs<IntegerAttr>(name).getInt()); };
    std::string unrolled = report.getAs<StringAttr>("unrolled").str();
    bool isOne = report.getAs<IntegerAttr>("multipliers").getInt() == 1;
    lines.push_back("design: " + number("latency") + " cycles, " + number("multipliers") +
                    (isOne ? " multiplier, " : " multipliers, ") + number("dsp") + " DSP" +
                    (unrolled.empty() ? "" : "; side by side: " + unrolled));
    return lines;
  }

  LogicalResult writeTop(raw_ostream &os) {
    FunctionPrinter printer(language, symbols, os, 2);
    artefact::IdentifierScope scope;
    for (BlockArgument argument : entry.getArguments()) {
      std::string name = scope.unique(portName(argument.getArgNumber()));
      printer.setName(argument, name);
    }
    // Copies of ports are named after them, buffers after the nodes that make them.
    llvm::DenseMap<Value, unsigned> copies;
    for (auto call : entry.getOps<func::CallOp>())
      if (auto port = module.lookupSymbol<func::FuncOp>(call.getCallee())->getAttrOfType<IntegerAttr>("hls.copy"))
        for (Value operand : call.getOperands())
          copies[operand] = port.getInt();
    for (Operation &op : entry.getOps()) {
      if (!isa<memref::AllocaOp, StreamOp>(op))
        continue;
      Value array = op.getResult(0);
      auto copied = copies.find(array);
      std::string stem =
          copied != copies.end() ? portName(copied->second) : shortName(source::nodeName(array.getLoc()));
      printer.setName(array, scope.unique(copied != copies.end() ? stem + "_local"
                                          : stem.empty()         ? "local"
                                                                 : stem + "_out"));
    }
    os << topHead() << " {\n";
    printer.printDirectives(entry);
    for (BlockArgument argument : entry.getArguments())
      if (argument.use_empty())
        os << "  (void)" << portName(argument.getArgNumber()) << ";\n";
    if (failed(printer.printBlock(entry.front())))
      return failure();
    os << "}\n";
    return success();
  }

  const Artefact &artefact;
  ModuleOp module;
  const artefact::ModelSummary &summary;
  const llvm::StringMap<std::string> &symbols;
  func::FuncOp entry;
  HlsLanguage language;
  llvm::StringMap<func::CallOp> calls;
};

} // namespace

FailureOr<std::string> edgecc::hls::designSource(const Artefact &artefact) { return DesignWriter(artefact).write(); }

std::string edgecc::hls::designHeader(const Artefact &artefact) {
  std::string text;
  llvm::raw_string_ostream os(text);
  std::string guard = StringRef("EDGECC_GENERATED_" + artefact.summary.name + "_HLS_H").upper();
  os << source::banner(artefact.summary, "The top function of the hardware design") << "#ifndef " << guard
     << "\n#define " << guard << "\n\n#include <stdint.h>\n\n"
     << "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n/* Runs the model once. Tensors are as in "
     << artefact.summary.name << ".h. */\n"
     << DesignWriter(artefact).topHead() << ";\n\n#ifdef __cplusplus\n}\n#endif\n#endif\n";
  return text;
}

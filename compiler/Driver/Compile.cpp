// The flow of one compile: import, phases, target.
#include "compiler/Driver/Compile.h"
#include "compiler/Artefact/Identifier.h"
#include "compiler/Driver/Diagnostics.h"
#include "compiler/Driver/MlirInput.h"
#include "compiler/Driver/ReleaseConstants.h"
#include "compiler/Pipeline/Dialects.h"
#include "compiler/Pipeline/Pipeline.h"
#include "compiler/Pipeline/Summary.h"

#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/Dialect/Func/Extensions/AllExtensions.h"
#include "mlir/IR/AsmState.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace edgecc;

namespace {

class Compilation {
public:
  explicit Compilation(const CompileOptions &options)
      : options(options), context(makeDialectRegistry()), printer(&context, options.input),
        firstPhase(options.compileFrom), compression(options.compression) {
    context.printOpOnDiagnostic(false);
  }

  ExitCode run() {
    if (!loadTarget() || !nameModel() || !load())
      return ExitInput;
    func::FuncOp entry = findEntry();
    if (!entry)
      return ExitInput;
    summarizeSignature(entry, summary);
    if (!readFrame())
      return ExitInput;
    if (ExitCode code = runPhases(); code != ExitDone)
      return code;
    return finished ? ExitDone : write();
  }

private:
  bool fail(const llvm::Twine &message) {
    llvm::errs() << "edgecc: error: " << message << "\n";
    return false;
  }

  bool loadTarget() {
    llvm::Expected<std::unique_ptr<Target>> made = createTarget(options.target, options.machine);
    if (!made)
      return fail(llvm::toString(made.takeError()));
    target = std::move(*made);
    if (llvm::Error error = compression.open(*target))
      return fail(llvm::toString(std::move(error)));
    return true;
  }

  bool nameModel() {
    StringRef stem = llvm::sys::path::stem(options.input);
    SmallString<128> absolute(options.input);
    (void)llvm::sys::fs::make_absolute(absolute); // Where that fails, the name that was given must do.
    if (stem == "model")                          // Model zoos keep NAME/model.onnx.
      if (StringRef folder = llvm::sys::path::filename(llvm::sys::path::parent_path(absolute)); !folder.empty())
        stem = folder;
    if (!options.name.empty() && !artefact::isModelIdentifier(options.name))
      return fail("--name=" + options.name + " cannot name a model: use letters, digits and underscores");
    summary.name = options.name.empty() ? artefact::modelIdentifier(stem) : options.name;
    summary.modelFile = llvm::sys::path::filename(options.input).str();
    summary.version = EDGECC_VERSION;
    summary.options = options.optionText;
    if (compression.isActive()) // The recipe says it all, whatever it was made of.
      summary.options += (summary.options.empty() ? "--compress=" : " --compress=") + recipeName();
    summary.target = target->summary();
    return true;
  }

  std::string recipeName() const { return summary.name + ".compress.json"; }

  bool hashInput() {
    auto file = llvm::MemoryBuffer::getFile(options.input, /*IsText=*/false, /*RequiresNullTerminator=*/false);
    if (!file)
      return fail(options.input + ": " + file.getError().message());
    const artefact::TargetSummary &machine = summary.target;
    summary.hash =
        contentHash((*file)->getBuffer(), summary.version + "\n" + summary.options + "\n" + machine.triple + "\n" +
                                              machine.cpu + "\n" + machine.features + "\n" + machine.device);
    return true;
  }

  bool load() {
    if (!hashInput())
      return false;
    if (StringRef(options.input).ends_with(".mlir")) {
      module = parseSourceFile<ModuleOp>(options.input, &context);
      if (module && options.compileFrom.empty()) {
        FailureOr<StringRef> start = prepareMlirInput(*module);
        if (failed(start))
          return false;
        firstPhase = start->str();
      }
    } else {
      import::ImportOptions importOptions = options.import;
      importOptions.functionName = summary.name;
      module = import::importOnnx(options.input, importOptions, &context);
    }
    return static_cast<bool>(module);
  }

  func::FuncOp findEntry() {
    func::FuncOp entry;
    for (auto function : module->getOps<func::FuncOp>())
      if (function.isPublic() && !function.isDeclaration()) {
        if (entry) {
          function.emitError("a model has one public function, but here is a second one");
          return nullptr;
        }
        entry = function;
      }
    if (!entry) {
      fail(options.input + ": has no public function to compile");
      return nullptr;
    }
    for (Type type : llvm::concat<const Type>(entry.getArgumentTypes(), entry.getResultTypes())) {
      auto tensor = dyn_cast<RankedTensorType>(type);
      if (!tensor || !tensor.hasStaticShape()) {
        entry.emitError("inputs and outputs must be tensors of static shape, but there is ") << type;
        return nullptr;
      }
    }
    entry.setSymName(summary.name);
    return entry;
  }

  /// Fits the camera frame, if there is one, to the model's first input.
  bool readFrame() {
    if (options.frame.format.empty())
      return true;
    if (llvm::Error error = target->checkFrames())
      return fail(llvm::toString(std::move(error)));
    if (!options.emit.empty() && options.emit != "shared")
      return fail("--image-input: needs a whole artefact or --emit=shared, but --emit is " + options.emit);
    llvm::Expected<artefact::FrameSummary> frame = describeFrame(options.frame, summary);
    if (!frame)
      return fail(llvm::toString(frame.takeError()));
    summary.frame = std::move(*frame);
    return true;
  }

  /// Runs the phases; prints or dumps the IR where that was asked for.
  ExitCode runPhases() {
    PipelineOptions pipeline{options.machine.optimization, target->vectors(), target.get()};
    pipeline.vectors.skipsZeros &= !options.denseKernels;
    if (compression.isActive())
      pipeline.compress = [&](OpPassManager &passes) { compression.build(passes); };
    if (!options.compileFrom.empty() && !findPhase(options.compileFrom))
      return fail("--compile-from=" + options.compileFrom + " is no phase"), ExitInput;
    if (!options.compileTo.empty() && options.compileTo != "import" && !findPhase(options.compileTo))
      return fail("--compile-to=" + options.compileTo + " is no phase"), ExitInput;
    if (!options.dumpFolder.empty())
      if (std::error_code code = llvm::sys::fs::create_directories(options.dumpFolder))
        return fail("--dump-phases-to=" + options.dumpFolder + ": " + code.message()), ExitInput;
    dump("import", 0);
    if (options.compileTo == "import")
      return printModule();
    bool started = firstPhase.empty();
    if (compression.needsPreparing() && !started && firstPhase != "simplify")
      return fail("--budget and --report need a network in layers, but " + options.input + " starts at phase '" +
                  firstPhase + "'"),
             ExitInput;
    for (auto [number, phase] : llvm::enumerate(phases())) {
      started |= phase.name == firstPhase;
      if (!started)
        continue;
      PassManager passes(&context);
      if (failed(applyPassManagerCLOptions(passes)))
        return ExitInput;
      applyDefaultTimingPassManagerCLOptions(passes);
      buildPhase(passes, phase, pipeline);
      if (failed(passes.run(*module))) {
        llvm::errs() << "edgecc: error: phase '" << phase.name << "' failed\n";
        return phase.name == "compress" ? ExitInput : ExitBug; // Samples and recipes are the user's.
      }
      if (phase.name == "simplify" && compression.needsPreparing() && !prepareCompression())
        return ExitInput;
      if (phase.name == "compress" && compression.isActive())
        summary.hash = contentHash(summary.hash, compression.text());
      releaseUnusedConstants(*module);
      dump(phase.name, number + 1);
      if (phase.name == options.compileTo)
        return printModule();
      if (phase.name != "kernels")
        continue;
      if (options.emit == "mlir")
        return printModule();
      summarizePlan(*module, summary);
    }
    return ExitDone;
  }

  bool prepareCompression() {
    StringRef output = options.output.empty() ? StringRef(summary.name) : StringRef(options.output).rtrim('/');
    llvm::Error error =
        compression.prepare({*module, *target, targetIsHost(), summary.name, summary.hash, output.str()});
    return error ? fail(llvm::toString(std::move(error))) : true;
  }

  /// Whether code for the target is what compress::HostModel compiles.
  bool targetIsHost() const {
    MachineOptions native;
    native.cpu = "native";
    auto host = createTarget("cpu", native);
    if (!host)
      return llvm::consumeError(host.takeError()), false;
    artefact::TargetSummary ours = target->summary(), hosts = (*host)->summary();
    return target->name() == "cpu" && options.machine.optimization == native.optimization &&
           options.machine.threads == native.threads && ours.triple == hosts.triple && ours.cpu == hosts.cpu &&
           ours.features == hosts.features;
  }

  void dump(StringRef phase, size_t number) {
    if (options.dumpFolder.empty())
      return;
    SmallString<128> path(options.dumpFolder);
    llvm::sys::path::append(path, std::to_string(number) + "-" + phase + ".mlir");
    std::error_code code;
    llvm::raw_fd_ostream stream(path, code);
    if (!code)
      print(stream, /*forPeople=*/true);
  }

  void print(raw_ostream &stream, bool forPeople) {
    OpPrintingFlags flags;
    flags.enableDebugInfo(true, /*prettyForm=*/forPeople);
    if (forPeople)
      flags.elideLargeElementsAttrs(64).elideLargeResourceString(64);
    module->print(stream, flags);
  }

  ExitCode printModule() {
    finished = true;
    if (options.output.empty() || options.output == "-") {
      print(llvm::outs(), /*forPeople=*/true);
      return ExitDone;
    }
    llvm::Error error = llvm::writeToOutput(options.output, [&](raw_ostream &stream) {
      print(stream, /*forPeople=*/false); // Whole, so that --compile-from can go on from there.
      return llvm::Error::success();
    });
    return error ? (fail(llvm::toString(std::move(error))), ExitInput) : ExitDone;
  }

  ExitCode write() {
    static const std::pair<StringRef, std::pair<EmitKind, StringRef>> kinds[] = {
        {"", {EmitKind::Artefact, ""}},      {"shared", {EmitKind::Shared, ".so"}}, {"obj", {EmitKind::Object, ".o"}},
        {"asm", {EmitKind::Assembly, ".s"}}, {"llvm", {EmitKind::Llvm, ".ll"}},
    };
    auto kind = llvm::find_if(kinds, [&](auto &entry) { return entry.first == options.emit; });
    auto [emitKind, suffix] = kind->second;
    std::string path = options.output;
    if (path.empty())
      path = emitKind == EmitKind::Artefact ? summary.name
                                            : (emitKind == EmitKind::Shared ? "lib" : "") + summary.name + suffix.str();
    if (emitKind == EmitKind::Artefact)
      if (std::error_code code = llvm::sys::fs::create_directories(path))
        return fail(path + ": " + code.message()), ExitInput;
    llvm::Error error = target->emit(*module, summary, emitKind, path);
    if (!error && emitKind == EmitKind::Artefact)
      error = artefact::writeArtefactTexts(summary, path);
    if (!error && emitKind == EmitKind::Artefact && compression.isActive()) {
      SmallString<128> recipe(path);
      llvm::sys::path::append(recipe, recipeName());
      error = compression.write(recipe);
    }
    if (error)
      return fail(llvm::toString(std::move(error))), ExitInput;
    return ExitDone;
  }

  const CompileOptions &options;
  MLIRContext context;
  DiagnosticPrinter printer;
  std::unique_ptr<Target> target;
  artefact::ModelSummary summary;
  std::string firstPhase; ///< Empty: all of them.
  Compression compression;
  OwningOpRef<ModuleOp> module;
  bool finished = false;
};

} // namespace

ExitCode edgecc::compile(const CompileOptions &options) { return Compilation(options).run(); }

// A whole target in one file; see TemplateTarget.h. The comments say what each part is for and where others differ.
#include "targets/template/TemplateTarget.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Transforms/Passes.h"
#include "targets/c/CTarget.h"
#include "targets/source/Language.h"
#include "targets/source/Passes.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace edgecc;

namespace {

/// How this target's language differs from C99: here, by one way to write a choice. Others override types, literals,
/// loads.
class TemplateLanguage : public source::Language {
public:
  FailureOr<source::Expression> print(Operation *op, ArrayRef<source::Expression> operands) override {
    FailureOr<source::Expression> printed = Language::print(op, operands);
    if (succeeded(printed) && isa<arith::SelectOp>(op))
      return source::Expression{"(" + printed->text + ")", source::Expression::Primary};
    return printed;
  }
};

class TemplateTarget : public Target {
public:
  explicit TemplateTarget(const MachineOptions &options) : triple(options.triple), optimization(options.optimization) {}

  StringRef name() const override { return "template"; }

  /// The machine in full, after defaults: in the banner of every file, and part of the content hash.
  artefact::TargetSummary summary() const override { return {triple.empty() ? "any" : triple, "any", "", ""}; }

  /// What the scheduler needs to know: lanes, registers, caches. One lane here, in register tiles.
  kernel::VectorTarget vectors() const override {
    kernel::VectorTarget vectors;
    vectors.vectorBits = 8;
    vectors.unrolledOperations = 1;
    vectors.tilesScalars = optimization > 0;
    return vectors;
  }

  /// From the kernel IR to the form that emit() writes, one pass a line.
  void buildEmitPipeline(OpPassManager &passes) const override {
    passes.addPass(source::createPointToOperandsPass());
    passes.addPass(memref::createExpandStridedMetadataPass());
    passes.addPass(createLowerAffinePass());
    passes.addPass(createCanonicalizerPass());
    passes.addPass(createCSEPass());
  }

  /// The files. Fails before the first is written where something cannot be said in the language.
  llvm::Error emit(ModuleOp module, artefact::ModelSummary &summary, EmitKind kind, StringRef path) const override {
    if (kind != EmitKind::Artefact)
      return llvm::createStringError("--target=template writes C, no objects");
    summary.sources = {summary.name + ".c", summary.name + "_weights.c"};
    llvm::StringMap<std::string> symbols = source::nameSymbols(module, summary.name);
    TemplateLanguage language;
    FailureOr<std::string> model = c::modelSource(module, summary, symbols, language);
    if (failed(model))
      return llvm::createStringError("the model has no form in this language yet, see above");
    if (llvm::Error error = write(path, summary.sources[0], [&](raw_ostream &stream) { stream << *model; }))
      return error;
    return write(path, summary.sources[1],
                 [&](raw_ostream &stream) { c::writeWeightSource(module, summary, symbols, stream); });
  }

private:
  /// A file that appears whole or not at all.
  static llvm::Error write(StringRef folder, StringRef file, llvm::function_ref<void(raw_ostream &)> print) {
    SmallString<128> path(folder);
    llvm::sys::path::append(path, file);
    return llvm::writeToOutput(path, [&](raw_ostream &stream) {
      print(stream);
      return llvm::Error::success();
    });
  }

  std::string triple;
  int optimization;
};

} // namespace

/// Refuses options that mean nothing here, in the words of the command line.
llvm::Expected<std::unique_ptr<Target>> edgecc::template_target::createTemplateTarget(const MachineOptions &machine) {
  if (machine.threads != 1)
    return llvm::createStringError("--target=template makes code for one thread; leave out --threads");
  return std::make_unique<TemplateTarget>(machine);
}

// A whole target in one file; see TemplateTarget.h. The comments say what each part is for and where others differ.
#include "targets/template/TemplateTarget.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "targets/c/CTarget.h"
#include "targets/source/Language.h"
#include "targets/source/Passes.h"

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

  /// From the kernel IR to the form that emit() writes, shared here with all languages of the C family.
  void buildEmitPipeline(OpPassManager &passes) const override { source::buildTextPipeline(passes); }

  /// The files. Fails before the first is written where something cannot be said in the language.
  llvm::Error emit(ModuleOp module, artefact::ModelSummary &summary, EmitKind kind, StringRef path) const override {
    if (kind != EmitKind::Artefact)
      return llvm::createStringError("--target=template writes C, no objects");
    TemplateLanguage language;
    return c::emitSources(module, summary, path, language, c::WeightForm::Array);
  }

private:
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

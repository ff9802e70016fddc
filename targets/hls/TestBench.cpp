// NAME_tb.cpp and the reference that it compares with.
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "passes/Kernel/Passes.h"
#include "targets/c/CTarget.h"
#include "targets/hls/HlsFiles.h"
#include "targets/source/ModelText.h"
#include "targets/source/Passes.h"

#include "compiler/Artefact/Writers.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::hls;

LogicalResult edgecc::hls::referenceFiles(ModuleOp module, const artefact::ModelSummary &summary,
                                          SmallVectorImpl<std::pair<std::string, std::string>> &files) {
  artefact::ModelSummary model = summary;
  model.name = summary.name + "_reference";
  auto entry = module.lookupSymbol<func::FuncOp>(summary.name);
  entry.setSymName(model.name);
  std::unique_ptr<Target> target = llvm::cantFail(c::createCTarget(MachineOptions()));
  kernel::VectorTarget vectors = target->vectors();
  kernel::ExpandKernelsOptions expand;
  expand.vectorBits = vectors.vectorBits;
  expand.unrolledOperations = vectors.unrolledOperations;
  expand.tilesScalars = vectors.tilesScalars;
  PassManager passes(module.getContext());
  passes.addPass(kernel::createExpandKernels(expand));
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
  passes.addPass(kernel::createOutlineSteps());
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
  passes.addPass(createSymbolDCEPass());
  target->buildEmitPipeline(passes);
  if (failed(passes.run(module)))
    return failure();
  model.arenaBytes = entry->getAttrOfType<IntegerAttr>("edge.arena_bytes").getInt();
  model.steps.clear();
  for (auto step : entry->getAttrOfType<ArrayAttr>("edge.steps").getAsRange<DictionaryAttr>())
    model.steps.push_back({step.getAs<StringAttr>("name").str(), step.getAs<StringAttr>("op").str(), "cpu",
                           static_cast<uint64_t>(step.getAs<IntegerAttr>("macs").getInt()),
                           static_cast<uint64_t>(step.getAs<IntegerAttr>("bytes").getInt())});
  model.sources = {model.name + ".c", model.name + "_weights.c"};
  llvm::StringMap<std::string> symbols = source::nameSymbols(module, model.name);
  source::Language language;
  FailureOr<std::string> code = c::modelSource(module, model, symbols, language);
  if (failed(code))
    return failure();
  std::string header;
  llvm::raw_string_ostream os(header);
  artefact::writeHeader(model, os);
  files.push_back({"_reference.h", header});
  files.push_back({"_reference.c", *code});
  std::string weights;
  llvm::raw_string_ostream stream(weights);
  c::writeWeightSource(module, model, symbols, stream);
  files.push_back({"_reference_weights.c", std::move(weights)});
  return success();
}

namespace {

bool isFloat(const artefact::TensorSummary &tensor) { return tensor.dtype == 1 || tensor.dtype == 11; }

/// Arrays of one name for all tensors, such as image_expected.
std::string arrays(ArrayRef<artefact::TensorSummary> tensors, StringRef suffix) {
  std::string text;
  for (const artefact::TensorSummary &tensor : tensors)
    text += ("static " + artefact::cTypeOf(tensor.dtype) + " " + tensor.identifier + suffix + "[" +
             Twine(std::max<uint64_t>(1, tensor.elements())) + "];\n")
                .str();
  return text;
}

/// A call of `function` with all inputs, and the outputs with `suffix`.
std::string call(const artefact::ModelSummary &summary, const std::string &function, const std::string &suffix,
                 const std::string &arena) {
  std::string text = function + "(";
  for (const artefact::TensorSummary &tensor : summary.inputs)
    text += tensor.identifier + ", ";
  for (const artefact::TensorSummary &tensor : summary.outputs)
    text += tensor.identifier + suffix + ", ";
  return text + arena + ")";
}

// Numbers from a small generator, so that every machine and every tool sees the same vectors.
constexpr StringLiteral generator =
    R"(/* The same vectors everywhere: a linear congruential generator with the constants of Numerical Recipes. */
static unsigned long state = 1;
static int next(int below) {
  state = (state * 1664525ul + 1013904223ul) & 0xFFFFFFFFul;
  return (int)((state >> 8) % (unsigned long)below);
}

/* Lines go to stdout, and to the file that EDGECC_TEST_BENCH_LOG names, for tools that keep what is printed. */
static FILE *log_copy = NULL;

template <typename T> static void fillFloat(T *data, long count) {
  for (long i = 0; i < count; ++i)
    data[i] = (T)((next(2001) - 1000) / 1000.0);
}
template <typename T> static void fillInteger(T *data, long count, int below) {
  for (long i = 0; i < count; ++i)
    data[i] = (T)next(below);
}

/* Elements that differ by more than `tolerance`, taken of the element and of the largest. Two NaN are equal. */
template <typename T>
static long differences(const char *name, const T *found, const T *expected, long count, double tolerance) {
  double largest = 0, worst = 0;
  long wrong = 0;
  for (long i = 0; i < count; ++i)
    if (fabs((double)expected[i]) > largest && !std::isinf((double)expected[i]))
      largest = fabs((double)expected[i]);
  for (long i = 0; i < count; ++i) {
    if (found[i] == expected[i] || (found[i] != found[i] && expected[i] != expected[i]))
      continue;
    double error = fabs((double)found[i] - (double)expected[i]);
    if (error > worst)
      worst = error;
    if (!(error <= tolerance * fabs((double)expected[i]) + tolerance * 0.1 * largest))
      ++wrong;
  }
  for (FILE *file : {stdout, log_copy})
    if (file)
      fprintf(file, "%s: %ld of %ld elements differ, largest error %g\n", name, wrong, count, worst);
  return wrong;
}

)";

} // namespace

std::string edgecc::hls::testBenchSource(const artefact::ModelSummary &summary) {
  std::string text, name = summary.name;
  llvm::raw_string_ostream os(text);
  os << source::banner(summary, "Test bench")
     << "/* Runs the design and the C99 of the same model on the same inputs. Returns 0 where they agree: within 1e-3 "
        "of an\n"
     << " * element and 1e-4 of the largest for floats, for sums are taken in another order; exactly for integers.\n "
        "*\n"
     << " *     gcc -std=c99 -O2 -c " << name << "_host.c " << name << "_reference.c " << name
     << "_reference_weights.c\n"
     << " *     g++ -std=c++14 -O2 " << name << "_tb.cpp " << name << "_hls.cpp *.o -o " << name << "_tb\n */\n"
     << "#include \"" << name << ".h\"\n#include \"" << name << "_reference.h\"\n\n#include <cmath>\n#include "
     << "<cstdio>\n#include <cstdlib>\n#include <initializer_list>\n\n"
     << arrays(summary.inputs, "") << arrays(summary.outputs, "") << arrays(summary.outputs, "_expected");
  std::string prefix = StringRef(name).upper();
  os << "static unsigned char arena[" << prefix << "_ARENA_BYTES + 64] __attribute__((aligned(64)));\n"
     << "static unsigned char reference_arena[" << prefix << "_REFERENCE_ARENA_BYTES + 64] "
     << "__attribute__((aligned(64)));\n\n"
     << generator << "int main() {\n"
     << "  if (const char *path = getenv(\"EDGECC_TEST_BENCH_LOG\"))\n    log_copy = fopen(path, \"w\");\n"
     << "  long wrong = 0;\n  for (int run = 0; run < 3; ++run) {\n";
  for (const artefact::TensorSummary &tensor : summary.inputs) {
    std::string count = std::to_string(tensor.elements());
    if (isFloat(tensor))
      os << "    fillFloat(" << tensor.identifier << ", " << count << ");\n";
    else // Halves are bits here: up to 1.0.
      os << "    fillInteger(" << tensor.identifier << ", " << count << ", "
         << (tensor.dtype == 9                          ? "2"
             : tensor.dtype == 10 || tensor.dtype == 16 ? "15361"
                                                        : "100")
         << ");\n";
  }
  os << "    wrong += " << call(summary, name + "_run", "", "arena") << " != 0;\n"
     << "    wrong += " << call(summary, name + "_reference_run", "_expected", "reference_arena") << " != 0;\n";
  for (const artefact::TensorSummary &tensor : summary.outputs)
    os << "    wrong += differences(\"" << tensor.identifier << "\", " << tensor.identifier << ", " << tensor.identifier
       << "_expected, " << tensor.elements() << ", " << (isFloat(tensor) ? "1e-3" : "0") << ");\n";
  os << "  }\n  for (FILE *file : {stdout, log_copy})\n    if (file)\n      fputs(wrong ? \"FAILED\\n\" : "
        "\"passed\\n\", "
        "file);\n"
     << "  return wrong != 0;\n}\n";
  return text;
}

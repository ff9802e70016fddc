// NAME.h: what a program needs to call a compiled model, from the simple (sizes, one function) to the advanced (the
// descriptor of edgecc/model.h, whose text is included so that the header stands alone).

#include "compiler/Artefact/Writers.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace edgecc::artefact {

namespace {

// The text of runtime/include/edgecc/model.h from its include guard on; the build makes this file.
constexpr StringLiteral descriptorDeclarations =
#include "compiler/Artefact/ModelDescriptor.inc"
    ;

class HeaderWriter {
public:
  HeaderWriter(const ModelSummary &model, raw_ostream &os)
      : model(model), os(os), prefix(StringRef(model.name).upper()) {}

  void write();

private:
  void writeBanner();
  void writeExample();
  void writeExampleArray(const TensorSummary &tensor, StringRef direction);
  void writeSizes();
  void writeTensorSizes(const TensorSummary &tensor, StringRef direction);
  void writeRun();
  void writeParameter(const TensorSummary &tensor, StringRef ownership);
  void writeDescriptor();
  void writeArena();

  /// DIGITS_INPUT_IMAGE
  std::string macroOf(const TensorSummary &tensor, StringRef direction) const {
    return prefix + "_" + direction.str() + "_" + StringRef(tensor.identifier).upper();
  }

  const ModelSummary &model;
  raw_ostream &os;
  std::string prefix;
};

void HeaderWriter::writeBanner() {
  os << "/* " << model.name << ": " << commentText(model.modelFile) << " compiled by edgecc " << model.version << ".\n"
     << " *\n"
     << " *   target    " << commentText(model.target.triple) << ", " << commentText(model.target.cpu) << "\n";
  os << " *   options   " << (model.options.empty() ? "none" : commentText(model.options)) << "\n"
     << " *   hash      " << model.hash << "\n"
     << " *   steps     " << model.steps.size() << ", " << model.macs() << " multiply-accumulates\n"
     << " *   memory    " << model.arenaBytes << " bytes of arena, " << model.weightBytes << " bytes of weights in "
      << (!model.dataFiles.empty() ? model.dataFiles.back()
          : model.sources.empty()  ? "lib" + model.name + ".a"
                                   : model.sources.back())
      << "\n";
  if (const CodedWeights &weights = model.codedWeights; weights.codedBytes)
    os << " *             of the weights, " << weights.codedBytes << " bytes are codes of " << weights.decodedBytes
       << " bytes, for which " << weights.arenaBytes << " bytes of the arena are\n";
  os << " *\n";
}

void HeaderWriter::writeExampleArray(const TensorSummary &tensor, StringRef direction) {
  os << " *     static " << cTypeOf(tensor.dtype) << " " << tensor.identifier << "[" << macroOf(tensor, direction)
     << "_ELEMENTS];\n";
}

// The tests compile this example as C99 and as C++.
void HeaderWriter::writeExample() {
  os << " * Example; "
     << (model.sources.empty() ? "link it with -l" + model.name : "compile it with " + join(model.sources, " "))
     << (model.needsRuntime ? " -ledgecc_runtime -lpthread" : "") << " -lm:\n"
     << " *\n"
     << " *     #include \"" << model.name << ".h\"\n"
     << " *\n";
  for (const TensorSummary &input : model.inputs)
    writeExampleArray(input, "INPUT");
  for (const TensorSummary &output : model.outputs)
    writeExampleArray(output, "OUTPUT");
  if (model.arenaBytes)
    os << " *     static unsigned char memory[" << prefix << "_ARENA_BYTES] __attribute__((aligned(" << prefix
       << "_ARENA_ALIGNMENT)));\n";
  os << " *\n"
     << " *     int main(void) {\n"
     << " *       return " << model.name << "_run(";
  for (const TensorSummary &tensor : concat<const TensorSummary>(model.inputs, model.outputs))
    os << tensor.identifier << ", ";
  os << (model.arenaBytes ? "memory" : "0") << (model.needsRuntime ? ", 0" : "") << ");\n"
     << " *     }\n"
     << " */\n";
}

void HeaderWriter::writeTensorSizes(const TensorSummary &tensor, StringRef direction) {
  std::string macro = macroOf(tensor, direction);
  os << "#define " << macro << "_ELEMENTS " << tensor.elements() << "\n"
     << "#define " << macro << "_BYTES " << tensor.bytes << "\n";
}

void HeaderWriter::writeSizes() {
  os << "#define " << prefix << "_ARENA_BYTES " << model.arenaBytes << "\n"
     << "#define " << prefix << "_ARENA_ALIGNMENT " << model.arenaAlignment << " /* bytes */\n"
     << "#define " << prefix << "_WEIGHT_BYTES " << model.weightBytes << " /* read-only data in the library */\n";
  for (const TensorSummary &input : model.inputs)
    writeTensorSizes(input, "INPUT");
  for (const TensorSummary &output : model.outputs)
    writeTensorSizes(output, "OUTPUT");
  os << "\n";
}

void HeaderWriter::writeParameter(const TensorSummary &tensor, StringRef ownership) {
  os << " *   " << tensor.identifier << ": ";
  if (tensor.name != tensor.identifier)
    os << "'" << commentText(tensor.name) << "', ";
  os << nameOfType(tensor.dtype) << " " << shapeText(tensor.shape);
  if (!tensor.comment.empty())
    os << " " << commentText(tensor.comment);
  os << ", " << tensor.bytes << " bytes; " << ownership << "\n";
}

void HeaderWriter::writeRun() {
  os << "/* Runs the model once. Tensors are dense and row-major, and aligned as their C type needs; no two may "
        "overlap.\n";
  for (const TensorSummary &input : model.inputs)
    writeParameter(input, "borrowed, not written");
  for (const TensorSummary &output : model.outputs)
    writeParameter(output, "borrowed, written whole");
  if (model.arenaBytes)
    os << " *   arena: " << prefix << "_ARENA_BYTES bytes, aligned to " << prefix
       << "_ARENA_ALIGNMENT; holds nothing before or after a run\n";
  else
    os << " *   arena: may be NULL, for this model needs none\n";
  if (model.needsRuntime)
    os << " *   pool: threads to run on, from edgecc/pool.h; NULL runs on the calling thread\n";
  os << " * Returns 0, or a value other than 0 if the run failed.\n"
     << " * Threads: calls with different arenas" << (model.needsRuntime ? ", pools" : "")
     << " and outputs may run at the same time. */\n";
  if (model.needsRuntime)
    os << "struct edgecc_pool;\n";
  os << "int " << model.name << "_run(";
  for (const TensorSummary &input : model.inputs)
    os << "const " << cTypeOf(input.dtype) << " *" << input.identifier << ", ";
  for (const TensorSummary &output : model.outputs)
    os << cTypeOf(output.dtype) << " *" << output.identifier << ", ";
  os << "void *arena" << (model.needsRuntime ? ", struct edgecc_pool *pool" : "") << ");\n\n";
}

void HeaderWriter::writeArena() {
  if (model.arena.empty())
    return;
  os << "/* What lies where in the arena: offset, bytes, the first and last step that use it, tensor.\n"
     << " * No plan could be smaller than " << model.arenaLowerBoundBytes << " bytes.\n"
     << " *\n";
  for (const ArenaEntry &entry : model.arena)
    os << formatv(" * {0,10} {1,10} {2,5} {3,5}  {4}\n", entry.offset, entry.bytes, entry.firstStep, entry.lastStep,
                  commentText(entry.tensor));
  os << " */\n\n";
}

void HeaderWriter::writeDescriptor() {
  os << "/* The same model as data, for programs that take any model: names, shapes, steps, and a way to run it. */\n"
     << "extern const edgecc_model " << model.name << "_model;\n";
}

void HeaderWriter::write() {
  std::string guard = "EDGECC_GENERATED_" + prefix + "_H";
  writeBanner();
  writeExample();
  os << "#ifndef " << guard << "\n"
     << "#define " << guard << "\n\n"
     << "#include <stdint.h>\n\n";
  writeSizes();
  os << "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
  writeRun();
  if (model.frame)
    writeFrameDeclarations(model, os);
  writeArena();
  os << "#ifdef __cplusplus\n}\n#endif\n\n"
     << "/* From here on: edgecc/model.h, as every program with compiled models may include it. */\n"
     << descriptorDeclarations << "\n"
     << "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
  writeDescriptor();
  os << "\n#ifdef __cplusplus\n}\n#endif\n"
     << "#endif\n";
}

} // namespace

void writeHeader(const ModelSummary &model, raw_ostream &os) { HeaderWriter(model, os).write(); }

} // namespace edgecc::artefact

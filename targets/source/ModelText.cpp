// Text about a whole model that the languages share; see ModelText.h.
#include "targets/source/ModelText.h"

#include "compiler/Artefact/Writers.h"
#include "mlir/IR/DialectResourceBlobManager.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::source;

/// The bits of element `index`.
static APInt elementAt(ArrayRef<char> data, Type type, int64_t index) {
  unsigned bits = type.getIntOrFloatBitWidth(), bytes = (bits + 7) / 8;
  uint64_t raw = 0;
  std::memcpy(&raw, data.data() + index * bytes, bytes);
  return APInt(std::max(8u, bits), raw, /*isSigned=*/false, /*implicitTrunc=*/true).trunc(bits);
}

namespace {

/// The elements of a constant.
struct Elements {
  explicit Elements(memref::GlobalOp global) : type(global.getType().getElementType()) {
    auto value = cast<ElementsAttr>(*global.getInitialValue());
    auto dense = dyn_cast<DenseElementsAttr>(value);
    data = dense ? dense.getRawData() : cast<DenseResourceElementsAttr>(value).getRawHandle().getBlob()->getData();
    isSplat = dense && dense.isSplat();
  }
  APInt operator[](int64_t index) const { return elementAt(data, type, isSplat ? 0 : index); }

  Type type;
  ArrayRef<char> data;
  bool isSplat;
};

} // namespace

void edgecc::source::writeBytes(memref::GlobalOp global, raw_ostream &os) {
  Elements elements(global);
  unsigned bytes = (elements.type.getIntOrFloatBitWidth() + 7) / 8;
  int64_t count = global.getType().getNumElements();
  if (elements.data.size() == bytes * static_cast<size_t>(count)) {
    os.write(elements.data.data(), elements.data.size());
    return;
  }
  for (int64_t i = 0; i < count; ++i) {
    uint64_t bits = elements[i].getZExtValue();
    for (unsigned byte = 0; byte < bytes; ++byte)
      os << static_cast<char>(bits >> (8 * byte));
  }
}

void edgecc::source::writeArray(memref::GlobalOp global, StringRef name, Language &language, raw_ostream &os) {
  Elements elements(global);
  int64_t count = global.getType().getNumElements();
  os << language.elementType(elements.type) << " " << name << "[" << count << "] = {";
  size_t column = 120;
  for (int64_t i = 0; i < count; ++i) {
    std::string text = language.literal(elements.type, elements[i]) + ",";
    if (column + text.size() + 1 > 116) {
      os << "\n   ";
      column = 3;
    }
    os << " " << text;
    column += text.size() + 1;
  }
  os << "\n};\n\n";
}

// Bytes beyond ASCII and what has a meaning in C are octal escapes.
std::string edgecc::source::quoted(StringRef text) {
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

//===-- The descriptor --------------------------------------------------------------------------------------------===//

static void writeTensorTable(ArrayRef<artefact::TensorSummary> tensors, StringRef name, raw_ostream &os) {
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

void edgecc::source::writeDescriptor(const artefact::ModelSummary &summary, raw_ostream &os) {
  std::string name = summary.name;
  os << "/* The model as data, for programs that take any model. */\n";
  writeTensorTable(summary.inputs, name + "_inputs", os);
  writeTensorTable(summary.outputs, name + "_outputs", os);
  os << "static const edgecc_step " << name << "_steps[] = {\n";
  for (const artefact::StepSummary &step : summary.steps)
    os << "    {" << quoted(step.name) << ", " << quoted(step.op) << ", " << step.macs << ", " << step.bytes << "},\n";
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
     << "_outputs,\n    " << summary.arenaBytes << ", " << summary.arenaAlignment << ", " << summary.weightBytes << ", "
     << summary.arenaLowerBoundBytes << ",\n    " << summary.steps.size() << ", 0, " << name << "_steps,\n    " << name
     << "_run_table, " << name << "_step_table, 0};\n";
}

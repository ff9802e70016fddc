// Gathering of the model's summary; see Summary.h.
#include "compiler/Pipeline/Summary.h"

#include "compiler/Artefact/Identifier.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/SymbolTable.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"

using namespace mlir;
using namespace edgecc;

namespace {

/// onnx.TensorProto.DataType of an element type.
int32_t dtypeOf(Type type) {
  if (type.isF32())
    return 1;
  if (type.isF16())
    return 10;
  if (type.isF64())
    return 11;
  if (type.isBF16())
    return 16;
  auto integer = cast<IntegerType>(type);
  switch (integer.getWidth()) {
  case 1:
    return 9;
  case 8:
    return integer.isUnsigned() ? 2 : 3;
  case 16:
    return integer.isUnsigned() ? 4 : 5;
  case 32:
    return integer.isUnsigned() ? 12 : 6;
  default:
    return integer.isUnsigned() ? 13 : 7;
  }
}

uint64_t bytesOf(ShapedType type) { return type.getNumElements() * ((type.getElementTypeBitWidth() + 7) / 8); }

artefact::TensorSummary summarizeTensor(Type type, DictionaryAttr attributes, StringRef fallback, unsigned number,
                                        artefact::IdentifierScope &scope) {
  auto tensor = cast<RankedTensorType>(type);
  artefact::TensorSummary summary;
  auto name = attributes ? attributes.getAs<StringAttr>("edge.name") : StringAttr();
  summary.name = name ? name.str() : (fallback + Twine(number)).str();
  summary.identifier = scope.unique(summary.name, fallback);
  summary.dtype = dtypeOf(tensor.getElementType());
  summary.shape.assign(tensor.getShape().begin(), tensor.getShape().end());
  summary.bytes = bytesOf(tensor);
  return summary;
}

uint64_t number(DictionaryAttr attributes, StringRef name) {
  auto value = attributes.getAs<IntegerAttr>(name);
  return value ? value.getInt() : 0;
}

std::string text(DictionaryAttr attributes, StringRef name) {
  auto value = attributes.getAs<StringAttr>(name);
  return value ? value.str() : "";
}

} // namespace

void edgecc::summarizeSignature(func::FuncOp entry, artefact::ModelSummary &summary) {
  artefact::IdentifierScope scope;
  for (auto [index, type] : llvm::enumerate(entry.getArgumentTypes()))
    summary.inputs.push_back(summarizeTensor(type, entry.getArgAttrDict(index), "input", index, scope));
  for (auto [index, type] : llvm::enumerate(entry.getResultTypes()))
    summary.outputs.push_back(summarizeTensor(type, entry.getResultAttrDict(index), "output", index, scope));
}

void edgecc::summarizePlan(ModuleOp module, artefact::ModelSummary &summary) {
  for (auto global : module.getOps<memref::GlobalOp>())
    if (global.getConstant())
      summary.weightBytes += bytesOf(global.getType());
  Operation *entry = SymbolTable::lookupSymbolIn(module, summary.name);
  summary.arenaBytes = number(entry->getAttrDictionary(), "edge.arena_bytes");
  summary.arenaLowerBoundBytes = number(entry->getAttrDictionary(), "edge.arena_lower_bound");
  if (auto weights = entry->getAttrOfType<DictionaryAttr>("edge.coded_weights"))
    summary.codedWeights = {number(weights, "coded"), number(weights, "decoded"), number(weights, "arena")};
  if (auto table = entry->getAttrOfType<ArrayAttr>("edge.arena"))
    for (auto row : table.getAsRange<DictionaryAttr>())
      summary.arena.push_back({text(row, "name"), number(row, "offset"), number(row, "bytes"),
                               static_cast<uint32_t>(number(row, "first")),
                               static_cast<uint32_t>(number(row, "last"))});
  if (auto table = entry->getAttrOfType<ArrayAttr>("edge.steps"))
    for (auto row : table.getAsRange<DictionaryAttr>())
      summary.steps.push_back(
          {text(row, "name"), text(row, "op"), "cpu", number(row, "macs"), number(row, "bytes"), "", {}});
}

std::string edgecc::contentHash(StringRef model, StringRef options) {
  llvm::SHA256 hash;
  hash.update(model);
  hash.update(StringRef("\0", 1));
  hash.update(options);
  return llvm::toHex(hash.final(), /*LowerCase=*/true);
}

// Large weights past LLVM into the object file; see Weights.h.
#include "targets/cpu/Weights.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

using namespace edgecc::cpu;

/// Smaller constants stay in LLVM IR, where their values may fold into code.
static constexpr size_t minBytes = 4096;

std::vector<Weight> edgecc::cpu::takeWeights(mlir::ModuleOp module) {
  // Constants may share one value, as after reshapes: only values with one user can be taken.
  llvm::StringMap<unsigned> users;
  auto valueOf = [](mlir::LLVM::GlobalOp global) {
    return mlir::dyn_cast_or_null<mlir::DenseResourceElementsAttr>(global.getValueOrNull());
  };
  for (auto global : module.getOps<mlir::LLVM::GlobalOp>())
    if (auto value = valueOf(global))
      ++users[value.getRawHandle().getKey()];

  std::vector<Weight> weights;
  for (auto global : module.getOps<mlir::LLVM::GlobalOp>()) {
    auto value = valueOf(global);
    mlir::AsmResourceBlob *blob = value ? value.getRawHandle().getBlob() : nullptr;
    if (!blob || blob->getData().size() < minBytes || users[value.getRawHandle().getKey()] != 1)
      continue;
    weights.push_back({global.getSymName().str(), std::move(*blob), /*offset=*/0});
    global.setValueAttr(mlir::LLVM::ZeroAttr::get(module.getContext()));
    global.setExternallyInitialized(true);
    global.setLinkage(mlir::LLVM::Linkage::Internal); // Private constants have no symbol in the object file.
  }
  return weights;
}

/// Offsets in the file of all data of an object, by symbol.
template <typename ELFT>
static llvm::Expected<llvm::StringMap<uint64_t>> offsetsOf(const llvm::object::ELFObjectFile<ELFT> &object) {
  llvm::StringMap<uint64_t> offsets;
  for (const llvm::object::ELFSymbolRef &symbol : object.symbols()) {
    if (symbol.getELFType() != llvm::ELF::STT_OBJECT)
      continue;
    llvm::Expected<llvm::StringRef> name = symbol.getName();
    llvm::Expected<llvm::object::section_iterator> section = symbol.getSection();
    llvm::Expected<uint64_t> value = symbol.getValue();
    if (!name || !section || !value)
      return llvm::joinErrors(llvm::joinErrors(name.takeError(), section.takeError()), value.takeError());
    if (*section != object.section_end())
      offsets[*name] = object.getSection((*section)->getRawDataRefImpl())->sh_offset + *value;
  }
  return offsets;
}

static llvm::Expected<llvm::StringMap<uint64_t>> readOffsets(llvm::StringRef path) {
  auto object = llvm::object::ObjectFile::createObjectFile(path);
  if (!object)
    return object.takeError();
  const llvm::object::ObjectFile *file = object->getBinary();
  if (auto *elf = llvm::dyn_cast<llvm::object::ELF64LEObjectFile>(file))
    return offsetsOf(*elf);
  if (auto *elf = llvm::dyn_cast<llvm::object::ELF32LEObjectFile>(file))
    return offsetsOf(*elf);
  return llvm::createStringError("the object file is not little-endian ELF");
}

llvm::Error edgecc::cpu::writeWeights(llvm::StringRef path, llvm::ArrayRef<Weight> weights) {
  if (weights.empty())
    return llvm::Error::success();
  llvm::Expected<llvm::StringMap<uint64_t>> offsets = readOffsets(path);
  if (!offsets)
    return offsets.takeError();
  int descriptor;
  if (std::error_code code = llvm::sys::fs::openFileForWrite(path, descriptor, llvm::sys::fs::CD_OpenExisting))
    return llvm::createFileError(path, code);
  llvm::raw_fd_ostream stream(descriptor, /*shouldClose=*/true);
  for (const Weight &weight : weights) {
    auto offset = offsets->find(weight.symbol);
    if (offset == offsets->end())
      return llvm::createStringError("the object file has no symbol '" + weight.symbol + "'");
    llvm::ArrayRef<char> values = weight.values.getData();
    stream.seek(offset->second + weight.offset);
    stream.write(values.data(), values.size());
  }
  stream.close();
  if (std::error_code code = stream.error()) {
    stream.clear_error();
    return llvm::createFileError(path, code);
  }
  return llvm::Error::success();
}

// Writes the texts of an artefact, and holds what their writers share.

#include "compiler/Artefact/Writers.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace edgecc::artefact {

uint64_t TensorSummary::elements() const {
  uint64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  return count;
}

uint64_t ModelSummary::macs() const {
  uint64_t sum = 0;
  for (const StepSummary &step : steps)
    sum += step.macs;
  return sum;
}

namespace {

struct TypeNames {
  int32_t dtype;
  StringRef name;
  StringRef cType;
};

// Half floats have no C99 type, so their bits travel as uint16_t.
constexpr TypeNames typeNames[] = {{1, "float32", "float"},     {2, "uint8", "uint8_t"},    {3, "int8", "int8_t"},
                                   {4, "uint16", "uint16_t"},   {5, "int16", "int16_t"},    {6, "int32", "int32_t"},
                                   {7, "int64", "int64_t"},     {9, "bool", "uint8_t"},     {10, "float16", "uint16_t"},
                                   {11, "float64", "double"},   {12, "uint32", "uint32_t"}, {13, "uint64", "uint64_t"},
                                   {16, "bfloat16", "uint16_t"}};

const TypeNames &namesOf(int32_t dtype) {
  const TypeNames *found = find_if(typeNames, [&](const TypeNames &type) { return type.dtype == dtype; });
  if (found == std::end(typeNames))
    llvm_unreachable("an input or output has a type that edgecc/model.h does not list");
  return *found;
}

} // namespace

StringRef cTypeOf(int32_t dtype) { return namesOf(dtype).cType; }

StringRef nameOfType(int32_t dtype) { return namesOf(dtype).name; }

std::string shapeText(ArrayRef<int64_t> shape) {
  return "[" + join(map_range(shape, [](int64_t extent) { return std::to_string(extent); }), ", ") + "]";
}

std::string commentText(StringRef text) {
  std::string result;
  for (char c : text) {
    bool opensOrEnds = !result.empty() && ((result.back() == '*' && c == '/') || (result.back() == '/' && c == '*'));
    if (opensOrEnds)
      result += ' ';
    bool isControl = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    result += isControl ? '?' : c;
  }
  return result;
}

Error writeArtefactTexts(const ModelSummary &model, StringRef directory) {
  if (std::error_code error = sys::fs::create_directories(directory))
    return createFileError(directory, error);

  struct {
    StringRef suffix;
    void (*write)(const ModelSummary &, raw_ostream &);
  } const files[] = {
      {".h", writeHeader}, {".json", writeManifest}, {"Config.cmake", writeCMakeConfig}, {".pc", writePkgConfig}};
  for (const auto &file : files) {
    if (file.write == writePkgConfig && !model.sources.empty())
      continue; // It names a library, and here is none.
    SmallString<128> path(directory);
    sys::path::append(path, model.name + file.suffix);
    // A temporary file that is renamed when it is complete.
    Error error = writeToOutput(path, [&](raw_ostream &os) {
      file.write(model, os);
      return Error::success();
    });
    if (error)
      return createFileError(path, std::move(error));
  }
  return Error::success();
}

} // namespace edgecc::artefact

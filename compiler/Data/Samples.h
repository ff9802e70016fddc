// Sets of samples: what a model is calibrated and judged on.
#ifndef EDGECC_COMPILER_DATA_SAMPLES_H
#define EDGECC_COMPILER_DATA_SAMPLES_H

#include "compiler/Data/Image.h"
#include "compiler/Data/Tensor.h"

#include "llvm/Support/Error.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace edgecc::data {

// Which samples of a source are used: what ranges are chosen by should not also say how good they are.
enum class SamplePart {
  All,
  Quarter, // each fourth, from the first on
  Rest     // all but these
};

// Where samples lie and how they become tensors.
struct SampleOptions {
  // A folder or a file for the model's first input, or INPUT=PATH for any. In a folder each file is a sample, in the
  // order of names: pictures, .npy, and raw files (.bin). A file is one sample, or raw records or .npy rows, one a
  // sample.
  std::vector<std::string> sources;
  PixelScaling scaling;                // value = (stored * scale - mean) / std, for each channel
  std::optional<edgecc_dtype> rawType; // of the elements in raw files; nothing: the input's
  uint64_t offset = 0;                 // of the first record in a raw file, in bytes
  uint64_t stride = 0;                 // from one record to the next, in bytes; 0: the size of a record
  bool channelsLast = false;           // raw pictures are height x width x channels where the input is channels first
  SamplePart part = SamplePart::All;
  size_t limit = 0; // of the part takes every n-th, so that no more than so many are used; 0: all
};

// Reads samples one by one; only their places are in memory.
class SampleSet {
public:
  // Each input of the model needs a source; all sources must hold the same number of samples.
  static llvm::Expected<SampleSet> open(llvm::ArrayRef<TensorType> inputs, const SampleOptions &options);

  size_t size() const { return chosen.size(); }
  // The number of sample `index` in its source, which is that of its label.
  size_t position(size_t index) const { return chosen[index]; }
  // One tensor for each input.
  llvm::Expected<std::vector<Tensor>> read(size_t index) const;

private:
  // Sample k of an input is files[k], or record k of the only file.
  struct Source {
    std::vector<std::string> files;
    size_t records = 0;                       // 0: one sample a file
    std::shared_ptr<const Tensor> whole = {}; // the rows of a .npy file
  };

  llvm::Error checkScaling() const;
  llvm::Error assign(llvm::StringRef source);
  llvm::Expected<Source> openSource(llvm::StringRef path, const TensorType &input) const;
  llvm::Expected<Tensor> readOne(const Source &source, size_t number, const TensorType &input) const;
  Tensor convert(const Tensor &stored, const TensorType &input) const;
  uint64_t recordBytes(const TensorType &input) const;

  std::vector<TensorType> inputs;
  SampleOptions options;
  std::vector<Source> sources;
  std::vector<size_t> chosen;
};

// "1/255" or "0.5"; nothing if the text is no number.
std::optional<double> parseFraction(llvm::StringRef text);

} // namespace edgecc::data

#endif

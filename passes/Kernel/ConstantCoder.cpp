// Coding of constants; see ConstantCoder.h.
#include "passes/Kernel/ConstantCoder.h"
#include "passes/Kernel/Huffman.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"

#include <cstring>
#include <unordered_map>

using namespace llvm;
using namespace edgecc::kernel;

namespace {

constexpr size_t maxValues = 256;
constexpr uint64_t maxGap = 255;
/// Decoders count bits in 32-bit machines' integers.
constexpr uint64_t maxBits = uint64_t(1) << 31;

class Coder {
public:
  Coder(CodedForm form, ArrayRef<char> data, unsigned elementBytes) : data(data), width(elementBytes) {
    result.form = form;
  }

  std::optional<CodedConstant> run() {
    if (!collect())
      return std::nullopt;
    std::optional<HuffmanCode> gapCode, valueCode;
    put32(data.size() / width);
    if (result.form != CodedForm::Dense) {
      put32(symbols.size());
      gapCode.emplace(gapFrequencies);
      putCode(*gapCode);
      for (unsigned gap : gapCode->order)
        result.stream.push_back(gap);
    }
    if (result.form != CodedForm::SparseRaw) {
      valueCode.emplace(frequencies);
      putCode(*valueCode);
    }
    uint64_t bits =
        (gapCode ? gapCode->totalBits(gapFrequencies) : 0) + (valueCode ? valueCode->totalBits(frequencies) : 0);
    if (bits >= maxBits)
      return std::nullopt;
    putBits(gapCode, valueCode);
    putValues(valueCode);
    return result;
  }

private:
  uint64_t element(size_t index) const {
    uint64_t bits = 0;
    std::memcpy(&bits, data.data() + index * width, width);
    return bits;
  }

  /// Gathers symbols and how often each occurs. False where this form does not fit.
  bool collect() {
    size_t count = data.size() / width;
    if (count == 0 || count > UINT32_MAX)
      return false;
    uint64_t gap = 0;
    for (size_t i = 0; i < count; ++i) {
      uint64_t bits = element(i);
      if (result.form != CodedForm::Dense) {
        if (bits == 0 && gap < maxGap) {
          ++gap;
          continue;
        }
        gaps.push_back(gap);
        ++gapFrequencies[gap];
        gap = 0;
      }
      if (!addValue(bits))
        return false;
    }
    return !symbols.empty();
  }

  bool addValue(uint64_t bits) {
    if (result.form == CodedForm::SparseRaw) {
      symbols.push_back(distinct.size());
      distinct.push_back(bits);
      return true;
    }
    auto [known, isNew] = numbers.insert({bits, distinct.size()});
    if (isNew) {
      if (distinct.size() == maxValues)
        return false;
      distinct.push_back(bits);
      frequencies.push_back(0);
    }
    ++frequencies[known->second];
    symbols.push_back(known->second);
    return true;
  }

  void put32(uint32_t number) {
    uint8_t bytes[4];
    support::endian::write32le(bytes, number);
    result.stream.insert(result.stream.end(), bytes, bytes + 4);
  }

  void putCode(const HuffmanCode &code) {
    result.stream.push_back(code.longest());
    for (unsigned count : code.counts) {
      result.stream.push_back(count & 0xff);
      result.stream.push_back(count >> 8);
    }
    result.tableEntries += uint64_t(1) << code.longest();
  }

  void putBits(const std::optional<HuffmanCode> &gapCode, const std::optional<HuffmanCode> &valueCode) {
    BitWriter writer;
    for (size_t i = 0; i < symbols.size(); ++i) {
      if (gapCode)
        writer.write(gapCode->codes[gaps[i]], gapCode->lengths[gaps[i]]);
      if (valueCode)
        writer.write(valueCode->codes[symbols[i]], valueCode->lengths[symbols[i]]);
    }
    result.stream.insert(result.stream.end(), writer.bytes.begin(), writer.bytes.end());
  }

  void putValues(const std::optional<HuffmanCode> &valueCode) {
    ArrayRef<unsigned> list = valueCode ? ArrayRef<unsigned>(valueCode->order) : ArrayRef<unsigned>(symbols);
    for (unsigned symbol : list) {
      const char *bytes = reinterpret_cast<const char *>(&distinct[symbol]);
      result.values.insert(result.values.end(), bytes, bytes + width);
    }
  }

  ArrayRef<char> data;
  unsigned width;
  CodedConstant result;
  std::vector<uint64_t> distinct; ///< Bits of the values, the first to occur first; for SparseRaw, one for each gap.
  std::unordered_map<uint64_t, unsigned> numbers;
  std::vector<uint64_t> frequencies, gapFrequencies = std::vector<uint64_t>(maxGap + 1);
  std::vector<unsigned> symbols, gaps;
};

} // namespace

std::optional<CodedConstant> edgecc::kernel::codeConstantAs(CodedForm form, ArrayRef<char> data,
                                                            unsigned elementBytes) {
  return Coder(form, data, elementBytes).run();
}

std::optional<CodedConstant> edgecc::kernel::codeConstant(ArrayRef<char> data, unsigned elementBytes) {
  std::optional<CodedConstant> best;
  size_t count = data.size() / elementBytes, zeros = 0;
  for (size_t i = 0; i < count; ++i)
    zeros += llvm::all_of(data.slice(i * elementBytes, elementBytes), [](char byte) { return byte == 0; });
  for (CodedForm form : {CodedForm::Dense, CodedForm::Sparse, CodedForm::SparseRaw}) {
    if (form != CodedForm::Dense && zeros < count / 8)
      continue;
    std::optional<CodedConstant> coded = codeConstantAs(form, data, elementBytes);
    if (coded && (!best || coded->bytes() < best->bytes()))
      best = std::move(coded);
  }
  if (!best || best->bytes() > data.size() - data.size() / 8)
    return std::nullopt;
  return best;
}

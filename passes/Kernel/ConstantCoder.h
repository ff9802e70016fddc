// The coded form of a constant, apart from any IR: values that are few by their frequency, zeros by the gaps between
// other values. Han, Mao and Dally, "Deep Compression", ICLR 2016, sections 2 and 4.
//
// A stream is made by the compiler and read by code that DecoderEmitter makes, with nothing in between; it is trusted.
// All numbers are little endian, bits begin at the highest place of a byte:
//
//   elements   4 bytes    of the constant
//   entries    4 bytes    only Sparse and SparseRaw: how many gaps follow
//   gap code   L, then L x 2 bytes: how many codes have each length from 1 to L; then the gap of each, a byte
//   value code L, then L x 2 bytes; not SparseRaw. Its symbols, in the order of codes, are indices into the values.
//   bits       Dense: a value code for each element. Sparse: gap code, value code, and so on. SparseRaw: gap codes.
//
// A gap is the number of zeros before a value, 255 at most: where there are more, a zero is among the values.
#ifndef EDGECC_PASSES_KERNEL_CONSTANTCODER_H
#define EDGECC_PASSES_KERNEL_CONSTANTCODER_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace edgecc::kernel {

enum class CodedForm {
  Dense,     ///< Each element is one of 256 values at most.
  Sparse,    ///< The same of each that is not zero.
  SparseRaw, ///< Each that is not zero stands among the values.
};

struct CodedConstant {
  CodedForm form;
  std::vector<uint8_t> stream;
  std::vector<char> values;  ///< Elements in the order of their codes, or all that are not zero.
  uint64_t tableEntries = 0; ///< That the decoder's tables have together.

  uint64_t bytes() const { return stream.size() + values.size(); }
};

/// The smallest form of a constant with elements of `elementBytes` bytes, or nothing where none saves an eighth.
std::optional<CodedConstant> codeConstant(llvm::ArrayRef<char> data, unsigned elementBytes);

/// One form, if the constant has it: for tests.
std::optional<CodedConstant> codeConstantAs(CodedForm form, llvm::ArrayRef<char> data, unsigned elementBytes);

} // namespace edgecc::kernel

#endif

// Canonical Huffman codes of bounded length, apart from any IR.
//
// A code is canonical when symbols in the order of their codes have lengths that do not fall: how many codes have each
// length is then all that a decoder needs to know besides that order.
#ifndef EDGECC_PASSES_KERNEL_HUFFMAN_H
#define EDGECC_PASSES_KERNEL_HUFFMAN_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <vector>

namespace edgecc::kernel {

/// The lengths of an optimal prefix code without codes longer than `limit` bits; 0 for symbols of frequency 0. Package
/// and merge: Larmore and Hirschberg, "A Fast Algorithm for Optimal Length-Limited Huffman Codes", 1990.
llvm::SmallVector<unsigned> codeLengths(llvm::ArrayRef<uint64_t> frequencies, unsigned limit);

struct HuffmanCode {
  /// Tables of decoders have 2^longest entries.
  static constexpr unsigned maxLength = 12;

  /// A code for at most 2^maxLength symbols of which one occurs at least. Its lengths are bounded so that a table of
  /// the decoder is as small as it can be without making the stream noticeably longer.
  explicit HuffmanCode(llvm::ArrayRef<uint64_t> frequencies);

  llvm::SmallVector<unsigned> lengths; ///< Of each symbol's code.
  llvm::SmallVector<uint32_t> codes;   ///< Of each symbol, in the low bits.
  llvm::SmallVector<unsigned> order;   ///< Symbols in the order of their codes.
  llvm::SmallVector<unsigned> counts;  ///< How many codes have each length, from length 1 on.

  unsigned longest() const { return counts.size(); }
  uint64_t totalBits(llvm::ArrayRef<uint64_t> frequencies) const;
};

/// Bits in bytes, the first in the highest place.
class BitWriter {
public:
  void write(uint32_t bits, unsigned length) {
    for (unsigned i = length; i-- > 0; ++count) {
      if (count % 8 == 0)
        bytes.push_back(0);
      bytes.back() |= (bits >> i & 1) << (7 - count % 8);
    }
  }

  std::vector<uint8_t> bytes;

private:
  uint64_t count = 0;
};

} // namespace edgecc::kernel

#endif

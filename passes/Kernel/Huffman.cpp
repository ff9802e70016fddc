// Huffman codes; see Huffman.h.
#include "passes/Kernel/Huffman.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <cassert>

using namespace llvm;
using namespace edgecc::kernel;

namespace {

/// Symbols that are taken together, each as often as it stands there.
struct Package {
  uint64_t weight;
  SmallVector<uint16_t, 4> symbols;
};

} // namespace

SmallVector<unsigned> edgecc::kernel::codeLengths(ArrayRef<uint64_t> frequencies, unsigned limit) {
  std::vector<Package> leaves;
  for (auto [symbol, frequency] : enumerate(frequencies))
    if (frequency)
      leaves.push_back({frequency, {static_cast<uint16_t>(symbol)}});
  assert(leaves.size() <= size_t(1) << limit && "more symbols than codes");
  SmallVector<unsigned> lengths(frequencies.size());
  if (leaves.size() == 1) // A code of no bits would be enough; one bit keeps decoders simple.
    lengths[leaves.front().symbols.front()] = 1;
  if (leaves.size() <= 1)
    return lengths;
  auto isLighter = [](const Package &a, const Package &b) { return a.weight < b.weight; };
  stable_sort(leaves, isLighter);
  std::vector<Package> level = leaves;
  for (unsigned round = 1; round < limit; ++round) {
    std::vector<Package> next = leaves;
    for (size_t i = 0; i + 1 < level.size(); i += 2) {
      Package pair = std::move(level[i]);
      pair.weight += level[i + 1].weight;
      append_range(pair.symbols, level[i + 1].symbols);
      next.push_back(std::move(pair));
    }
    stable_sort(next, isLighter);
    level = std::move(next);
  }
  for (const Package &package : ArrayRef(level).take_front(2 * leaves.size() - 2))
    for (uint16_t symbol : package.symbols)
      ++lengths[symbol];
  return lengths;
}

static uint64_t bitsOf(ArrayRef<uint64_t> frequencies, ArrayRef<unsigned> lengths) {
  uint64_t bits = 0;
  for (auto [frequency, length] : zip_equal(frequencies, lengths))
    bits += frequency * length;
  return bits;
}

/// Lengths whose longest is short: a part in 500 of the stream buys a table of half the size.
static SmallVector<unsigned> shortLengths(ArrayRef<uint64_t> frequencies) {
  size_t symbols = count_if(frequencies, [](uint64_t frequency) { return frequency > 0; });
  unsigned shortest = std::max<unsigned>(1, Log2_64_Ceil(symbols));
  SmallVector<unsigned> best = codeLengths(frequencies, HuffmanCode::maxLength);
  uint64_t bits = bitsOf(frequencies, best);
  for (unsigned limit = shortest; limit < HuffmanCode::maxLength; ++limit)
    if (SmallVector<unsigned> lengths = codeLengths(frequencies, limit);
        bitsOf(frequencies, lengths) <= bits + bits / 500)
      return lengths;
  return best;
}

HuffmanCode::HuffmanCode(ArrayRef<uint64_t> frequencies)
    : lengths(shortLengths(frequencies)), codes(frequencies.size()), counts(*max_element(lengths)) {
  for (auto [symbol, length] : enumerate(lengths))
    if (length) {
      order.push_back(symbol);
      ++counts[length - 1];
    }
  stable_sort(order, [&](unsigned a, unsigned b) { return lengths[a] < lengths[b]; });
  uint32_t code = 0;
  unsigned length = lengths[order.front()];
  for (unsigned symbol : order) {
    code <<= lengths[symbol] - length;
    length = lengths[symbol];
    codes[symbol] = code++;
  }
}

uint64_t HuffmanCode::totalBits(ArrayRef<uint64_t> frequencies) const { return bitsOf(frequencies, lengths); }

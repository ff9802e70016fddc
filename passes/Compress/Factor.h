// Low-rank factors of weights, apart from any IR.
//
// Weights are filters of K taps, each a matrix of input x output channels; a matrix product has one tap. Two modes can
// be cut, the input and the output channels (Tucker-2): the filter becomes
//
//   input (inputs x r1)  ·  core (K taps of r1 x r2)  ·  output (r2 x outputs)
//
// with orthonormal columns and rows outside, so that the squared error is what the core lacks of the filter's squared
// norm. A mode that keeps all of its channels has no factor. Of one tap, the core goes into a factor: that is the
// truncated singular value decomposition.
#ifndef EDGECC_PASSES_COMPRESS_FACTOR_H
#define EDGECC_PASSES_COMPRESS_FACTOR_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace edgecc::compress {

/// How many channels each mode keeps; all of them: it is not cut.
struct Ranks {
  int64_t input, output;
};

struct FilterShape {
  int64_t taps, inputs, outputs;
  int64_t inputPositions, outputPositions; ///< That one run computes, for the count of multiply-accumulates.

  int64_t weights() const { return taps * inputs * outputs; }
  int64_t macs() const { return weights() * outputPositions; }
  int64_t weights(Ranks ranks) const;
  int64_t macs(Ranks ranks) const;
  /// Whether factors of these ranks take fewer weights and fewer multiply-accumulates.
  bool isSmaller(Ranks ranks) const { return weights(ranks) < weights() && macs(ranks) < macs(); }
};

/// Row-major factors; empty where a mode is not cut.
struct Factors {
  std::vector<float> input;  ///< inputs x r1
  std::vector<float> core;   ///< taps x r1 x r2
  std::vector<float> output; ///< r2 x outputs
};

/// The spectra of a filter, from which ranks are chosen, and its factors.
class Factorization {
public:
  Factorization(llvm::ArrayRef<float> filter, FilterShape shape);
  ~Factorization();

  /// The ranks with the fewest multiply-accumulates that keep a share of the squared norm, or nothing where no such
  /// factors are smaller than the filter.
  std::optional<Ranks> ranksForEnergy(double energy) const;
  /// The ranks that keep most with at most a share of the multiply-accumulates.
  std::optional<Ranks> ranksForMacs(double share) const;
  /// At most `rank` channels in both modes.
  std::optional<Ranks> ranksOf(int64_t rank) const;

  /// Factors by HOSVD, then at most `iterations` alternating improvements (HOOI).
  Factors factors(Ranks ranks, int64_t iterations) const;

private:
  struct State;
  /// The smaller-than-the-filter ranks of least cost, which is asked for the share of the squared norm that they lose
  /// at most; infinity rules ranks out.
  std::optional<Ranks> best(llvm::function_ref<double(Ranks ranks, double loss)> cost) const;

  std::unique_ptr<State> state;
  FilterShape shape;
};

} // namespace edgecc::compress

#endif

// What f32 arithmetic computes between integers and integers.
#ifndef EDGECC_PASSES_COMPRESS_AFFINEFORMS_H
#define EDGECC_PASSES_COMPRESS_AFFINEFORMS_H

#include "dialects/Edge/EdgeOps.h"

#include <optional>
#include <vector>

namespace edgecc::compress {

/// Numbers for each channel, the last dimension, or one for all.
using PerChannel = std::vector<double>;

/// Integers times factors.
struct AffineTerm {
  mlir::Value integers;
  PerChannel factors;
};

/// clamp(sum_t integers_t * factors_t + offset, lowest, highest), to be rounded.
struct AffineForm {
  llvm::SmallVector<AffineTerm> terms;
  PerChannel offset = {0};
  double lowest = 0, highest = 0; ///< Within what the type of the result holds.
};

/// What `cast`, from f32 to integers of 8 or 16 bits, computes: a rounded sum of scaled integers, with activations that
/// are clamps. Nothing where it does not round, or where something else lies between, as a clamp of one of the terms.
std::optional<AffineForm> matchAffineForm(edge::CastOp cast);

} // namespace edgecc::compress

#endif

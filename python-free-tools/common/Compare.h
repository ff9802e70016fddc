// Compares a tensor with its reference.
#ifndef EDGECC_TOOLS_COMPARE_H
#define EDGECC_TOOLS_COMPARE_H

#include "Diagnostics.h"
#include "compiler/Data/Tensor.h"

#include <string>

namespace edgecc::tools {

// Floats may differ by relative * |reference| + scaled * max|reference| + absolute; NaN equals NaN and infinities must
// match. Half floats get at least a few of their own units in the last place. Integers and bool must be equal.
struct Tolerance {
  double relative = 1e-3;
  double scaled = 1e-4;
  double absolute = 1e-7;
};

struct Comparison {
  bool equal = true;
  std::string problem;     // why not, in words
  double maxAbsError = 0;  // over finite elements
  double worstRatio = 0;   // the largest error as a part of what was allowed there; above 1 fails
  int64_t worstIndex = -1; // row-major; -1 if all elements are the same
};

Comparison compare(const Tensor &result, const Tensor &reference, const Tolerance &tolerance);

} // namespace edgecc::tools

#endif

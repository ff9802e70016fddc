// Inputs that are the same on every machine.
#ifndef EDGECC_TOOLS_BENCH_RANDOMINPUTS_H
#define EDGECC_TOOLS_BENCH_RANDOMINPUTS_H

#include "compiler/Data/Tensor.h"
#include "python-free-tools/common/Diagnostics.h"

namespace edgecc::tools {

// A tensor of that type from a counter form of splitmix64 (Steele, Lea, Flood 2014): floats in [-1, 1), 8-bit integers
// over their whole range, and 0 or 1 for all else, which is more often an index than a number.
Tensor randomInput(const TensorType &type, uint64_t seed);

} // namespace edgecc::tools

#endif

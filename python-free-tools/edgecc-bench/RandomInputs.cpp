#include "RandomInputs.h"

#include <cmath>

namespace edgecc::tools {

namespace {

// Element `index` of stream `seed`, in [0, 1).
double uniform(uint64_t index, uint64_t seed) {
  uint64_t z = (1 + index + seed * 0x100000001) * 0x9E3779B97F4A7C15;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  z ^= z >> 31;
  return static_cast<double>(z >> 40) / 16777216;
}

double inputValue(edgecc_dtype dtype, double u) {
  if (isFloat(dtype))
    return 2 * u - 1;
  if (dtype == EDGECC_UINT8)
    return std::floor(256 * u);
  if (dtype == EDGECC_INT8)
    return std::floor(256 * u) - 128;
  return std::floor(2 * u);
}

} // namespace

Tensor randomInput(const TensorType &type, uint64_t seed) {
  Tensor tensor = Tensor::zeros(type);
  for (int64_t i = 0, e = tensor.numElements(); i < e; ++i)
    tensor.set(i, inputValue(type.dtype, uniform(i, seed)));
  return tensor;
}

} // namespace edgecc::tools

// What is known of a compressed network.
#ifndef EDGECC_COMPILER_SEARCH_MEASUREMENT_H
#define EDGECC_COMPILER_SEARCH_MEASUREMENT_H

#include <array>
#include <cstddef>

namespace edgecc::search {

/// What a budget may limit; less is better. Drop is accuracy lost, the others are resources.
enum Quantity : unsigned {
  Size,    ///< Weights as they are stored, bytes.
  Latency, ///< Of one run, microseconds; 0 where it was not measured.
  Arena,   ///< Memory for intermediate tensors, bytes.
  Macs,    ///< Multiply-accumulates of one run.
  Drop     ///< Accuracy of the model minus that of the network, as a share: 0.01 is a point of a percentage.
};
inline constexpr unsigned numQuantities = 5;

struct Measurement {
  std::array<double, numQuantities> values{};
  double accuracy = 1;  ///< 0 to 1.
  double deviation = 0; ///< Standard error of the drop, for so few samples.
  double noise = 0;     ///< Squared error of the outputs by their squares: tells networks of the same accuracy apart.

  double operator[](Quantity quantity) const { return values[quantity]; }
  double &operator[](Quantity quantity) { return values[quantity]; }
  /// What a search pays with: accuracy, and a little for noise. Luck on few samples is no gain, and of networks with
  /// the same drop that which differs less from the model is likelier to keep it on other samples.
  double loss() const { return (values[Drop] > 0 ? values[Drop] : 0) + deviation + 0.1 * noise; }
};

} // namespace edgecc::search

#endif

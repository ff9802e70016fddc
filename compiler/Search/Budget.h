// What a compressed network may take at most.
#ifndef EDGECC_COMPILER_SEARCH_BUDGET_H
#define EDGECC_COMPILER_SEARCH_BUDGET_H

#include "compiler/Search/Measurement.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>

namespace edgecc::search {

struct Budget {
  std::array<std::optional<double>, numQuantities> limits;

  const std::optional<double> &operator[](Quantity quantity) const { return limits[quantity]; }
  /// Whether anything but the drop is limited.
  bool limitsResources() const;
  /// How far a network is beyond its limits: the sum of value / limit - 1 where that is positive. 0: it is within.
  double excess(const Measurement &measurement) const;
  /// The same for the drop alone.
  double dropExcess(const Measurement &measurement) const;
  /// What is to become less: the sum of log(value / limit) over the resources beyond their limits; where no resource is
  /// limited, the logarithm of the size.
  double pressure(const Measurement &measurement) const;
  /// The logarithms of what the budget limits, 0 for the rest; of the size, where no resource is limited.
  std::array<double, numQuantities> logs(const Measurement &measurement) const;
};

/// Reads --budget: limits joined by commas, each `size:`, `arena:` (B, KiB, MiB), `latency:` (us, ms, s), `macs:` (K,
/// M, G) or `drop:` (%).
llvm::Expected<Budget> parseBudget(llvm::StringRef text);

/// Latency as a budget counts it: 5 to 10 percent more than was measured, in steps of 5 percent, so that less noise
/// than a step neither changes a choice nor breaks a limit.
double countedLatency(double microseconds);

/// "96.4 KiB", "1.20 ms", "510.2 K", "0.35 %".
std::string quantityText(Quantity quantity, double value);
/// "size", as in --budget.
llvm::StringRef quantityName(Quantity quantity);

} // namespace edgecc::search

#endif

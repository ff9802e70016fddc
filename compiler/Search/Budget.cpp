// Budgets; see Budget.h.
#include "compiler/Search/Budget.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace llvm;
using namespace edgecc::search;

namespace {

struct Unit {
  StringRef name;
  double factor;
};

/// A quantity, and the units that its texts may have, from the smallest.
struct QuantityInfo {
  StringRef name;
  SmallVector<Unit, 3> units;
};

const QuantityInfo &infoOf(unsigned quantity) {
  static const SmallVector<Unit, 3> bytes = {{"B", 1}, {"KiB", 1024}, {"MiB", 1024 * 1024}};
  static const QuantityInfo infos[numQuantities] = {{"size", bytes},
                                                    {"latency", {{"us", 1}, {"ms", 1e3}, {"s", 1e6}}},
                                                    {"arena", bytes},
                                                    {"macs", {{"K", 1e3}, {"M", 1e6}, {"G", 1e9}}},
                                                    {"drop", {{"%", 0.01}}}};
  return infos[quantity];
}

template <typename... Parts> Error failure(Parts &&...parts) {
  return createStringError((Twine("--budget: ") + ... + parts));
}

Expected<double> parseAmount(const QuantityInfo &info, StringRef text) {
  StringRef number = text.take_while([](char c) { return isDigit(c) || c == '.'; });
  const Unit *unit = find_if(info.units, [&](const Unit &unit) { return unit.name == text.substr(number.size()); });
  double value = 0;
  if (number.getAsDouble(value) || unit == info.units.end() || !(value > 0 || info.name == "drop"))
    return failure("'", info.name, ":", text, "': expected a number and a unit, one of ",
                   join(map_range(info.units, [](const Unit &unit) { return unit.name; }), ", "));
  return value * unit->factor;
}

/// The drop's excess counts in units of its limit, and of a tenth of a percent at least.
constexpr double leastDropUnit = 0.001;

double counted(Quantity quantity, double value) { return quantity == Latency ? countedLatency(value) : value; }

template <typename Function> double sumOverResources(const Budget &budget, Function function) {
  double sum = 0;
  for (Quantity quantity : {Size, Latency, Arena, Macs})
    if (budget[quantity])
      sum += function(quantity, *budget[quantity]);
  return sum;
}

double logOf(double value) { return std::log(std::max(value, 1e-9)); }

} // namespace

bool Budget::limitsResources() const {
  return any_of(ArrayRef<Quantity>{Size, Latency, Arena, Macs}, [&](Quantity quantity) { return limits[quantity]; });
}

double Budget::dropExcess(const Measurement &measurement) const {
  if (!limits[Drop])
    return 0;
  // Shares of samples are no exact numbers.
  double beyond = measurement[Drop] - *limits[Drop];
  return beyond > 1e-9 ? beyond / std::max(*limits[Drop], leastDropUnit) : 0;
}

double Budget::excess(const Measurement &measurement) const {
  return dropExcess(measurement) + sumOverResources(*this, [&](Quantity quantity, double limit) {
           return std::max(0.0, counted(quantity, measurement[quantity]) / limit - 1);
         });
}

double Budget::pressure(const Measurement &measurement) const {
  if (!limitsResources())
    return logOf(measurement[Size]);
  return sumOverResources(*this, [&](Quantity quantity, double limit) {
    return std::max(0.0, logOf(counted(quantity, measurement[quantity]) / limit));
  });
}

std::array<double, numQuantities> Budget::logs(const Measurement &measurement) const {
  std::array<double, numQuantities> logs{};
  for (Quantity quantity : {Size, Latency, Arena, Macs})
    if (limits[quantity] || (quantity == Size && !limitsResources()))
      logs[quantity] = logOf(counted(quantity, measurement[quantity]));
  return logs;
}

Expected<Budget> edgecc::search::parseBudget(StringRef text) {
  Budget budget;
  for (StringRef part : split(text, ',')) {
    auto [name, amount] = part.trim().split(':');
    unsigned quantity = 0;
    while (quantity < numQuantities && infoOf(quantity).name != name)
      ++quantity;
    if (quantity == numQuantities)
      return failure("'", name, "' is no limit; expected size:512KiB, latency:5ms, arena:256KiB, macs:10M or drop:1%");
    if (budget.limits[quantity])
      return failure("'", name, "' is there twice");
    auto limit = parseAmount(infoOf(quantity), amount);
    if (!limit)
      return limit.takeError();
    budget.limits[quantity] = *limit;
  }
  return budget;
}

double edgecc::search::countedLatency(double microseconds) {
  constexpr double step = 1.05;
  return microseconds > 0 ? std::pow(step, std::ceil(std::log(microseconds) / std::log(step)) + 1) : 0;
}

std::string edgecc::search::quantityText(Quantity quantity, double value) {
  const QuantityInfo &info = infoOf(quantity);
  const Unit *unit = &info.units.front();
  for (const Unit &larger : info.units)
    if (std::abs(value) >= larger.factor)
      unit = &larger;
  if ((quantity == Size || quantity == Arena) && unit->factor == 1)
    return formatv("{0} B", value);
  return formatv("{0:f2} {1}", value / unit->factor, unit->name);
}

StringRef edgecc::search::quantityName(Quantity quantity) { return infoOf(quantity).name; }

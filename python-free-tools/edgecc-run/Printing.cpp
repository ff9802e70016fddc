#include "Printing.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace llvm;

namespace edgecc::tools {

namespace {

// One extent larger than 1: class scores and the like.
bool isVector(const Tensor &tensor) {
  return count_if(tensor.shape, [](int64_t extent) { return extent != 1; }) == 1 && tensor.numElements() > 1;
}

void printTop(const Tensor &output, unsigned top, ArrayRef<std::string> labels) {
  std::vector<int64_t> order(output.numElements());
  std::iota(order.begin(), order.end(), 0);
  top = std::min<size_t>(top, order.size());
  // NaN compares with nothing; treat it as the least.
  auto key = [&](int64_t i) { return std::isnan(output.get(i)) ? -INFINITY : output.get(i); };
  std::partial_sort(order.begin(), order.begin() + top, order.end(),
                    [&](int64_t a, int64_t b) { return key(a) != key(b) ? key(a) > key(b) : a < b; });
  for (unsigned rank = 0; rank < top; ++rank) {
    int64_t index = order[rank];
    std::string value = numberText(output.get(index));
    if (index < static_cast<int64_t>(labels.size()))
      outs() << formatv("  {0,6}  {1,-12}  {2}\n", index, value, labels[index]);
    else
      outs() << formatv("  {0,6}  {1}\n", index, value);
  }
}

void printSummary(const Tensor &output) {
  int64_t count = output.numElements();
  if (count == 0)
    return;
  double least = INFINITY, most = -INFINITY, sum = 0;
  int64_t notNumbers = 0;
  for (int64_t i = 0; i < count; ++i) {
    double value = output.get(i);
    notNumbers += std::isnan(value);
    least = std::min(least, value);
    most = std::max(most, value);
    sum += value;
  }
  outs() << "  min " << numberText(least) << "  max " << numberText(most) << "  mean " << numberText(sum / count);
  if (notNumbers)
    outs() << "  NaN " << notNumbers << " of " << count;
  outs() << "\n";
}

struct StepTime {
  StringRef name, op;
  double us;
  int64_t macs;
};

std::vector<StepTime> parseSteps(const json::Value &report) {
  std::vector<StepTime> steps;
  const json::Object *object = report.getAsObject();
  const json::Array *rows = object ? object->getArray("steps") : nullptr;
  if (!rows)
    return steps;
  for (const json::Value &row : *rows)
    if (const json::Object *step = row.getAsObject())
      steps.push_back({step->getString("name").value_or(""), step->getString("op").value_or(""),
                       step->getNumber("median_us").value_or(0), step->getInteger("macs").value_or(0)});
  return steps;
}

} // namespace

void printOutput(const Tensor &output, unsigned top, ArrayRef<std::string> labels) {
  outs() << output.name << "  " << typeText(output) << "\n";
  if (isVector(output))
    printTop(output, top, labels);
  else
    printSummary(output);
}

void printProfile(const json::Value &report) {
  std::vector<StepTime> steps = parseSteps(report);
  double total = 0;
  for (const StepTime &step : steps)
    total += step.us;
  std::stable_sort(steps.begin(), steps.end(), [](const StepTime &a, const StepTime &b) { return a.us > b.us; });
  outs() << formatv("{0,12} {1,6} {2,8}  {3}\n", "us", "%", "GMAC/s", "step");
  for (const StepTime &step : steps) {
    double share = total > 0 ? 100 * step.us / total : 0, rate = step.us > 0 ? step.macs / step.us / 1e3 : 0;
    outs() << format("%12.1f %6.1f %8.2f  ", step.us, share, rate) << step.name << " (" << step.op << ")\n";
  }
  outs() << format("%12.1f  all %u steps\n", total, static_cast<unsigned>(steps.size()));
}

} // namespace edgecc::tools

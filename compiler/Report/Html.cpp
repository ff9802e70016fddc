// Reports for people: one page, with nothing from elsewhere.
#include "compiler/Report/Chart.h"
#include "compiler/Report/Report.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace edgecc::report;

namespace {

constexpr StringLiteral style = R"(:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { padding: 0.2rem 0.8rem; text-align: right; border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
th:first-child, td:first-child { text-align: left; overflow-wrap: anywhere; }
code { overflow-wrap: anywhere; }
svg { width: 100%; height: auto; font: 12px system-ui, sans-serif; fill: currentColor; }
.axis { stroke: currentColor; fill: none; }
.grid { stroke: currentColor; opacity: 0.15; }
.curve { stroke: #3584e4; stroke-width: 2; fill: none; }
.front { fill: #3584e4; }
.chosen { fill: #e66100; }
.other { opacity: 0.35; }
)";

std::string kibibytes(double bytes) { return formatv("{0:f2}", bytes / 1024); }
std::string percent(double share) { return formatv("{0:f2} %", 100 * share); }
std::string decibels(std::optional<double> noise) {
  if (!noise)
    return "-";
  std::optional<double> ratio = sqnr(*noise);
  return ratio ? std::string(formatv("{0:f1}", *ratio)) : "no error";
}

void row(raw_ostream &os, ArrayRef<std::string> cells, StringRef tag = "td") {
  os << "<tr>";
  for (const std::string &cell : cells)
    os << "<" << tag << ">" << escapeHtml(cell) << "</" << tag << ">";
  os << "</tr>\n";
}

void writeSummary(raw_ostream &os, const Report &report) {
  const Cost &before = report.before, &after = report.after;
  auto ratio = [](double a, double b) { return b > 0 ? std::string(formatv("{0:f2}", a / b)) : "-"; };
  os << "<table>\n";
  row(os, {"", "before", "after", "before / after"}, "th");
  row(os, {"Weights, KiB", kibibytes(before.weightBytes), kibibytes(after.weightBytes),
           ratio(before.weightBytes, after.weightBytes)});
  row(os, {"Arena, KiB", kibibytes(before.arenaBytes), kibibytes(after.arenaBytes),
           ratio(before.arenaBytes, after.arenaBytes)});
  row(os, {"Multiply-accumulates", std::to_string(uint64_t(before.macs)), std::to_string(uint64_t(after.macs)),
           ratio(before.macs, after.macs)});
  if (before.latency && after.latency)
    row(os, {"Latency, us", formatv("{0:f1}", *before.latency), formatv("{0:f1}", *after.latency),
             ratio(*before.latency, *after.latency)});
  row(os, {"Accuracy", percent(before.accuracy), percent(after.accuracy), ""});
  row(os, {"SQNR of the outputs, dB", "", decibels(after.noise), ""});
  os << "</table>\n<p>Accuracy is " << escapeHtml(report.accuracy) << ", on " << report.samples
     << " samples. SQNR: 10 log10(squares of the model's outputs / squared error) of the worst output.</p>\n";
}

void writeLayers(raw_ostream &os, const Report &report) {
  os << "<h2>Layers</h2>\n<p>SQNR of the model's outputs where this layer alone is compressed: the layer with the "
        "lowest "
        "costs most. Bytes of weights are those before coding.</p>\n<table>\n";
  row(os, {"Layer", "Operator", "MACs", "Weights before, bytes", "after", "SQNR, dB"}, "th");
  for (const LayerRow &layer : report.layers)
    row(os, {layer.name, layer.op, std::to_string(layer.macs), std::to_string(layer.bytesBefore),
             std::to_string(layer.bytesAfter), decibels(layer.noise)});
  os << "</table>\n";
}

void writePoints(raw_ostream &os, const Report &report) {
  std::vector<ChartPoint> chart;
  for (const PointRow &point : report.points)
    chart.push_back({point.cost.weightBytes / 1024, 100 * point.cost.accuracy,
                     point.recipe + ": " + kibibytes(point.cost.weightBytes) + " KiB, " + percent(point.cost.accuracy),
                     point.isOnFront, point.isChosen});
  os << "<h2>Candidates</h2>\n<figure>\n" << drawChart("Weights, KiB", "Accuracy, %", chart);
  os << "<figcaption>" << report.points.size()
     << " networks that were measured. The curve is the Pareto front: no other is as small and as accurate. Large: the "
        "one "
        "that was chosen. Those far below the curve are not drawn.</figcaption>\n</figure>\n<table>\n";
  row(os, {"On the front", "Weights, KiB", "Arena, KiB", "MACs", "Accuracy", "SQNR, dB"}, "th");
  std::vector<PointRow> front;
  copy_if(report.points, std::back_inserter(front), [](const PointRow &point) { return point.isOnFront; });
  stable_sort(front, [](const PointRow &a, const PointRow &b) { return a.cost.weightBytes < b.cost.weightBytes; });
  for (const PointRow &point : front)
    row(os, {point.recipe, kibibytes(point.cost.weightBytes), kibibytes(point.cost.arenaBytes),
             std::to_string(uint64_t(point.cost.macs)), percent(point.cost.accuracy), decibels(point.cost.noise)});
  os << "</table>\n";
}

} // namespace

std::string edgecc::report::htmlOf(const Report &report) {
  std::string text;
  raw_string_ostream os(text);
  os << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>"
     << escapeHtml(report.model) << "</title>\n<style>\n"
     << style << "</style>\n</head>\n<body>\n<h1>" << escapeHtml(report.model) << "</h1>\n<p>edgecc "
     << escapeHtml(report.version) << ", " << escapeHtml(report.target) << ". ";
  if (!report.budget.empty())
    os << "Budget: " << escapeHtml(report.budget) << ". ";
  os << "Recipe: <code>" << escapeHtml(report.recipe.empty() ? "none" : report.recipe) << "</code></p>\n";
  writeSummary(os, report);
  if (!report.points.empty())
    writePoints(os, report);
  if (!report.layers.empty())
    writeLayers(os, report);
  os << "</body>\n</html>\n";
  return text;
}

Error edgecc::report::writeReport(const Report &report, StringRef path) {
  if (Error error = writeToOutput(path, [&](raw_ostream &stream) {
        stream << htmlOf(report);
        return Error::success();
      }))
    return error;
  SmallString<128> beside(path);
  sys::path::replace_extension(beside, "json");
  return writeToOutput(beside, [&](raw_ostream &stream) {
    stream << formatv("{0:2}", jsonOf(report)) << "\n";
    return Error::success();
  });
}

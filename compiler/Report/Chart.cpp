// Drawing of charts; see Chart.h.
#include "compiler/Report/Chart.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <limits>

using namespace llvm;
using namespace edgecc::report;

namespace {

constexpr double width = 640, height = 360, left = 64, right = 16, top = 12, bottom = 48;

struct Scale {
  double lowest, highest, from, to; ///< Values, and where they are drawn.
  double at(double value) const { return from + (value - lowest) / (highest - lowest) * (to - from); }
};

/// A scale for values with room at the ends.
Scale scaleOf(ArrayRef<double> values, double from, double to) {
  double lowest = *min_element(values), highest = *max_element(values);
  double room = highest > lowest ? 0.06 * (highest - lowest) : std::max(std::abs(highest) * 0.1, 1e-6);
  return {lowest - room, highest + room, from, to};
}

double logOf(const ChartPoint &point) { return std::log10(std::max(point.x, 1e-9)); }

/// As short as three digits behind the point allow.
std::string numberText(double value) {
  std::string text = formatv("{0:f3}", value);
  while (text.back() == '0')
    text.pop_back();
  if (text.back() == '.')
    text.pop_back();
  return text;
}

void drawAxes(raw_ostream &os, const Scale &x, const Scale &y, StringRef xTitle, StringRef yTitle) {
  os << formatv("<path d=\"M{0} {1}V{2}H{3}\" class=\"axis\"/>\n", left, top, height - bottom, width - right);
  for (double mark : logMarks(std::pow(10, x.lowest), std::pow(10, x.highest)))
    os << formatv(
        "<path d=\"M{0:f1} {1}v5\" class=\"axis\"/><text x=\"{0:f1}\" y=\"{2}\" text-anchor=\"middle\">{3}</text>\n",
        x.at(std::log10(mark)), height - bottom, height - bottom + 18, numberText(mark));
  for (double mark : roundMarks(y.lowest, y.highest, 5))
    os << formatv(
        "<path d=\"M{1} {0:f1}H{2}\" class=\"grid\"/><text x=\"{3}\" y=\"{4:f1}\" text-anchor=\"end\">{5}</text>\n",
        y.at(mark), left, width - right, left - 6, y.at(mark) + 4, numberText(mark));
  os << formatv("<text x=\"{0}\" y=\"{1}\" text-anchor=\"middle\">{2}</text>\n", (left + width - right) / 2, height - 8,
                escapeHtml(xTitle));
  os << formatv("<text transform=\"translate(14 {0}) rotate(-90)\" text-anchor=\"middle\">{1}</text>\n",
                (top + height - bottom) / 2, escapeHtml(yTitle));
}

} // namespace

std::vector<double> edgecc::report::roundMarks(double lowest, double highest, unsigned count) {
  if (!(highest > lowest) || count == 0)
    return {};
  double step = std::pow(10, std::floor(std::log10((highest - lowest) / count)));
  for (double factor : {1.0, 2.0, 5.0, 10.0})
    if ((highest - lowest) / (step * factor) <= count) {
      step *= factor;
      break;
    }
  std::vector<double> marks;
  for (double number = std::ceil(lowest / step); number * step <= highest; ++number)
    marks.push_back(number * step);
  return marks;
}

std::vector<double> edgecc::report::logMarks(double lowest, double highest) {
  std::vector<double> marks;
  if (lowest > 0)
    for (double power = std::floor(std::log10(lowest)); std::pow(10, power) <= highest; ++power)
      for (double factor : {1.0, 2.0, 5.0})
        if (double mark = factor * std::pow(10, power); mark >= lowest && mark <= highest)
          marks.push_back(mark);
  return marks;
}

std::string edgecc::report::drawChart(StringRef xTitle, StringRef yTitle, ArrayRef<ChartPoint> points) {
  double worst = std::numeric_limits<double>::infinity(), best = -worst;
  for (const ChartPoint &point : points)
    if (point.isOnCurve || point.isChosen) {
      worst = std::min(worst, point.y);
      best = std::max(best, point.y);
    }
  double floor = worst - 0.5 * std::max(best - worst, 0.02 * std::abs(best));
  SmallVector<ChartPoint> shown;
  copy_if(points, std::back_inserter(shown), [&](const ChartPoint &point) { return point.y >= floor; });
  if (shown.empty())
    return "";
  SmallVector<double> xs, ys;
  for (const ChartPoint &point : shown) {
    xs.push_back(logOf(point));
    ys.push_back(point.y);
  }
  Scale x = scaleOf(xs, left, width - right), y = scaleOf(ys, height - bottom, top);

  std::string text;
  raw_string_ostream os(text);
  os << formatv("<svg viewBox=\"0 0 {0} {1}\" role=\"img\" aria-label=\"{2} by {3}\">\n", width, height,
                escapeHtml(yTitle), escapeHtml(xTitle));
  drawAxes(os, x, y, xTitle, yTitle);
  SmallVector<ChartPoint> curve;
  copy_if(shown, std::back_inserter(curve), [](const ChartPoint &point) { return point.isOnCurve; });
  stable_sort(curve, [](const ChartPoint &a, const ChartPoint &b) { return a.x < b.x; });
  std::string path;
  for (const ChartPoint &point : curve)
    path += formatv("{0}{1:f1} {2:f1}", path.empty() ? "M" : "L", x.at(logOf(point)), y.at(point.y));
  os << "<path d=\"" << path << "\" class=\"curve\"/>\n";
  for (const ChartPoint &point : shown)
    os << formatv("<circle cx=\"{0:f1}\" cy=\"{1:f1}\" r=\"{2}\" class=\"{3}\"><title>{4}</title></circle>\n",
                  x.at(logOf(point)), y.at(point.y), point.isChosen ? 7 : 3.5,
                  point.isChosen    ? "chosen"
                  : point.isOnCurve ? "front"
                                    : "other",
                  escapeHtml(point.label));
  os << "</svg>\n";
  return text;
}

std::string edgecc::report::escapeHtml(StringRef text) {
  std::string escaped;
  for (char c : text)
    switch (c) {
    case '&':
      escaped += "&amp;";
      break;
    case '<':
      escaped += "&lt;";
      break;
    case '>':
      escaped += "&gt;";
      break;
    case '"':
      escaped += "&quot;";
      break;
    case '\'':
      escaped += "&#39;";
      break;
    default:
      escaped += c;
    }
  return escaped;
}

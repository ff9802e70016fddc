// A chart of points and a curve as SVG, to stand inside an HTML page.
#ifndef EDGECC_COMPILER_REPORT_CHART_H
#define EDGECC_COMPILER_REPORT_CHART_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace edgecc::report {

struct ChartPoint {
  double x = 0, y = 0;
  std::string label;      ///< Shown when pointed at.
  bool isOnCurve = false; ///< The curve goes through these, by x.
  bool isChosen = false;
};

/// Where to draw a scale's marks: round numbers from `lowest` to `highest`, `count` at most.
std::vector<double> roundMarks(double lowest, double highest, unsigned count);
/// The same for a logarithmic scale: 1, 2 or 5 times a power of 10.
std::vector<double> logMarks(double lowest, double highest);

/// The SVG element, with a logarithmic x axis; x is above 0. Colours are those of the text around it. Points far below
/// the curve are left out.
std::string drawChart(llvm::StringRef xTitle, llvm::StringRef yTitle, llvm::ArrayRef<ChartPoint> points);

/// `text` with the characters escaped that mean something in HTML.
std::string escapeHtml(llvm::StringRef text);

} // namespace edgecc::report

#endif

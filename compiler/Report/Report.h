// What compression did to a network, for people (HTML) and programs (JSON).
#ifndef EDGECC_COMPILER_REPORT_REPORT_H
#define EDGECC_COMPILER_REPORT_REPORT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <optional>
#include <string>
#include <vector>

namespace edgecc::report {

/// A whole network.
struct Cost {
  double weightBytes = 0, arenaBytes = 0, macs = 0;
  std::optional<double> latency; ///< Microseconds.
  double accuracy = 0;           ///< A share.
  double noise = 0;              ///< Squared error of the outputs by their squares.
};

/// A layer with weights.
struct LayerRow {
  std::string name, op;
  uint64_t macs = 0;
  uint64_t bytesBefore = 0, bytesAfter = 0; ///< Of weights, before they are coded.
  std::optional<double> noise; ///< Of the model's outputs where this layer alone is compressed; nothing: not measured.
};

/// A candidate of a search.
struct PointRow {
  std::string recipe; ///< Short.
  Cost cost;
  bool isOnFront = false; ///< No other is as small and as accurate.
  bool isChosen = false;
};

struct Report {
  std::string model, version, target;
  std::string recipe;   ///< As --compress takes it.
  std::string budget;   ///< The limits; empty: none.
  std::string accuracy; ///< What is measured.
  size_t samples = 0;
  Cost before, after;
  std::vector<LayerRow> layers;
  std::vector<PointRow> points; ///< Of a search; empty: there was none.
};

/// 10 log10(signal / noise) dB, for a noise in units of the signal; nothing where there is none.
std::optional<double> sqnr(double noise);

std::string htmlOf(const Report &report);
llvm::json::Value jsonOf(const Report &report);

/// Writes `path`, which ends in .html, and the same as JSON beside it.
llvm::Error writeReport(const Report &report, llvm::StringRef path);

} // namespace edgecc::report

#endif

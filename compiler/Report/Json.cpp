// Reports for programs.
#include "compiler/Report/Report.h"

#include <cmath>

using namespace llvm;
using namespace edgecc::report;

namespace {

json::Value optional(std::optional<double> value) { return value ? json::Value(*value) : json::Value(nullptr); }

json::Object objectOf(const Cost &cost) {
  json::Object object{{"weight_bytes", cost.weightBytes},
                      {"arena_bytes", cost.arenaBytes},
                      {"macs", cost.macs},
                      {"accuracy", cost.accuracy},
                      {"sqnr_db", optional(sqnr(cost.noise))}};
  if (cost.latency)
    object["latency_us"] = *cost.latency;
  return object;
}

} // namespace

std::optional<double> edgecc::report::sqnr(double noise) {
  return noise > 0 ? std::optional(-10 * std::log10(noise)) : std::nullopt;
}

json::Value edgecc::report::jsonOf(const Report &report) {
  json::Array layers, points;
  for (const LayerRow &layer : report.layers)
    layers.push_back(json::Object{{"name", json::fixUTF8(layer.name)},
                                  {"op", layer.op},
                                  {"macs", layer.macs},
                                  {"weight_bytes_before", layer.bytesBefore},
                                  {"weight_bytes_after", layer.bytesAfter},
                                  {"is_measured", layer.noise.has_value()},
                                  {"sqnr_db", layer.noise ? optional(sqnr(*layer.noise)) : json::Value(nullptr)}});
  for (const PointRow &point : report.points) {
    json::Object object = objectOf(point.cost);
    object["recipe"] = json::fixUTF8(point.recipe);
    object["is_on_front"] = point.isOnFront;
    object["is_chosen"] = point.isChosen;
    points.push_back(std::move(object));
  }
  return json::Object{{"model", json::fixUTF8(report.model)},
                      {"edgecc", report.version},
                      {"target", report.target},
                      {"recipe", json::fixUTF8(report.recipe)},
                      {"budget", report.budget},
                      {"accuracy", report.accuracy},
                      {"samples", static_cast<int64_t>(report.samples)},
                      {"before", objectOf(report.before)},
                      {"after", objectOf(report.after)},
                      {"layers", std::move(layers)},
                      {"points", std::move(points)}};
}

// The file of measurements; see Log.h.
#include "compiler/Search/Log.h"

#include "compiler/Search/Methods.h"

#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;
using namespace edgecc::search;

namespace {

constexpr StringLiteral formatKey = "edgecc_budget";
constexpr int64_t formatVersion = 1;
constexpr std::pair<StringLiteral, Quantity> fields[] = {
    {"size_bytes", Size}, {"latency_us", Latency}, {"arena_bytes", Arena}, {"macs", Macs}, {"drop", Drop}};

std::optional<Measurement> readMeasurement(const json::Object &object) {
  Measurement measurement;
  auto read = [&](StringRef field, double &value) {
    std::optional<double> number = object.getNumber(field);
    value = number.value_or(0);
    return number.has_value();
  };
  for (auto &[field, quantity] : fields)
    if (!read(field, measurement[quantity]))
      return std::nullopt;
  if (!read("accuracy", measurement.accuracy) || !read("deviation", measurement.deviation) ||
      !read("noise", measurement.noise))
    return std::nullopt;
  return measurement;
}

} // namespace

LoggedEvaluator::LoggedEvaluator(Evaluator &evaluator, const Space &space, StringRef path, StringRef key,
                                 std::function<bool()> shouldStop)
    : evaluator(evaluator), space(space), path(path), key(key), shouldStop(std::move(shouldStop)) {
  readFile();
  for (auto [index, entry] : enumerate(entries))
    byRecipe[entry.recipe] = index;
  known = entries.size();
}

void LoggedEvaluator::readFile() {
  auto file = MemoryBuffer::getFile(path);
  if (!file)
    return;
  auto json = json::parse((*file)->getBuffer());
  const json::Object *object = json ? json->getAsObject() : nullptr;
  if (!json)
    consumeError(json.takeError());
  if (!object || object->getInteger(formatKey) != formatVersion || object->getString("key") != StringRef(key))
    return;
  const json::Array *rows = object->getArray("candidates");
  for (const json::Value &row : rows ? *rows : json::Array()) {
    const json::Object *candidate = row.getAsObject();
    std::optional<StringRef> recipe = candidate ? candidate->getString("recipe") : std::nullopt;
    if (!recipe)
      continue;
    std::optional<StringRef> failure = candidate->getString("failure");
    std::optional<Measurement> measurement = readMeasurement(*candidate);
    if (failure || measurement)
      entries.push_back({recipe->str(), measurement, failure.value_or("").str()});
  }
}

Error LoggedEvaluator::writeFile() const {
  return writeToOutput(path, [&](raw_ostream &stream) {
    json::OStream json(stream, /*IndentSize=*/1);
    json.object([&] {
      json.attribute(formatKey, formatVersion);
      json.attribute("key", key);
      json.attributeArray("candidates", [&] {
        for (const Entry &entry : entries)
          json.object([&] {
            json.attribute("recipe", json::fixUTF8(entry.recipe));
            if (!entry.measurement) {
              json.attribute("failure", json::fixUTF8(entry.failure));
              return;
            }
            for (auto &[field, quantity] : fields)
              json.attribute(field, (*entry.measurement)[quantity]);
            json.attribute("accuracy", entry.measurement->accuracy);
            json.attribute("deviation", entry.measurement->deviation);
            json.attribute("noise", entry.measurement->noise);
          });
      });
    });
    stream << "\n";
    return Error::success();
  });
}

Expected<Measurement> LoggedEvaluator::measure(const Candidate &candidate) {
  std::string recipe = recipeText(space, candidate);
  auto found = byRecipe.find(recipe);
  if (found == byRecipe.end()) {
    auto measured = evaluator.measure(candidate);
    std::string failure = measured ? "" : toString(measured.takeError());
    if (!failure.empty() && shouldStop())
      return createStringError(failure);
    found = byRecipe.try_emplace(recipe, entries.size()).first;
    entries.push_back({recipe, measured ? std::optional(*measured) : std::nullopt, failure});
    if (Error error = writeFile()) // The search goes on, though it may have to start anew another time.
      consumeError(std::move(error));
  }
  const Entry &entry = entries[found->second];
  return entry.measurement ? Expected<Measurement>(*entry.measurement) : createStringError(entry.failure);
}

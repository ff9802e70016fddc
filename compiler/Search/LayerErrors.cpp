// Restriction of recipes to a layer; see LayerErrors.h.
#include "compiler/Search/LayerErrors.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace edgecc;
using namespace edgecc::search;

namespace {

/// Options of a pass by name, in order.
using Options = MapVector<StringRef, std::string>;

Options readOptions(StringRef text) {
  Options options;
  SmallVector<StringRef> parts;
  text.split(parts, ' ', -1, /*KeepEmpty=*/false);
  for (StringRef part : parts) {
    auto [name, value] = part.split('=');
    options[name] = value.str();
  }
  return options;
}

std::string printOptions(const Options &options) {
  std::vector<std::string> parts;
  for (const auto &[name, value] : options)
    parts.push_back((name + "=" + value).str());
  return join(parts, " ");
}

/// The amount that `options` give to a layer: its own, or that of all.
std::string amountOf(const Options &options, StringRef layer, StringRef ofAll) {
  for (StringRef entry : split(options.lookup("layers"), ','))
    if (auto [name, amount] = entry.rsplit(':'); name == layer)
      return amount.str();
  return ofAll.str();
}

/// The option with the amount of all layers, and its default.
std::pair<StringRef, StringRef> amountOption(StringRef pass, const Options &options) {
  if (pass == "edge-prune-weights")
    return {"sparsity", "0.5"};
  if (pass == "edge-cluster-weights")
    return {"bits", "4"};
  if (pass == "edge-round-weights")
    return {"bits", "8"};
  if (pass == "edge-factorize")
    return options.count("ratio") ? std::pair<StringRef, StringRef>("ratio", "0")
                                  : std::pair<StringRef, StringRef>("energy", "0.9");
  return {};
}

void keepOthers(Options &options, StringRef pass, StringRef layer, ArrayRef<std::string> layers) {
  if (pass == "edge-quantize") { // It names layers that stay; what else it says of layers may stay too.
    SmallVector<std::string> kept;
    copy_if(layers, std::back_inserter(kept), [&](const std::string &name) { return name != layer; });
    std::string already = options.lookup("float-layers");
    if (!already.empty())
      kept.push_back(already);
    if (!kept.empty())
      options["float-layers"] = join(kept, ",");
    return;
  }
  auto [name, usual] = amountOption(pass, options);
  auto found = options.find(name);
  std::string own = amountOf(options, layer, found == options.end() ? usual : StringRef(found->second));
  std::vector<std::string> entries;
  for (const std::string &other : layers)
    entries.push_back(other + ":" + (other == layer ? own : "0"));
  options["layers"] = join(entries, ",");
}

} // namespace

compress::Recipe edgecc::search::restrictTo(const compress::Recipe &recipe, StringRef layer,
                                            ArrayRef<std::string> layers) {
  compress::Recipe alone;
  for (const compress::Step &step : recipe.steps) {
    Options options = readOptions(step.options);
    if (step.pass != "edge-quantize" && amountOption(step.pass, options).first.empty())
      continue;
    keepOthers(options, step.pass, layer, layers);
    alone.steps.push_back({step.pass, printOptions(options)});
  }
  return alone;
}

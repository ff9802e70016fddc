// The knobs; see Methods.h.
#include "compiler/Search/Methods.h"

#include "passes/Compress/WeightLayers.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace edgecc;
using namespace edgecc::search;

namespace {

/// A knob's method and options in --compress.
struct Form {
  llvm::StringRef method;
  llvm::StringRef amount; ///< The option that has the amount of all layers; empty: there is none.
  /// Whether no amount of all layers means off, so that layers which stay off are named.
  bool namesLayersThatAreOff;
};

/// In the order of a recipe: structure first, then values, then their storage.
enum KnobIndex : unsigned { Channels, Factorize, Prune, Quantize, Cluster, Code };

constexpr Form forms[] = {{"channels", "amount", false}, {"factorize", "ratio", true}, {"prune", "sparsity", false},
                          {"int8", "weight-bits", true}, {"cluster", "bits", false},   {"code", "", false}};

constexpr llvm::StringLiteral off = "0";

std::vector<std::string> rungsOf(std::initializer_list<const char *> amounts) {
  std::vector<std::string> rungs = {off.str()};
  rungs.insert(rungs.end(), amounts.begin(), amounts.end());
  return rungs;
}

/// Whether `layers=NAME:AMOUNT` can hold the name.
bool canBeNamed(llvm::StringRef layer) { return !layer.empty() && layer.find_first_of(",={}'\" \t\n") == layer.npos; }

std::string layersText(const Knob &knob, const Setting &setting, bool namesAll) {
  std::vector<std::string> parts;
  for (unsigned layer = 0; layer < knob.layers.size(); ++layer)
    if (namesAll || setting.own.count(layer))
      parts.push_back(knob.layers[layer] + ":" + knob.rungs[setting.of(layer)]);
  return parts.empty() ? "" : "layers=" + llvm::join(parts, ",");
}

std::string layersCount(const Setting &setting) {
  return setting.own.empty() ? "" : "+" + std::to_string(setting.own.size()) + " of their own";
}

std::string methodText(unsigned index, const Knob &knob, const Setting &setting, bool isShort) {
  const Form &form = forms[index];
  if (form.amount.empty())
    return form.method.str();
  bool namesAll = form.namesLayersThatAreOff && setting.all == 0;
  unsigned rung = namesAll ? setting.highest() : setting.all;
  std::vector<std::string> options = {(form.amount + "=" + knob.rungs[rung]).str()};
  // Fewer than 8 bits are too few for the largest weight to say the scale.
  if (index == Quantize && setting.highest() > 1)
    options.push_back("least-squares=true");
  if (std::string layers = isShort ? layersCount(setting) : layersText(knob, setting, namesAll); !layers.empty())
    options.push_back(layers);
  return (form.method + "{" + llvm::join(options, " ") + "}").str();
}

} // namespace

Space edgecc::search::methodsFor(std::vector<std::string> layers, bool canCode) {
  Space space(canCode ? Code + 1 : Quantize + 1);
  space[Channels] = {"channels", rungsOf({"0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7"}), layers, {}, 1, {}};
  space[Factorize] = {"factorize", rungsOf({"0.8", "0.65", "0.5", "0.4", "0.3", "0.2"}), layers, {}, 1, {}};
  space[Prune] = {"prune", {off.str()}, {}, {}, 1, {}};
  space[Quantize] = {"int8", rungsOf({"8"}), layers, {}, 1, {}};
  if (!canCode)
    return space;
  // Zeros, few values and few bits are small in codes alone.
  space[Prune] = {"prune", rungsOf({"0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.85", "0.9", "0.95"}), layers, Code, 1,
                  {}};
  space[Quantize] = {"int8", rungsOf({"8", "7", "6", "5", "4", "3"}), layers, Code, 2, Cluster};
  space[Cluster] = {"cluster", rungsOf({"6", "5", "4", "3", "2"}), layers, Code, 1, Quantize};
  space[Code] = {"code", rungsOf({"1"}), {}, {}, 1, {}};
  return space;
}

std::vector<std::string> edgecc::search::namedLayers(mlir::func::FuncOp entry) {
  llvm::SmallVector<compress::WeightLayer> found = compress::findWeightLayers(entry);
  llvm::stable_sort(found, [](const auto &a, const auto &b) { return a.size() > b.size(); });
  std::vector<std::string> layers;
  llvm::StringSet<> known;
  for (const compress::WeightLayer &layer : found)
    if (llvm::StringRef name = layer.names.front(); canBeNamed(name) && known.insert(name).second)
      layers.push_back(name.str());
  return layers;
}

Space edgecc::search::methodsFor(mlir::func::FuncOp entry, bool canCode) {
  return methodsFor(namedLayers(entry), canCode);
}

static std::string textOf(const Space &space, const Candidate &candidate, bool isShort) {
  std::vector<std::string> parts;
  for (unsigned k = 0; k < space.size(); ++k)
    if (candidate[k].isOn())
      parts.push_back(methodText(k, space[k], candidate[k], isShort));
  return llvm::join(parts, ",");
}

std::string edgecc::search::recipeText(const Space &space, const Candidate &candidate) {
  return textOf(space, candidate, /*isShort=*/false);
}

std::string edgecc::search::shortText(const Space &space, const Candidate &candidate) {
  constexpr size_t longest = 120;
  std::string text = recipeText(space, candidate);
  return text.empty() ? "as it is" : text.size() <= longest ? text : textOf(space, candidate, /*isShort=*/true);
}

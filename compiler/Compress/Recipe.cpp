// Reading and writing of recipes; see Recipe.h.
#include "compiler/Compress/Recipe.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace edgecc::compress;

namespace {

constexpr StringLiteral formatKey = "edgecc_recipe";
constexpr int64_t formatVersion = 1;

/// A short name for a pass and its usual options.
struct Method {
  StringRef name;
  StringRef pass;
  StringRef options; ///< Always given.
  StringRef amount;  ///< The option that =AMOUNT sets; empty: the method takes none.
  StringRef help;
};

constexpr Method methods[] = {
    {"int8", "edge-quantize", "", "", "products on integers of 8 bits; needs --calibrate"},
    {"int16", "edge-quantize", "activations=i16", "", "the same with activations of 16 bits"},
    {"int4", "edge-quantize", "weight-bits=4 least-squares=true", "", "the same with weights of 4 bits"},
    {"prune", "edge-prune-weights", "scope=global", "sparsity", "the share of smallest weights becomes zero"},
    {"channels", "edge-prune-channels", "", "amount", "removes channels, the share of multiply-accumulates"},
    {"factorize", "edge-factorize", "", "energy", "products of low rank, which keep the share of the squares"},
    {"cluster", "edge-cluster-weights", "", "bits", "each layer has at most 2^bits different weights"},
    {"posit", "edge-round-weights", "format=posit", "bits", "weights become posits of so many bits, 3 to 8"},
    {"fixed", "edge-round-weights", "format=fixed", "bits", "weights become fixed point of so many bits, 3 to 8"},
    {"f16", "edge-narrow-storage", "type=f16", "", "weights and values between layers are stored as 16-bit floats"},
    {"bf16", "edge-narrow-storage", "type=bf16", "", "the same with bfloat16, of fewer digits and more range"},
    {"code", "edge-code-weights", "", "", "weights are stored in Huffman codes and decoded in each run"},
};

/// Several methods by one name.
constexpr std::pair<StringLiteral, StringLiteral> presets[] = {{"deep", "prune=0.7,cluster=4,code"}};

const Method *findMethod(StringRef name) {
  const Method *found = find_if(methods, [&](const Method &method) { return method.name == name; });
  return found == std::end(methods) ? nullptr : found;
}

template <typename... Parts> Error failure(Parts &&...parts) {
  return createStringError((Twine("--compress: ") + ... + parts));
}

/// Splits at commas outside of braces.
SmallVector<StringRef> splitMethods(StringRef text) {
  SmallVector<StringRef> parts;
  size_t begin = 0;
  int depth = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i == text.size() || (text[i] == ',' && depth == 0)) {
      parts.push_back(text.slice(begin, i));
      begin = i + 1;
    } else {
      depth += (text[i] == '{') - (text[i] == '}');
    }
  }
  return parts;
}

Expected<Step> readMethod(StringRef text) {
  auto [head, braces] = text.split('{');
  auto [name, amount] = head.split('=');
  Step step;
  std::vector<std::string> options;
  if (const Method *method = findMethod(name)) {
    step.pass = method->pass.str();
    if (!method->options.empty())
      options.push_back(method->options.str());
    if (!amount.empty() && method->amount.empty())
      return failure("method '", name, "' takes no amount, found '", amount, "'");
    if (!amount.empty())
      options.push_back((method->amount + "=" + amount).str());
  } else if (name.starts_with("edge-") && amount.empty()) {
    step.pass = name.str();
  } else {
    return failure("'", name, "' is no method; there are:\n", listMethods());
  }
  if (text.contains('{')) {
    if (!braces.consume_back("}") || braces.contains('{'))
      return failure("'", text, "': expected METHOD{options}");
    options.push_back(braces.str());
  }
  for (const std::string &option : options)
    step.options += (step.options.empty() ? "" : " ") + option;
  return step;
}

Expected<Recipe> readFile(StringRef path) {
  auto file = MemoryBuffer::getFile(path);
  if (!file)
    return failure(path, ": ", file.getError().message());
  auto json = json::parse((*file)->getBuffer());
  if (!json)
    return failure(path, ": ", toString(json.takeError()));
  const json::Object *object = json->getAsObject();
  if (!object || object->getInteger(formatKey) != formatVersion || !object->getArray("steps"))
    return failure(path, ": is no recipe of version ", Twine(formatVersion), "; edgecc writes NAME.compress.json");
  Recipe recipe;
  for (const json::Value &value : *object->getArray("steps")) {
    const json::Object *step = value.getAsObject();
    std::optional<StringRef> pass = step ? step->getString("pass") : std::nullopt;
    if (!pass || !pass->starts_with("edge-"))
      return failure(path, ": a step names no pass on layers");
    const json::Value *observed = step->get("observed");
    recipe.steps.push_back(
        {pass->str(), step->getString("options").value_or("").str(), observed ? *observed : json::Value(nullptr)});
  }
  return recipe;
}

} // namespace

bool edgecc::compress::needsObservations(StringRef pass) { return pass == "edge-quantize"; }

Expected<Recipe> edgecc::compress::readRecipe(StringRef text) {
  if (text.ends_with(".json"))
    return readFile(text);
  Recipe recipe;
  for (auto &[name, methods] : presets)
    if (text == name)
      text = methods;
  for (StringRef part : splitMethods(text)) {
    auto step = readMethod(part.trim());
    if (!step)
      return step.takeError();
    recipe.steps.push_back(std::move(*step));
  }
  return recipe;
}

std::string edgecc::compress::printRecipe(const Recipe &recipe) {
  std::string text;
  raw_string_ostream stream(text);
  json::OStream json(stream, /*IndentSize=*/1);
  json.object([&] {
    json.attribute(formatKey, formatVersion);
    json.attributeArray("steps", [&] {
      for (const Step &step : recipe.steps)
        json.object([&] {
          json.attribute("pass", step.pass);
          json.attribute("options", step.options);
          if (step.observed.kind() != json::Value::Null)
            json.attribute("observed", step.observed);
        });
    });
  });
  return text + "\n";
}

std::string edgecc::compress::listMethods() {
  std::string text;
  for (const Method &method : methods)
    text +=
        ("  " + method.name + (method.amount.empty() ? "" : "=" + method.amount.upper()) + ": " + method.help + "\n")
            .str();
  for (auto &[name, methods] : presets)
    text += ("  " + name + ": " + methods + "\n").str();
  return text;
}

// Which function imports which ONNX operator, by domain, name and range of opset versions.
#include "compiler/Import/OperatorRegistry.h"

#include "llvm/ADT/STLExtras.h"

#include <cassert>

using namespace edgecc::import;
using llvm::StringRef;

static std::string keyOf(StringRef domain, StringRef name) {
  return domain.empty() || domain == "ai.onnx" ? name.str() : (domain + "." + name).str();
}

void OperatorRegistry::add(StringRef domain, StringRef name, int64_t since, int64_t until, ImportFunction function) {
  llvm::SmallVector<Entry, 1> &versions = entries[keyOf(domain, name)];
  assert(llvm::none_of(versions, [&](const Entry &e) { return since <= e.until && e.since <= until; }) &&
         "an operator is registered twice for one version");
  versions.push_back({since, until, function});
}

ImportFunction OperatorRegistry::find(StringRef domain, StringRef name, int64_t opset, bool &known) const {
  auto entry = entries.find(keyOf(domain, name));
  known = entry != entries.end();
  if (known)
    for (const Entry &version : entry->second)
      if (version.since <= opset && opset <= version.until)
        return version.function;
  return nullptr;
}

llvm::SmallVector<std::string> OperatorRegistry::names() const {
  llvm::SmallVector<std::string> names;
  for (const auto &entry : entries)
    names.push_back(entry.first().str());
  llvm::sort(names);
  return names;
}

static OperatorRegistry makeRegistry() {
  OperatorRegistry registry;
  registerElementwise(registry);
  registerActivations(registry);
  registerShape(registry);
  registerDataMovement(registry);
  registerIndexing(registry);
  registerReductions(registry);
  registerConstants(registry);
  registerControlFlow(registry);
  registerProducts(registry);
  registerConvolutions(registry);
  registerPooling(registry);
  registerNormalization(registry);
  registerRecurrent(registry);
  registerImage(registry);
  registerQuantization(registry);
  registerFusedActivations(registry);
  registerLosses(registry);
  registerSignal(registry);
  return registry;
}

const OperatorRegistry &edgecc::import::operators() {
  static const OperatorRegistry registry = makeRegistry();
  return registry;
}

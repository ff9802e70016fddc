// Names of layers from locations; see LayerName.h.
#include "dialects/Edge/LayerName.h"

using namespace mlir;

StringRef edgecc::edge::layerName(Location loc) {
  if (auto name = dyn_cast<NameLoc>(loc))
    return name.getName();
  if (auto fused = dyn_cast<FusedLoc>(loc))
    for (Location part : fused.getLocations())
      if (StringRef name = layerName(part); !name.empty())
        return name;
  return "";
}

bool edgecc::edge::hasLayerOf(Location loc, const llvm::StringSet<> &names) {
  if (auto name = dyn_cast<NameLoc>(loc))
    return names.contains(name.getName());
  auto fused = dyn_cast<FusedLoc>(loc);
  return fused && llvm::any_of(fused.getLocations(), [&](Location part) { return hasLayerOf(part, names); });
}

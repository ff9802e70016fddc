// What a layer is called: the name of its ONNX node, which its location carries through all phases.
#ifndef EDGECC_DIALECTS_EDGE_LAYERNAME_H
#define EDGECC_DIALECTS_EDGE_LAYERNAME_H

#include "mlir/IR/Location.h"

#include "llvm/ADT/StringSet.h"

namespace edgecc::edge {

/// The name of the first ONNX node in a location; empty where there is none.
llvm::StringRef layerName(mlir::Location loc);

/// Whether a location has one of `names` among its ONNX nodes, as that of fused layers may.
bool hasLayerOf(mlir::Location loc, const llvm::StringSet<> &names);

} // namespace edgecc::edge

#endif

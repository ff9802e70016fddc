// Which layers a network can spare as integers: those that cost least of the outputs' accuracy.
#ifndef EDGECC_COMPILER_COMPRESS_SENSITIVITY_H
#define EDGECC_COMPILER_COMPRESS_SENSITIVITY_H

#include "compiler/Compress/Observe.h"

#include <functional>
#include <string>

namespace edgecc::compress {

/// Quantises a copy of the network, all layers but those of these names.
using QuantizeLayers = std::function<llvm::LogicalResult(mlir::ModuleOp copy, llvm::ArrayRef<std::string> floatLayers)>;

struct SensitivityOptions {
  data::SampleOptions samples;
  double leastSqnr = 20; ///< Of each output, dB.
};

/// Names of the layers to keep in float, so that every output of `entry`, which has been observed, has a signal to
/// quantisation noise ratio of at least `leastSqnr` against the network as it is. The noisiest group of layers is halved,
/// and both halves are measured alone, until it is one layer, which is kept; and so on, until a measurement of all
/// others says that it is enough. So a few culprits among n layers take about 2 log2(n) compiles each.
llvm::Expected<std::vector<std::string>> chooseFloatLayers(mlir::func::FuncOp entry, const SensitivityOptions &options,
                                                           const QuantizeLayers &quantize);

} // namespace edgecc::compress

#endif

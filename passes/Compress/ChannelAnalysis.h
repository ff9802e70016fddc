// Which channels of a network hang together, so that none can be removed without the others.
//
// Channels are the last dimension of every tensor. A channel that a convolution or matrix product computes runs through
// element-wise operations, pools, depthwise convolutions and the like to the layers that sum over it. Where two meet,
// as in a residual addition, they are one set; a concatenation lays sets side by side; a flattening makes several
// elements of each. A set can be removed if nothing reads it but such operations and layers, whose weights then become
// smaller.
#ifndef EDGECC_PASSES_COMPRESS_CHANNELANALYSIS_H
#define EDGECC_PASSES_COMPRESS_CHANNELANALYSIS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include "llvm/ADT/DenseMap.h"

#include <vector>

namespace edgecc::compress {

/// A convolution or matrix product with constant weights, or a depthwise convolution.
struct ChannelLayer {
  mlir::Operation *op;
  mlir::Value input, output;
  mlir::OpOperand *weights; ///< (taps, inputs, outputs); of a depthwise one (taps, outputs).
  bool isDepthwise;
  int64_t taps;
  int64_t positions; ///< That one run computes.

  int64_t inputs() const;
  int64_t outputs() const;
  /// Multiply-accumulates with other numbers of channels.
  int64_t macs(int64_t inputs, int64_t outputs) const {
    return positions * taps * (isDepthwise ? 1 : inputs) * outputs;
  }
};

class ChannelAnalysis {
public:
  explicit ChannelAnalysis(mlir::func::FuncOp function);

  llvm::ArrayRef<ChannelLayer> layers() const { return found; }
  unsigned numSets() const { return pinned.size(); }
  /// The set of a channel; `value` is no constant.
  unsigned setOf(mlir::Value value, int64_t channel) const { return sets[begins.lookup(value) + channel]; }
  /// Whether the channels of a set must stay.
  bool isPinned(unsigned set) const { return pinned[set]; }

private:
  void addValues(mlir::func::FuncOp function);
  void connect(mlir::Operation *op);
  bool connectLayer(mlir::Operation *op);
  bool connectElementwise(mlir::Operation *op);
  bool connectReshape(mlir::Value input, mlir::Value output);
  bool connectConcat(mlir::Operation *op);
  /// Ties the channels of both, one by one.
  void tie(mlir::Value a, mlir::Value b);
  void tie(mlir::Value a, int64_t channelOfA, mlir::Value b, int64_t channelOfB);
  void pin(mlir::Value value);
  unsigned rootOf(unsigned channel);
  void number();

  std::vector<ChannelLayer> found;
  llvm::DenseMap<mlir::Value, unsigned> begins; ///< Of a value's channels among all.
  std::vector<unsigned> parents;                ///< Union-find over all channels.
  std::vector<bool> pinnedChannels;
  std::vector<unsigned> sets; ///< Of each channel, from 0 on without gaps.
  std::vector<bool> pinned;   ///< By set.
};

} // namespace edgecc::compress

#endif

// Image operators that move pixels: DepthToSpace, SpaceToDepth, CenterCropPad. Resize has a file of its own.
#include "compiler/Import/GridSample.h"
#include "compiler/Import/LayerBuilder.h"
#include "compiler/Import/OperatorRegistry.h"
#include "compiler/Import/Resize.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::import;

namespace {

/// The block size of a node whose input is (n, c, h, w), or failure with a reason.
FailureOr<int64_t> blockSize(NodeImporter &node) {
  int64_t block = node.integer("blocksize", 0);
  // The square of a larger one does not fit in a tensor.
  constexpr int64_t largest = 1 << 15;
  if (node.inputType(0).getRank() != 4 || block < 1 || block > largest)
    return node.unsupported("blocksize is " + Twine(block) + " and the input has rank " +
                            Twine(node.inputType(0).getRank()) + ", expected 1 to 32768 and rank 4");
  return block;
}

/// Channels become blocks of pixels. A channel's number counts (row, column, depth) in mode DCR and (depth, row,
/// column) in mode CRD.
LogicalResult importDepthToSpace(NodeImporter &node) {
  FailureOr<int64_t> block = blockSize(node);
  if (failed(block))
    return failure();
  ArrayRef<int64_t> shape = node.inputType(0).getShape();
  int64_t n = shape[0], depth = shape[1] / (*block * *block), h = shape[2], w = shape[3];
  if (depth * *block * *block != shape[1])
    return node.unsupported(Twine(shape[1]) + " channels are no multiple of the squared blocksize " + Twine(*block));
  std::string mode = node.string("mode", "DCR");
  if (mode != "DCR" && mode != "CRD")
    return node.unsupported("mode is '" + mode + "', expected DCR or CRD");
  Value x = node.toChannelsLast(node.input(0));
  if (mode == "DCR")
    x = node.transpose(node.reshape(x, {n, h, w, *block, *block, depth}), {0, 1, 3, 2, 4, 5});
  else
    x = node.transpose(node.reshape(x, {n, h, w, depth, *block, *block}), {0, 1, 4, 2, 5, 3});
  return node.done(node.toChannelsFirst(node.reshape(x, {n, h * *block, w * *block, depth})));
}

/// Blocks of pixels become channels, numbered (row, column, depth).
LogicalResult importSpaceToDepth(NodeImporter &node) {
  FailureOr<int64_t> block = blockSize(node);
  if (failed(block))
    return failure();
  ArrayRef<int64_t> shape = node.inputType(0).getShape();
  int64_t n = shape[0], c = shape[1], h = shape[2] / *block, w = shape[3] / *block;
  if (h * *block != shape[2] || w * *block != shape[3])
    return node.unsupported("height " + Twine(shape[2]) + " or width " + Twine(shape[3]) +
                            " is no multiple of blocksize " + Twine(*block));
  Value x = node.toChannelsLast(node.input(0));
  x = node.transpose(node.reshape(x, {n, h, *block, w, *block, c}), {0, 1, 3, 2, 4, 5});
  return node.done(node.toChannelsFirst(node.reshape(x, {n, h, w, *block * *block * c})));
}

/// Pads or crops each axis to its new size; where the difference is odd, the shorter half is in front.
LogicalResult importCenterCropPad(NodeImporter &node) {
  LayerBuilder build(node);
  RankedTensorType type = node.inputType(0);
  FailureOr<SmallVector<int64_t>> sizes = node.integersInput(1, "new shape");
  if (failed(sizes))
    return failure();
  SmallVector<int64_t> axes = node.integers("axes", iota(type.getRank()));
  if (axes.size() != sizes->size())
    return node.unsupported("the new shape has " + Twine(sizes->size()) + " values for " + Twine(axes.size()) +
                            " axes");
  Value result = node.input(0);
  SmallVector<int64_t> low(type.getRank(), 0), high(type.getRank(), 0);
  for (auto [axis, size] : llvm::zip_equal(axes, *sizes)) {
    FailureOr<int64_t> counted = node.axisOf(axis, type.getRank());
    if (failed(counted) || failed(checkSize(node, "a new size", size, 0)))
      return failure();
    int64_t excess = type.getDimSize(*counted) - size;
    if (excess > 0)
      result = build.slice(result, *counted, excess / 2, size);
    low[*counted] = excess < 0 ? -excess / 2 : 0;
    high[*counted] = excess < 0 ? -excess - low[*counted] : 0;
  }
  return node.done(build.pad(result, low, high, 0.0));
}

} // namespace

void edgecc::import::registerImage(OperatorRegistry &registry) {
  registry.add("", "Resize", 10, 10, importResize10);
  registry.add("", "Resize", 11, INT64_MAX, importResize);
  registry.add("", "Upsample", 7, 8, importUpsample);
  registry.add("", "Upsample", 9, 9, importUpsample);
  registry.add("", "GridSample", 16, INT64_MAX, importGridSample);
  registry.add("DepthToSpace", importDepthToSpace);
  registry.add("SpaceToDepth", importSpaceToDepth);
  registry.add("CenterCropPad", importCenterCropPad);
}

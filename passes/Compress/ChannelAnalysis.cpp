// Sets of channels by union-find; see ChannelAnalysis.h.
#include "passes/Compress/ChannelAnalysis.h"

#include "dialects/Edge/EdgeOps.h"
#include "mlir/IR/Matchers.h"

#include "llvm/ADT/TypeSwitch.h"

#include <numeric>

using namespace mlir;
using namespace edgecc;
using namespace edgecc::compress;

static bool isConstant(Value value) { return matchPattern(value, m_Constant()); }

/// Channels of a tensor; 0 of what has none.
static int64_t channelsOf(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.hasStaticShape() && type.getRank() > 0 ? type.getShape().back() : 0;
}

static int64_t rankOf(Value value) { return cast<RankedTensorType>(value.getType()).getRank(); }

int64_t ChannelLayer::inputs() const { return channelsOf(input); }
int64_t ChannelLayer::outputs() const { return channelsOf(output); }

ChannelAnalysis::ChannelAnalysis(func::FuncOp function) {
  addValues(function);
  function.walk([&](Operation *op) {
    if (!isa<edge::ConstantOp>(op) && op != function)
      connect(op);
  });
  number();
}

void ChannelAnalysis::addValues(func::FuncOp function) {
  auto add = [&](Value value) {
    begins[value] = parents.size();
    parents.resize(parents.size() + channelsOf(value));
  };
  SmallVector<Value> arguments;
  function.walk([&](Operation *op) {
    for (Region &region : op->getRegions())
      for (Block &block : region)
        llvm::append_range(arguments, block.getArguments());
    llvm::for_each(op->getResults(), add);
  });
  llvm::for_each(arguments, add);
  std::iota(parents.begin(), parents.end(), 0);
  pinnedChannels.resize(parents.size());
  llvm::for_each(arguments, [&](Value argument) { pin(argument); });
}

void ChannelAnalysis::connect(Operation *op) {
  bool known = llvm::TypeSwitch<Operation *, bool>(op)
                   .Case<edge::ConvOp, edge::MatMulOp>([&](auto) { return connectLayer(op); })
                   .Case<edge::MaxPoolOp, edge::AvgPoolOp>(
                       [&](auto pool) { return tie(pool.getInput(), pool.getOutput()), true; })
                   .Case<edge::PadOp, edge::ResizeOp>([&](auto wider) {
                     // Channels are neither padded nor resized if there are as many afterwards.
                     bool keeps = channelsOf(wider.getInput()) == channelsOf(wider.getOutput());
                     return keeps && (tie(wider.getInput(), wider.getOutput()), true);
                   })
                   .Case<edge::ReduceOp>([&](edge::ReduceOp reduce) {
                     bool keeps = !llvm::is_contained(reduce.getAxes(), rankOf(reduce.getInput()) - 1);
                     return keeps && (tie(reduce.getInput(), reduce.getOutput()), true);
                   })
                   .Case<edge::SoftmaxOp>([&](edge::SoftmaxOp softmax) {
                     bool keeps = static_cast<int64_t>(softmax.getAxis()) != rankOf(softmax.getInput()) - 1;
                     return keeps && (tie(softmax.getInput(), softmax.getOutput()), true);
                   })
                   .Case<edge::TransposeOp>([&](edge::TransposeOp transpose) {
                     bool keeps = transpose.getPermutation().back() == rankOf(transpose.getInput()) - 1;
                     return keeps && (tie(transpose.getInput(), transpose.getOutput()), true);
                   })
                   .Case<edge::ReshapeOp>(
                       [&](edge::ReshapeOp reshape) { return connectReshape(reshape.getInput(), reshape.getOutput()); })
                   .Case<edge::ConcatOp>([&](auto) { return connectConcat(op); })
                   .Default([&](Operation *) {
                     return op->hasTrait<mlir::OpTrait::OneResult>() && op->hasTrait<edge::Elementwise>() &&
                            connectElementwise(op);
                   });
  if (known)
    return;
  for (Value value : llvm::concat<Value>(SmallVector<Value>(op->getOperands()), SmallVector<Value>(op->getResults())))
    if (!isConstant(value))
      pin(value);
}

bool ChannelAnalysis::connectLayer(Operation *op) {
  ChannelLayer layer{op, op->getOperand(0), op->getResult(0), &op->getOpOperand(1), false, 1, 0};
  auto weights = cast<RankedTensorType>(layer.weights->get().getType());
  if (isConstant(layer.input) || !isConstant(layer.weights->get()))
    return false;
  layer.positions = cast<RankedTensorType>(layer.output.getType()).getNumElements() / layer.outputs();
  if (auto conv = dyn_cast<edge::ConvOp>(op)) {
    int64_t groups = conv.getGroup();
    layer.isDepthwise = groups > 1;
    if (layer.isDepthwise && (groups != layer.inputs() || groups != layer.outputs()))
      return false;
    for (int64_t size : weights.getShape().drop_back(2))
      layer.taps *= size;
    if (layer.isDepthwise)
      tie(layer.input, layer.output);
  } else if (weights.getRank() != 2) {
    return false;
  }
  found.push_back(layer);
  return true;
}

bool ChannelAnalysis::connectElementwise(Operation *op) {
  Value output = op->getResult(0);
  for (Value operand : op->getOperands()) {
    if (isConstant(operand) || channelsOf(operand) == 0)
      continue;
    if (channelsOf(operand) == channelsOf(output))
      tie(operand, output);
    else // One channel that all others read.
      pin(operand);
  }
  return true;
}

/// Dimensions in front may change, and dimensions may go into that of the channels: each channel then becomes several.
bool ChannelAnalysis::connectReshape(Value input, Value output) {
  int64_t channels = channelsOf(input), merged = channelsOf(output);
  if (isConstant(input) || channels == 0 || merged < channels)
    return false;
  int64_t product = 1;
  for (int64_t size : llvm::reverse(cast<RankedTensorType>(input.getType()).getShape())) {
    if (product >= merged)
      break;
    product *= size;
  }
  if (product != merged)
    return false;
  for (int64_t i = 0; i < merged; ++i)
    tie(input, i % channels, output, i);
  return true;
}

bool ChannelAnalysis::connectConcat(Operation *op) {
  auto concat = cast<edge::ConcatOp>(op);
  if (llvm::any_of(op->getOperands(), isConstant))
    return false;
  Value output = op->getResult(0);
  if (static_cast<int64_t>(concat.getAxis()) != rankOf(output) - 1) {
    for (Value operand : op->getOperands())
      tie(operand, output);
    return true;
  }
  int64_t at = 0;
  for (Value operand : op->getOperands())
    for (int64_t i = 0, end = channelsOf(operand); i < end; ++i)
      tie(operand, i, output, at++);
  return true;
}

//===-- Union-find
//-------------------------------------------------------------------------------------------------===//

unsigned ChannelAnalysis::rootOf(unsigned channel) {
  while (parents[channel] != channel)
    channel = parents[channel] = parents[parents[channel]];
  return channel;
}

void ChannelAnalysis::tie(Value a, int64_t channelOfA, Value b, int64_t channelOfB) {
  unsigned x = rootOf(begins.lookup(a) + channelOfA), y = rootOf(begins.lookup(b) + channelOfB);
  parents[std::max(x, y)] = std::min(x, y);
}

void ChannelAnalysis::tie(Value a, Value b) {
  for (int64_t i = 0, end = channelsOf(a); i < end; ++i)
    tie(a, i, b, i);
}

void ChannelAnalysis::pin(Value value) {
  for (int64_t i = 0, end = channelsOf(value); i < end; ++i)
    pinnedChannels[begins.lookup(value) + i] = true;
}

void ChannelAnalysis::number() {
  sets.resize(parents.size());
  for (unsigned channel = 0; channel < parents.size(); ++channel) {
    unsigned root = rootOf(channel); // Never behind the channel.
    if (root == channel) {
      sets[channel] = pinned.size();
      pinned.push_back(false);
    } else {
      sets[channel] = sets[root];
    }
    if (pinnedChannels[channel])
      pinned[sets[channel]] = true;
  }
}

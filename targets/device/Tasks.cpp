// Tasks from steps; see Tasks.h.
#include "targets/device/Tasks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::artefact;

namespace {

/// Of each constant among the weights: enough for every device's storage buffer.
constexpr uint64_t weightAlignment = 64;

uint64_t bytesOf(Type element) { return (element.getIntOrFloatBitWidth() + 7) / 8; }
uint64_t bytesOf(MemRefType type) { return type.getNumElements() * bytesOf(type.getElementType()); }

/// The constant that an index value is, if it is one.
std::optional<int64_t> constantOf(OpFoldResult value) { return getConstantIntValue(value); }

/// Whether a kernel reads or writes through an argument.
uint32_t accessOf(BlockArgument buffer) {
  uint32_t access = 0;
  for (Operation *user : buffer.getUsers())
    access |= isa<memref::StoreOp, vector::StoreOp>(user) ? Writes : Reads;
  return access;
}

class TaskBuilder {
public:
  TaskBuilder(ModuleOp module, unsigned inputs, llvm::function_ref<device::MadeKernel(func::FuncOp)> makeKernel,
              DeviceProgram &program)
      : module(module), inputs(inputs), makeKernel(makeKernel), program(program) {}

  std::vector<device::TaskCost> build(func::FuncOp entry) {
    outputsEnd = entry.getNumArguments() - 1; // The arena comes last.
    for (auto [number, call] : llvm::enumerate(entry.getOps<func::CallOp>())) {
      DeviceTask task;
      costs.emplace_back();
      task.step = number;
      auto step = module.lookupSymbol<func::FuncOp>(call.getCallee());
      task.hostReason = formDeviceTask(step, task);
      if (!task.hostReason.empty())
        formHostTask(step, task);
      program.tasks.push_back(std::move(task));
    }
    return std::move(costs);
  }

private:
  //===-- Where buffers lie ---------------------------------------------------------------------------------------===//

  /// A range of bytes of a space, from a buffer inside a step; nothing where that is known only at run time.
  std::optional<DeviceOperand> rangeOf(Value buffer) {
    auto type = cast<MemRefType>(buffer.getType());
    DeviceOperand range;
    range.elementBytes = bytesOf(type.getElementType());
    range.sizeBytes = bytesOf(type);
    if (auto argument = dyn_cast<BlockArgument>(buffer)) {
      if (!isa<func::FuncOp>(argument.getOwner()->getParentOp()))
        return std::nullopt;
      unsigned number = argument.getArgNumber();
      range.space = number < inputs       ? DeviceSpace::Input
                    : number < outputsEnd ? DeviceSpace::Output
                                          : DeviceSpace::Arena;
      range.index = number < inputs ? number : number < outputsEnd ? number - inputs : 0;
      return range;
    }
    if (auto get = buffer.getDefiningOp<memref::GetGlobalOp>()) {
      range.space = DeviceSpace::Weights;
      range.beginBytes = weightPlace(get.getName(), type);
      return range;
    }
    if (auto view = buffer.getDefiningOp<memref::ViewOp>()) {
      std::optional<int64_t> shift = constantOf(view.getByteShift());
      std::optional<DeviceOperand> base = rangeOf(view.getSource());
      if (!shift || !base)
        return std::nullopt;
      range.space = base->space;
      range.beginBytes = base->beginBytes + *shift;
      return range;
    }
    // What follows keeps the base address; offsets come with the accesses.
    if (auto view = buffer.getDefiningOp<ViewLikeOpInterface>())
      return rangeOf(view.getViewSource());
    return std::nullopt;
  }

  /// The part of its space that an operand of a kernel is: a buffer and the element at which it begins.
  std::optional<DeviceOperand> operandOf(Value buffer, Value offset, MemRefType flat) {
    std::optional<DeviceOperand> range = rangeOf(buffer);
    std::optional<int64_t> elements = constantOf(offset);
    if (!range || !elements)
      return std::nullopt;
    int64_t begin = *elements;
    if (auto reinterpret = buffer.getDefiningOp<memref::ReinterpretCastOp>()) {
      std::optional<int64_t> more = constantOf(reinterpret.getMixedOffsets().front());
      if (!more)
        return std::nullopt;
      begin += *more;
    }
    range->elementBytes = bytesOf(flat.getElementType());
    range->beginBytes += begin * range->elementBytes;
    range->sizeBytes = bytesOf(flat);
    return range;
  }

  uint64_t weightPlace(StringRef symbol, MemRefType type) {
    auto [place, isNew] = weightPlaces.insert({symbol, weightsEnd});
    if (isNew) {
      program.weights.push_back({symbol.str(), weightsEnd});
      weightsEnd = llvm::alignTo(weightsEnd + bytesOf(type), weightAlignment);
    }
    return place->second;
  }

  //===-- Tasks ---------------------------------------------------------------------------------------------------===//

  /// Makes `task` one of the device; returns why that is not possible, or nothing.
  std::string formDeviceTask(func::FuncOp step, DeviceTask &task) {
    SmallVector<func::CallOp> calls;
    bool plain = true;
    step.walk([&](Operation *op) {
      if (auto call = dyn_cast<func::CallOp>(op))
        calls.push_back(call);
      bool isLoop = isa<scf::ForOp>(op) && op->hasAttr("edge.grid");
      plain &= isLoop || op->getNumRegions() == 0 || op == step;
      plain &= !isa<memref::StoreOp, memref::LoadOp>(op);
    });
    if (!plain || calls.size() != 1)
      return "control flow runs on the host";
    func::CallOp call = calls.front();
    auto kernel = module.lookupSymbol<func::FuncOp>(call.getCallee());
    auto operandTypes = kernel->getAttrOfType<ArrayAttr>("edge.operands");
    SmallVector<DeviceOperand> operands;
    for (unsigned i = 0; i < operandTypes.size(); ++i) {
      BlockArgument argument = kernel.getArgument(2 * i);
      std::optional<DeviceOperand> operand =
          operandOf(call.getOperand(2 * i), call.getOperand(2 * i + 1), cast<MemRefType>(argument.getType()));
      if (!operand)
        return "its memory is known only at run time";
      operand->access = accessOf(argument);
      if (argument.use_empty())
        operand->sizeBytes = 0;
      operands.push_back(*operand);
    }
    auto [made, isNew] = kernels.insert({kernel, 0});
    if (isNew) {
      made->second = madeKernels.size();
      madeKernels.push_back(makeKernel(kernel));
      if (madeKernels.back().reason.empty()) {
        places.push_back(program.kernels.size());
        program.kernels.push_back(madeKernels.back().kernel);
        program.features |= device::featuresOf(kernel);
      } else {
        places.push_back(-1);
      }
    }
    const device::MadeKernel &kernelMade = madeKernels[made->second];
    if (!kernelMade.reason.empty())
      return kernelMade.reason;
    task.kernel = places[made->second];
    task.operands.assign(operands.begin(), operands.end());
    auto grid = kernel->getAttrOfType<DenseI64ArrayAttr>("edge.grid");
    device::TaskCost cost = {true, 1, 1, device::operationsOf(kernel)};
    for (auto [dim, size] : llvm::enumerate(grid.asArrayRef())) {
      task.groups[dim] = llvm::divideCeil(size, kernelMade.kernel.localSize[dim]);
      cost.items *= size;
      cost.groups *= task.groups[dim];
    }
    costs.back() = cost;
    return "";
  }

  /// All memory that a step touches. What it writes may be a part of a range, so that the rest has to be right before.
  void formHostTask(func::FuncOp step, DeviceTask &task) {
    SmallVector<DeviceOperand> ranges;
    auto note = [&](Value buffer) {
      std::optional<DeviceOperand> range = rangeOf(buffer);
      if (!range || range->space == DeviceSpace::Weights || range->sizeBytes == 0)
        return;
      range->access = range->space == DeviceSpace::Input ? Reads : Reads | Writes;
      bool known = llvm::any_of(ranges, [&](const DeviceOperand &other) {
        return other.space == range->space && other.index == range->index && other.beginBytes == range->beginBytes &&
               other.sizeBytes == range->sizeBytes;
      });
      if (!known)
        ranges.push_back(*range);
    };
    // Views at known places, and what is used without one: an input or an output.
    step.walk([&](Operation *op) {
      if (auto view = dyn_cast<memref::ViewOp>(op))
        note(view);
      else
        for (Value operand : op->getOperands())
          if (isa<MemRefType>(operand.getType()) && isa<BlockArgument>(operand))
            note(operand);
    });
    task.operands.assign(ranges.begin(), ranges.end());
  }

  ModuleOp module;
  unsigned inputs, outputsEnd = 0;
  llvm::function_ref<device::MadeKernel(func::FuncOp)> makeKernel;
  DeviceProgram &program;
  llvm::MapVector<Operation *, size_t> kernels;
  std::vector<device::MadeKernel> madeKernels;
  std::vector<int32_t> places; ///< Of each made kernel in the program.
  std::vector<device::TaskCost> costs;
  llvm::StringMap<uint64_t> weightPlaces;
  uint64_t weightsEnd = 0;
};

} // namespace

std::vector<device::TaskCost> edgecc::device::formTasks(ModuleOp module, func::FuncOp entry, unsigned inputs,
                                                        llvm::function_ref<MadeKernel(func::FuncOp)> makeKernel,
                                                        DeviceProgram &program) {
  return TaskBuilder(module, inputs, makeKernel, program).build(entry);
}

static uint64_t operationsIn(Block &block) {
  constexpr uint64_t endless = std::numeric_limits<uint64_t>::max();
  uint64_t sum = 0;
  for (Operation &op : block.without_terminator()) {
    uint64_t inside = 0;
    for (Region &region : op.getRegions())
      if (!region.empty())
        inside = std::max(inside, operationsIn(region.front()));
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      std::optional<APInt> trips = loop.getStaticTripCount();
      inside = trips ? llvm::SaturatingMultiply(inside + 1, trips->getZExtValue()) : endless;
    } else if (isa<scf::WhileOp>(op)) {
      inside = endless;
    } else if (isa<math::MathDialect>(op.getDialect()) && !isa<math::FmaOp>(op)) {
      inside = 16;
    } else if (!isa<arith::ConstantOp>(op)) {
      inside += 1;
    }
    sum = llvm::SaturatingAdd(sum, inside);
  }
  return sum;
}

uint64_t edgecc::device::operationsOf(func::FuncOp kernel) { return operationsIn(kernel.front()); }

std::array<uint32_t, 3> edgecc::device::groupOf(ArrayRef<int64_t> grid, int64_t most) {
  std::array<uint32_t, 3> group = {1, 1, 1};
  for (unsigned dim = 0; dim < 3; ++dim)
    while (group[dim] < grid[dim] && most > 1) {
      group[dim] *= 2;
      most /= 2;
    }
  return group;
}

uint32_t edgecc::device::featuresOf(func::FuncOp kernel) {
  uint32_t features = 0;
  auto note = [&](Type type) {
    type = getElementTypeOrSelf(type);
    if (isa<IntegerType>(type))
      features |= type.isInteger(8) ? Has8Bit : type.isInteger(16) ? Has16Bit : type.isInteger(64) ? Has64Bit : 0;
    else if (type.isF16())
      features |= HasFloat16;
    else if (type.isBF16())
      features |= Has16Bit;
    else if (type.isF64())
      features |= HasFloat64;
  };
  kernel.walk([&](Operation *op) {
    llvm::for_each(op->getOperandTypes(), note);
    llvm::for_each(op->getResultTypes(), note);
  });
  return features;
}

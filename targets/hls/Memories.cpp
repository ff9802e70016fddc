// Collection of memories and layers; see Memories.h.
#include "targets/hls/Memories.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "llvm/ADT/EquivalenceClasses.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::hls;

/// The value that a buffer is a part of: an argument, a view of the arena, a constant.
static Value rootOf(Value buffer) {
  for (;;) {
    Operation *op = buffer.getDefiningOp();
    if (!op || isa<memref::ViewOp, memref::GetGlobalOp>(op))
      return buffer;
    if (auto view = dyn_cast<ViewLikeOpInterface>(op))
      buffer = view.getViewSource();
    else
      return buffer;
  }
}

const void *edgecc::hls::memoryKey(Value buffer) {
  Value root = rootOf(buffer);
  if (auto get = root.getDefiningOp<memref::GetGlobalOp>())
    return get.getNameAttr().getAsOpaquePointer();
  return root.getAsOpaquePointer();
}

unsigned Memories::memoryOf(Value operand, kernel::ConstantPacker &packer) {
  auto [place, isNew] = known.insert({memoryKey(operand), memories.size()});
  if (!isNew)
    return place->second;
  Value root = rootOf(operand);
  auto type = cast<MemRefType>(root.getType());
  Memory memory;
  memory.elements = type.getNumElements();
  memory.bits = type.getElementTypeBitWidth() == 1 ? 8 : type.getElementTypeBitWidth();
  memory.isConstant = isa_and_nonnull<memref::GetGlobalOp>(root.getDefiningOp());
  memory.isPort = isa<BlockArgument>(root);
  memories.push_back(memory);
  return place->second;
}

/// The product of the trip counts of the loops around `op`; those that are not known count once.
static int64_t runsOf(Operation *op) {
  int64_t runs = 1;
  for (auto loop = op->getParentOfType<scf::ForOp>(); loop; loop = loop->getParentOfType<scf::ForOp>())
    if (auto trips = loop.getStaticTripCount())
      runs *= trips->getSExtValue();
  return runs;
}

FailureOr<Memories> Memories::of(ModuleOp module) {
  Memories result;
  kernel::ConstantPacker packer(module);
  for (auto function : module.getOps<func::FuncOp>())
    if (function->hasAttr("edge.arena_bytes"))
      result.entry = function;
  WalkResult walked = module.walk([&](kernel::ComputeOp op) {
    ModelKernel kernel{op, std::nullopt, {}, runsOf(op)};
    FailureOr<kernel::KernelNest> nest = kernel::analyzeKernel(op);
    if (failed(nest))
      return WalkResult::interrupt();
    if (nest->iterations() > 0) {
      kernel::mergeLoops(*nest);
      kernel.nest = std::move(*nest);
    }
    unsigned number = result.kernels.size();
    for (OpOperand &operand : op->getOpOperands()) {
      unsigned memory = result.memoryOf(operand.get(), packer);
      kernel.memories.push_back(memory);
      Memory &entry = result.memories[memory];
      entry.uses.push_back({number, operand.getOperandNumber()});
      (op.isDpsInit(&operand) ? entry.writers : entry.readers).push_back(number);
    }
    result.kernels.push_back(std::move(kernel));
    return WalkResult::advance();
  });
  if (walked.wasInterrupted())
    return failure();
  result.groupLayers();
  return result;
}

void Memories::groupLayers() {
  for (const ModelKernel &kernel : kernels)
    if (kernel.op->getBlock() != &entry.front())
      return; // Inside control flow.
  for (Operation &op : entry.front().without_terminator())
    if (op.getNumRegions() > 0 && !isa<kernel::ComputeOp>(op))
      return;
  llvm::EquivalenceClasses<unsigned> classes;
  for (unsigned kernel = 0; kernel < kernels.size(); ++kernel)
    classes.insert(kernel);
  for (const Memory &memory : memories)
    for (unsigned writer : memory.writers)
      classes.unionSets(memory.writers.front(), writer);
  auto leader = [&](unsigned kernel) { return classes.getLeaderValue(kernel); };
  for (const Memory &memory : memories) {
    if (memory.isConstant || (memory.isPort && memory.writers.empty() && memory.readers.size() < 2))
      continue;
    // One layer reads, and only when all that the writers write is there.
    for (unsigned reader : memory.readers)
      if (leader(reader) != leader(memory.readers.front()) ||
          (!memory.writers.empty() &&
           (leader(reader) == leader(memory.writers.front()) || reader < *llvm::max_element(memory.writers))))
        return;
    if (memory.isPort && !memory.writers.empty() && !memory.readers.empty())
      return; // An output that a later layer reads again.
  }
  // Layers in the order of their last kernels, for then all that they read is there.
  llvm::DenseMap<unsigned, unsigned> last;
  for (unsigned kernel = 0; kernel < kernels.size(); ++kernel)
    last[leader(kernel)] = kernel;
  SmallVector<unsigned> ends;
  for (auto &[first, end] : last)
    ends.push_back(end);
  llvm::sort(ends);
  for (unsigned kernel = 0; kernel < kernels.size(); ++kernel)
    layers.push_back(llvm::find(ends, last[leader(kernel)]) - ends.begin());
  // A layer that reads what a layer behind it writes would wait for ever.
  for (const Memory &memory : memories)
    for (unsigned reader : memory.readers)
      for (unsigned writer : memory.writers)
        if (layers[writer] >= layers[reader])
          return layers.clear();
}

/// Whether `nest` touches all of `operand`, at one place where it is an input and nowhere but in its stores else.
static bool isTouchedOnce(const kernel::KernelNest &nest, unsigned operand, int64_t elements) {
  auto type = cast<MemRefType>(nest.kernel.getOperand(operand).getType());
  if (!type.getLayout().isIdentity() || type.getNumElements() != elements)
    return false;
  unsigned reads = 0;
  auto count = [&](const kernel::Stage &stage) {
    for (auto [index, access] : llvm::enumerate(stage.accesses))
      if (access && access->operand == operand)
        reads += stage.op.getBody()->getArgument(index).use_empty() ? 2 : 1; // Twice: somebody else has to read it.
  };
  llvm::for_each(nest.inits, count);
  count(nest.main);
  if (nest.epilogue)
    count(*nest.epilogue);
  for (Operation *user : nest.kernel.getBodyBlock()->getArgument(operand).getUsers())
    reads += isa<tensor::ExtractOp>(user) ? 2 : 0;
  bool isOutput = nest.kernel.isDpsInit(&nest.kernel->getOpOperand(operand));
  return reads == (isOutput ? 0 : 1);
}

bool Memories::mayStream(const Memory &memory) const {
  if (layers.empty() || memory.isConstant || memory.elements < 2 || memory.uses.size() != (memory.isPort ? 1 : 2))
    return false;
  if (!memory.isPort && (memory.writers.size() != 1 || memory.readers.size() != 1))
    return false;
  if (!memory.writers.empty() && kernel::ComputeOp(kernels[memory.writers.front()].op).getNumDpsInits() != 1)
    return false;
  return llvm::all_of(memory.uses, [&](std::pair<unsigned, unsigned> use) {
    const ModelKernel &kernel = kernels[use.first];
    return kernel.nest && isTouchedOnce(*kernel.nest, use.second, memory.elements);
  });
}

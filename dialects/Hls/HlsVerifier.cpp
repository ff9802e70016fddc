// What a synthesis tool would refuse, refused here with the reason. The labels are those of HlsOps.td.
#include "dialects/Hls/HlsDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;
using namespace edgecc;

/// Whether the tool knows how often `loop` runs.
static bool hasConstantBounds(scf::ForOp loop) { return loop.getStaticTripCount().has_value(); }

LogicalResult hls::verifyPipeline(Operation *op, Attribute value) {
  auto loop = dyn_cast<scf::ForOp>(op);
  auto pipeline = dyn_cast<PipelineAttr>(value);
  if (!loop || !pipeline || pipeline.getIi() < 1)
    return op->emitOpError("[P1] hls.pipeline stands on a loop and starts an iteration every 1 cycle or less often");
  if (!hasConstantBounds(loop))
    return op->emitOpError("[P1] a pipelined loop has constant bounds; its latency could not be known");
  WalkResult result = loop.getBody()->walk([&](Operation *inner) {
    if (isa<scf::WhileOp>(inner)) {
      inner->emitOpError("[P3] cannot be inside a pipelined loop, for the tool cannot unroll it");
      return WalkResult::interrupt();
    }
    auto nested = dyn_cast<scf::ForOp>(inner);
    if (!nested || (hasConstantBounds(nested) && nested->hasAttr(unrollName)))
      return WalkResult::advance();
    nested.emitOpError("[P2] stands in a pipelined loop, so it needs constant bounds and hls.unroll");
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

LogicalResult hls::verifyUnroll(Operation *op, Attribute value) {
  auto loop = dyn_cast<scf::ForOp>(op);
  if (!loop || !isa<UnrollAttr>(value) || !hasConstantBounds(loop))
    return op->emitOpError("[U1] hls.unroll stands on a loop with constant bounds");
  return success();
}

LogicalResult hls::verifyPartition(Operation *op, Type array, Attribute value) {
  auto partition = dyn_cast<PartitionAttr>(value);
  auto type = dyn_cast_or_null<MemRefType>(array);
  if (!partition || !type || partition.getFactor() < 1 || partition.getFactor() > 1024)
    return op->emitOpError("[A1] hls.partition splits an array into 1 to 1024 banks");
  if (type.getRank() != 1)
    return op->emitOpError("[A1] hls.partition splits an array of rank 1, here is ") << type;
  return success();
}

/// The array that `value` is a part of.
static Value rootOf(Value value) {
  while (auto view = value.getDefiningOp<ViewLikeOpInterface>())
    value = view.getViewSource();
  return value;
}

/// Whether `function` stores through its argument, itself or by what it calls.
static bool writesArgument(func::FuncOp function, unsigned argument) {
  return llvm::any_of(function.getArgument(argument).getUses(), [](OpOperand &use) {
    auto call = dyn_cast<func::CallOp>(use.getOwner());
    if (!call)
      return isa<memref::StoreOp, hls::WriteOp>(use.getOwner());
    auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(call, call.getCalleeAttr());
    return callee && !callee.isDeclaration() && writesArgument(callee, use.getOperandNumber());
  });
}

namespace {

/// Who writes and who reads an array of a dataflow function; positions count calls.
struct Uses {
  SmallVector<func::CallOp> writers, readers;
};

} // namespace

static LogicalResult noteUses(func::CallOp call, llvm::MapVector<Value, Uses> &uses) {
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(call, call.getCalleeAttr());
  if (!callee || callee.isDeclaration())
    return call.emitOpError("[D1] calls a function that is not here");
  llvm::DenseSet<Value> seen;
  unsigned written = 0;
  bool writesStream = false;
  for (auto [index, operand] : llvm::enumerate(call.getOperands())) {
    if (!isa<MemRefType, hls::StreamType>(operand.getType()) || callee.getArgument(index).use_empty())
      continue;
    Value root = rootOf(operand);
    if (root.getDefiningOp<memref::GetGlobalOp>())
      continue; // A table of constants is a copy for each reader.
    if (!seen.insert(root).second)
      return call.emitOpError("[D3] takes the same array twice; in a dataflow region pointers may not alias");
    bool writes = writesArgument(callee, index);
    (writes ? uses[root].writers : uses[root].readers).push_back(call);
    written += writes;
    writesStream |= writes && isa<hls::StreamType>(root.getType());
  }
  if (writesStream && written > 1)
    return call.emitOpError("[S2] writes a stream and something else; the layers behind could wait for each other");
  return success();
}

/// One writer and, behind it, one reader; ports may lack the other side.
static LogicalResult verifySides(Value array, const Uses &use) {
  bool isStream = isa<hls::StreamType>(array.getType());
  StringRef rule = isStream ? "[S1]" : "[D2]", noun = isStream ? "stream" : "array", a = isStream ? "a " : "an ";
  auto second = [&](func::CallOp call, StringRef role) {
    return call.emitOpError() << rule << " is a second " << role << " of " << a << noun << "; in dataflow each " << noun
                              << " has one";
  };
  if (use.writers.size() > 1)
    return second(use.writers[1], "writer");
  if (!array.getDefiningOp())
    return success();
  if (use.readers.size() > 1)
    return second(use.readers[1], "reader");
  if (isStream && use.readers.empty())
    return emitError(array.getLoc()) << "[S1] nobody reads this stream";
  func::CallOp reader = use.readers.empty() ? nullptr : use.readers[0];
  if (reader && (use.writers.empty() || !func::CallOp(use.writers[0])->isBeforeInBlock(reader)))
    return reader.emitOpError() << rule << " reads " << a << noun << " before it is written";
  return success();
}

LogicalResult hls::verifyDataflow(func::FuncOp function) {
  if (function.isDeclaration())
    return success();
  llvm::MapVector<Value, Uses> uses;
  for (Operation &op : function.front().without_terminator()) {
    if (auto call = dyn_cast<func::CallOp>(op)) {
      if (failed(noteUses(call, uses)))
        return failure();
    } else if (!isa<memref::AllocaOp, memref::GetGlobalOp, arith::ConstantOp, ViewLikeOpInterface, StreamOp>(op)) {
      return op.emitOpError("[D1] stands between the calls of a dataflow function");
    }
  }
  for (auto &[array, use] : uses)
    if (failed(verifySides(array, use)))
      return failure();
  return success();
}

/// Looks at `function` and all that it calls; `path` are the callers.
static LogicalResult verifyTree(func::FuncOp function, SmallVector<func::FuncOp> &path,
                                llvm::DenseSet<Operation *> &done) {
  if (llvm::is_contained(path, function))
    return function.emitOpError("[F1] calls itself; recursion has no hardware");
  if (!done.insert(function).second)
    return success();
  path.push_back(function);
  WalkResult result = function.walk([&](Operation *op) {
    if (isa<memref::AllocOp>(op)) {
      op->emitOpError("[F1] allocates memory at run time; hardware has only arrays of a fixed place");
      return WalkResult::interrupt();
    }
    auto call = dyn_cast<func::CallOp>(op);
    auto callee = call ? SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(call, call.getCalleeAttr()) : nullptr;
    return callee && failed(verifyTree(callee, path, done)) ? WalkResult::interrupt() : WalkResult::advance();
  });
  path.pop_back();
  return failure(result.wasInterrupted());
}

LogicalResult hls::verifySynthesizable(func::FuncOp function) {
  SmallVector<func::FuncOp> path;
  llvm::DenseSet<Operation *> done;
  return verifyTree(function, path, done);
}

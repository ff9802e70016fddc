// How the directives of the hls dialect are spelled; see HlsLanguage.h.
#include "targets/hls/HlsLanguage.h"
#include "dialects/Hls/HlsDialect.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::hls;

static std::string partition(StringRef name, PartitionAttr attribute) {
  return ("#pragma HLS ARRAY_PARTITION variable=" + name + " type=cyclic factor=" + Twine(attribute.getFactor()) +
          " dim=1")
      .str();
}

/// Local arrays that a loop stores into.
static SmallVector<Value> localArraysStoredIn(scf::ForOp loop) {
  llvm::SetVector<Value> arrays;
  loop.walk([&](memref::StoreOp store) {
    if (store.getMemRef().getDefiningOp<memref::AllocaOp>())
      arrays.insert(store.getMemRef());
  });
  return arrays.takeVector();
}

static SmallVector<std::string> ofLoop(scf::ForOp loop, source::Language::NameOf nameOf) {
  SmallVector<std::string> lines;
  if (auto unroll = loop->getAttrOfType<UnrollAttr>(unrollName)) // In full; Bambu crashes where the factor is left out.
    lines.push_back("#pragma HLS UNROLL factor=" + std::to_string(loop.getStaticTripCount()->getSExtValue()) + " // " +
                    unroll.getReason().str());
  auto pipeline = loop->getAttrOfType<PipelineAttr>(pipelineName);
  if (!pipeline)
    return lines;
  std::string text = "EDGECC_PIPELINE(" + std::to_string(pipeline.getIi()) + ")";
  if (pipeline.getReason() && !pipeline.getReason().empty())
    text += " // " + pipeline.getReason().str();
  lines.push_back(text);
  if (pipeline.getDistance() > 0)
    for (Value array : localArraysStoredIn(loop))
      lines.push_back("#pragma HLS DEPENDENCE variable=" + nameOf(array) +
                      " type=inter false // the same element only " + std::to_string(pipeline.getDistance()) +
                      " iterations later");
  return lines;
}

/// The ports of the top function. A tool takes its own spelling of an address that comes with the call, and Bambu has
/// no control registers.
static SmallVector<std::string> ofPorts(func::FuncOp top, source::Language::NameOf nameOf) {
  SmallVector<std::string> forBambu = {"#ifdef __BAMBU__"}, forVitis = {"#else"};
  for (BlockArgument argument : top.getArguments()) {
    unsigned number = argument.getArgNumber();
    auto interface = top.getArgAttrOfType<InterfaceAttr>(number, interfaceName);
    if (argument.use_empty() || !interface)
      continue;
    std::string port = "#pragma HLS INTERFACE mode=" + interface.getMode().str() + " port=" + nameOf(argument);
    forBambu.push_back(port + " offset=direct bundle=gmem" + std::to_string(number));
    forVitis.push_back(port + " offset=slave max_widen_bitwidth=64 bundle=" + interface.getBundle().str() +
                       " depth=" + std::to_string(cast<MemRefType>(argument.getType()).getNumElements()));
  }
  forVitis.push_back("#pragma HLS INTERFACE mode=s_axilite port=return");
  if (top->hasAttr(dataflowName))
    forVitis.push_back("#pragma HLS DATAFLOW // every layer works on the next data while its successor reads the last");
  llvm::append_range(forBambu, forVitis);
  forBambu.push_back("#endif");
  return forBambu;
}

/// Arguments in banks, tables in banks; ports and dataflow of the top.
static SmallVector<std::string> ofFunction(func::FuncOp function, source::Language::NameOf nameOf) {
  SmallVector<std::string> lines;
  for (BlockArgument argument : function.getArguments()) {
    if (argument.use_empty())
      continue;
    if (auto banks = function.getArgAttrOfType<PartitionAttr>(argument.getArgNumber(), partitionName))
      lines.push_back(partition(nameOf(argument), banks));
  }
  function.walk([&](memref::GetGlobalOp get) {
    auto global = SymbolTable::lookupNearestSymbolFrom<memref::GlobalOp>(get, get.getNameAttr());
    if (auto banks = global->getAttrOfType<PartitionAttr>(partitionName))
      lines.push_back(partition(nameOf(get), banks));
  });
  if (function->hasAttr("edge.arena_bytes"))
    llvm::append_range(lines, ofPorts(function, nameOf));
  return lines;
}

std::string HlsLanguage::loopLabel(Operation *, StringRef name) {
  unsigned &count = labels[name];
  std::string label = "loop_" + name.str() + (count == 0 ? "" : "_" + std::to_string(count + 1));
  ++count;
  return label + ": ";
}

SmallVector<std::string> HlsLanguage::directives(Operation *op, NameOf nameOf) {
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return ofLoop(loop, nameOf);
  if (auto function = dyn_cast<func::FuncOp>(op)) {
    labels.clear();
    return ofFunction(function, nameOf);
  }
  if (auto array = dyn_cast<memref::AllocaOp>(op))
    if (auto banks = op->getAttrOfType<PartitionAttr>(partitionName))
      return {partition(nameOf(array), banks)};
  if (auto stream = dyn_cast<StreamOp>(op))
    return {"#pragma HLS STREAM variable=" + nameOf(stream) + " depth=" + std::to_string(stream.getDepth()) + " // " +
            stream.getReason().str()};
  return {};
}

std::string HlsLanguage::streamType(StreamType type) {
  return "edgecc_stream<" + elementType(type.getElement()) + ", " + std::to_string(type.getWords()) + ">";
}

std::string HlsLanguage::object(Operation *op, StringRef name) {
  return streamType(cast<StreamOp>(op).getType()) + " " + name.str();
}

FailureOr<source::Expression> HlsLanguage::print(Operation *op, ArrayRef<source::Expression> operands) {
  if (isa<ReadOp>(op))
    return source::Expression{operands[0].text + ".read()", source::Expression::Primary};
  if (isa<WriteOp>(op))
    return source::Expression{operands[1].text + ".write(" + operands[0].text + ")", source::Expression::Primary};
  return Language::print(op, operands);
}

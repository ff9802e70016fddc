// NAME_hls.json: what the design is expected to take, layer by layer.
#include "dialects/Hls/HlsDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "targets/hls/CostModel.h"
#include "targets/hls/HlsFiles.h"
#include "targets/hls/Part.h"
#include "targets/hls/Passes.h"

#include "llvm/Support/JSON.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::hls;

static int64_t number(DictionaryAttr fields, StringRef name) { return fields.getAs<IntegerAttr>(name).getInt(); }

static void writeKernel(llvm::json::OStream &json, const Artefact &artefact, func::FuncOp function,
                        DictionaryAttr step) {
  auto report = function->getAttrOfType<DictionaryAttr>(reportName);
  json.object([&] {
    json.attribute("function", artefact.symbols.lookup(function.getSymName()));
    if (step)
      for (StringRef key : {"name", "op"})
        json.attribute(key, llvm::json::fixUTF8(step.getAs<StringAttr>(key).getValue()));
    if (auto layer = function->getAttrOfType<IntegerAttr>(layerName))
      json.attribute("layer", layer.getInt());
    json.attribute("macs", step ? step.getAs<IntegerAttr>("macs").getInt() : 0);
    json.attribute("latency_cycles", number(report, "latency"));
    json.attribute("unpipelined_cycles", number(report, "unpipelined"));
    json.attribute("issued_cycles", number(report, "issued"));
    json.attribute("ii", number(report, "ii"));
    json.attribute("ii_reason", report.getAs<StringAttr>("reason").getValue());
    json.attribute("depth_cycles", number(report, "depth"));
    json.attribute("loop_order", report.getAs<StringAttr>("order").getValue());
    json.attribute("unrolled", report.getAs<StringAttr>("unrolled").getValue());
    json.attribute("sums", number(report, "sums"));
    json.attribute("multipliers", number(report, "multipliers"));
    json.attribute("multiplier_dsp", number(report, "multiplier_dsp"));
    for (StringRef kind : {"dsp", "bram", "lut", "ff"})
      json.attribute(kind == "bram" ? "bram18" : kind, number(report, kind));
  });
}

/// The call that writes a stream, then the one that reads it; the verifier has seen that these are all.
static std::pair<func::CallOp, func::CallOp> endsOf(StreamOp stream) {
  auto first = cast<func::CallOp>(*stream->getUsers().begin()), second = first;
  for (Operation *user : stream->getUsers())
    (user->isBeforeInBlock(first) ? first : second) = cast<func::CallOp>(user);
  return {first, second};
}

static void writeStream(llvm::json::OStream &json, const Artefact &artefact, StreamOp stream) {
  auto [writer, reader] = endsOf(stream);
  std::string from = artefact.symbols.lookup(writer.getCallee()), to = artefact.symbols.lookup(reader.getCallee());
  int64_t depth = stream.getDepth(), bits = std::max(8u, stream.getType().getElement().getIntOrFloatBitWidth());
  json.object([&] {
    json.attribute("from", from);
    json.attribute("to", to);
    json.attribute("words", stream.getType().getWords());
    json.attribute("bits", bits);
    json.attribute("depth", depth);
    json.attribute("bram18", memoryCost(depth, bits, /*banks=*/1).bram);
  });
}

std::string edgecc::hls::reportText(const Artefact &artefact) {
  std::string text;
  llvm::raw_string_ostream os(text);
  ModuleOp module = artefact.module;
  auto entry = module.lookupSymbol<func::FuncOp>(artefact.summary.name);
  auto plan = entry->getAttrOfType<DictionaryAttr>(planName);
  const Part &part = *llvm::cantFail(findPart(plan.getAs<StringAttr>("part")));
  int64_t latency = number(plan, "latency"), untiled = number(plan, "untiled");
  llvm::StringMap<DictionaryAttr> steps;
  module.walk([&](func::CallOp call) {
    if (auto step = call->getAttrOfType<DictionaryAttr>("edge.step"))
      steps[call.getCallee()] = step;
  });
  llvm::json::OStream json(os, /*IndentSize=*/2);
  json.object([&] {
    json.attribute("name", artefact.summary.name);
    json.attribute("note", "an estimate of edgecc's model, docs/targets/hls.md; no vendor's tool has seen the design");
    json.attribute("part", part.name);
    json.attribute("clock_mhz", number(plan, "mhz"));
    json.attribute("dataflow", plan.getAs<BoolAttr>("dataflow").getValue());
    json.attribute("latency_cycles", latency);
    json.attribute("interval_cycles", number(plan, "interval"));
    json.attribute("unpipelined_cycles", number(plan, "unpipelined"));
    json.attribute("untiled_latency_cycles", untiled);
    json.attributeObject("resources", [&] {
      auto write = [&](StringRef name, StringRef kind, int64_t has) {
        json.attributeObject(name, [&] {
          json.attribute("used", number(plan, kind));
          json.attribute("part_has", has);
        });
      };
      write("dsp", "dsp", part.has.dsp);
      write("bram18", "bram", part.has.bram);
      write("lut", "lut", part.has.lut);
      write("ff", "ff", part.has.ff);
    });
    json.attribute("arrays_bram18", number(plan, "array_bram"));
    json.attributeArray("streams", [&] {
      SmallVector<StreamOp> streams(entry.getOps<StreamOp>());
      llvm::sort(streams, [](StreamOp a, StreamOp b) { return endsOf(a).first->isBeforeInBlock(endsOf(b).first); });
      for (StreamOp stream : streams)
        writeStream(json, artefact, stream);
    });
    json.attributeArray("kernels", [&] {
      for (auto function : module.getOps<func::FuncOp>())
        if (function->hasAttr(reportName))
          writeKernel(json, artefact, function, steps.lookup(function.getSymName()));
    });
  });
  os << "\n";
  return text;
}

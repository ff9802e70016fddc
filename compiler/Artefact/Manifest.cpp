// NAME.json: everything that is known about a compiled model, for tools and for people who look closer.

#include "compiler/Artefact/Writers.h"

#include "llvm/Support/JSON.h"

using namespace llvm;

namespace edgecc::artefact {

namespace {

// Names in a model may hold bytes that are not UTF-8, which JSON cannot.
void writeText(json::OStream &json, StringRef key, StringRef text) { json.attribute(key, json::fixUTF8(text)); }

void writeTensors(json::OStream &json, StringRef key, ArrayRef<TensorSummary> tensors) {
  json.attributeArray(key, [&] {
    for (const TensorSummary &tensor : tensors) {
      json.object([&] {
        writeText(json, "name", tensor.name);
        writeText(json, "identifier", tensor.identifier);
        json.attribute("dtype", nameOfType(tensor.dtype));
        json.attributeArray("shape", [&] {
          for (int64_t extent : tensor.shape)
            json.value(extent);
        });
        json.attribute("bytes", tensor.bytes);
        if (!tensor.comment.empty())
          writeText(json, "comment", tensor.comment);
      });
    }
  });
}

void writeFrame(json::OStream &json, const ModelSummary &model) {
  const FrameSummary &frame = *model.frame;
  json.attributeObject("frame", [&] {
    json.attribute("format", frame.formatName());
    json.attribute("width", frame.width);
    json.attribute("height", frame.height);
    json.attributeArray("crop", [&] {
      for (int value : {frame.cropX, frame.cropY, frame.cropWidth, frame.cropHeight})
        json.value(value);
    });
    json.attribute("resize", frame.resizeName());
    json.attribute("scale", frame.scale);
    json.attribute("mean", frame.mean);
    json.attribute("std", frame.std);
    json.attribute("bgr", frame.bgr);
    json.attribute("device", model.program && model.program->frame ? deviceName(model.program->kind) : "cpu");
    writeText(json, "input", model.inputs.front().name);
    json.attribute("layout", frame.layoutName());
    json.attribute("arena_bytes", model.frameArenaBytes());
    json.attribute("stack_bytes", frame.stackBytes);
  });
}

void writeMemory(json::OStream &json, const ModelSummary &model) {
  json.attributeObject("memory", [&] {
    json.attribute("weight_bytes", model.weightBytes);
    if (const CodedWeights &weights = model.codedWeights; weights.codedBytes)
      json.attributeObject("coded_weights", [&] {
        json.attribute("coded_bytes", weights.codedBytes);
        json.attribute("decoded_bytes", weights.decodedBytes);
        json.attribute("arena_bytes", weights.arenaBytes);
      });
    json.attribute("arena_bytes", model.arenaBytes);
    json.attribute("arena_lower_bound_bytes", model.arenaLowerBoundBytes);
    json.attribute("arena_alignment", model.arenaAlignment);
    json.attributeArray("arena", [&] {
      for (const ArenaEntry &entry : model.arena) {
        json.object([&] {
          writeText(json, "tensor", entry.tensor);
          json.attribute("offset", entry.offset);
          json.attribute("bytes", entry.bytes);
          json.attribute("first_step", entry.firstStep);
          json.attribute("last_step", entry.lastStep);
        });
      }
    });
  });
}

void writeSteps(json::OStream &json, ArrayRef<StepSummary> steps) {
  json.attributeArray("steps", [&] {
    for (const StepSummary &step : steps) {
      json.object([&] {
        writeText(json, "name", step.name);
        writeText(json, "op", step.op);
        writeText(json, "device", step.device);
        if (!step.reason.empty())
          writeText(json, "reason", step.reason);
        if (step.task)
          json.attribute("task", *step.task);
        json.attribute("macs", step.macs);
        json.attribute("bytes", step.bytes);
      });
    }
  });
}

} // namespace

void writeManifest(const ModelSummary &model, raw_ostream &os) {
  json::OStream json(os, /*IndentSize=*/2);
  json.object([&] {
    writeText(json, "name", model.name);
    writeText(json, "model", model.modelFile);
    writeText(json, "edgecc", model.version);
    writeText(json, "options", model.options);
    writeText(json, "hash", model.hash);
    json.attributeObject("target", [&] {
      writeText(json, "triple", model.target.triple);
      writeText(json, "cpu", model.target.cpu);
      writeText(json, "features", model.target.features);
      if (!model.target.device.empty())
        writeText(json, "device", model.target.device);
    });
    json.attribute("needs_runtime", model.needsRuntime);
    if (!model.sources.empty())
      json.attributeArray("sources", [&] {
        for (const std::string &source : model.sources)
          json.value(source);
      });
    if (!model.dataFiles.empty())
      json.attributeArray("data", [&] {
        for (const std::string &file : model.dataFiles)
          json.value(file);
      });
    if (model.frame)
      writeFrame(json, model);
    writeTensors(json, "inputs", model.inputs);
    writeTensors(json, "outputs", model.outputs);
    json.attribute("macs", model.macs());
    writeMemory(json, model);
    writeSteps(json, model.steps);
  });
  os << "\n";
}

} // namespace edgecc::artefact

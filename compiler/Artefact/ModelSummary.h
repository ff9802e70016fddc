// What the texts of an artefact say about a compiled model, as plain data: the driver fills it in, the writers print
// it.
#ifndef EDGECC_COMPILER_ARTEFACT_MODELSUMMARY_H
#define EDGECC_COMPILER_ARTEFACT_MODELSUMMARY_H

#include "compiler/Artefact/DeviceProgram.h"
#include "compiler/Artefact/FrameSummary.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace edgecc::artefact {

/// An input or output.
struct TensorSummary {
  std::string name;       // as in the ONNX model
  std::string identifier; // of the parameter of NAME_run; see Identifier.h
  int32_t dtype = 0;      // onnx.TensorProto.DataType
  llvm::SmallVector<int64_t, 4> shape;
  uint64_t bytes = 0;
  std::string comment; // on layout or range, such as "NCHW"; may be empty

  uint64_t elements() const;
};

/// Where an intermediate tensor lies, and the steps between which it is live.
struct ArenaEntry {
  std::string tensor;
  uint64_t offset = 0;
  uint64_t bytes = 0;
  uint32_t firstStep = 0;
  uint32_t lastStep = 0;
};

/// One step of the compiled model: a layer, or several that were fused.
struct StepSummary {
  std::string name; // the ONNX node, or nodes
  std::string op;
  std::string device;
  uint64_t macs = 0;
  uint64_t bytes = 0;           // read and written, weights included
  std::string reason;           // why it does not run on the device of the target; empty if it does
  std::optional<uint32_t> task; // of the device's program, which may do several steps at once
};

/// Weights in coded form, which steps decode into the arena; all 0 where there are none.
struct CodedWeights {
  uint64_t codedBytes = 0;   // as they are stored, part of weightBytes
  uint64_t decodedBytes = 0; // all of them, decoded
  uint64_t arenaBytes = 0;   // for decoding, part of the arena
};

struct TargetSummary {
  std::string triple;
  std::string cpu;
  std::string features;
  std::string device; // kind and limits of a device beside the CPU; empty if there is none
};

struct ModelSummary {
  std::string name;      // a C identifier; it names the files and begins every symbol
  std::string modelFile; // the file name of the ONNX model, without folders
  std::string version;   // of edgecc
  std::string options;   // the options that shaped the code
  std::string hash;      // of the model and all that shaped the code, in hexadecimal
  TargetSummary target;

  std::vector<TensorSummary> inputs;
  std::vector<TensorSummary> outputs;

  uint64_t arenaBytes = 0;
  uint64_t arenaAlignment = 64;
  uint64_t arenaLowerBoundBytes = 0; // the most that is live at once
  uint64_t weightBytes = 0; // as they are stored
  CodedWeights codedWeights;
  std::vector<ArenaEntry> arena;
  std::vector<StepSummary> steps;

  /// The camera frame that may stand in place of the first input.
  std::optional<FrameSummary> frame;

  bool needsRuntime = false; // runs on several threads, so NAME_run takes a pool

  /// Files of C that a program compiles itself, in place of libNAME.a; empty where there is a library.
  std::vector<std::string> sources;
  /// Files of bytes that the last of these includes.
  std::vector<std::string> dataFiles;

  /// What runs on a device with memory of its own; absent where all runs on the CPU.
  std::optional<DeviceProgram> program;

  uint64_t macs() const;
  /// The arena of a run on a frame: that of the model, and behind it the tensor that is made of the frame.
  uint64_t frameTensorOffset() const { return (arenaBytes + arenaAlignment - 1) / arenaAlignment * arenaAlignment; }
  uint64_t frameArenaBytes() const { return frameTensorOffset() + inputs.front().bytes; }
};

/// Writes NAME.h, NAME.json, NAMEConfig.cmake and, where there is a library, NAME.pc into `directory`, which is made if
/// needed. Each file appears whole or not at all. The same summary gives the same bytes.
llvm::Error writeArtefactTexts(const ModelSummary &model, llvm::StringRef directory);

} // namespace edgecc::artefact

#endif

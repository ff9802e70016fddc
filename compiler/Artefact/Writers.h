// The writers of an artefact's texts, one for each file, and the little they share.
#ifndef EDGECC_COMPILER_ARTEFACT_WRITERS_H
#define EDGECC_COMPILER_ARTEFACT_WRITERS_H

#include "compiler/Artefact/ModelSummary.h"

#include "llvm/Support/raw_ostream.h"

namespace edgecc::artefact {

void writeHeader(const ModelSummary &model, llvm::raw_ostream &os);      // NAME.h
void writeManifest(const ModelSummary &model, llvm::raw_ostream &os);    // NAME.json
void writeCMakeConfig(const ModelSummary &model, llvm::raw_ostream &os); // NAMEConfig.cmake
void writePkgConfig(const ModelSummary &model, llvm::raw_ostream &os);   // NAME.pc

/// What NAME.h says of the model's frame: sizes, types, NAME_prepare_frame and NAME_run_frame.
void writeFrameDeclarations(const ModelSummary &model, llvm::raw_ostream &os);

/// The C type that holds an element, such as "float", and the name of the type itself, such as "float32". The number is
/// one of onnx.TensorProto.DataType that edgecc/model.h lists.
llvm::StringRef cTypeOf(int32_t dtype);
llvm::StringRef nameOfType(int32_t dtype);

/// [1, 3, 224, 224]
std::string shapeText(llvm::ArrayRef<int64_t> shape);

/// Text from a model, made harmless inside a comment of C, CMake or pkg-config: one line that ends no comment.
std::string commentText(llvm::StringRef text);

} // namespace edgecc::artefact

#endif

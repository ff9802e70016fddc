// ONNX tensors as attributes, and the numbers in attributes.
#ifndef EDGECC_COMPILER_IMPORT_TENSORS_H
#define EDGECC_COMPILER_IMPORT_TENSORS_H

#include "compiler/Import/ModelReader.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"

namespace edgecc::import {

/// Largest number of elements of a tensor: indices of generated code are 32 bits wide.
constexpr int64_t maxElements = int64_t(1) << 31;

/// Largest number of elements of a constant that the importer computes or looks into: a small file must not make it ask
/// for all memory.
constexpr int64_t maxComputedElements = int64_t(1) << 24;

/// Whether `shape` has no negative size and at most `maxElements` elements.
bool isShapeInRange(llvm::ArrayRef<int64_t> shape);

/// The element type of an ONNX data type (TensorProto.DataType), or null for those that edgecc does not have.
mlir::Type elementTypeOf(int32_t dataType, mlir::MLIRContext *context);
/// Its name as ONNX writes it, such as FLOAT16; for diagnostics.
std::string dataTypeName(int32_t dataType);

/// `tensor`, which lies in `file`, as an attribute. Its bytes move to the attribute: nothing is copied, and the tensor
/// is empty afterwards.
llvm::Expected<mlir::ElementsAttr> importTensor(onnx::TensorProto &tensor, ModelFile &file, mlir::MLIRContext *context);

/// Elements in the order and form of a `dense_resource`: one byte or more each, little endian. Up to 16 elements and
/// splats become `dense`. `owner` keeps `bytes` alive; without one they are copied.
mlir::ElementsAttr makeElements(mlir::RankedTensorType type, llvm::ArrayRef<char> bytes, llvm::StringRef name,
                                std::shared_ptr<void> owner = nullptr);

/// The elements as integers; fails for floats.
mlir::FailureOr<llvm::SmallVector<int64_t>> integersOf(mlir::ElementsAttr elements);
/// The elements as doubles.
mlir::FailureOr<llvm::SmallVector<double>> numbersOf(mlir::ElementsAttr elements);

} // namespace edgecc::import

#endif

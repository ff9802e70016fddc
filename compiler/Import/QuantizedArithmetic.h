// Conversions between real numbers and quantised integers, which the importers of quantised operators share.
#ifndef EDGECC_COMPILER_IMPORT_QUANTIZEDARITHMETIC_H
#define EDGECC_COMPILER_IMPORT_QUANTIZEDARITHMETIC_H

#include "compiler/Import/LayerBuilder.h"

namespace edgecc::import {

/// Exact arithmetic on quantised tensors: a real number is (q - zero point) * scale. Zero points may be null, which is
/// 0. Real numbers are f32, sums of products i32. As everywhere in the importer a null operand gives null.
class QuantizedArithmetic {
public:
  explicit QuantizedArithmetic(NodeImporter &node);

  /// Input `index` as a scale, which must be given; one of a single value becomes a scalar.
  mlir::Value scale(size_t index);
  /// Input `index` as a zero point; null, which is 0, where it is not given.
  mlir::Value zeroPoint(size_t index);

  /// round(x / scale) + zero point, halves to even, saturated to `type`.
  mlir::Value quantize(mlir::Value x, mlir::Value scale, mlir::Value zero, mlir::Type type);
  /// (q - zero point) * scale in f32.
  mlir::Value dequantize(mlir::Value q, mlir::Value scale, mlir::Value zero);
  /// q - zero point in i32.
  mlir::Value centered(mlir::Value q, mlir::Value zero);
  /// round(sum * factor) + zero point saturated to `type`; `sum` is i32.
  mlir::Value requantize(mlir::Value sum, mlir::Value factor, mlir::Value zero, mlir::Type type);
  /// A rounded f32 tensor plus the zero point, saturated to the integer type.
  mlir::Value saturate(mlir::Value rounded, mlir::Value zero, mlir::Type type);

  /// A parameter of the left operand of a matrix product: one value, one per row, or already as deep as the matrix.
  mlir::Value perRow(mlir::Value parameter);

  mlir::Type real() const { return f32; }
  mlir::Type sum() const { return i32; }

  LayerBuilder build;

private:
  /// Whether the value is null or a constant that is zero everywhere.
  bool isZero(mlir::Value value) const;

  NodeImporter &node;
  mlir::Type f32, i32;
};

/// Smallest and largest value of an integer type.
std::pair<double, double> integerRange(mlir::Type type);

} // namespace edgecc::import

#endif

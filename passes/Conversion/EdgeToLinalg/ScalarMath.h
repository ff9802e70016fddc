// Scalar arithmetic with the semantics of edge element types, for the bodies of generics.
#ifndef EDGECC_PASSES_CONVERSION_EDGETOLINALG_SCALARMATH_H
#define EDGECC_PASSES_CONVERSION_EDGETOLINALG_SCALARMATH_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"

namespace edgecc::edge_to_linalg {

/// The type in which sums and products over elements are taken: f32 for f16 and bf16, i32 for smaller integers.
mlir::Type accumulatorType(mlir::Type edgeElement);

/// Arithmetic on values of one edge element type. Operands and results have the *compute type*: f32 for f16 and bf16,
/// i8 holding 0 or 1 for i1, signless integers for the others. `load` and `store` go between it and the storage type.
class ScalarMath {
public:
  ScalarMath(mlir::OpBuilder &builder, mlir::Location loc, mlir::Type edgeElement);
  /// Arithmetic in the accumulator type of `edgeElement`, with its signedness.
  static ScalarMath accumulating(mlir::OpBuilder &builder, mlir::Location loc, mlir::Type edgeElement);

  bool isFloat() const { return mlir::isa<mlir::FloatType>(type); }
  bool isUnsigned() const { return isUnsignedInteger; }
  bool isBool() const { return isBoolean; }
  mlir::Type getType() const { return type; }
  mlir::OpBuilder &getBuilder() { return builder; }
  mlir::Location getLoc() const { return loc; }

  mlir::Value load(mlir::Value stored);
  mlir::Value store(mlir::Value computed);

  mlir::Value constant(double value);
  mlir::Value lowest();  ///< -inf, or the smallest integer
  mlir::Value highest(); ///< +inf, or the largest integer

  mlir::Value add(mlir::Value a, mlir::Value b);
  mlir::Value sub(mlir::Value a, mlir::Value b);
  mlir::Value mul(mlir::Value a, mlir::Value b);
  mlir::Value div(mlir::Value a, mlir::Value b);
  mlir::Value rem(mlir::Value a, mlir::Value b);
  mlir::Value max(mlir::Value a, mlir::Value b);
  mlir::Value min(mlir::Value a, mlir::Value b);
  mlir::Value neg(mlir::Value a);

  // Comparisons give an i1, never true for a NaN.
  mlir::Value equal(mlir::Value a, mlir::Value b);
  mlir::Value less(mlir::Value a, mlir::Value b);
  mlir::Value lessOrEqual(mlir::Value a, mlir::Value b);
  mlir::Value isNan(mlir::Value a);
  mlir::Value select(mlir::Value condition, mlir::Value a, mlir::Value b);

  // Floats only.
  mlir::Value exp(mlir::Value a);
  mlir::Value tanh(mlir::Value a);
  mlir::Value sigmoid(mlir::Value a);

private:
  mlir::OpBuilder &builder;
  mlir::Location loc;
  mlir::Type storage, type;
  bool isUnsignedInteger, isBoolean;
};

/// A constant of a float or integer type; integers take the value exactly, floats round it.
mlir::TypedAttr scalarAttr(mlir::Type type, double value);

/// `value`, of the storage type of `from`, converted as edge.cast does it; the result has the storage type of `to`.
mlir::Value castScalar(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value, mlir::Type from, mlir::Type to);

/// arguments[2] + arguments[0] * arguments[1] in the accumulator type of `element`: one step of a product of tensors of
/// the edge types `lhs` and `rhs`.
mlir::Value multiplyAdd(mlir::OpBuilder &builder, mlir::Location loc, mlir::Type lhs, mlir::Type rhs,
                        mlir::Type element, mlir::ValueRange arguments);

} // namespace edgecc::edge_to_linalg

#endif
